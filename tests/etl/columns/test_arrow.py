"""Columns do what loops over their values would do."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastore.base.names import natural_order
from etl.columns import arrow
from etl.columns.arrow import (
    coded,
    distinct,
    in_natural_order,
    last_of_each,
    mapped,
    numbers,
    order_of,
    slices,
    spans,
)

TEXTS = st.text(max_size=4)
IDS = TEXTS | st.text("0123456789", max_size=5) | st.sampled_from(["0" * 9, "9" * 4_001, "1" * 40])


def strings(*values: str | None) -> pa.Array:
    return pa.array(values, pa.string())


@given(values=st.lists(TEXTS | st.none()))
def test_coded_values_are_the_values(values: list[str | None]) -> None:
    known, place = coded(pa.chunked_array([strings(*values[:2]), strings(*values[2:])]))
    assert [known[at] for at in place] == values
    assert len(set(known)) == len(known)
    assert known[-1] is None


@given(values=st.lists(TEXTS | st.none()))
def test_a_function_is_called_once_for_each_distinct_value(values: list[str | None]) -> None:
    called = []

    def length(value: str | None) -> int:
        called.append(value)
        return -1 if value is None else len(value)

    found = mapped(strings(*values), length, np.int32)
    assert found.tolist() == [-1 if value is None else len(value) for value in values]
    assert len(called) == len(set(values) | {None})


@given(first=st.lists(TEXTS), second=st.lists(TEXTS))
def test_distinct_values_come_as_first_seen_and_each_value_has_its_number(
    first: list[str], second: list[str]
) -> None:
    keys = distinct(strings(*first), strings(*second))
    assert keys.to_pylist() == list(dict.fromkeys(first + second))
    assert [keys[at].as_py() for at in numbers(strings(*second), keys)] == second


def test_a_value_that_is_not_a_key_has_the_number_minus_one() -> None:
    assert numbers(strings("b", "x", None, "a"), strings("a", "b")).tolist() == [1, -1, -1, 0]


@given(ids=st.lists(IDS))
def test_product_ids_come_in_natural_order(ids: list[str]) -> None:
    found = in_natural_order(strings(*ids))
    assert [ids[at] for at in found] == sorted(ids, key=natural_order)


@given(rows=st.lists(st.tuples(TEXTS, TEXTS)))
def test_rows_are_ordered_by_code_point_as_python_orders_them(rows: list[tuple[str, str]]) -> None:
    one, other = (strings(*(row[at] for row in rows)) for at in range(2))
    assert [rows[at] for at in order_of(one, other)] == sorted(rows)


@given(rows=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3))))
def test_of_each_key_the_oldest_goes_and_the_last_one_stays(rows: list[tuple[int, int]]) -> None:
    key, age = np.array(rows, np.int64).reshape(-1, 2).T
    expected: dict[int, int] = {}
    for at, (own, when) in enumerate(rows):
        if own not in expected or when >= rows[expected[own]][1]:
            expected[own] = at
    found = last_of_each(key, age).tolist()
    assert found == [expected[own] for own in sorted(expected)]


@given(sizes=st.lists(st.integers(0, 5)), some=st.integers(1, 7))
def test_slices_hold_every_owner_once_and_few_rows(sizes: list[int], some: int) -> None:
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arrow, "SOME", some)
        found = list(slices(offsets))
    assert [owner for first, last in found for owner in range(first, last)] == list(
        range(len(sizes))
    )
    for first, last in found:
        assert offsets[last] - offsets[first] <= some or last == first + 1


@given(given_spans=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3))))
def test_spans_lie_one_behind_the_other(given_spans: list[tuple[int, int]]) -> None:
    start, size = np.array(given_spans, np.int64).reshape(-1, 2).T
    span, place = spans(start, size)
    assert list(zip(span.tolist(), place.tolist(), strict=True)) == [
        (at, first + step) for at, (first, count) in enumerate(given_spans) for step in range(count)
    ]
