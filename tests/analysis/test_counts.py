"""Counting by intervals and years."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analysis.counts import Bins, by_year, first_and_last, top, years_of

BINS = Bins.of_counts(0, 1, 2, 6)


def test_intervals_of_whole_numbers_are_named_by_their_ends() -> None:
    chart = BINS.chart(np.array([0, 1, 2, 5, 6, 90]), "games", "owned")
    assert list(chart.labels) == ["0", "1", "2–5", "6+"]
    assert chart.series == {"games": [1, 1, 2, 2]}


def test_intervals_of_other_numbers_neither_touch_nor_leave_a_gap() -> None:
    prices = Bins.of_measures(0, 0.005, 1, 3, 1000, names=("free", "<1"), step=0.01)
    chart = prices.chart(np.array([0, 0.99, 1, 2.99, 3, 999.99, 1000]), "games", "price")
    assert list(chart.labels) == ["free", "<1", "1–2.99", "3–999.99", "1,000+"]
    assert chart.series == {"games": [1, 1, 2, 2, 1]}
    hours = Bins.of_measures(0, 1, 2.5, 1000, names=("<1",))
    chart = hours.chart(np.array([0.99, 1, 2.499, 2.5, 1000]), "items", "hours")
    assert list(chart.labels) == ["<1", "1 to <2.5", "2.5 to <1,000", "1,000+"]
    assert chart.series == {"items": [1, 2, 1, 1]}


def test_empty_intervals_at_the_end_are_left_out_and_nan_is_not_counted() -> None:
    chart = BINS.chart(np.array([np.nan, 1.0]), "games", "owned")
    assert (list(chart.labels), chart.series) == (["0", "1"], {"games": [0, 1]})


@given(st.lists(st.integers(0, 1_000), max_size=50))
def test_every_value_is_in_one_interval(values: list[int]) -> None:
    chart = BINS.chart(np.array(values, np.int64), "games", "owned")
    assert sum(count or 0 for count in chart.series["games"]) == len(values)


def test_years_without_entries_are_counted_as_zero() -> None:
    years = np.array([2012.0, np.nan, 2010.0, 2012.0])
    assert years_of(years) == range(2010, 2013)
    assert by_year(years, range(2010, 2013)) == [1, 0, 2]
    assert by_year(years, range(2011, 2013)) == [0, 2]
    assert years_of(np.array([np.nan])) == range(0)
    assert by_year(years, range(0)) == []


def test_the_top_is_by_count_then_row_without_zeros() -> None:
    assert top(np.array([3, 0, 5, 3]), 10) == [2, 0, 3]
    assert top(np.array([3, 0, 5, 3]), 2) == [2, 0]


def test_the_ends_of_a_series_skip_gaps() -> None:
    assert first_and_last("abcd", [None, 1.0, 2.0, None]) == ("b", 1.0, "c", 2.0)
    assert first_and_last("ab", [None, 1.0]) is None
