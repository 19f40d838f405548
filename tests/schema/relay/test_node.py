"""Relay global ids: every entry is found again, and nothing else is."""

from __future__ import annotations

from base64 import urlsafe_b64encode

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import world
from harness import Ask, only_error
from thorough import examples

NODE = "query ($id: ID!) { node(id: $id) { __typename id } }"
LISTS = {
    "Game": "{ games(first: 100) { nodes { id } } }",
    "Developer": "{ developers(first: 100) { nodes { id } } }",
    "Genre": "{ genres(first: 100) { nodes { id } } }",
    "User": "{ users(first: 100) { nodes { id } } }",
}


def ids(ask: Ask, kind: str) -> list[str]:
    (page,) = ask(LISTS[kind])["data"].values()
    return [node["id"] for node in page["nodes"]]


def encoded(text: str) -> str:
    return urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).decode("ascii")


@pytest.mark.parametrize("kind", LISTS)
def test_every_entry_is_found_again_by_its_global_id(ask: Ask, kind: str) -> None:
    for global_id in ids(ask, kind):
        assert ask(NODE, id=global_id) == {"data": {"node": {"__typename": kind, "id": global_id}}}


def test_every_entry_of_any_type_has_an_id_of_its_own(ask: Ask) -> None:
    every = [global_id for kind in LISTS for global_id in ids(ask, kind)]
    counts = map(len, (world.GAMES, world.DEVELOPERS, world.GENRES, world.USERS))
    assert len(set(every)) == len(every) == sum(counts)


def test_a_game_that_the_catalogue_lacks_has_a_global_id_too(ask: Ask) -> None:
    global_id = ask('{ game(appId: "900") { id } }')["data"]["game"]["id"]
    query = "query ($id: ID!) { node(id: $id) { ... on Game { title } } }"
    assert ask(query, id=global_id) == {"data": {"node": {"title": "Ghost Game"}}}


def test_nodes_come_in_their_order_and_an_unknown_one_is_null_with_its_own_error(
    ask: Ask,
) -> None:
    game, user = ids(ask, "Game")[3], ids(ask, "User")[0]
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    answer = ask(query, ids=[user, "nothing", game, user])
    assert answer["data"]["nodes"] == [{"id": user}, None, {"id": game}, {"id": user}]
    error = only_error(answer)
    assert error["path"] == ["nodes", 1]
    assert error["extensions"] == {
        "code": "NOT_FOUND",
        "classification": "BAD_REQUEST",
        "suggestions": [],
    }
    assert ask(query, ids=[]) == {"data": {"nodes": []}}


def test_at_most_a_hundred_nodes_can_be_asked_for(ask: Ask) -> None:
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    game = ids(ask, "Game")[0]
    assert len(ask(query, ids=[game] * 100)["data"]["nodes"]) == 100
    error = only_error(ask(query, ids=[game] * 101))
    assert error["extensions"] == {
        "code": "INVALID_ARGUMENT",
        "classification": "BAD_REQUEST",
        "argument": "ids",
    }
    assert error["path"] == ["nodes"]


_KEYS = st.sampled_from(
    [*world.GAMES, *world.USERS, *world.DEVELOPERS, *world.GENRES, "-1", "", " 10", "row", "0"]
)
_TYPES = st.sampled_from(["Game", "User", "Developer", "Genre", "Query", "game", "", "Node"])


@settings(max_examples=examples(200))
@given(
    st.text()
    | st.text(st.characters(categories=["Cs", "L", "Nd"]))
    | st.builds(lambda kind, key: encoded(f"{kind}:{key}"), _TYPES, _KEYS | st.text())
    | st.builds(lambda kind, key: f"{kind}:{key}", _TYPES, _KEYS)
)
@example("")
@example(encoded("Game:10") + "=")
@example(encoded("Game:10").rstrip("="))
@example(encoded("Game: 10"))
@example(encoded("Developer:Orbit Works"))
@example("\ud800")
def test_no_text_but_a_global_id_makes_anything_but_not_found(ask: Ask, text: str) -> None:
    valid = {
        global_id
        for kind in LISTS
        for global_id in ids(ask, kind)
    }  # fmt: skip
    valid |= {encoded(f"Game:{app_id}") for app_id in world.OFF_CATALOGUE}
    answer = ask(NODE, id=text)
    if text in valid:
        assert answer["data"]["node"]["id"] == text
        return
    assert answer["data"] == {"node": None}
    error = only_error(answer)
    assert error["path"] == ["node"]
    assert error["extensions"] == {
        "code": "NOT_FOUND",
        "classification": "BAD_REQUEST",
        "suggestions": [],
    }
