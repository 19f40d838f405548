"""datastore.base: 80 % intervals around price estimates."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from datastore.base.columns import Array

__all__ = ["ARRAYS", "BANDS", "FAMILIAR", "SHARE", "Intervals"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: Share of prices that an interval is to contain.
SHARE = 0.8
#: Number of bands of estimates with intervals of their own.
BANDS = 5
#: Fewest prices of a developer of whom some, and of whom many prices are known.
FAMILIAR = (1, 5)
#: Rounding errors of cents are smaller.
_NOISE = 1e-6

ARRAYS: dict[str, Array] = {
    "price_edges": Array("float64", f"methods x {BANDS - 1}: first estimate of each further band"),
    "price_ratios": Array(
        "float64",
        f"methods x {len(FAMILIAR) + 1} (prices of the developer: none, some, many) x {BANDS} x 2: "
        "lower and upper end of the interval, in parts of the estimate",
    ),
}


class Intervals(NamedTuple):
    """Ends of intervals in parts of the estimate; see `ARRAYS`.

    Conformal intervals: the ratios are quantiles of price / estimate among games that the model had
    not seen, by group of similar games (V. Vovk, Conditional validity of inductive conformal
    predictors, 2012).
    """

    edges: Floats
    ratios: Floats

    def around(self, method: int, price: Floats, known_prices: Ints) -> tuple[Floats, Floats]:
        """Lower and upper ends around estimates of a method, in USD, outwards to whole cents.

        `known_prices` are the numbers of known prices of the games' developers.
        """
        bands = np.searchsorted(self.edges[method], price, side="right")
        groups = np.searchsorted(FAMILIAR, known_prices, side="right")
        low, high = self.ratios[method, groups, bands].T * price
        low = np.minimum(np.floor(low * 100 + _NOISE) / 100, price)
        return low, np.maximum(np.ceil(high * 100 - _NOISE) / 100, price)
