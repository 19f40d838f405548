"""UserForGenre(genero): the tiny world."""

from __future__ import annotations

from typing import Any

import pytest

import world
from harness import Ask, only_error

GENRE = """query ($name: String!) { genre(name: $name) { name gameCount topPlayer {
  user { userId } hours hoursByReleaseYear { year hours } } } }"""


def top_player(ask: Ask, name: str) -> tuple[str, float, list[tuple[Any, ...]]]:
    player = ask(GENRE, name=name)["data"]["genre"]["topPlayer"]
    years = [(row["year"], row["hours"]) for row in player["hoursByReleaseYear"]]
    return player["user"]["userId"], player["hours"], years


def test_the_top_player_has_most_hours_and_their_own_years_add_up_to_them(ask: Ask) -> None:
    # ada owns a game of 2013 as well, and has not played it: years of 0 hours are left out.
    user_id, hours, years = top_player(ask, "Action")
    assert (user_id, hours) == ("ada", 12.0)
    assert years == [(2012, 40 / 60), (2010, 11.0), (None, 20 / 60)]
    assert top_player(ask, "Indie") == ("eve", 15.0, [(2011, 10.0), (2010, 5.0)])


def test_of_equal_players_the_smallest_user_id_is_shown(ask: Ask) -> None:
    # cyd, fay and gus have 600 minutes each.
    assert top_player(ask, "Strategy") == ("cyd", 10.0, [(2013, 10.0)])


def test_hours_in_games_of_unknown_year_have_a_row_without_year(ask: Ask) -> None:
    assert top_player(ask, "Racing") == ("dov", 1.5, [(None, 1.5)])


def test_a_genre_that_nobody_has_played_has_no_top_player_and_no_error(ask: Ask) -> None:
    assert ask(GENRE, name="Design & Illustration") == {
        "data": {"genre": {"name": "Design & Illustration", "gameCount": 1, "topPlayer": None}}
    }


@pytest.mark.parametrize("name", ["INDIE", " indie ", "Ｉｎｄｉｅ"])
def test_spellings_of_one_name_are_one_genre(ask: Ask, name: str) -> None:
    genre = ask(GENRE, name=name)["data"]["genre"]
    assert (genre["name"], genre["gameCount"]) == ("Indie", 3)


@pytest.mark.parametrize("name", ["Act", "ction", "Action Indie", "Action,Indie", ""])
def test_genres_match_whole_names_only(ask: Ask, name: str) -> None:
    answer = ask(GENRE, name=name)
    assert answer["data"] == {"genre": None}
    assert only_error(answer)["extensions"]["code"] == "NOT_FOUND"


def test_a_name_that_comes_close_is_suggested(ask: Ask) -> None:
    error = only_error(ask(GENRE, name="Stratgy"))
    assert error["extensions"] == {
        "code": "NOT_FOUND",
        "classification": "BAD_REQUEST",
        "suggestions": ["Strategy"],
    }
    assert error["path"] == ["genre"]
    assert "'Stratgy'" in error["message"]


def test_all_genres_are_listed_by_name(ask: Ask) -> None:
    answer = ask("{ genres { totalCount nodes { name } } }")["data"]["genres"]
    assert answer == {"totalCount": 5, "nodes": [{"name": name} for name in world.GENRES]}
