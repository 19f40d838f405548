"""userdata(User_id), libraries and recommendations: the tiny world."""

from __future__ import annotations

from typing import Any

import pytest

import world
from harness import Ask, only_error

USER = """query ($id: ID!) { user(userId: $id) {
  itemsCount moneySpent pricedItems recommendPercent reviewCount recommendedReviews } }"""
RECOMMENDED = """query ($id: ID!, $first: Int! = 10) { user(userId: $id) {
  recommendations(first: $first) { game { appId } score source } } }"""


@pytest.mark.parametrize(
    ("user_id", "answer"),
    [
        # items, USD, items with a price, per cent, reviews, of which recommend
        ("ada", (8, 34.97, 5, 100.0, 2, 2)),  # her second line repeats the first
        ("Ada", (1, 9.99, 1, None, 0, 0)),  # another person
        ("bob", (4, 513.98, 4, 100.0, 2, 2)),
        ("cyd", (4, 29.97, 4, 50.0, 2, 1)),
        ("owner", (2, 508.99, 2, 100 / 3, 3, 1)),  # unrounded
        ("76561198000000001", (2, 9.99, 1, 0.0, 1, 0)),  # one of the two has no price
        ("empty", (0, 0.0, 0, None, 0, 0)),
        ("critic", (0, 0.0, 0, 75.0, 4, 3)),  # known from reviews only
        ("silent", (0, 0.0, 0, None, 0, 0)),  # a line without any review
        ("hal", (1, 0.0, 0, 100.0, 1, 1)),  # owns only what the catalogue lacks
        ("gus", (2, 34.98, 2, 50.0, 2, 1)),  # two reviews of one game are one
    ],
)
def test_money_items_and_recommendations_of_a_user(
    ask: Ask, user_id: str, answer: tuple[Any, ...]
) -> None:
    assert tuple(ask(USER, id=user_id)["data"]["user"].values()) == answer


def test_a_user_id_matches_exactly_but_for_white_space_at_its_ends(ask: Ask) -> None:
    assert ask(USER, id=" ada\n") == ask(USER, id="ada")
    for user_id in ("ADA", "ad a", "", " ", "ａｄａ"):
        error = only_error(ask(USER, id=user_id))
        assert error["path"] == ["user"]
        assert error["extensions"] == {
            "code": "NOT_FOUND",
            "classification": "BAD_REQUEST",
            "suggestions": [],
        }


def test_a_library_is_sorted_by_hours_then_product_id(ask: Ask) -> None:
    query = """query ($id: ID!) { user(userId: $id) {
      library { totalCount edges { hours node { appId inCatalogue } } } } }"""
    library = ask(query, id="ada")["data"]["user"]["library"]
    assert library["totalCount"] == 8
    assert [(edge["node"]["appId"], edge["hours"]) for edge in library["edges"]] == [
        ("10", 10.0),
        ("50", 2.0),
        ("20", 1.0),
        ("900", 0.75),
        ("30", 40 / 60),
        ("70", 0.5),
        ("40", 20 / 60),
        ("120", 0.0),
    ]
    equal = ask(query, id="max")["data"]["user"]["library"]["edges"]
    assert [edge["node"]["appId"] for edge in equal] == [
        "10", "20", "30", "40", "50", "70", "80", "100", "900",
    ]  # fmt: skip
    assert ask(query, id="critic")["data"]["user"]["library"] == {"totalCount": 0, "edges": []}


@pytest.mark.parametrize("user_id", ["ada", "bob", "empty", "critic"])
def test_the_hours_of_a_user_are_those_of_the_library(ask: Ask, user_id: str) -> None:
    query = """query ($id: ID!) { user(userId: $id) {
      hours library(first: 100) { edges { hours } } } }"""
    user = ask(query, id=user_id)["data"]["user"]
    assert user["hours"] == pytest.approx(sum(edge["hours"] for edge in user["library"]["edges"]))
    assert (user["hours"] > 0) == (user_id in ("ada", "bob"))


def test_of_two_lines_of_one_user_the_greater_playtime_counts(ask: Ask) -> None:
    answer = ask('{ user(userId: "bob") { library { edges { hours } } } }')
    hours = [edge["hours"] for edge in answer["data"]["user"]["library"]["edges"]]
    assert hours == [2.0, 1.0, 0.5, 0.0]


@pytest.mark.parametrize("user_id", world.USERS)
def test_recommendations_leave_owned_games_out_and_are_never_empty(ask: Ask, user_id: str) -> None:
    rows = ask(RECOMMENDED, id=user_id)["data"]["user"]["recommendations"]
    games = [row["game"]["appId"] for row in rows]
    assert len(set(games)) == len(games) > 0
    assert not set(games) & world.LIBRARIES.get(user_id, {}).keys()


@pytest.mark.parametrize("user_id", world.USERS)
def test_shorter_recommendations_are_the_head_of_longer_ones(ask: Ask, user_id: str) -> None:
    def asked(first: int) -> list[Any]:
        found = ask(RECOMMENDED, id=user_id, first=first)["data"]["user"]["recommendations"]
        return list(found)

    longest = asked(50)
    assert [asked(first) for first in (0, 1, 3, 10)] == [longest[:n] for n in (0, 1, 3, 10)]


def test_a_game_that_the_user_has_reviewed_is_left_out_where_that_is_asked_for(ask: Ask) -> None:
    query = """query ($id: ID!) { user(userId: $id) {
      all: recommendations(first: 50) { game { appId } }
      new: recommendations(first: 50, excludeReviewed: true) { game { appId } } } }"""
    found = ask(query, id="76561198000000001")["data"]["user"]
    every, new = ([row["game"]["appId"] for row in found[name]] for name in ("all", "new"))
    assert every[0] == "20"  # reviewed, but in no library
    assert new == every[1:]


def test_who_has_no_library_gets_the_games_with_most_players(ask: Ask) -> None:
    for user_id in ("empty", "silent"):
        rows = ask(RECOMMENDED, id=user_id)["data"]["user"]["recommendations"]
        assert [(row["game"]["appId"], row["source"]) for row in rows][:4] == [
            ("10", "POPULAR"),
            ("20", "POPULAR"),
            ("50", "POPULAR"),
            ("70", "POPULAR"),
        ]
        scores = [row["score"] for row in rows][:4]
        assert scores == pytest.approx([1.0, 5 / 6, 5 / 6, 3 / 6])


def test_a_game_that_the_catalogue_lacks_may_be_recommended(ask: Ask) -> None:
    rows = ask(RECOMMENDED, id="empty")["data"]["user"]["recommendations"]
    assert "900" in [row["game"]["appId"] for row in rows]


def test_recommendations_of_a_bigger_world_keep_their_promises_too(ask_demo: Ask) -> None:
    query = """query ($after: String) { users(first: 100, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { library(first: 100) { totalCount edges { node { appId } } }
              recommendations { game { appId } source } } } }"""
    sources, after = set(), None
    while True:
        page = ask_demo(query, after=after)["data"]["users"]
        for user in page["nodes"]:
            owned = {edge["node"]["appId"] for edge in user["library"]["edges"]}
            games = [row["game"]["appId"] for row in user["recommendations"]]
            assert len(set(games)) == 10
            assert not owned & set(games)
            sources.update(row["source"] for row in user["recommendations"])
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert {"HYBRID", "POPULAR"} <= sources


def test_a_library_is_known_even_when_it_is_empty_and_unknown_for_who_only_reviews(
    ask: Ask,
) -> None:
    query = """query ($id: ID!) { user(userId: $id) {
      libraryKnown itemsCount moneySpent library { totalCount } } }"""
    known = {user: ask(query, id=user)["data"]["user"]["libraryKnown"] for user in world.USERS}
    assert [user for user, is_known in known.items() if not is_known] == ["critic", "silent"]
    # The values of the contract stay as they are; the flag tells the two apart.
    nothing = {"itemsCount": 0, "moneySpent": 0.0, "library": {"totalCount": 0}}
    assert ask(query, id="empty")["data"]["user"] == {"libraryKnown": True, **nothing}
    assert ask(query, id="critic")["data"]["user"] == {"libraryKnown": False, **nothing}


def test_users_can_be_filtered_by_whether_their_library_is_known(ask: Ask) -> None:
    query = """{ users(filter: { libraryKnown: { eq: false } }) { nodes { userId } } }"""
    nodes = ask(query)["data"]["users"]["nodes"]
    assert [node["userId"] for node in nodes] == ["critic", "silent"]
