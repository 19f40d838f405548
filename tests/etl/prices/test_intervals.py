"""Intervals that contain four fifths of the prices, also where prices have few values."""

from __future__ import annotations

import numpy as np
import pytest

from datastore.base.price_averages import MEAN
from datastore.base.price_boosting import BOOSTING
from datastore.base.price_intervals import BANDS, Intervals
from datastore.base.price_models import METHODS
from etl.prices.intervals import calibrate

rng = np.random.default_rng(5)
#: Prices as a store has them: a handful of values.
PRICES = rng.choice(
    [0.99, 1.99, 4.99, 9.99, 19.99, 59.99], 20_000, p=[0.1, 0.15, 0.3, 0.25, 0.15, 0.05]
)


def estimates(noise: float, prices: np.ndarray = PRICES) -> np.ndarray:
    """Estimates by each method: the price, with some noise; the mean for MEAN."""
    found = np.tile(prices, (len(METHODS), 1))
    found *= np.exp(rng.normal(0, noise, found.shape))
    found[METHODS.index(MEAN)] = prices.mean()
    return found


def coverage(intervals: Intervals, estimated: np.ndarray, known: np.ndarray) -> list[float]:
    covered = []
    for number in range(len(METHODS)):
        low, high = intervals.around(number, estimated[number], known)
        covered.append(float(np.mean((low <= PRICES) & (high >= PRICES))))
    return covered


def test_four_fifths_of_the_prices_lie_within() -> None:
    known = rng.integers(0, 9, len(PRICES))
    estimated = estimates(0.5)
    covered = coverage(calibrate(PRICES, estimated, known), estimated, known)
    *others, mean = covered
    assert all(0.79 <= share <= 0.82 for share in others), covered
    assert 0.75 <= mean <= 0.85  # one value more or less is a tenth of the prices


def test_estimates_with_larger_errors_have_wider_intervals() -> None:
    known = np.zeros(len(PRICES), int)
    narrow, wide = (calibrate(PRICES, estimates(noise), known).ratios[0] for noise in (0.1, 1.0))
    assert (wide[..., 1] / wide[..., 0] > 1.5 * narrow[..., 1] / narrow[..., 0]).all()


def test_only_boosting_distinguishes_developers() -> None:
    known = np.repeat([0, 9], len(PRICES) // 2)
    estimated = estimates(0.2)
    estimated[:, : len(PRICES) // 2] *= 1.5  # of developers without a price
    ratios = calibrate(PRICES, estimated, known).ratios
    for number, method in enumerate(METHODS):
        alike = (ratios[number, 0] == ratios[number, 2]).all()
        assert alike == (method != BOOSTING), method


def test_the_mean_has_one_band() -> None:
    edges = calibrate(PRICES, estimates(0.2), np.zeros(len(PRICES), int)).edges
    assert np.isinf(edges[METHODS.index(MEAN)]).all()
    assert (np.diff(edges[0]) > 0).all()


@pytest.mark.parametrize("count", [1, 2, 30])
def test_a_few_games_share_one_interval(count: int) -> None:
    prices = PRICES[:count]
    estimated = estimates(0.3, prices)
    ratios = calibrate(prices, estimated, np.arange(count)).ratios
    for of_method in ratios:
        assert len(np.unique(of_method.reshape(-1, 2), axis=0)) == 1
    assert (ratios[..., 0] <= ratios[..., 1]).all()


def test_without_games_an_interval_is_the_estimate() -> None:
    intervals = calibrate(np.zeros(0), np.zeros((len(METHODS), 0)), np.zeros(0, int))
    assert intervals.ratios.shape == (len(METHODS), 3, BANDS, 2)
    low, high = intervals.around(0, np.array([5.0]), np.array([0]))
    assert (low[0], high[0]) == (5.0, 5.0)
