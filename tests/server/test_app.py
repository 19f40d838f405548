"""The application around GraphQL: health, headers, the explorer, and what is not there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from datastore.base.settings import Settings
from datastore.store import Store
from harness import Ask, TestClient, broken_store
from server.app import create_app

TITLES = [
    "developer",
    "userdata",
    "UserForGenre",
    "best_developer_year",
    "developer_reviews_analysis",
    "recomendacion_juego",
    "genero",
    "juegos",
    "specs",
    "earlyacces",
    "sentiment",
    "metascore",
    "prediccion",
    "get_max_duration",
    "get_score_count",
    "get_count_platform",
    "get_actor",
    "get_recommendation",
    "verdict",
    "verdictForRatings",
    "model",
    "priceModel",
    "titleModel",
]


def test_a_server_with_a_snapshot_is_alive_and_ready(client: TestClient, store: Store) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "version": store.manifest.version,
        "builtAt": store.manifest.built_at,
        "demo": False,
    }
    assert answer.headers["cache-control"] == "no-store"


def test_a_server_without_one_is_alive_and_not_ready(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(data_dir=tmp_path / "nothing"))) as client:
        assert client.get("/healthz").status_code == 200
        for path in ("/readyz", "/graphql?query={__typename}", "/explorer.json"):
            answer = client.get(path)
            assert answer.status_code == 503, path
            assert answer.headers["retry-after"] == "5"
        answer = client.post("/graphql", json={"query": "{ __typename }"})
        assert answer.status_code == 503
        assert answer.json()["errors"][0]["extensions"] == {"code": "UNAVAILABLE"}


def test_the_newest_snapshot_is_loaded_at_the_start(settings: Settings, store: Store) -> None:
    with TestClient(create_app(settings)) as client:
        assert client.get("/readyz").json()["version"] == store.manifest.version


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/healthz", 200),
        ("GET", "/readyz", 200),
        ("GET", "/explorer.json", 200),
        ("GET", "/graphql?query={__typename}", 200),
        ("GET", "/graphql", 400),
        ("POST", "/graphql", 415),
        ("PUT", "/graphql", 405),
        ("GET", "/nothing", 404),
        ("GET", "/assets/nothing.js", 404),
        ("POST", "/healthz", 405),
    ],
)
def test_every_answer_has_the_security_headers(
    client: TestClient, method: str, path: str, status: int
) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self';")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_an_error_that_no_route_has_caught_has_them_too(settings: Settings, store: Store) -> None:
    damaged = broken_store()  # has nothing that a page could be made from
    damaged.manifest = store.manifest
    with TestClient(create_app(settings, damaged), raise_server_exceptions=False) as client:
        answer = client.get("/explorer.json")
    assert answer.status_code == 500
    assert "Traceback" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_an_unknown_path_lists_the_addresses(client: TestClient) -> None:
    (error,) = client.get("/nothing").json()["errors"]
    assert error["message"] == (
        "Not found. GraphQL is at /graphql, GraphiQL at /, the explorer at /explore."
    )


def test_files_outside_of_the_assets_stay_where_they_are(client: TestClient) -> None:
    for path in ("/assets/../app.py", "/assets/%2e%2e/%2e%2e/app.py", "/assets//etc/passwd"):
        assert client.get(path).status_code == 404


def test_without_the_built_page_the_server_says_so_and_answers_all_the_same(
    settings: Settings, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As after PLAYGRAPH_SKIP_WEB=1, or where there is no Node.
    monkeypatch.setattr("server.pages.assets.STATIC", tmp_path)
    monkeypatch.setattr("server.pages.graphiql.STATIC", tmp_path)
    with TestClient(create_app(settings, store), raise_server_exceptions=False) as client:
        page = client.get("/")
        assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
        assert client.get("/graphql?query={__typename}").status_code == 200
        assert client.get("/favicon.ico").status_code == 204
        assert client.get("/assets/nothing.js").status_code == 404
        assert client.get("/licenses.md").status_code == 404


def test_the_licences_of_the_page_are_answered_as_text(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.pages.assets.STATIC", tmp_path)
    (tmp_path / "licenses.md").write_text("## react - 1.0 (MIT)", encoding="utf-8")
    answer = client.get("/licenses.md")
    assert answer.text == "## react - 1.0 (MIT)"
    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_what_is_not_there_says_where_things_are(client: TestClient) -> None:
    message = client.get("/nothing").json()["errors"][0]["message"]
    assert "/graphql" in message


def test_a_long_answer_is_compressed_for_those_who_ask(demo_client: TestClient) -> None:
    body = {"query": "{ games(first: 100) { nodes { title tags } } }"}
    packed = demo_client.post("/graphql", json=body, headers={"accept-encoding": "gzip"})
    plain = demo_client.post("/graphql", json=body, headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.json() == plain.json()


def test_the_explorer_opens_with_the_six_questions_under_the_clients_names(
    demo_client: TestClient, demo_store: Store
) -> None:
    settings = demo_client.get("/explorer.json").json()
    assert settings["endpoint"] == "graphql"  # relative to the page
    assert settings["dataset"] == {"version": demo_store.manifest.version, "demo": True}
    assert [tab["title"] for tab in settings["tabs"]] == TITLES


@pytest.mark.parametrize("number", range(len(TITLES)), ids=TITLES)
def test_every_tab_has_an_answer_worth_showing(demo_client: TestClient, number: int) -> None:
    tab = demo_client.get("/explorer.json").json()["tabs"][number]
    body = {"query": tab["query"], "variables": json.loads(tab["variables"])}
    answer = demo_client.post(demo_client.get("/explorer.json").json()["endpoint"], json=body)
    assert answer.status_code == 200
    assert "errors" not in answer.json()
    for found in answer.json()["data"].values():
        assert found
        for value in found.values() if isinstance(found, dict) else iter([found]):
            assert value not in (None, [], {})


def test_the_tabs_of_a_tiny_world_have_answers_too(ask: Ask, client: TestClient) -> None:
    for tab in client.get("/explorer.json").json()["tabs"]:
        assert "errors" not in ask(tab["query"], **json.loads(tab["variables"]))
