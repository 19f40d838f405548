"""Hours, percentages and money, rounded on request."""

from __future__ import annotations

import pytest
from graphql import GraphQLFloat, GraphQLObjectType, get_named_type

from harness import Ask, only_error
from schema.graph import graphql_schema

#: Fields that clients show to people: each has the argument `precision`.
NUMBERS = """query ($p: Int) {
  game(appId: "10") { hours(precision: $p) price(precision: $p)
    players(first: 1) { edges { hours(precision: $p) } } }
  user(userId: "ada") { moneySpent(precision: $p) recommendPercent(precision: $p)
    library(first: 3) { edges { hours(precision: $p) } } }
  developer(name: "orbit works") { releaseYears {
    freePercent(precision: $p) freePercentOfKnown(precision: $p) } }
  genre(name: "action") { topPlayer { hours(precision: $p)
    hoursByReleaseYear { hours(precision: $p) } } playTime { hours(precision: $p) } }
  games { aggregates { price { min(precision: $p) mean(precision: $p) median(precision: $p)
    max(precision: $p) } } }
}"""


def numbers(data: object) -> list[float | None]:
    """All numbers and nulls in an answer, in its order."""
    if isinstance(data, dict | list):
        parts = data.values() if isinstance(data, dict) else data
        return [number for part in parts for number in numbers(part)]
    assert data is None or isinstance(data, float)
    return [data]


@pytest.mark.parametrize("precision", [0, 1, 2, 10])
def test_a_number_is_rounded_to_as_many_decimals_as_are_asked_for(ask: Ask, precision: int) -> None:
    exact = numbers(ask(NUMBERS, p=None)["data"])
    rounded = numbers(ask(NUMBERS, p=precision)["data"])
    assert rounded == [None if x is None else round(x, precision) for x in exact]
    assert 100 / 3 in exact
    assert None in exact


def test_without_a_precision_or_with_null_nothing_is_rounded(ask: Ask) -> None:
    query = """{ developer(name: "orbit works") { releaseYears {
      without: freePercent null: freePercent(precision: null)
      two: freePercent(precision: 2) } } }"""
    years = ask(query)["data"]["developer"]["releaseYears"]
    assert years[1] == {"without": 100 / 3, "null": 100 / 3, "two": 33.33}


@pytest.mark.parametrize("precision", [-1, 11, 2**31 - 1])
@pytest.mark.parametrize("app_id", ["10", "40"])  # a known price and an unknown one
def test_a_precision_outside_of_0_to_10_is_refused(ask: Ask, app_id: str, precision: int) -> None:
    query = "query ($id: ID!, $p: Int) { game(appId: $id) { price(precision: $p) title } }"
    answer = ask(query, id=app_id, p=precision)
    error = only_error(answer)
    assert error["message"] == (
        f"Argument 'precision' is {precision}: it must be between 0 and 10."
    )
    assert error["extensions"] == {
        "code": "INVALID_ARGUMENT",
        "classification": "BAD_REQUEST",
        "argument": "precision",
    }
    assert answer["data"]["game"]["price"] is None
    assert answer["data"]["game"]["title"]


def test_every_field_of_hours_percent_or_money_can_be_rounded() -> None:
    without = [
        f"{kind.name}.{name}"
        for kind in graphql_schema().type_map.values()
        if isinstance(kind, GraphQLObjectType)
        for name, field in kind.fields.items()
        if get_named_type(field.type) is GraphQLFloat
        and (
            any(word in name.lower() for word in ("hours", "percent", "money", "price"))
            or kind.name == "PriceStatistics"
        )
        and "precision" not in field.args
    ]
    assert without == []
