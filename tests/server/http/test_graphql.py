"""GraphQL over HTTP: methods, media types, limits, and errors of the server's own."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest

from datastore.base.settings import Settings
from datastore.store import Store
from harness import TestClient, broken_store
from server.app import create_app

QUERY = "query Named($id: ID!) { user(userId: $id) { itemsCount } }"
ADA = {"data": {"user": {"itemsCount": 8}}}
GRAPHQL = "application/graphql-response+json"


def post(client: TestClient, body: Any, **headers: str) -> Any:
    return client.post("/graphql", json=body, headers=headers)


def test_a_post_is_answered(client: TestClient) -> None:
    answer = post(client, {"query": QUERY, "variables": {"id": "ada"}})
    assert (answer.status_code, answer.json()) == (200, ADA)
    assert answer.headers["content-type"] == "application/json; charset=utf-8"


def test_a_get_is_answered(client: TestClient) -> None:
    parameters = {"query": QUERY, "variables": '{"id": "ada"}', "operationName": "Named"}
    answer = client.get("/graphql", params=parameters)
    assert (answer.status_code, answer.json()) == (200, ADA)


def test_the_media_type_of_graphql_is_spoken_where_it_is_accepted(client: TestClient) -> None:
    good = post(client, {"query": "{ __typename }"}, accept=GRAPHQL)
    assert good.headers["content-type"] == f"{GRAPHQL}; charset=utf-8"
    # Only this type has a status for requests that cannot be executed.
    for query in ("{", "{ nothing }", "query ($y: Int!) { bestDevelopers(year: $y) { rank } }"):
        bad = post(client, {"query": query}, accept=GRAPHQL)
        assert bad.status_code == 400
        assert "data" not in bad.json()
        assert post(client, {"query": query}, accept="application/json").status_code == 200


def test_one_of_several_operations_is_chosen_by_name(client: TestClient) -> None:
    both = "query A { __typename } query B { dataset { games } }"
    answer = post(client, {"query": both, "operationName": "B"})
    assert answer.json() == {"data": {"dataset": {"games": 13}}}
    for name in (None, "C", ""):
        answer = post(client, {"query": both, "operationName": name})
        assert answer.json().keys() == {"errors"}


def test_an_error_of_the_question_keeps_the_status(client: TestClient) -> None:
    answer = post(client, {"query": '{ user(userId: "nobody") { itemsCount } }'})
    assert answer.status_code == 200
    (error,) = answer.json()["errors"]
    assert error["extensions"] == {
        "code": "NOT_FOUND",
        "classification": "BAD_REQUEST",
        "suggestions": [],
    }
    assert error["locations"] == [{"line": 1, "column": 3}]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_not_allowed(client: TestClient, method: str) -> None:
    answer = client.request(method, "/graphql")
    assert answer.status_code == 405
    assert {"GET", "POST"} <= set(answer.headers["allow"].split(", "))
    assert answer.json()["errors"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_of_another_type_is_refused(client: TestClient, kind: str) -> None:
    # A form can be sent by any web page: only JSON asks the browser for permission first.
    answer = client.post("/graphql", content=b'{"query": "{x}"}', headers={"content-type": kind})
    assert answer.status_code == 415
    assert "application/json" in answer.json()["errors"][0]["message"]


def test_the_charset_of_a_body_does_not_matter(client: TestClient) -> None:
    headers = {"content-type": "Application/JSON; charset=utf-8"}
    answer = client.post("/graphql", content=b'{"query": "{ __typename }"}', headers=headers)
    assert answer.json() == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"null", b"[]", b'"{ x }"', b"{}", b'{"query": null}', b'{"query": 1}',
        b'{"query": ""}', b'{"query": "{ x }", "variables": []}',
        b'{"query": "{ x }", "variables": "{}"}', b'{"query": "{ x }", "operationName": 1}',
        b'{"query": "{ x }", "extensions": 1}', b'{"query": "{ x }", "variables": {"a": NaN}}',
        b"\xff", b"[" * 200_000,
    ],
)  # fmt: skip
def test_an_invalid_request_is_refused(client: TestClient, body: bytes) -> None:
    answer = client.post("/graphql", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["message"]
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "parameters", [{}, {"query": ""}, {"query": "{ x }", "variables": "{"}, {"variables": "{}"}]
)
def test_a_get_without_a_query_is_refused(client: TestClient, parameters: dict[str, str]) -> None:
    assert client.get("/graphql", params=parameters).status_code == 400


def test_a_body_of_more_than_a_million_bytes_is_refused(client: TestClient) -> None:
    headers = {"content-type": "application/json"}
    query = json.dumps({"query": "{ __typename }"}).encode()
    most = query + b" " * (1_000_000 - len(query))
    assert client.post("/graphql", content=most, headers=headers).status_code == 200
    answer = client.post("/graphql", content=most + b" ", headers=headers)
    assert answer.status_code == 413
    assert "1,000,000 bytes" in answer.json()["errors"][0]["message"]

    def parts() -> Iterator[bytes]:  # sent in pieces, without its length
        for _ in range(11):
            yield b" " * 100_000

    assert client.post("/graphql", content=parts(), headers=headers).status_code == 413


def test_documents_nested_too_deeply_are_refused_and_the_server_lives(client: TestClient) -> None:
    for query in ("{" * 50_000, "{a" * 5_000 + "}" * 5_000, "{ x(a: " + "[" * 50_000):
        answer = post(client, {"query": query})
        assert answer.status_code in (200, 400)
        assert answer.json().keys() == {"errors"}
    assert post(client, {"query": "{ __typename }"}).status_code == 200


def test_every_answer_has_a_request_id_of_its_own(client: TestClient) -> None:
    seen = {
        post(client, {"query": "{ __typename }"}).headers["x-request-id"],
        post(client, {"query": "{"}).headers["x-request-id"],
        client.put("/graphql").headers["x-request-id"],
    }
    assert len(seen) == 3
    assert all(re.fullmatch(r"[0-9a-f]{32}", request_id) for request_id in seen)


# ---------------------------------------------------------------- errors nobody expects


class Broken:
    """A store in which something is wrong."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError("the shelf of the store is broken")


@pytest.fixture
def broken(settings: Settings, store: Store) -> Iterator[TestClient]:
    damaged = broken_store()
    damaged.manifest, damaged.evaluation = store.manifest, store.evaluation
    damaged.users = store.users
    damaged.developers = Broken()
    with TestClient(create_app(settings, damaged)) as client:
        yield client


def test_an_unexpected_error_is_masked_and_logged_under_its_request_id(
    broken: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    query = """query ($secret: String!) {
      developer(name: $secret) { name } user(userId: "ada") { itemsCount } }"""
    with caplog.at_level(logging.DEBUG):
        answer = post(broken, {"query": query, "variables": {"secret": "hunter2"}})
    assert answer.status_code == 200
    body = answer.json()
    assert body["data"] == {"developer": None, "user": {"itemsCount": 8}}
    (error,) = body["errors"]
    request_id = answer.headers["x-request-id"]
    assert error["extensions"] == {"code": "INTERNAL", "requestId": request_id}
    assert error["path"] == ["developer"]
    assert "shelf" not in answer.text

    (record,) = [r for r in caplog.records if r.name == "playgraph.execution"]
    logged = logging.Formatter().format(record)
    assert request_id in logged
    assert "the shelf of the store is broken" in logged
    assert "hunter2" not in caplog.text
    assert query not in caplog.text


def test_an_expected_error_is_not_logged(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, logger="playgraph"):
        post(client, {"query": '{ user(userId: "nobody") { itemsCount } }'})
        post(client, {"query": "{ bestDevelopers(year: 0) { rank } }"})
    assert {record.name for record in caplog.records} == {"playgraph.access"}
