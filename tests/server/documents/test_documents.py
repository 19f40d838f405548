"""HTTP: automatic persisted queries, and servers that run trusted documents only."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from datastore.base.errors import SettingsError
from datastore.base.settings import Settings
from datastore.store import Store
from harness import TestClient
from server.app import create_app
from server.documents.persisted import PersistedQueries
from server.http.parameters import Parameters

QUERY = "query Name { __typename }"
ANSWER = {"data": {"__typename": "Query"}}


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def persisted(key: Any, query: str | None = None, version: Any = 1) -> dict[str, Any]:
    extensions = {"persistedQuery": {"version": version, "sha256Hash": key}}
    return {"extensions": extensions} | ({} if query is None else {"query": query})


def code(answer: Any) -> str:
    body = answer.json()
    assert "data" not in body
    (error,) = body["errors"]
    found: str = error["extensions"]["code"]
    return found


@pytest.fixture
def fresh(settings: Settings, store: Store) -> TestClient:
    """A server that remembers nothing yet."""
    return TestClient(create_app(settings, store))


def test_a_hash_is_asked_then_registered_then_known(fresh: TestClient) -> None:
    unknown = fresh.post("/graphql", json=persisted(sha256(QUERY)))
    assert (unknown.status_code, code(unknown)) == (400, "PERSISTED_QUERY_NOT_FOUND")
    assert unknown.json()["errors"][0]["message"] == "PersistedQueryNotFound"
    assert fresh.post("/graphql", json=persisted(sha256(QUERY), QUERY)).json() == ANSWER
    assert fresh.post("/graphql", json=persisted(sha256(QUERY))).json() == ANSWER


def test_a_hash_may_be_asked_by_get_and_has_a_tag(fresh: TestClient) -> None:
    fresh.post("/graphql", json=persisted(sha256(QUERY), QUERY))
    extensions = json.dumps(persisted(sha256(QUERY))["extensions"])
    answer = fresh.get("/graphql", params={"extensions": extensions, "variables": "{}"})
    assert answer.json() == ANSWER
    assert answer.headers["etag"]
    by_id = fresh.get("/graphql", params={"documentId": f"sha256:{sha256(QUERY)}"})
    assert by_id.json() == ANSWER


def test_a_client_of_old_gets_200_as_from_apollo(fresh: TestClient) -> None:
    headers = {"Accept": "application/json"}
    answer = fresh.post("/graphql", json=persisted(sha256(QUERY)), headers=headers)
    assert (answer.status_code, code(answer)) == (200, "PERSISTED_QUERY_NOT_FOUND")
    assert answer.headers["cache-control"] == "no-store"


def test_the_hash_must_be_the_texts(fresh: TestClient) -> None:
    answer = fresh.post("/graphql", json=persisted(sha256("other"), QUERY))
    assert (answer.status_code, code(answer)) == (400, "PERSISTED_QUERY_HASH_MISMATCH")
    assert code(fresh.post("/graphql", json=persisted(sha256("other")))) == (
        "PERSISTED_QUERY_NOT_FOUND"
    )


@pytest.mark.parametrize("query", ["{", "{ nothing }"])
def test_what_is_not_valid_is_not_kept(fresh: TestClient, query: str) -> None:
    assert fresh.post("/graphql", json=persisted(sha256(query), query)).status_code == 400
    assert code(fresh.post("/graphql", json=persisted(sha256(query)))) == (
        "PERSISTED_QUERY_NOT_FOUND"
    )


@pytest.mark.parametrize(
    "body",
    [
        persisted(7),
        persisted("a", version=2),
        persisted("a", version=True),
        {"extensions": {"persistedQuery": "a"}},
        {"extensions": {"persistedQuery": {"version": 1}}},
    ],
)
def test_a_malformed_extension_is_400(fresh: TestClient, body: dict[str, Any]) -> None:
    answer = fresh.post("/graphql", json=body, headers={"Accept": "application/json"})
    assert (answer.status_code, code(answer)) == (400, "BAD_REQUEST")


def test_persisted_queries_can_be_off(settings: Settings, store: Store) -> None:
    client = TestClient(create_app(replace(settings, persisted_queries=0), store))
    for body in (persisted(sha256(QUERY)), persisted(sha256(QUERY), QUERY)):
        assert code(client.post("/graphql", json=body)) == "PERSISTED_QUERY_NOT_SUPPORTED"
    assert client.post("/graphql", json={"query": QUERY}).json() == ANSWER


def test_the_store_is_bounded_in_documents_and_in_bytes() -> None:
    def kept(most: int, most_bytes: int, *texts: str) -> list[str]:
        queries = PersistedQueries(most, most_bytes)
        for text in texts:
            queries.remember(Parameters(text, None, sha256(text), None, None))
        return [text for text in texts if sha256(text) in queries._documents]

    assert kept(2, 100, "a", "b", "c") == ["b", "c"]
    assert kept(9, 4, "aa", "bb", "cc") == ["bb", "cc"]
    assert kept(9, 4, "aa", "too long") == ["aa"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A file, and the manifests of three compilers."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "name.graphql").write_text(f"{QUERY}\n")
    relay = {"0123456789abcdef0123456789abcdef": "query Relay { dataset { version } }"}
    (tmp_path / "relay.json").write_text(json.dumps(relay))
    codegen = "query Codegen($id: ID!) { game(appId: $id) { title } }"
    (tmp_path / "codegen.json").write_text(json.dumps({sha256(codegen): codegen}))
    apollo = {
        "id": "apollo-1",
        "name": "Apollo",
        "type": "query",
        "body": "query Apollo { __typename }",
    }
    manifest = {"format": "apollo-persisted-query-manifest", "version": 1, "operations": [apollo]}
    (tmp_path / "apollo.json").write_text(json.dumps(manifest))
    (tmp_path / "README.md").write_text("not a document")
    return tmp_path


@pytest.fixture
def trusting(settings: Settings, store: Store, folder: Path) -> TestClient:
    """A server that runs the folder's documents only."""
    return TestClient(create_app(replace(settings, documents=str(folder)), store))


@pytest.mark.parametrize(
    "body",
    [
        {"query": f"{QUERY}\n"},
        {"query": QUERY},
        {"query": "query Name {\n  __typename\n}"},
        persisted(sha256(QUERY)),
        persisted(sha256(QUERY), QUERY),
        {"documentId": f"sha256:{sha256(QUERY)}"},
        {"documentId": "apollo-1"},
        {"id": "apollo-1", "operationName": "Apollo"},
        persisted("apollo-1"),
    ],
)
def test_a_trusted_document_runs(trusting: TestClient, body: dict[str, Any]) -> None:
    assert trusting.post("/graphql", json=body).json() == ANSWER


def test_a_trusted_document_runs_by_get_and_with_variables(trusting: TestClient) -> None:
    parameters = {"documentId": "0123456789abcdef0123456789abcdef"}
    assert trusting.get("/graphql", params=parameters).json()["data"]["dataset"]["version"]
    codegen = sha256("query Codegen($id: ID!) { game(appId: $id) { title } }")
    body = {"documentId": codegen, "variables": {"id": "0"}}
    assert trusting.post("/graphql", json=body).json()["data"] == {"game": None}


@pytest.mark.parametrize("accept", ["*/*", "application/json"])
@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        ({"query": "{ __typename }"}, 403, "QUERY_NOT_IN_SAFELIST"),
        ({"query": "{"}, 403, "QUERY_NOT_IN_SAFELIST"),
        ({"documentId": "unknown"}, 404, "PERSISTED_QUERY_NOT_IN_LIST"),
        (persisted(sha256("{ __typename }")), 404, "PERSISTED_QUERY_NOT_IN_LIST"),
        (persisted(sha256("{ a }"), "{ a }"), 404, "PERSISTED_QUERY_NOT_IN_LIST"),
        (persisted("apollo-1", "{ __typename }"), 403, "QUERY_NOT_IN_SAFELIST"),
    ],
)
def test_everything_else_is_refused(
    trusting: TestClient, body: dict[str, Any], status: int, expected: str, accept: str
) -> None:
    answer = trusting.post("/graphql", json=body, headers={"Accept": accept})
    assert (answer.status_code, code(answer)) == (status, expected)
    assert "ask its operator" in answer.text or "send only the id" in answer.text


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.graphql", "query {", "a.graphql, line 1 "),
        ("a.graphql", "query A {\n  nothing\n}", "a.graphql, line 2 .*nothing"),
        ("a.graphql", "fragment F on Game { title }", "a.graphql.*F"),
        ("a.graphql", "", "a.graphql"),
        ("a.gql", b"\xff", "a.gql is not UTF-8"),
        ("a.json", "{", "a.json is not valid JSON"),
        ("a.json", "[]", "a.json is not a manifest"),
        ("a.json", '{"a": 1}', "a.json: the entry 'a'"),
        ("a.json", '{"a": "{ nothing }"}', "a.json: 'a', line 1 "),
        ("a.json", '{"format": "apollo-persisted-query-manifest", "operations": [7]}', "a.json"),
        ("a.txt", "{ __typename }", "No documents"),
    ],
)
def test_a_folder_with_a_wrong_document_stops_the_start(
    settings: Settings, store: Store, tmp_path: Path, name: str, content: str | bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(SettingsError, match=words):
        create_app(replace(settings, documents=str(tmp_path)), store)


def test_one_id_of_two_documents_stops_the_start(
    settings: Settings, store: Store, tmp_path: Path
) -> None:
    (tmp_path / "a.json").write_text('{"x": "{ __typename }"}')
    (tmp_path / "b.json").write_text('{"x": "{ dataset { version } }"}')
    with pytest.raises(SettingsError, match=r"b\.json: the id 'x' is already used"):
        create_app(replace(settings, documents=str(tmp_path)), store)


def test_a_folder_that_is_not_there_stops_the_start(settings: Settings, store: Store) -> None:
    with pytest.raises(SettingsError, match="/not/there, does not exist"):
        create_app(replace(settings, documents="/not/there"), store)
