"""Intervals around price estimates."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from datastore.base.price_intervals import BANDS, FAMILIAR, Intervals
from datastore.base.price_models import METHODS


def intervals(low: float, high: float) -> Intervals:
    shape = (len(METHODS), len(FAMILIAR) + 1, BANDS, 2)
    ratios = np.broadcast_to([low, high], shape).copy()
    return Intervals(np.tile([5.0, 10.0, 20.0, 40.0], (len(METHODS), 1)), ratios)


def around(given: Intervals, price: float, known: int = 0) -> tuple[float, float]:
    low, high = given.around(0, np.array([price]), np.array([known]))
    return float(low[0]), float(high[0])


def test_ends_are_parts_of_the_estimate_outwards_to_whole_cents() -> None:
    assert around(intervals(0.5, 2.0), 9.999) == (4.99, 20.0)


def test_a_price_that_was_a_quantile_lies_within() -> None:
    estimate = 8.77347
    low, high = around(intervals(4.99 / estimate, 19.99 / estimate), estimate)
    assert (low, high) == (4.99, 19.99)


def test_the_band_of_the_estimate_and_the_known_prices_choose_the_ratios() -> None:
    given = intervals(0.5, 2.0)
    given.ratios[0, 2, 1] = 0.9, 1.1
    assert around(given, 5.0, known=5) == (4.5, 5.5)
    assert around(given, 4.99, known=5) == (2.49, 9.98)  # a lower band
    assert around(given, 5.0, known=4) == (2.5, 10.0)  # a developer with fewer prices


@given(st.floats(0, 1e6), st.floats(0, 3), st.floats(0, 3), st.integers(0, 9))
def test_the_estimate_lies_within(price: float, one: float, two: float, known: int) -> None:
    low, high = around(intervals(*sorted((one, two))), price, known)
    assert 0 <= low <= price <= high
