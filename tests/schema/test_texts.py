"""JSON texts of values, which a store keeps."""

from __future__ import annotations

import json
from datetime import date
from math import inf, nan

import pytest
from graphql import GraphQLScalarType
from hypothesis import given
from hypothesis import strategies as st

from schema import texts
from schema.graph import graphql_schema
from schema.texts import Texts, json_texts

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**31), 2**31 - 1) | st.floats(-1e9, 1e9) | st.text(),
    st.lists,
)


@given(st.lists(JSON))
def test_texts_are_the_json_of_their_values(values: list[object]) -> None:
    assert [json.loads(text) for text in json_texts(values)] == values


@given(
    st.lists(st.none() | st.booleans() | st.integers(-(2**31), 2**31 - 1) | st.floats(-1e9, 1e9))
)
def test_columns_of_numbers_are_written_at_once(values: list[object]) -> None:
    assert [json.loads(text) for text in json_texts(values)] == values


@pytest.mark.parametrize("others", [[], ["a"], [1, None]])
@pytest.mark.parametrize("number", [nan, inf, -inf])
def test_a_number_that_json_does_not_have_is_an_error(number: float, others: list[object]) -> None:
    with pytest.raises(ValueError, match=str(number)):
        json_texts([*others, number])


def test_half_of_a_surrogate_pair_stays_as_it_is() -> None:
    assert json_texts(["a\ud800", None]) == ['"a\ud800"', "null"]


def test_the_first_texts_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "_KEPT", 2)
    asked: list[int] = []
    kept = Texts(lambda rows: asked.extend(rows) or rows)  # type: ignore[func-returns-value]
    for rows in ([1], [1, 2], [2, 1], [3], [3, 1], [2]):
        assert kept.of(rows) == [str(row) for row in rows] or kept.of(rows) == ("2", "1")
    assert asked == [1, 1, 2, 3, 3, 1]
    assert kept.of([]) == []


@given(st.dates())
def test_the_text_of_a_date_is_that_of_the_scalar(day: date) -> None:
    kind = graphql_schema().type_map["Date"]
    assert isinstance(kind, GraphQLScalarType)
    assert json.loads(*json_texts([day])) == kind.coerce_output_value(day)
