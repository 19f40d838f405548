"""datastore.base: the arrays of the price models."""

from __future__ import annotations

from datastore.base import price_estimates, price_intervals, price_models
from datastore.base.columns import Array

__all__ = ["ARRAYS"]

_GAMES = "catalogue games x methods"

ARRAYS: dict[str, Array] = {
    "price_estimates": Array(
        "float64", f"{_GAMES} x 4: estimate, low, high, baseline in USD; NaN without a model"
    ),
    "price_reasons": Array(
        "int16", f"{_GAMES} x {price_estimates.MOST_REASONS}: what moved it most, -1 for none"
    ),
    "price_amounts": Array(
        "float32", f"{_GAMES} x {price_estimates.MOST_REASONS}: by how much, in USD"
    ),
    **price_models.ARRAYS,
    **price_intervals.ARRAYS,
}
