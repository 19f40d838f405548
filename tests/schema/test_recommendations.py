"""Recommendations as GraphQL speaks them: reasons, filters, new players, errors."""

from __future__ import annotations

from typing import Any

import pytest

from datastore.store import Store
from harness import Ask, asker, only_error

REASON = """reason { text because { game { appId } contribution } others baseline }"""
USERS = (
    "{ users(first: 50) { nodes { userId library(first: 100) { totalCount nodes { appId } } "
    f"recommendations(first: 5) {{ game {{ appId title }} score source {REASON} }} }} }} }}"
)
LIBRARY = """query ($games: [LibraryGame!]!, $first: Int! = 5, $filter: GameFilter,
  $exclude: [ID!], $diversity: Float = 0) {
  recommendForLibrary(games: $games, first: $first, filter: $filter, exclude: $exclude,
    diversity: $diversity) {
    game { appId genres { name } } score source reason(first: 1) { text
      because { game { appId } contribution } others baseline } } }"""


@pytest.fixture(scope="module")
def ask_demo(demo_store: Store) -> Ask:
    return asker(demo_store)


def total(entry: dict[str, Any]) -> float:
    reason = entry["reason"]
    parts = [game["contribution"] for game in reason["because"]]
    return sum(parts) + float(reason["others"]) + float(reason["baseline"])


def test_every_reason_adds_up_to_its_score_and_names_own_games(ask_demo: Ask) -> None:
    for user in ask_demo(USERS)["data"]["users"]["nodes"]:
        own = {game["appId"] for game in user["library"]["nodes"]}
        for entry in user["recommendations"]:
            assert total(entry) == pytest.approx(entry["score"], rel=2e-3, abs=2e-3)
            named = {row["game"]["appId"] for row in entry["reason"]["because"]}
            assert named <= own or user["library"]["totalCount"] > len(own)
            assert bool(named) == (entry["source"] != "POPULAR")
            assert entry["reason"]["text"].endswith(".")


def test_the_text_of_a_reason_names_the_games_that_contribute_most(ask_demo: Ask) -> None:
    nodes = ask_demo(USERS)["data"]["users"]["nodes"]
    entry = next(
        entry
        for user in nodes
        for entry in user["recommendations"]
        if len([1 for row in entry["reason"]["because"] if row["contribution"] > 0]) == 3
    )
    titles = [
        ask_demo("query ($id: ID!) { game(appId: $id) { title } }", id=row["game"]["appId"])[
            "data"
        ]["game"]["title"]
        for row in entry["reason"]["because"]
    ]
    one, two, three = titles
    assert entry["reason"]["text"] == f"Because of {one}, {two} and {three}."


def test_a_popular_game_says_how_many_play_it(ask: Ask) -> None:
    rows = ask(LIBRARY, games=[])["data"]["recommendForLibrary"]
    assert [row["source"] for row in rows] == ["POPULAR"] * 5
    assert rows[0]["reason"] == {
        "text": "6 users play it.",
        "because": [],
        "others": 0.0,
        "baseline": 1.0,
    }


def test_a_new_player_gets_games_that_fit_the_filter_and_are_not_excluded(ask_demo: Ask) -> None:
    popular = ask_demo(LIBRARY, games=[], first=30)["data"]["recommendForLibrary"]
    own = [{"appId": row["game"]["appId"], "hours": 10.0} for row in popular[:4]]
    asked = {"games": own, "first": 10, "filter": {"genre": {"eq": "RPG"}}}
    rows = ask_demo(LIBRARY, **asked)["data"]["recommendForLibrary"]
    assert len(rows) == 10
    assert all("RPG" in [genre["name"] for genre in row["game"]["genres"]] for row in rows)
    assert {row["source"] for row in rows} == {"HYBRID"}
    for row in rows:
        assert total(row) == pytest.approx(row["score"], rel=1e-3, abs=1e-3)
        assert len(row["reason"]["because"]) == 1
    ids = [row["game"]["appId"] for row in rows]
    assert not {game["appId"] for game in own} & set(ids)
    fewer = ask_demo(LIBRARY, **asked, exclude=ids[:3])["data"]["recommendForLibrary"]
    assert [row["game"]["appId"] for row in fewer][:7] == ids[3:]


@pytest.mark.parametrize(
    ("given", "argument", "message"),
    [
        (
            {"games": [{"appId": "10", "hours": -2}]},
            "games",
            "The hours of '10' are -2.0: they must be 0 or more.",
        ),
        (
            {"games": [], "first": 51},
            "first",
            "Argument 'first' is 51: it must be between 0 and 50.",
        ),
        (
            {"games": [], "diversity": 1.5},
            "diversity",
            "Argument 'diversity' is 1.5: it must be between 0 and 1.",
        ),
    ],
)
def test_an_impossible_argument_is_refused_with_its_value(
    ask: Ask, given: dict[str, Any], argument: str, message: str
) -> None:
    answer = ask(LIBRARY, **given)
    assert answer["data"] == {"recommendForLibrary": None}
    error = only_error(answer)
    assert error["message"] == message
    assert error["extensions"]["code"] == "INVALID_ARGUMENT"
    assert error["extensions"]["argument"] == argument


NULLS = """query ($d: Float, $f: Int, $h: Float, $r: RankingMethod, $y: YearBasis, $b: Boolean) {
  recommendForLibrary(games: [{appId: "10", hours: $h}], first: $f, diversity: $d) { score }
  bestDevelopers(year: 2011, first: $f, ranking: $r, yearBasis: $y) { rank }
  users(first: 3, orderBy: {field: ITEMS_COUNT, direction: null}) { nodes {
    recommendations(first: $f, excludeReviewed: $b, diversity: null) { score } } } }"""


def test_null_means_the_default_of_an_argument(ask_demo: Ask) -> None:
    nulls = ask_demo(NULLS, d=None, f=None, h=None, r=None, y=None, b=None)
    assert nulls == ask_demo(NULLS)
    assert "errors" not in nulls
    assert len(nulls["data"]["recommendForLibrary"]) == 10
