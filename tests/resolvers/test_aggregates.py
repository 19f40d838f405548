"""Aggregates against a brute force over the games of a list, whatever its filter."""

from __future__ import annotations

from collections import Counter
from statistics import fmean, median
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph import LISTS, Entry, every
from harness import Ask, only_error
from resolvers.aggregates import BANDS

ASKED = """aggregates {
  count price { known unknown min mean median max }
  genres { genre { name } count } years { year count }
  developers(first: 100) { developer { name } count } priceBands { low high count }
}"""
GAME_LISTS = ["games", "games of a developer", "games of a genre", "library"]


def ranked(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0].casefold()))


def check(found: dict[str, Any], rows: list[Entry]) -> None:
    prices = sorted(row["price"] for row in rows if row["price"] is not None)
    unknown = len(rows) - len(prices)
    assert found["count"] == len(rows)
    price = found["price"]
    assert (price["known"], price["unknown"]) == (len(prices), unknown)
    if prices:
        assert (price["min"], price["max"]) == (prices[0], prices[-1])
        assert price["mean"] == pytest.approx(fmean(prices))
        assert price["median"] == pytest.approx(median(prices))
    else:
        assert {price[name] for name in ("min", "mean", "median", "max")} == {None}

    genres = Counter(genre["name"] for row in rows for genre in row["genres"])
    assert [(one["genre"]["name"], one["count"]) for one in found["genres"]] == ranked(genres)

    years = Counter(row["releaseYear"] for row in rows)
    newest = sorted(years.items(), key=lambda pair: (pair[0] is None, -(pair[0] or 0)))
    assert [(one["year"], one["count"]) for one in found["years"]] == newest

    makers = Counter(row["developer"]["name"] for row in rows if row["developer"])
    listed = [(one["developer"]["name"], one["count"]) for one in found["developers"]]
    assert listed == ranked(makers)[:100]

    highs = [*BANDS[1:], None]
    bands = [
        (low, high, sum(low <= value and (high is None or value < high) for value in prices))
        for low, high in zip(BANDS, highs, strict=True)
    ]
    if unknown:
        bands.append((None, None, unknown))
    assert [(one["low"], one["high"], one["count"]) for one in found["priceBands"]] == [
        band for band in bands if band[2]
    ]


@pytest.mark.parametrize("name", GAME_LISTS)
def test_aggregates_are_those_of_the_whole_list_whatever_the_filter(
    ask_demo: Ask, name: str
) -> None:
    listing = LISTS[name]
    every_game = every(ask_demo, listing)
    prices = sorted({row["price"] for row in every_game if row["price"] is not None})
    wheres = st.fixed_dictionaries(
        {},
        optional={
            "price": st.sampled_from(prices).map(lambda price: {"gte": price})
            | st.booleans().map(lambda unknown: {"isNull": unknown}),
            "releaseYear": st.integers(2000, 2018).map(lambda year: {"lte": year}),
            "genre": st.sampled_from(["Indie", "Action", "nothing"]).map(lambda one: {"eq": one}),
            "title": st.sampled_from("aest").map(lambda one: {"contains": one}),
        },
    ).map(lambda where: {"game": where} if name == "library" else where)

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(wheres)
    def compared(where: dict[str, Any]) -> None:
        rows = every(ask_demo, listing, filter=where)
        page = listing.ask(ask_demo, ASKED, node="id", filter=where, first=1)
        check(page["aggregates"], rows)

    compared()
    check(listing.ask(ask_demo, ASKED, first=0)["aggregates"], every_game)


def test_aggregates_follow_a_search(ask_demo: Ask) -> None:
    listing = LISTS["games"]
    rows = every(ask_demo, listing, search="the")
    assert 0 < len(rows) < 300
    check(listing.ask(ask_demo, ASKED, search="the", first=1)["aggregates"], rows)


def test_a_list_without_games_has_aggregates_without_values(ask: Ask) -> None:
    found = LISTS["games"].ask(ask, ASKED, filter={"or": []})["aggregates"]
    check(found, [])
    assert found["genres"] == found["years"] == found["developers"] == found["priceBands"] == []


def test_the_evidence_of_a_release_year_and_of_a_players_year_has_aggregates_too(ask: Ask) -> None:
    answer = ask(
        '{ developer(name: "orbit works") { releaseYears { items games { aggregates { count } } } }'
        ' genre(name: "action") { topPlayer { hoursByReleaseYear {'
        " games { totalCount aggregates { count } } } } } }"
    )["data"]
    for row in answer["developer"]["releaseYears"]:
        assert row["games"]["aggregates"]["count"] == row["items"]
    for row in answer["genre"]["topPlayer"]["hoursByReleaseYear"]:
        assert row["games"]["aggregates"]["count"] == row["games"]["totalCount"]


@pytest.mark.parametrize("first", [-1, 101, 2**31 - 1])
def test_more_than_a_hundred_developers_are_refused(ask: Ask, first: int) -> None:
    query = f"{{ games {{ aggregates {{ developers(first: {first}) {{ count }} }} }} }}"
    error = only_error(ask(query))
    assert error["extensions"] == {
        "code": "INVALID_ARGUMENT",
        "classification": "BAD_REQUEST",
        "argument": "first",
    }
    assert error["path"] == ["games", "aggregates", "developers"]
