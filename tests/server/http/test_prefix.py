"""HTTP below a path prefix: every address handed out is relative or carries it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from datastore.base.errors import SettingsError
from datastore.base.settings import Settings
from datastore.store import Store
from harness import TestClient
from server.app import create_app
from server.http.prefix import root_path


@pytest.fixture(scope="module")
def below(settings: Settings, store: Store) -> TestClient:
    app = create_app(replace(settings, root_path="/shop/games/"), store)
    return TestClient(app, follow_redirects=False)


@pytest.mark.parametrize("prefix", ["", "/shop/games"])
@pytest.mark.parametrize("path", ["/", "/healthz", "/readyz", "/explorer.json", "/graphql"])
def test_a_proxy_may_keep_the_prefix_or_cut_it_off(
    below: TestClient, prefix: str, path: str
) -> None:
    query = "?query={__typename}" if path == "/graphql" else ""
    assert below.get(prefix + path + query).status_code == 200


@pytest.mark.parametrize(
    ("asked", "location"),
    [
        ("/shop/games", "/shop/games/"),
        ("/shop/games/graphql/", "/shop/games/graphql"),
        ("/graphql/?query=%7Ba%7D", "/shop/games/graphql?query=%7Ba%7D"),
        ("/readyz/", "/shop/games/readyz"),
    ],
)
def test_redirects_carry_the_prefix_and_leave_scheme_and_host_to_the_client(
    below: TestClient, asked: str, location: str
) -> None:
    answer = below.get(asked)
    assert (answer.status_code, answer.headers["location"]) == (307, location)


def test_a_redirect_without_a_prefix_is_a_path_too(client: TestClient) -> None:
    answer = client.get("/graphql/", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, "/graphql")


def test_a_redirect_never_leads_to_another_host(below: TestClient, client: TestClient) -> None:
    for found in (client, below):
        for path in ("//other.example/graphql/", "//other.example/..%2f", "/\\other.example/"):
            answer = found.get(f"http://testserver{path}", follow_redirects=False)
            location = answer.headers.get("location", "/")
            assert location.startswith("/") and not location.startswith(("//", "/\\"))


def test_a_path_that_only_begins_like_the_prefix_is_not_below_it(below: TestClient) -> None:
    assert below.get("/shop/gamesgraphql").status_code == 404
    assert below.get("/shop/graphql").status_code == 404


def test_messages_and_pages_name_addresses_below_the_prefix(
    below: TestClient, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    message = below.get("/nothing").json()["errors"][0]["message"]
    assert message == (
        "Not found. GraphQL is at /shop/games/graphql, GraphiQL at /shop/games/, "
        "the explorer at /shop/games/explore."
    )
    assert below.get("/explorer.json").json()["endpoint"] == "graphql"  # relative to the page
    monkeypatch.setattr("server.pages.graphiql.STATIC", settings.data_dir / "nothing")
    missing = below.get("/", headers={"Host": "shop.example:8103"}).text
    assert "http://shop.example:8103/shop/games/graphql" in missing
    assert "{root_path}" not in missing and "{origin}" not in missing


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("", ""),
        ("/", ""),
        ("games", "/games"),
        ("/games/", "/games"),
        ("/a-b/c_d.e~", "/a-b/c_d.e~"),
    ],
)
def test_a_prefix_is_read_with_or_without_its_slashes(text: str, path: str) -> None:
    assert root_path(text) == path


@pytest.mark.parametrize(
    "text",
    [
        "https://a.example/games",
        "/a b",
        "//a",
        "/a//b",
        "/../a",
        "/a/.",
        "/%61",
        "/<b>",
        "/é",
        "/a?b",
    ],
)
def test_an_invalid_path_prefix_stops_the_start(
    settings: Settings, store: Store, text: str
) -> None:
    with pytest.raises(SettingsError, match="PLAYGRAPH_ROOT_PATH"):
        create_app(replace(settings, root_path=text), store)


@pytest.mark.parametrize("text", ["/graphql", "/assets/x", "/healthz"])
def test_a_path_of_the_server_itself_cannot_be_the_prefix(text: str) -> None:
    with pytest.raises(SettingsError, match="the server itself"):
        root_path(text)
