"""Columns of leaf values become the JSON texts that graphql-core's values would have."""

from __future__ import annotations

import json
from datetime import date
from enum import Enum
from typing import Any

import msgspec
import numpy as np
import pytest
from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLScalarType,
    GraphQLString,
)
from hypothesis import given
from hypothesis import strategies as st

from server.execution.compiled.leaves import leaf_texts, text_of


class Size(Enum):
    """A size."""

    SMALL = "s"
    LARGE = "l"


SIZE = GraphQLEnumType("Size", {"SMALL": Size.SMALL, "LARGE": Size.LARGE})
DAY = GraphQLScalarType("Day", coerce_output_value=lambda value: value.isoformat())

USUAL: list[tuple[GraphQLLeafType, list[Any]]] = [
    (GraphQLString, ["x", "", 'é"\\\n\x00\x7f♥\u2028']),
    (GraphQLID, ["a", "1"]),
    (GraphQLInt, [0, -1, 2**31 - 1, -(2**31)]),
    (GraphQLFloat, [0.1, -0.0, 1e300, 5e-324, 1e21, 2.0, 1e16]),
    (GraphQLBoolean, [True, False, 1, 0]),
    (SIZE, [Size.SMALL, Size.LARGE, Size.SMALL]),
    (DAY, [date(2020, 1, 2)]),
]


@pytest.mark.parametrize(("kind", "values"), USUAL, ids=str)
def test_usual_values_are_encoded_as_a_column(kind: GraphQLLeafType, values: list[Any]) -> None:
    expected = [msgspec.json.encode(kind.coerce_output_value(value)).decode() for value in values]
    for nullable in (False, True):
        texts = leaf_texts(kind, nullable)
        assert texts(values) == expected
        assert texts(values[:1]) == expected[:1]
        assert texts([]) == []
    assert leaf_texts(kind, True)([None, *values, None]) == ["null", *expected, "null"]


UNUSUAL: list[tuple[GraphQLLeafType, Any]] = [
    (GraphQLString, 3),
    (GraphQLString, ValueError("x")),
    (GraphQLID, 7),
    (GraphQLInt, 2**31),
    (GraphQLInt, True),
    (GraphQLInt, 1.0),
    (GraphQLInt, np.int32(3)),
    (GraphQLFloat, float("nan")),
    (GraphQLFloat, float("-inf")),
    (GraphQLFloat, 3),
    (GraphQLFloat, np.float64(0.5)),
    (GraphQLBoolean, "yes"),
    (SIZE, "HUGE"),
    (DAY, ValueError("x")),
]


@pytest.mark.parametrize(("kind", "value"), UNUSUAL, ids=str)
def test_a_column_with_an_unusual_value_is_refused(kind: GraphQLLeafType, value: Any) -> None:
    usual = next(values[0] for known, values in USUAL if known is kind)
    for nullable in (False, True):
        for values in ([value], [usual, value], [value, usual]):
            with pytest.raises(Exception):  # noqa: B017  any: the caller looks again
                leaf_texts(kind, nullable)(values)


@pytest.mark.parametrize("kind", [kind for kind, _ in USUAL], ids=str)
def test_null_is_refused_where_it_is_not_allowed(kind: GraphQLLeafType) -> None:
    with pytest.raises(Exception):  # noqa: B017
        leaf_texts(kind, False)([None])


def test_single_values_are_coerced_as_graphql_core_does() -> None:
    assert text_of(GraphQLString, 3) == '"3"'
    assert text_of(GraphQLFloat, 3) == "3.0"
    assert text_of(GraphQLInt, np.int64(3)) == "3"
    with pytest.raises(Exception, match="non 32-bit"):
        text_of(GraphQLInt, 2**31)
    nothing = GraphQLScalarType("Nothing", coerce_output_value=lambda value: None)
    with pytest.raises(TypeError, match="to return non-nullable value, returned: None"):
        text_of(nothing, 1)


@given(st.lists(st.text() | st.none()))
def test_any_text_survives(values: list[str | None]) -> None:
    texts = leaf_texts(GraphQLString, True)(values)
    assert [json.loads(text) for text in texts] == values


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False)))
def test_any_number_survives(values: list[float]) -> None:
    try:
        texts = leaf_texts(GraphQLFloat, False)(values)
    except ValueError:  # the sum is infinite: they are encoded one by one
        texts = [text_of(GraphQLFloat, value) for value in values]
    assert [json.loads(text) for text in texts] == values
