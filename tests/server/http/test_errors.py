"""HTTP: what breaks on our side is masked, logged, and found by the request id."""

from __future__ import annotations

import logging
import threading

import pytest
from msgspec.structs import replace

from datastore.base.settings import Settings
from datastore.store import Store
from harness import TestClient, broken_store
from server.app import create_app
from server.execution.encoding import encoded

#: A developer of the store, and nobody.
NAMES = ("Kraken", "Krakn")


@pytest.fixture(scope="module")
def broken(settings: Settings) -> TestClient:
    """A server with a broken store: every look-up fails."""
    return TestClient(create_app(settings, broken_store()))


def test_an_unexpected_error_is_masked_and_logged_with_the_request_id(
    broken: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = broken.post("/graphql", json={"query": "{ dataset { version } }"})
    request_id = answer.headers["x-request-id"]
    (error,) = answer.json()["errors"]
    assert error["extensions"] == {"code": "INTERNAL", "requestId": request_id}
    assert "object" not in error["message"]
    assert request_id in caplog.text
    assert "AttributeError" in caplog.text


def test_what_breaks_outside_of_graphql_is_a_masked_500(
    broken: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = broken.get("/readyz", headers={"X-Request-ID": "from-the-proxy.7"})
    assert answer.status_code == 500
    (error,) = answer.json()["errors"]
    assert error["extensions"] == {"code": "INTERNAL", "requestId": "from-the-proxy.7"}
    assert "request from-the-proxy.7 failed" in caplog.text


@pytest.mark.parametrize("path", ["/graphql", "/healthz", "/readyz", "/", "/nothing"])
def test_every_answer_has_a_request_id_of_its_own(client: TestClient, path: str) -> None:
    ids = {client.get(path).headers["x-request-id"] for _ in range(3)}
    assert len(ids) == 3


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("8f0c2d1e-5b7a-4c61-9d55-0a1b2c3d4e5f", True),
        ("a.proxy:1_2-3", True),
        ("short", False),
        ("two words here", False),
        ("x" * 200, False),
        ("<script>alert(1)</script>", False),
    ],
)
def test_a_well_formed_request_id_is_taken_over(client: TestClient, given: str, kept: bool) -> None:
    answer = client.get("/healthz", headers={"X-Request-ID": given})
    assert (answer.headers["x-request-id"] == given) is kept


def test_request_errors_do_not_repeat_the_request_id(client: TestClient) -> None:
    answer = client.post("/graphql", json={"query": "{"})
    assert answer.headers["x-request-id"] not in answer.text


def test_an_answer_with_half_a_character_is_still_utf_8() -> None:
    assert (
        encoded({"message": "\ud800", "more": [{"\udfff": 1}]})
        == b'{"message":"?","more":[{"?":1}]}'
    )


def test_unknown_names_cost_one_search_per_request(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[str] = []

    def suggestions(_index: object, _names: object, text: str, _weight: object) -> list[str]:
        searched.append(text)
        return ["Kraken"]

    monkeypatch.setattr("resolvers.developers.suggestions", suggestions)
    monkeypatch.setattr("resolvers.genres.suggestions", suggestions)
    query = """{ u: user(userId: "nobody") { userId } a: developer(name: "Krakn") { name }
                 b: developer(name: "Crakn") { name } c: genre(name: "Acton") { name } }"""
    for _ in range(2):  # each request has its own
        errors = client.post("/graphql", json={"query": query}).json()["errors"]
        found = {error["path"][0]: error["extensions"]["suggestions"] for error in errors}
        assert found == {"u": [], "a": ["Kraken"], "b": [], "c": []}
    assert searched == ["Krakn", "Krakn"]


def test_suggestions_are_searched_for_in_the_thread_of_expensive_work(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[str] = []

    def suggestions(*_arguments: object) -> list[str]:
        threads.append(threading.current_thread().name)
        return []

    monkeypatch.setattr("resolvers.developers.suggestions", suggestions)
    for _ in range(2):
        client.post("/graphql", json={"query": '{ developer(name: "Krakn") { name } }'})
    assert [name.partition("_")[0] for name in threads] == ["expensive"] * 2


def test_a_search_for_suggestions_is_taken_from_the_budget_of_the_client(
    settings: Settings, store: Store
) -> None:
    limited = replace(settings, rate=1, rate_seconds=10_000)
    with TestClient(create_app(limited, store)) as client:

        def cost(query: str) -> int:
            before, after = [
                int(client.post("/graphql", json={"query": asked}).headers["ratelimit-remaining"])
                for asked in ("{ __typename }", query)
            ]
            return before - after

        known, unknown = [cost(f'{{ developer(name: "{name}") {{ name }} }}') for name in NAMES]
        assert known < 50
        assert 1_500 <= unknown < 1_550
