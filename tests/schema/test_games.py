"""game(appId) and recomendacion_juego(id de producto): the tiny world."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

import world
from datastore.store import Store
from harness import Ask, only_error

EVERY = [*world.GAMES, *world.OFF_CATALOGUE]
FACTS = """appId title inCatalogue developer { name } publisher genres { name } tags specs
  releaseDate releaseYear price isFree earlyAccess metascore ownerCount playerCount hours
  reviewSentiment { negative neutral positive total }"""
SIMILAR = """query ($id: ID!, $first: Int! = 5) { game(appId: $id) {
  similarGames(first: $first) { game { appId title } score source sharedPlayers } } }"""


def facts(ask: Ask, app_id: str) -> dict[str, Any]:
    answer = ask(f"query ($id: ID!) {{ game(appId: $id) {{ {FACTS} }} }}", id=app_id)
    assert "errors" not in answer
    game: dict[str, Any] = answer["data"]["game"]
    return game


def similar(ask: Ask, app_id: str, **more: Any) -> list[dict[str, Any]]:
    answer = ask(SIMILAR, id=app_id, **more)
    assert "errors" not in answer
    return list(answer["data"]["game"]["similarGames"])


def test_everything_that_the_catalogue_says_of_a_game(ask: Ask) -> None:
    assert facts(ask, "10") == {
        "appId": "10",
        "title": "Alpha Strike",
        "inCatalogue": True,
        "developer": {"name": "Orbit Works"},
        "publisher": "Orbit & Sons",
        "genres": [{"name": "Action"}],
        "tags": ["Shooter", "Action"],
        "specs": ["Single-player", "Co-op"],
        "releaseDate": "2010-03-01",
        "releaseYear": 2010,
        "price": 9.99,
        "isFree": False,
        "earlyAccess": False,
        "metascore": 88,
        "ownerCount": 8,
        "playerCount": 6,
        "hours": 826 / 60,
        "reviewSentiment": {"negative": 2, "neutral": 0, "positive": 2, "total": 4},
    }


def test_a_game_that_only_libraries_name_has_a_title_and_nothing_else(ask: Ask) -> None:
    nothing = {"negative": 0, "neutral": 0, "positive": 0, "total": 0}
    unknown = dict.fromkeys(
        (
            "developer", "publisher", "releaseDate", "releaseYear", "price", "isFree",
            "earlyAccess", "metascore",
        )
    )  # fmt: skip
    empty: dict[str, Any] = {"genres": [], "tags": [], "specs": []}
    assert facts(ask, "900") == {
        "appId": "900", "title": "Ghost Game", "inCatalogue": False, **unknown, **empty,
        "ownerCount": 3, "playerCount": 2, "hours": 1.25,
        "reviewSentiment": nothing | {"positive": 1, "total": 1},
    }  # fmt: skip
    # Known from a review only: not even a title.
    assert facts(ask, "901") == {
        "appId": "901", "title": None, "inCatalogue": False, **unknown, **empty,
        "ownerCount": 0, "playerCount": 0, "hours": 0.0,
        "reviewSentiment": nothing | {"negative": 1, "total": 1},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("app_id", "price", "is_free"),
    [
        ("20", 0.0, True),  # Free To Play
        ("120", 0.0, True),  # Free Demo
        ("100", 0.0, True),  # 0.0
        ("60", 499.0, False),  # Starting at $499.00
        ("40", None, None),  # Third-party
        ("30", None, None),  # nothing
    ],
)
def test_prices_are_known_free_or_unknown(
    ask: Ask, app_id: str, price: float | None, is_free: bool | None
) -> None:
    game = facts(ask, app_id)
    assert (game["price"], game["isFree"]) == (price, is_free)


@pytest.mark.parametrize(
    ("app_id", "day", "year"),
    [
        ("60", "2011-07-07", 2011),
        ("30", None, 2012),  # Q1 2012
        ("100", None, 2014),  # 2014
        ("40", None, None),  # Coming Soon
        ("110", None, None),  # nothing
    ],
)
def test_a_partial_date_gives_the_one_year_that_it_names(
    ask: Ask, app_id: str, day: str | None, year: int | None
) -> None:
    game = facts(ask, app_id)
    assert (game["releaseDate"], game["releaseYear"]) == (day, year)


def test_the_title_is_the_app_name_else_the_title_unescaped(ask: Ask) -> None:
    assert facts(ask, "20")["title"] == "Beta & Gamma"
    assert facts(ask, "110")["title"] == "Krill"
    assert facts(ask, "20")["metascore"] is None  # NA


def test_of_records_with_the_same_id_the_first_is_kept(ask: Ask) -> None:
    answer = ask("{ games { totalCount nodes { appId title } } }")["data"]["games"]
    assert answer["totalCount"] == 13
    assert [game["appId"] for game in answer["nodes"]] == world.GAMES
    assert answer["nodes"][0]["title"] == "Alpha Strike"


def test_a_product_id_matches_exactly_but_for_white_space_at_its_ends(ask: Ask) -> None:
    assert facts(ask, " 10 ") == facts(ask, "10")
    for app_id in ("-1", "010", "1e1", "10.0", "+10", "", " ", "１０", "999", "9" * 5000):
        answer = ask("query ($id: ID!) { game(appId: $id) { title } }", id=app_id)
        assert answer["data"] == {"game": None}
        error = only_error(answer)
        assert error["path"] == ["game"]
        assert error["extensions"] == {
            "code": "NOT_FOUND",
            "classification": "BAD_REQUEST",
            "suggestions": [],
        }
        assert len(error["message"]) < 200


def test_a_number_is_a_product_id_too(ask: Ask) -> None:
    assert ask("{ game(appId: 10) { appId } }") == {"data": {"game": {"appId": "10"}}}


def test_who_asks_for_a_title_is_shown_titles(ask: Ask) -> None:
    error = only_error(ask('{ game(appId: "Dune Racr") { title } }'))
    assert error["extensions"]["suggestions"] == ["Dune Racer"]


def test_games_that_are_played_together_are_similar(ask: Ask) -> None:
    rows = similar(ask, "10", first=2)
    assert [(row["game"]["appId"], row["source"], row["sharedPlayers"]) for row in rows] == [
        ("20", "HYBRID", 4),
        ("50", "HYBRID", 4),
    ]
    assert 1 > rows[0]["score"] > rows[1]["score"] > 0


@pytest.mark.parametrize(
    ("app_id", "first", "source"),
    [
        ("70", "80", "CONTENT"),  # three players: too few for the model
        ("90", "70", "CONTENT"),  # nobody owns it; one tag in common
        ("130", "20", "CONTENT"),
        ("110", "10", "POPULAR"),  # neither players nor tags
        ("901", "10", "POPULAR"),
    ],
)
def test_a_game_that_the_model_cannot_place_falls_back_and_says_so(
    ask: Ask, app_id: str, first: str, source: str
) -> None:
    best = similar(ask, app_id)[0]
    assert (best["game"]["appId"], best["source"]) == (first, source)


@pytest.mark.parametrize("app_id", EVERY)
def test_five_games_are_similar_to_any_game(ask: Ask, app_id: str) -> None:
    games = [row["game"]["appId"] for row in similar(ask, app_id)]
    assert len(set(games)) == 5
    assert app_id not in games
    assert set(games) <= set(EVERY)


@pytest.mark.parametrize("app_id", EVERY)
def test_a_shorter_list_is_the_head_of_a_longer_one(ask: Ask, app_id: str) -> None:
    longest = similar(ask, app_id, first=50)
    for first in (0, 1, 4, 5, 8):
        assert similar(ask, app_id, first=first) == longest[:first]
    default = ask("query ($id: ID!) { game(appId: $id) { similarGames { score } } }", id=app_id)
    assert len(default["data"]["game"]["similarGames"]) == 5


@pytest.mark.parametrize("app_id", EVERY)
def test_shared_players_are_those_who_have_played_both(ask: Ask, app_id: str) -> None:
    def players(game: str) -> set[str]:
        return {user for user, games in world.LIBRARIES.items() if games.get(game)}

    rows = similar(ask, app_id, first=50)
    assert {row["game"]["appId"]: row["sharedPlayers"] for row in rows} == {
        row["game"]["appId"]: len(players(app_id) & players(row["game"]["appId"])) for row in rows
    }


def test_similar_games_of_a_bigger_world_keep_their_promises_too(
    ask_demo: Ask, demo_store: Store
) -> None:
    query = """query ($ids: [ID!]!) { games(first: 100, filter: { appId: { in: $ids } }) {
      nodes { appId similarGames(first: 50, diversity: 0) {
        game { appId playerCount } score source sharedPlayers } } } }"""
    seen: dict[str, int] = defaultdict(int)
    every_fourth = demo_store.games.app_id[2 : demo_store.games.listed : 4]
    nodes = ask_demo(query, ids=every_fourth)["data"]["games"]["nodes"]
    assert len(nodes) == len(every_fourth) >= 90
    for game in nodes:
        rows = game["similarGames"]
        games = [row["game"]["appId"] for row in rows]
        assert len(set(games)) == len(games) == 50
        assert game["appId"] not in games
        last: dict[str, float] = {}
        for row in rows:
            seen[row["source"]] += 1
            # Best first within a source; a row of a model never is a game without players.
            assert row["score"] <= last.get(row["source"], row["score"])
            last[row["source"]] = row["score"]
            if row["source"] in ("ALS", "HYBRID", "COPLAY"):
                assert row["game"]["playerCount"] > 0
            if row["source"] == "COPLAY":
                assert row["sharedPlayers"] > 0
    assert {"HYBRID", "CONTENT"} <= seen.keys()


def test_the_store_url_is_that_of_the_catalogue_and_of_this_very_game(ask: Ask) -> None:
    query = "query ($id: ID!) { game(appId: $id) { storeUrl } }"
    addresses = {
        # 20 has the address of another game, 30 has none; the catalogue lacks 900.
        app_id: ask(query, id=app_id)["data"]["game"]["storeUrl"]
        for app_id in ("10", "20", "30", "900")
    }
    assert addresses == {
        "10": "http://store.example/app/10/Alpha_Strike/", "20": None, "30": None, "900": None,
    }  # fmt: skip
