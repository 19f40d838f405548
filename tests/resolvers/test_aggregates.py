"""Aggregates against a brute force over the games of a list, whatever its filter."""

from __future__ import annotations

from collections import Counter
from statistics import fmean, median
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datastore.base.names import fold
from datastore.store import Store
from graph import LISTS
from graph_list import Entry, every
from harness import Ask, only_error
from resolvers.aggregates import BANDS

ASKED = """aggregates {
  count price { known unknown min mean median max }
  genres { genre { name } count } years { year count }
  developers(first: 100) { developer { name } count } priceBands { low high count }
  tags(first: 100) { tag count } publishers(first: 100) { publisher count }
  free { value count } earlyAccess { value count }
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

    tags = Counter(tag for row in rows for tag in row["tags"])
    assert [(one["tag"], one["count"]) for one in found["tags"]] == ranked(tags)[:100]

    publishers = Counter(fold(row["publisher"]) for row in rows if row["publisher"])
    listed = [(fold(one["publisher"]), one["count"]) for one in found["publishers"]]
    assert listed == ranked(publishers)[:100]

    for facet, name in (("free", "isFree"), ("earlyAccess", "earlyAccess")):
        flags = Counter(row[name] for row in rows)
        expected = [(value, flags[value]) for value in (True, False, None) if flags[value]]
        assert [(one["value"], one["count"]) for one in found[facet]] == expected

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
def test_aggregates_are_those_of_the_whole_filtered_list(ask_demo: Ask, name: str) -> None:
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

    @settings(max_examples=15, suppress_health_check=list(HealthCheck))
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
    facets = found.keys() - {"count", "price"}
    assert len(facets) == 8
    assert all(found[facet] == [] for facet in facets)


def test_spellings_of_a_publisher_are_one_facet_under_the_commonest(store: Store) -> None:
    names, places = store.games.publishers
    assert names == sorted(names, key=fold)
    spelled = store.games.frame.values("publisher")
    for place, name in enumerate(names):
        own = Counter(spelled[game] for game in np.flatnonzero(places == place))
        assert {fold(spelling) for spelling in own} == {fold(name)}
        assert own[name] == max(own.values())
    assert [spelled[game] for game in np.flatnonzero(places < 0)] == [None] * sum(places < 0)


def test_flags_distinguish_unknown_from_false(ask: Ask) -> None:
    # Of the 13 games of the tiny world one has no price, and one a text instead.
    found = LISTS["games"].ask(ask, ASKED)["aggregates"]
    assert {one["value"]: one["count"] for one in found["free"]}[None] == 2
    assert sum(one["count"] for one in found["free"]) == 13


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


@pytest.mark.parametrize("facet", ["developers", "tags", "publishers"])
@pytest.mark.parametrize("first", [-1, 101, 2**31 - 1])
def test_more_than_a_hundred_are_refused(ask: Ask, facet: str, first: int) -> None:
    query = f"{{ games {{ aggregates {{ {facet}(first: {first}) {{ count }} }} }} }}"
    error = only_error(ask(query))
    assert error["extensions"] == {
        "code": "INVALID_ARGUMENT",
        "classification": "BAD_REQUEST",
        "argument": "first",
    }
    assert error["path"] == ["games", "aggregates", facet]
