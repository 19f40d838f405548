"""etl.prices: sets the widths of intervals by the errors on games that a model had not seen."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from datastore.base.price_averages import MEAN
from datastore.base.price_boosting import BOOSTING
from datastore.base.price_intervals import BANDS, FAMILIAR, SHARE, Intervals
from datastore.base.price_models import METHODS

__all__ = ["calibrate"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: Fewest games of a group with intervals of its own.
_FEWEST = 100
#: Shares of prices below and above an interval that are tried: prices have few values, so that
#: one step can be a tenth of them.
_TAILS = np.linspace(0, 1 - SHARE, 41)
#: What a difference between both tails weighs against a wrong sum of them.
_BALANCE = 0.25


def calibrate(price: Floats, estimates: Floats, known_prices: Ints) -> Intervals:
    """Intervals from the prices of games, their estimates (methods x games) by models that had not
    seen them, and the numbers of known prices of their developers.

    Bands have equally many games. Only BOOSTING knows developers. MEAN has one band, around the
    mean of these very prices.
    """
    shape = (len(METHODS), len(FAMILIAR) + 1, BANDS)
    edges = np.full((len(METHODS), BANDS - 1), np.inf)
    ratios = np.ones((*shape, 2))
    if not len(price):
        return Intervals(edges, ratios)
    groups = np.searchsorted(FAMILIAR, known_prices, side="right")
    for number, method in enumerate(METHODS):
        estimate = estimates[number]
        ratio = price / (price.mean() if method == MEAN else estimate)
        if method != MEAN:
            edges[number] = np.quantile(estimate, np.arange(1, BANDS) / BANDS)
        bands = np.searchsorted(edges[number], estimate, side="right")
        ratios[number] = _ends(ratio)
        for band in range(BANDS):
            of_band = bands == band
            if of_band.sum() >= _FEWEST:
                ratios[number, :, band] = _ends(ratio[of_band])
            for group in range(len(FAMILIAR) + 1) if method == BOOSTING else ():
                similar = of_band & (groups == group)
                if similar.sum() >= _FEWEST:
                    ratios[number, group, band] = _ends(ratio[similar])
    return Intervals(edges, ratios)


def _ends(ratio: Floats) -> Floats:
    """Lower and upper end of an interval that contains as near to SHARE of the ratios as it can,
    with tails as equal as they can be."""
    ordered = np.sort(ratio)
    low = np.quantile(ordered, _TAILS, method="lower")
    high = np.quantile(ordered, 1 - _TAILS, method="higher")
    below = np.searchsorted(ordered, low, side="left") / len(ordered)
    above = 1 - np.searchsorted(ordered, high, side="right") / len(ordered)
    wrong = abs(below[:, None] + above - (1 - SHARE))
    cost = wrong + _BALANCE * abs(below[:, None] - above)
    left, right = np.unravel_index(np.argmin(np.round(cost, 12)), cost.shape)
    return np.array([low[left], high[right]])
