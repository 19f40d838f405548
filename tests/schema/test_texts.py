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
from schema.texts import Texts, json_text

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**31), 2**31 - 1) | st.floats(-1e9, 1e9) | st.text(),
    st.lists,
)


@given(JSON)
def test_a_text_is_the_json_of_its_value(value: object) -> None:
    assert json.loads(json_text(value)) == value


@pytest.mark.parametrize("number", [nan, inf, -inf])
def test_a_number_that_json_does_not_have_is_an_error(number: float) -> None:
    with pytest.raises(ValueError, match=str(number)):
        json_text(number)


def test_half_of_a_surrogate_pair_stays_as_it_is() -> None:
    assert json_text("a\ud800") == '"a\ud800"'


def test_a_text_is_made_once_and_old_ones_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "_KEPT", 2)
    asked: list[int] = []
    kept = Texts(lambda row: asked.append(row) or row)
    assert [kept[row] for row in (1, 1, 2, 2, 3, 3, 1)] == ["1", "1", "2", "2", "3", "3", "1"]
    assert asked == [1, 2, 3, 1]
    assert len(kept) <= 2


@given(st.dates())
def test_the_text_of_a_date_is_that_of_the_scalar(day: date) -> None:
    kind = graphql_schema().type_map["Date"]
    assert isinstance(kind, GraphQLScalarType)
    assert json.loads(json_text(day)) == kind.coerce_output_value(day)
