"""The cost of an operation is reported on request: estimate, actual cost and budget."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness import TestClient

PAGE = "query ($n: Int) { games(first: $n) { nodes { title similarGames { score } } } }"


def costs(client: TestClient, query: str, **variables: Any) -> dict[str, int]:
    body = {"query": query, "variables": variables, "extensions": {"cost": True}}
    answer = client.post("/graphql", json=body).json()
    assert "errors" not in answer, answer
    assert answer["extensions"].keys() == {"cost"}
    return dict(answer["extensions"]["cost"])


@pytest.mark.parametrize(
    "query",
    [
        "{ dataset { version games } }",
        "{ games(first: 5) { edges { node { title developer { name } } } totalCount } }",
        '{ games(search: "dune", filter: {title: {contains: "d"}}) { nodes { title } } }',
        "{ users(first: 3) { nodes { library { nodes { title } } recommendations { score } } } }",
        '{ bestDevelopers(year: 2014) { rank developer { name } } game(appId: "220") { title } }',
        "{ __typename }",
    ],
)
def test_the_actual_cost_is_at_most_the_estimate(demo_client: TestClient, query: str) -> None:
    query = query.replace('game(appId: "220") { title }', "")
    cost = costs(demo_client, query)
    assert 0 < cost["actual"] <= cost["requested"] < cost["maximum"] == 15_000


def test_lists_count_with_the_entries_that_they_have(demo_client: TestClient) -> None:
    empty = costs(demo_client, '{ games(filter: {title: {eq: "e"}}) { nodes { title } } }')
    full = costs(demo_client, '{ games(filter: {title: {contains: "e"}}) { nodes { title } } }')
    assert empty["requested"] == full["requested"]
    # Each of the 20 games has an entry and a title.
    assert full["actual"] - empty["actual"] == 20 * 2


def test_variables_count_as_the_values_they_have(demo_client: TestClient) -> None:
    small, large = (costs(demo_client, PAGE, n=n) for n in (1, 50))
    assert small["actual"] < 100 < 500 < large["actual"] <= large["requested"]


def test_the_cost_is_reported_on_request_only(client: TestClient) -> None:
    query = {"query": "{ dataset { games } }"}
    for extensions in ({}, {"cost": False}, None):
        answer = client.post("/graphql", json={**query, "extensions": extensions}).json()
        assert answer.keys() == {"data"}
    parameters = {**query, "extensions": json.dumps({"cost": True})}
    assert client.get("/graphql", params=parameters).json()["extensions"]["cost"]["actual"] > 0
    wrong = client.post("/graphql", json={**query, "extensions": {"cost": "yes"}})
    assert wrong.status_code == 400
    assert "'extensions.cost' is \"yes\"" in wrong.json()["errors"][0]["message"]
