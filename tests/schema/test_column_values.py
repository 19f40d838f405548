"""Values of columns, for one row or for many."""

from __future__ import annotations

import json
from datetime import date
from enum import Enum

import numpy as np
import pytest
from graphql import GraphQLScalarType
from hypothesis import given
from hypothesis import strategies as st

from schema.column_values import Column, Reader, itself, named
from schema.graph import graphql_schema


class Color(Enum):
    RED = 1
    BLUE = 2


@pytest.mark.parametrize(
    ("type_", "column", "expected"),
    [
        (str, ["a", "b"], ["a", "b"]),
        (str | None, {0: "a", 1: None}, ["a", None]),
        (float, np.array([0.5, 1.0], np.float32), [0.5, 1.0]),
        (float | None, np.array([0.5, np.nan]), [0.5, None]),
        (int | None, np.array([3.0, np.nan]), [3, None]),
        (bool, np.array([True, False]), [True, False]),
        (int, lambda row: row * 2, [0, 2]),
        (int, itself, [0, 1]),
    ],
)
def test_columns_have_a_value_for_each_row(
    type_: object, column: Column, expected: list[object]
) -> None:
    reader = Reader(type_)
    assert not reader.is_json
    assert [reader.one(column, row) for row in (0, 1)] == expected
    for rows in ([0, 1], [1], [1, 1, 0], []):
        values = reader.values(column)(rows)
        assert list(values) == [expected[row] for row in rows]
        assert [*map(type, values)] == [type(expected[row]) for row in rows]


@pytest.mark.parametrize(
    ("type_", "column", "one", "texts"),
    [
        (Color, np.array([2, 1], np.uint8), Color.BLUE, ['"BLUE"', '"RED"']),
        (Color | None, np.array([2, np.nan]), Color.BLUE, ['"BLUE"', "null"]),
        (date, [date(2010, 1, 2), date(2011, 3, 4)], date(2010, 1, 2),
         ['"2010-01-02"', '"2011-03-04"']),
        (date | None, [None, date(2011, 3, 4)], None, ["null", '"2011-03-04"']),
        (list[str], [['a"', "ñ"], []], ['a"', "ñ"], ['["a\\"","\xc3\xb1"]', "[]"]),
    ],
)  # fmt: skip
def test_enums_dates_and_lists_of_texts_are_json_for_many_rows(
    type_: object, column: Column, one: object, texts: list[str]
) -> None:
    reader = Reader(type_)
    assert reader.is_json
    assert reader.one(column, 0) == one
    for rows in ([0, 1], [1], []):
        assert list(reader.values(column)(rows)) == [texts[row] for row in rows]


def test_written_texts_are_json_for_many_rows() -> None:
    reader, column = Reader(str | None, written=True), ["a", None, "ñ"]
    assert reader.is_json
    assert [reader.one(column, row) for row in range(3)] == column
    assert list(reader.values(column)([2, 1, 0])) == ['"\xc3\xb1"', "null", '"a"']
    assert list(reader.values(column)([])) == []


@given(st.lists(st.dates() | st.none()))
def test_the_text_of_a_date_is_that_of_the_scalar(days: list[date | None]) -> None:
    kind = graphql_schema().type_map["Date"]
    assert isinstance(kind, GraphQLScalarType)
    texts = Reader(date | None).values(days)(range(len(days)))
    assert [*map(json.loads, texts)] == [day and kind.coerce_output_value(day) for day in days]


def test_a_type_is_named_within_null_and_lists() -> None:
    assert named(list[str] | None) is str
    assert named(Color | None) is Color
