"""Orders against Python's own sort, over the answers."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from graphql import GraphQLEnumType
from hypothesis import given
from hypothesis import strategies as st

from graph import LISTS, in_order
from graph_list import Entry, entries, every
from harness import Ask, only_error
from resolvers.ordering import Order, ordered, ranks
from schema.graph import graphql_schema

DIRECTIONS = ("ASC", "DESC")
every_list = pytest.mark.parametrize("name", LISTS)


def asked(order: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"field": field, "direction": direction} for field, direction in order]


def directions(first: str, then: str) -> list[tuple[str, str]]:
    """Directions of two keys. Each key has both before every other, and both after some."""
    if first == then:
        return [("ASC", "ASC")]
    return [
        (way, way if first < then else other)
        for way, other in zip(DIRECTIONS, DIRECTIONS[::-1], strict=True)
    ]


@every_list
def test_every_key_of_the_schema_is_known_here(name: str) -> None:
    kind = graphql_schema().type_map[f"{LISTS[name].order_type}Field"]
    assert isinstance(kind, GraphQLEnumType)
    assert set(kind.values) == set(LISTS[name].keys)


@pytest.mark.parametrize("name", [name for name in LISTS if not name.startswith("reviews")])
def test_every_key_in_both_directions_and_before_every_other_sorts_as_python_does(
    ask_demo: Ask, name: str
) -> None:
    listing = LISTS[name]
    rows = every(ask_demo, listing)
    for first, then in product(listing.keys, listing.keys):
        for way, other in directions(first, then):
            order = [(first, way), (then, other)]
            page = listing.ask(ask_demo, node="id", first=100, orderBy=asked(order))
            expected = [row["id"] for row in in_order(listing, rows, order)]
            assert page["totalCount"] == len(rows)
            assert [row["id"] for row in entries(page)] == expected[:100], order


@pytest.mark.parametrize("name", [name for name in LISTS if name.startswith("reviews")])
def test_reviews_sort_as_python_does_by_any_two_keys(ask_demo: Ask, name: str) -> None:
    listing = LISTS[name]
    rows = every(ask_demo, listing)
    keys = ("POSTED", "COMPOUND", "LEARNED_SENTIMENT", "HELPFUL", "FUNNY")
    for first, then in product(keys, keys):
        for way, other in directions(first, then):
            order = [(first, way), (then, other)]
            page = listing.ask(ask_demo, first=100, orderBy=asked(order))

            def values(row: Entry, keys: tuple[str, str] = (first, then)) -> list[Any]:
                return [listing.keys[key](row) for key in keys]

            expected = [values(row) for row in in_order(listing, rows, order)]
            assert [values(row) for row in entries(page)] == expected[:100], order


@pytest.mark.parametrize("name", [name for name in LISTS if name.startswith("reviews")])
def test_reviews_are_newest_first_and_undated_ones_last(ask_demo: Ask, name: str) -> None:
    rows = every(ask_demo, LISTS[name])
    assert rows == in_order(LISTS[name], rows, [("POSTED", "DESC")])


@every_list
def test_without_keys_the_order_stays_and_the_direction_defaults_to_ascending(
    ask_demo: Ask, name: str
) -> None:
    listing = LISTS[name]
    ids = [row["id"] for row in every(ask_demo, listing)]
    for none in (None, []):
        assert [row["id"] for row in every(ask_demo, listing, orderBy=none)] == ids
    key = next(iter(listing.keys))
    short = listing.ask(ask_demo, orderBy=[{"field": key}])
    assert short == listing.ask(ask_demo, orderBy=asked([(key, "ASC")]))


def test_unknown_values_are_last_in_either_direction(ask: Ask) -> None:
    def found(direction: str) -> list[str]:
        order = [{"field": "PRICE", "direction": direction}]
        return [row["appId"] for row in every(ask, LISTS["games"], orderBy=order)]

    assert found("ASC")[-2:] == found("DESC")[-2:] == ["30", "40"]
    assert found("ASC")[:3] == ["20", "100", "120"]  # free ones, by product id
    assert found("DESC")[0] == "60"


@pytest.mark.parametrize("name", ["games", "developers", "library", "games of a genre"])
def test_an_order_takes_the_place_of_that_of_a_search_which_decides_between_equals(
    ask_demo: Ask, name: str
) -> None:
    listing = LISTS[name]
    text = max("abcst", key=lambda letter: listing.ask(ask_demo, search=letter)["totalCount"])
    rows = every(ask_demo, listing, search=text)
    assert len(rows) > 1
    for key, way in product(listing.keys, DIRECTIONS):
        order = [(key, way)]
        page = listing.ask(ask_demo, node="id", first=100, search=text, orderBy=asked(order))
        assert page["totalCount"] == len(rows)
        expected = [row["id"] for row in in_order(listing, rows, order)]
        assert [row["id"] for row in entries(page)] == expected[:100], order


def test_eleven_keys_are_refused(ask: Ask) -> None:
    key = {"field": "PRICE"}
    assert LISTS["games"].ask(ask, orderBy=[key] * 10)["totalCount"] == 13
    error = only_error(LISTS["games"].ask(ask, orderBy=[key] * 11))
    assert error["extensions"] == {
        "code": "INVALID_ARGUMENT",
        "classification": "BAD_REQUEST",
        "argument": "orderBy",
    }
    assert "at most 10" in error["message"]


def test_product_ids_sort_by_value_also_those_that_the_catalogue_lacks(ask_demo: Ask) -> None:
    both = {"or": [{"inCatalogue": {"eq": True}}, {"inCatalogue": {"eq": False}}]}
    order = [{"field": "APP_ID"}]
    rows = every(ask_demo, LISTS["games"], filter=both, orderBy=order)
    ids = [int(row["appId"]) for row in rows]
    assert ids == sorted(ids)
    assert not all(row["inCatalogue"] for row in rows)


@given(st.lists(st.sampled_from([np.nan, -1.5, 0.0, 2.0, 3.0])), st.booleans())
def test_ranks_sort_as_their_numbers_do(numbers: list[float], descending: bool) -> None:
    values = np.array(numbers, np.float64)
    keys = {"ranks": lambda: ranks(values), "numbers": lambda: values}
    rows = range(len(values))
    by_ranks, by_numbers = (
        ordered(rows, [Order(field, descending)], keys) for field in ("ranks", "numbers")
    )
    assert list(by_ranks) == list(by_numbers)


def test_many_distinct_values_have_ranks_of_32_bits() -> None:
    values = np.arange(2.0**16)
    assert ranks(values[1:]).dtype == np.uint32
    assert ranks(values[2:]).dtype == np.uint16
    last = ordered(range(len(values)), [Order("all", True)], {"all": lambda: ranks(values)})
    assert last[0] == len(values) - 1
