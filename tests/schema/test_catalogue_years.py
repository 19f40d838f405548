"""`catalogueYear`: the games of a release year, counted, against a count of all games."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from datastore.base.names import fold
from graph import GAMES
from graph_list import Entry, every
from harness import Ask, only_error
from schema.catalogue_years import CatalogueYear

YEAR = """query ($year: Int!, $first: Int) { catalogueYear(year: $year) {
  year gameCount earlyAccessGames unlabelledGames
  games(first: 100) { totalCount nodes { appId } }
  topGenres(first: $first) { genre { name } games }
  topSpecs(first: $first) { name games }
  storeSentiment { label games }
  topMetascores(first: $first) { metascore game { appId title } } } }"""


def of_year(ask: Ask, year: int, first: int | None = 100) -> dict[str, Any]:
    answer = ask(YEAR, year=year, first=first)
    assert "errors" not in answer, answer
    found: dict[str, Any] = answer["data"]["catalogueYear"]
    return found


@pytest.fixture(scope="module")
def games(ask_demo: Ask) -> list[Entry]:
    return [game for game in every(ask_demo, GAMES) if game["inCatalogue"]]


def most(names: list[str]) -> list[tuple[str, int]]:
    """Names by count, most first, then by name."""
    return sorted(Counter(names).items(), key=lambda pair: (-pair[1], fold(pair[0])))


def test_all_is_counted_as_by_hand(ask_demo: Ask, games: list[Entry]) -> None:
    years = {game["releaseYear"] for game in games} - {None}
    assert len(years) > 10
    for year in sorted(years):
        own = [game for game in games if game["releaseYear"] == year]
        found = of_year(ask_demo, year)
        assert found["year"] == year
        assert found["gameCount"] == found["games"]["totalCount"] == len(own)
        ids = [game["appId"] for game in own]
        assert [game["appId"] for game in found["games"]["nodes"]] == sorted(ids, key=int)[:100]
        assert [(one["genre"]["name"], one["games"]) for one in found["topGenres"]] == most(
            [genre["name"] for game in own for genre in game["genres"]]
        )
        assert [(one["name"], one["games"]) for one in found["topSpecs"]] == most(
            [spec for game in own for spec in game["specs"]]
        )
        assert found["earlyAccessGames"] == sum(game["earlyAccess"] is True for game in own)
        labels = [game["storeSentiment"] for game in own]
        assert found["unlabelledGames"] == labels.count(None)
        assert [(one["label"], one["games"]) for one in found["storeSentiment"]] == most(
            [label for label in labels if label]
        )
        scored = [game for game in own if game["metascore"] is not None]
        scored.sort(key=lambda g: (-g["metascore"], fold(g["title"] or ""), int(g["appId"])))
        assert [(one["metascore"], one["game"]["appId"]) for one in found["topMetascores"]] == [
            (game["metascore"], game["appId"]) for game in scored
        ][:100]


def test_partial_dates_and_games_without_a_price_count(ask: Ask) -> None:
    found = of_year(ask, 2012)  # of the first only `Q1 2012` is known, and no price
    assert [game["appId"] for game in found["games"]["nodes"]] == ["30", "70"]
    assert [(one["genre"]["name"], one["games"]) for one in found["topGenres"]] == [
        ("Action", 1),
        ("Strategy", 1),
    ]


def test_a_list_has_five_entries_unless_asked_otherwise(ask_demo: Ask) -> None:
    every_genre = of_year(ask_demo, 2015)["topGenres"]
    assert len(every_genre) > 5
    assert of_year(ask_demo, 2015, None)["topGenres"] == every_genre[:5]
    assert of_year(ask_demo, 2015, 1)["topGenres"] == every_genre[:1]
    assert of_year(ask_demo, 2015, 0)["topGenres"] == []


@pytest.mark.parametrize("year", [1, 1950, 9999])
def test_a_year_without_games_has_zeros_and_empty_lists(ask: Ask, year: int) -> None:
    assert of_year(ask, year) == {
        "year": year, "gameCount": 0, "earlyAccessGames": 0, "unlabelledGames": 0,
        "games": {"totalCount": 0, "nodes": []}, "topGenres": [], "topSpecs": [],
        "storeSentiment": [], "topMetascores": [],
    }  # fmt: skip


@pytest.mark.parametrize("year", [0, -5, 10_000])
def test_an_impossible_year_is_invalid(ask: Ask, year: int) -> None:
    answer = ask(YEAR, year=year)
    assert answer["data"] == {"catalogueYear": None}
    error = only_error(answer)
    assert (error["extensions"]["code"], error["extensions"]["argument"]) == (
        "INVALID_ARGUMENT",
        "year",
    )


@pytest.mark.parametrize("first", [-1, 101])
def test_a_list_has_at_most_a_hundred_entries(ask: Ask, first: int) -> None:
    answer = ask(YEAR, year=2010, first=first)
    codes = {error["extensions"]["code"] for error in answer["errors"]}
    assert codes == {"INVALID_ARGUMENT"}


def test_games_of_the_year_can_be_filtered_and_sorted(ask: Ask) -> None:
    query = """{ catalogueYear(year: 2010) {
      games(filter: { isFree: { eq: false } }, orderBy: { field: PRICE, direction: DESC }) {
        nodes { appId price } } } }"""
    assert ask(query)["data"]["catalogueYear"]["games"]["nodes"] == [
        {"appId": "10", "price": 9.99},
        {"appId": "130", "price": 5.0},
    ]


def test_the_filter_of_the_description_leaves_downloadable_content_out(ask_demo: Ask) -> None:
    without = 'games(filter: { not: { spec: { eq: "Downloadable Content" } } })'
    assert without in str(CatalogueYear.__strawberry_definition__.description)
    answer = ask_demo(f"""{{ catalogueYear(year: 2016) {{ gameCount
      all: games(first: 100) {{ nodes {{ specs }} }} without: {without} {{ totalCount }} }} }}""")
    year = answer["data"]["catalogueYear"]
    assert 0 < year["without"]["totalCount"] < year["gameCount"]
    assert any("Downloadable Content" in game["specs"] for game in year["all"]["nodes"])
