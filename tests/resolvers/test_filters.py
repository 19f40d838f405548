"""Filters against a brute force over the answers: every field and operator, and combinations."""

from __future__ import annotations

import random
from collections.abc import Callable
from enum import Enum
from typing import Any

import numpy as np
import pytest
from graphql import GraphQLInputObjectType, get_named_type
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datastore.base.columns import OPERATORS, Kind, Operator
from datastore.frame import Ragged
from datastore.text_column import TextColumn
from graph import LISTS, holds, listed
from graph_list import Entry, List, entries, every, invalid
from harness import Ask, only_error
from resolvers import filters
from schema.graph import graphql_schema
from schema.inputs import filters as inputs
from thorough import THOROUGH, examples

LOGIC = {"and", "or", "not"}
#: Fields with the conditions of another noun.
OF_ANOTHER_NOUN = {"LibraryFilter": {"game"}, "RatedTitleFilter": {"title"}}
every_list = pytest.mark.parametrize("name", LISTS)


def input_type(name: str) -> GraphQLInputObjectType:
    found = graphql_schema().type_map[name]
    assert isinstance(found, GraphQLInputObjectType)
    return found


def operators(listing: List, field: str) -> list[str]:
    inner = get_named_type(input_type(listing.filter_type).fields[field].type)
    assert isinstance(inner, GraphQLInputObjectType)
    return list(inner.fields)


def kind(listing: List, field: str) -> str:
    inner = get_named_type(input_type(listing.filter_type).fields[field].type)
    return str(inner.name)


@pytest.fixture(scope="session")
def pool(ask_demo: Ask) -> Callable[[List], list[Entry]]:
    """All entries of a list, also the games that only a filter on `inCatalogue` shows."""
    known: dict[str, list[Entry]] = {}

    def of(listing: List) -> list[Entry]:
        if listing.name not in known:
            both = {"or": [{"inCatalogue": {"eq": True}}, {"inCatalogue": {"eq": False}}]}
            more = {"filter": both} if listing.name == "games" else {}
            known[listing.name] = every(ask_demo, listing, **more)
        return known[listing.name]

    return of


def mentions(where: Any, field: str) -> bool:
    if isinstance(where, list):
        return any(mentions(one, field) for one in where)
    return isinstance(where, dict) and any(
        name == field or mentions(value, field) for name, value in where.items()
    )


def check(ask: Ask, listing: List, rows: list[Entry], where: dict[str, Any]) -> int:
    if listing.name == "games" and not mentions(where, "inCatalogue"):
        rows = [row for row in rows if listed(row)]
    expected = [row["id"] for row in rows if holds(listing, row, where)]
    page = listing.ask(ask, node="id", first=100, filter=where)
    assert "edges" in page, (where, page)
    assert page["totalCount"] == len(expected), where
    assert [row["id"] for row in entries(page)] == expected[:100], where
    return len(expected)


def some_values(listing: List, field: str, rows: list[Entry], rng: random.Random) -> list[Any]:
    found: list[Any] = []
    for row in rng.sample(rows, min(len(rows), 8)):
        value = listing.values[field](row)
        found += value if isinstance(value, list) else [value]
    known = [value for value in found if value is not None]
    match kind(listing, field):
        case "BooleanFilter":
            return [True, False]
        case "SentimentFilter":
            return ["NEGATIVE", "NEUTRAL", "POSITIVE"]
        case "PlatformFilter" | "TitleKindFilter" | "DurationTypeFilter":
            return sorted(set(known))
        case "IntFilter":
            return [*known, *(value + 1 for value in known), 2**31 - 1, -(2**31), 0]
        case "FloatFilter":
            return [*known, *(value + 0.005 for value in known), 0, -0.0, 1e308, -1e308, 5e-324]
        case "IdFilter":
            return [*known, *(value[1:3] for value in known), *(f" {v} " for v in known), "", "?"]
        case _:
            parts = [value[len(value) // 3 :][:4] for value in known]
            return [*known, *(v.upper() for v in known), *(f"  {v}\t" for v in known), *parts, ""]


@every_list
def test_every_field_and_operator_finds_what_a_brute_force_finds(
    ask_demo: Ask, pool: Callable[[List], list[Entry]], name: str
) -> None:
    listing, rng = LISTS[name], random.Random(7)
    rows = pool(listing)
    assert len(rows) >= 5
    own = set(input_type(listing.filter_type).fields) - LOGIC
    fields = own - OF_ANOTHER_NOUN.get(listing.filter_type, set())
    assert fields == set(listing.values)
    for field in sorted(fields):
        values = some_values(listing, field, rows, rng)
        for operator in operators(listing, field):
            if operator == "isNull":
                tried: list[Any] = [True, False]
            elif operator == "in":
                tried = [[], values[:1], values, values[::2] * 2]
            else:
                tried = rng.sample(values, min(len(values), 6 if THOROUGH else 3))
            for value in tried:
                check(ask_demo, listing, rows, {field: {operator: value}})


def conditions(listing: List, rows: list[Entry]) -> st.SearchStrategy[dict[str, Any]]:
    rng = random.Random(11)
    tests = []
    for field in listing.values:
        values = st.sampled_from(some_values(listing, field, rows, rng))
        for operator in operators(listing, field):
            value: st.SearchStrategy[Any] = values
            if operator == "isNull":
                value = st.booleans()
            elif operator == "in":
                value = st.lists(values, max_size=4)
            tests.append(st.fixed_dictionaries({field: st.fixed_dictionaries({operator: value})}))
    return st.one_of(tests) | st.just({})


def nested(leaf: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.recursive(
        leaf,
        lambda inner: st.fixed_dictionaries(
            {},
            optional={
                "and": st.lists(inner, max_size=3),
                "or": st.lists(inner, max_size=3),
                "not": inner,
            },
        ),
        max_leaves=8,
    )


@every_list
def test_conditions_combine_by_and_or_not_however_they_are_nested(
    ask_demo: Ask, pool: Callable[[List], list[Entry]], name: str
) -> None:
    listing = LISTS[name]
    rows = pool(listing)
    leaf = conditions(listing, rows)
    if name == "library":
        games = LISTS["games"]
        leaf |= nested(conditions(games, rows)).map(lambda where: {"game": where})
    if name == "ratings of a viewer":
        titles = LISTS["titles"]
        leaf |= nested(conditions(titles, rows)).map(lambda where: {"title": where})

    @settings(max_examples=examples(40), suppress_health_check=list(HealthCheck))
    @given(nested(leaf), leaf)
    def combined(where: dict[str, Any], more: dict[str, Any]) -> None:
        check(ask_demo, listing, rows, where)
        check(ask_demo, listing, rows, {**where, **more})

    combined()


def test_conditions_of_one_object_all_hold(ask_demo: Ask) -> None:
    games = LISTS["games"]
    both = every(ask_demo, games, filter={"price": {"gte": 5, "lte": 10}, "genre": {"eq": "Indie"}})
    assert both
    assert all(5 <= row["price"] <= 10 for row in both)
    assert all({"name": "Indie"} in row["genres"] for row in both)


def test_nothing_holds_for_an_unknown_value_but_is_null_and_not(ask: Ask) -> None:
    # 30 has no price, 40 has a text instead; the tiny world lists 13 games.
    def found(where: dict[str, Any]) -> list[str]:
        return [row["appId"] for row in every(ask, LISTS["games"], filter=where)]

    assert found({"price": {"isNull": True}}) == ["30", "40"]
    assert len(found({"price": {"isNull": False}})) == 11
    assert found({"price": {"gte": 0}}) == found({"price": {"isNull": False}})
    assert found({"price": {"lte": 1e308}}) == found({"price": {"isNull": False}})
    assert found({"not": {"price": {"gte": 0}}}) == ["30", "40"]
    assert found({"isFree": {"eq": False}, "releaseYear": {"eq": 2012}}) == ["70"]
    assert found({"isFree": {"isNull": True}}) == ["30", "40"]
    assert found({"genre": {"isNull": True}}) == ["110"]
    assert found({"not": {"genre": {"contains": ""}}}) == ["110"]


def test_an_empty_filter_keeps_everything_an_empty_or_nothing(ask: Ask) -> None:
    def count(where: Any) -> int:
        return int(LISTS["games"].ask(ask, filter=where)["totalCount"])

    assert count(None) == count({}) == count({"and": []}) == count({"and": [{}, {}]}) == 13
    assert count({"or": []}) == count({"not": {}}) == count({"title": {"in": []}}) == 0
    assert count({"or": [{}]}) == count({"not": {"or": []}}) == count({"title": {}}) == 13


def test_names_match_as_names_do_and_ids_exactly(ask: Ask) -> None:
    def found(where: dict[str, Any]) -> list[str]:
        return [row["appId"] for row in every(ask, LISTS["games"], filter=where)]

    assert found({"title": {"eq": " BETA &amp;  gamma "}}) == ["20"]
    assert found({"title": {"in": ["ｃｏｂａｌｔ", "JUNO"]}}) == ["30", "100"]
    assert found({"title": {"contains": "A & G"}}) == ["20"]
    assert found({"developer": {"eq": "orbit works"}}) == ["10", "20", "30", "40", "130"]
    assert found({"genre": {"eq": "design &amp; illustration"}}) == ["90"]
    assert found({"publisher": {"eq": "orbit & sons"}}) == ["10"]
    assert found({"appId": {"eq": " 10 "}}) == ["10"]
    assert found({"appId": {"eq": "1"}}) == []
    assert found({"appId": {"contains": "10"}}) == ["10", "100", "110"]
    users = every(ask, LISTS["users"], filter={"userId": {"in": ["ada", "ADA"]}})
    assert [row["userId"] for row in users] == ["ada"]


def test_a_filter_on_the_catalogue_also_finds_what_it_lacks(ask: Ask) -> None:
    def found(where: dict[str, Any]) -> list[str]:
        return [row["appId"] for row in every(ask, LISTS["games"], filter=where)]

    assert found({"inCatalogue": {"eq": False}}) == ["900", "901"]
    assert found({"not": {"inCatalogue": {"eq": True}}}) == ["900", "901"]
    assert found({"title": {"eq": "Ghost Game"}}) == []
    assert found({"title": {"eq": "Ghost Game"}, "inCatalogue": {"eq": False}}) == ["900"]


def test_a_library_is_filtered_by_own_hours_and_by_the_game(ask: Ask) -> None:
    # ada has played 10 for ten hours, 50 for two, 20 for one.
    query = """query ($where: LibraryFilter) {
      user(userId: "ada") { library(filter: $where) { totalCount edges { hours node { appId } } } }
    }"""

    def found(where: dict[str, Any]) -> list[tuple[str, float]]:
        page = ask(query, where=where)["data"]["user"]["library"]
        assert page["totalCount"] == len(page["edges"])
        return [(edge["node"]["appId"], edge["hours"]) for edge in page["edges"]]

    assert found({"hours": {"gte": 1}}) == [("10", 10), ("50", 2), ("20", 1)]
    assert found({"hours": {"gte": 1}, "game": {"genre": {"eq": "indie"}}}) == [
        ("50", 2),
        ("20", 1),
    ]
    assert found({"hours": {"eq": 0}}) == [("120", 0)]
    assert found({"game": {"inCatalogue": {"eq": False}}}) == [("900", 0.75)]


@pytest.mark.parametrize(
    ("where", "argument"),
    [
        ({"price": None}, "filter.price"),
        ({"and": None}, "filter.and"),
        ({"not": None}, "filter.not"),
        ({"price": {"eq": None}}, "filter.price.eq"),
        ({"releaseYear": {"isNull": None}}, "filter.releaseYear.isNull"),
        ({"title": {"in": None}}, "filter.title.in"),
        ({"or": [{}, {"not": {"isFree": {"eq": None}}}]}, "filter.or.not.isFree.eq"),
    ],
)
def test_a_condition_that_is_null_is_refused_by_its_name(
    ask: Ask, where: dict[str, Any], argument: str
) -> None:
    error = only_error(LISTS["games"].ask(ask, filter=where))
    assert error["extensions"] == {
        "code": "INVALID_ARGUMENT",
        "classification": "BAD_REQUEST",
        "argument": argument,
    }
    assert error["message"] == (
        f"Argument '{argument}' is null: omit it; to find unknown values, use isNull."
    )
    assert error["path"] == ["games"]


def deep(times: int) -> dict[str, Any]:
    where: dict[str, Any] = {}
    for _ in range(times):
        where = {"not": where}
    return where


def test_filters_that_are_too_deep_or_too_long_are_refused(ask: Ask) -> None:
    games = LISTS["games"]
    assert games.ask(ask, filter=deep(10))["totalCount"] == 13
    error = only_error(games.ask(ask, filter=deep(11)))
    assert invalid(error) == "filter"
    assert error["message"] == (
        f"The depth of filter{'.not' * 11} is 11: at most 10 levels are allowed."
    )
    few, many = ([{"price": {"gte": n}} for n in range(count)] for count in (99, 200))
    assert games.ask(ask, filter={"or": few})["totalCount"] == 11
    for where in ({"or": many}, {"and": [{}] * 200}, {"or": [{"not": {}}] * 101}):
        error = only_error(games.ask(ask, filter=where))
        assert invalid(error) == "filter"
        assert "at most 200" in error["message"]
    ids = [str(number) for number in range(1_001)]
    assert games.ask(ask, filter={"appId": {"in": ids[:1_000]}})["totalCount"] == 13
    error = only_error(games.ask(ask, filter={"appId": {"in": ids}}))
    assert invalid(error) == "filter.appId.in"


@pytest.mark.parametrize(
    "where",
    [
        {"releaseYear": {"eq": 2**31}},
        {"releaseYear": {"eq": 1.5}},
        {"releaseYear": {"in": [None]}},
        {"price": {"eq": float("nan")}},
        {"price": {"eq": float("inf")}},
        {"price": {"eq": "1"}},
        {"isFree": {"eq": 1}},
        {"title": {"eq": 1}},
        {"colour": {"eq": "red"}},
    ],
)
def test_values_of_another_type_never_reach_a_filter(ask: Ask, where: dict[str, Any]) -> None:
    answer = LISTS["games"].ask(ask, filter=where)
    assert "data" not in answer
    assert "$filter" in only_error(answer)["message"]


def test_a_literal_above_all_floats_is_above_every_price(ask: Ask) -> None:
    def count(operator: str) -> int:
        answer = ask(f"{{ games(filter: {{ price: {{ {operator}: 1e999 }} }}) {{ totalCount }} }}")
        return int(answer["data"]["games"]["totalCount"])

    assert [count(operator) for operator in ("lte", "gte", "eq")] == [11, 0, 0]


class _Later(Enum):
    """An operator that is declared before anything can test it."""

    BETWEEN = "between"


@pytest.mark.parametrize("kind", Kind)
def test_an_operator_that_nothing_can_test_is_an_error_not_another_operator(kind: Kind) -> None:
    more: Any = OPERATORS | {kind: (*OPERATORS[kind], _Later.BETWEEN)}
    with pytest.raises(TypeError, match="cannot test BETWEEN"):
        filters.check(more)
    with pytest.raises(TypeError, match="differ in BETWEEN"):
        inputs.check(more)
    later: Any = _Later.BETWEEN
    for column in (
        filters.Numbers(np.zeros(1)),
        filters.Texts(["a"]),
        filters.Names(Ragged(np.array([0, 1], np.int32), np.array([0], np.int32)), ["a"]),
    ):
        with pytest.raises(KeyError):
            column.test(later, 0, np.zeros(1, np.int64))


def test_an_operator_that_no_input_offers_is_an_error() -> None:
    fewer = OPERATORS | {Kind.FLAG: (Operator.EQ,)}
    filters.check(fewer)
    with pytest.raises(TypeError, match=r"BooleanFilter and Kind\.FLAG differ in IS_NULL"):
        inputs.check(fewer)
    with pytest.raises(ValueError, match="'between' is not a valid Operator"):
        inputs.operator_of("between")


@pytest.mark.parametrize(
    ("operator", "value"),
    [
        (Operator.EQ, "B7"),
        (Operator.EQ, ""),
        (Operator.IN, ["a1 ", "b7", ""]),
        (Operator.CONTAINS, "A"),
        (Operator.CONTAINS, " "),
        (Operator.IS_NULL, True),
        (Operator.IS_NULL, False),
    ],
)
@pytest.mark.parametrize("exact", [True, False])
def test_few_rows_of_a_column_are_tested_as_all_are(
    operator: Operator, value: Any, exact: bool
) -> None:
    texts = [f"{'ab'[number % 2]}{number}" if number % 5 else "" for number in range(1_000)]
    column, listed = filters.Texts(TextColumn.of(texts), exact), filters.Texts(texts, exact)
    rows = np.arange(1_000)
    whole = column.test(operator, value, rows)
    assert whole.tolist() == listed.test(operator, value, rows).tolist()
    few = rows[::-100]
    assert column.test(operator, value, few).tolist() == whole[few].tolist()
