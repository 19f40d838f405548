"""Everything can be reached from everything, and is the same entry by every path."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from typing import Any

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, get_named_type

import world
from datastore.store import Store
from etl.release.build import Inputs
from harness import Ask, asker, build_snapshot
from schema.graph import graphql_schema

TYPES = graphql_schema().type_map
NODES = ["Developer", "Game", "Genre", "Review", "User"]


def reached(start: str) -> set[str]:
    """Object types that lie behind the fields of a type."""
    met, waiting = {start}, [start]
    while waiting:
        kind = TYPES[waiting.pop()]
        if isinstance(kind, GraphQLInterfaceType):
            names = [one.name for one in graphql_schema().get_possible_types(kind)]
        elif isinstance(kind, GraphQLObjectType):
            names = [get_named_type(field.type).name for field in kind.fields.values()]
        else:
            continue
        waiting += [name for name in names if name not in met]
        met.update(names)
    return met


def test_every_object_type_is_reached_from_the_root() -> None:
    objects = {
        name
        for name, kind in TYPES.items()
        if isinstance(kind, GraphQLObjectType) and not name.startswith("__")
    }
    assert objects - reached("Query") == set()


@pytest.mark.parametrize("start", NODES)
def test_every_noun_is_reached_from_every_other(start: str) -> None:
    assert set(NODES) - reached(start) == set()


def test_every_path_that_is_promised_has_an_answer(ask: Ask) -> None:
    answer = ask(
        """{
      game(appId: "10") {
        developer { name games { nodes { appId } } }
        genres { name games { totalCount } topPlayers { user { userId } hours } }
        similarGames(first: 1) { game { appId } }
        reviewSentiment { total }
        reviews { nodes { user { userId } game { appId } } }
        players { edges { hours node { userId } } }
      }
      user(userId: "ada") {
        library { edges { hours node { appId developer { name } } } }
        reviewSentiment { positive total }
        reviews { nodes { game { appId } } }
      }
    }"""
    )
    assert "errors" not in answer
    game, user = answer["data"]["game"], answer["data"]["user"]
    assert game["developer"]["name"] == "Orbit Works"
    assert {"appId": "10"} in game["developer"]["games"]["nodes"]
    assert [one["name"] for one in game["genres"]] == ["Action"]
    assert game["genres"][0]["topPlayers"][0] == {"user": {"userId": "ada"}, "hours": 12}
    assert len(game["similarGames"]) == 1
    assert game["reviewSentiment"] == {"total": 4}
    assert {one["game"]["appId"] for one in game["reviews"]["nodes"]} == {"10"}
    assert game["players"]["edges"][0] == {"hours": 10, "node": {"userId": "ada"}}
    assert user["library"]["edges"][0]["node"]["developer"] == {"name": "Orbit Works"}
    assert user["reviewSentiment"] == {"positive": 2, "total": 2}
    assert [one["game"]["appId"] for one in user["reviews"]["nodes"]] == ["10", "50"]


def test_an_entry_has_the_same_id_by_every_path(ask: Ask) -> None:
    answer = ask(
        """{
      game(appId: "10") { id developer { id } genres { id } reviews(last: 1) { nodes { id } } }
      games(first: 1) { nodes { id developer { id } genres { id } } }
      developer(name: " ORBIT  works") { id games(first: 1) { nodes { id } }
        releaseYears { games(filter: { appId: { eq: "10" } }) { nodes { id } } } }
      genre(name: "ACTION") { id games(first: 1) { nodes { id } }
        topPlayer { user { id library(first: 1) { nodes { id genres { id } } } } } }
      user(userId: "ada") { id library(first: 1) { nodes { id } edges { node { id } } }
        reviews(filter: { postedYear: { eq: 2011 } }, last: 2) { nodes { id user { id } } } }
      search: games(search: "alpha strike") { nodes { id } }
      bestDevelopers(year: 2011, first: 2) { developer { id } reviews { nodes { id } } }
      mostRecommendedGames(year: 2011) { places { game { id } reviews { nodes { id } } } }
    }"""
    )["data"]
    ids: dict[str, set[str]] = {}

    def collect(value: Any) -> None:
        if isinstance(value, list):
            for one in value:
                collect(one)
        elif isinstance(value, dict):
            if "id" in value:
                kind, _, key = urlsafe_b64decode(value["id"]).decode().partition(":")
                ids.setdefault(f"{kind}:{key.casefold()}", set()).add(value["id"])
            for one in value.values():
                collect(one)

    collect(answer)
    assert {"Game:10", "Developer:orbit works", "Genre:action", "User:ada"} <= set(ids)
    assert all(len(same) == 1 for same in ids.values())
    assert answer["game"]["id"] == answer["search"]["nodes"][0]["id"]
    assert answer["genre"]["topPlayer"]["user"]["id"] == answer["user"]["id"]


#: Ids that look like parts of other ids, or need escapes in an address.
ODD_USERS = ["a/b", "/", "a:b", "Review:10/x", "ä ö", "日本", "%2F", "10", "a\\b", "🎮", '"', "a%b"]
ODD_GAMES = ["10", "10/a", "x:y", "%", "日本/"]


@pytest.fixture(scope="module")
def ask_odd(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """A world in which every user has reviewed every game, and all ids are odd."""
    folder = tmp_path_factory.mktemp("odd")
    paths = {kind: folder / f"{kind}.json" for kind in ("games", "reviews", "items")}
    games = [{"id": one, "app_name": one, "developer": "x", "genres": ["y"]} for one in ODD_GAMES]
    paths["games"].write_text("".join(json.dumps(one) + "\n" for one in games), "utf-8")
    reviews = [
        {"item_id": one, "recommend": True, "review": world.GOOD, "posted": "Posted May 1, 2011."}
        for one in ODD_GAMES
    ]
    lines = [{"user_id": user, "reviews": reviews} for user in ODD_USERS]
    paths["reviews"].write_text("".join(json.dumps(one) + "\n" for one in lines), "utf-8")
    items = [{"item_id": one, "item_name": one, "playtime_forever": 1} for one in ODD_GAMES]
    owned = [{"user_id": user, "items": items} for user in ODD_USERS]
    paths["items"].write_text("".join(json.dumps(one) + "\n" for one in owned), "utf-8")
    return asker(Store.open(build_snapshot(Inputs(**paths), folder / "data")))


NODE = """query ($id: ID!) { node(id: $id) { __typename id
  ... on Review { user { userId } game { appId } } } }"""


def test_a_review_is_found_by_its_id_for_any_ids_of_user_and_game(
    ask_odd: Ask,
) -> None:
    answer = ask_odd("{ users { nodes { userId reviews { nodes { id game { appId } } } } } }")
    seen: set[str] = set()
    for user in answer["data"]["users"]["nodes"]:
        assert len(user["reviews"]["nodes"]) == len(ODD_GAMES)
        for review in user["reviews"]["nodes"]:
            found = ask_odd(NODE, id=review["id"])["data"]["node"]
            assert found == {
                "__typename": "Review",
                "id": review["id"],
                "user": {"userId": user["userId"]},
                "game": review["game"],
            }
            seen.add(review["id"])
    assert len(seen) == len(ODD_USERS) * len(ODD_GAMES)


@pytest.mark.parametrize("noun", ["games", "users", "developers", "genres"])
def test_every_entry_of_the_demo_and_of_an_odd_world_is_found_by_its_id(
    ask_demo: Ask, ask_odd: Ask, noun: str
) -> None:
    for ask in (ask_demo, ask_odd):
        ids = [
            one["id"]
            for one in ask(f"{{ {noun}(first: 100) {{ nodes {{ id }} }} }}")["data"][noun]["nodes"]
        ]
        found = ask("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)
        assert found == {"data": {"nodes": [{"id": one} for one in ids]}}


def test_nodes_of_all_types_keep_their_order_and_each_its_own_error(ask: Ask) -> None:
    answer = ask(
        """{ game(appId: "10") { id developer { id } genres { id } reviews(first: 1) {
          nodes { id user { id } } } } }"""
    )["data"]["game"]
    (review,) = answer["reviews"]["nodes"]
    ids = [review["id"], answer["genres"][0]["id"], answer["developer"]["id"], review["user"]["id"]]
    asked = ["nothing", *ids, "", answer["id"], answer["id"]]
    found = ask("query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", ids=asked)
    kinds = [one and one["__typename"] for one in found["data"]["nodes"]]
    assert kinds == [None, "Review", "Genre", "Developer", "User", None, "Game", "Game"]
    assert [error["path"] for error in found["errors"]] == [["nodes", 0], ["nodes", 5]]
    assert {error["extensions"]["code"] for error in found["errors"]} == {"NOT_FOUND"}


def test_lists_are_never_null_nor_are_their_entries() -> None:
    nullable = {
        "Query.bestDevelopers",
        "Query.longestTitles",
        "Query.nodes",
        "Query.recommendForLibrary",
        "Query.actors",
        "Query.topActors",
    }
    for name, kind in TYPES.items():
        if isinstance(kind, GraphQLObjectType) and not name.startswith("__"):
            for field, found in kind.fields.items():
                text = str(found.type)
                if "[" in text and f"{name}.{field}" not in nullable:
                    assert text.endswith("!]!"), f"{name}.{field}: {text}"
    query = graphql_schema().query_type
    assert query is not None
    assert str(query.fields["bestDevelopers"].type) == "[BestDeveloper!]"
    assert str(query.fields["nodes"].type) == "[Node]!"
    assert str(query.fields["recommendForLibrary"].type) == "[RecommendedGame!]"
