"""Curves of the second stage: level outside of their points, and shares that add up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastore.base.second_stage import KNOTS, SIGNALS, Curves

NUMBERS = st.floats(-50, 50)


def bent(seed: int = 2) -> Curves:
    rng = np.random.default_rng(seed)
    shape = len(SIGNALS), KNOTS
    return Curves(np.cumsum(rng.random(shape) + 0.1, axis=1), rng.normal(size=shape))


def test_a_curve_is_straight_between_its_points_and_level_outside_of_them() -> None:
    curves = bent()
    knots, values = curves.knots[3], curves.values[3]
    assert curves.at("together", knots) == pytest.approx(values)
    assert curves.at("together", knots[:2].mean()) == pytest.approx(values[:2].mean())
    ends = curves.at("together", np.array([knots[0] - 9, knots[-1] + 9]))
    assert ends == pytest.approx(values[[0, -1]])


def test_the_total_is_the_sum_of_all_curves() -> None:
    curves, rng = bent(), np.random.default_rng(5)
    places = {signal: rng.normal(2, 3, (4, 6)) for signal in SIGNALS}
    total = sum(curves.at(signal, places[signal]) for signal in SIGNALS)
    assert curves.total(places) == pytest.approx(total)


def test_flat_curves_change_no_score() -> None:
    places = {signal: np.array([-3.0, 0.0, 100.0]) for signal in SIGNALS}
    assert not Curves.flat().total(places).any()


@given(NUMBERS, st.lists(NUMBERS, min_size=1, max_size=6))
def test_shares_of_a_curve_add_up_to_its_rise(start: float, parts: list[float]) -> None:
    curves = bent()
    end = np.array([start + sum(parts)])
    shares = np.array(parts) * curves.slope("als", start, end)
    rise = curves.at("als", end) - curves.at("als", start)
    assert shares.sum() == pytest.approx(rise[0], abs=1e-6)


def test_over_no_distance_the_slope_is_zero() -> None:
    assert bent().slope("tags", 1.5, np.array([1.5])).tolist() == [0.0]
