"""resolvers: aggregates over a list of games: prices and facets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from datastore.store import Store
from resolvers.paging import Rows, row_array

__all__ = [
    "BANDS",
    "Band",
    "Facet",
    "Prices",
    "band_facets",
    "bands",
    "developers",
    "early_access",
    "free",
    "genres",
    "most",
    "prices",
    "publishers",
    "tags",
    "year_facets",
    "years",
]

Floats = npt.NDArray[np.float64]
Value = TypeVar("Value", int, int | None)

#: Lower bounds of the price bands, in USD; the first is free games alone.
BANDS = (0.0, 0.01, 5.0, 10.0, 20.0, 40.0, 60.0)


class Prices(NamedTuple):
    """Statistics of known prices in USD; None if no price is known."""

    known: int
    unknown: int
    least: float | None
    mean: float | None
    median: float | None
    greatest: float | None


class Facet(NamedTuple, Generic[Value]):
    """Number of games or titles in a list with one value: a row, the index of a name, a code, a
    year, or 1 or 0 for a flag. Years and flags are None if unknown."""

    value: Value
    size: int


class Band(NamedTuple):
    """Number of games or titles in a list with a price or score of at least `low` and below `high`.
    Both are None for unknown prices and for titles without ratings; `high` is None in the last band
    of prices, and the last band of scores includes it."""

    low: float | None
    high: float | None
    size: int


def prices(store: Store, rows: Rows) -> Prices:
    """Statistics of the known prices."""
    values = store.games.prices[row_array(rows)]
    known = values[~np.isnan(values)]
    unknown = len(values) - len(known)
    if not len(known):
        return Prices(0, unknown, None, None, None, None)
    mean = float(round(known.sum() / len(known), 10))
    return Prices(
        len(known),
        unknown,
        float(known.min()),
        mean,
        float(np.median(known)),
        float(known.max()),
    )


def years(store: Store, rows: Rows) -> list[Facet[int | None]]:
    """Games per release year, newest first, unknown year last."""
    return year_facets(store.games.years[row_array(rows)])


def genres(store: Store, rows: Rows) -> list[Facet[int]]:
    """Games per genre, most games first, ties by name. A game counts in each of its genres."""
    values, _ = store.games.genres.gather(row_array(rows))
    return most(values, len(store.genres))


def developers(store: Store, rows: Rows, first: int) -> list[Facet[int]]:
    """The developers with the most games in the list, ties by name."""
    values = store.games.developer_rows[row_array(rows)]
    return most(values[values >= 0], first)


def tags(store: Store, rows: Rows, first: int) -> list[Facet[int]]:
    """The tags with the most games in the list, ties by name. A game counts in each of its tags."""
    values, _ = store.games.tag_rows.gather(row_array(rows))
    return most(values, first)


def publishers(store: Store, rows: Rows, first: int) -> list[Facet[int]]:
    """The publishers with the most games in the list, ties by name."""
    values = store.games.publishers[1][row_array(rows)]
    return most(values[values >= 0], first)


def free(store: Store, rows: Rows) -> list[Facet[int | None]]:
    """Free games, other games, and games of unknown price."""
    values = store.games.prices[row_array(rows)]
    return _flags(np.where(np.isnan(values), np.nan, values == 0))


def early_access(store: Store, rows: Rows) -> list[Facet[int | None]]:
    """Games in early access, other games, and games for which this is unknown."""
    return _flags(store.games.frame.numbers("early_access")[row_array(rows)])


def _flags(values: npt.NDArray[np.float64]) -> list[Facet[int | None]]:
    counts = [(1, values == 1), (0, values == 0), (None, np.isnan(values))]
    return [Facet(value, int(held.sum())) for value, held in counts if held.any()]


def bands(store: Store, rows: Rows) -> list[Band]:
    """Games per price band, cheapest first, unknown prices last; empty bands are left out."""
    return band_facets(store.games.prices[row_array(rows)], BANDS, None)


def year_facets(values: Floats) -> list[Facet[int | None]]:
    """Facets of years, newest first, unknown year last."""
    known, counts = np.unique(values[~np.isnan(values)].astype(int), return_counts=True)
    facets = list(map(Facet, known.tolist(), counts.tolist()))[::-1]
    unknown = int(np.isnan(values).sum())
    return [*facets, Facet(None, unknown)] if unknown else facets


def most(values: npt.NDArray[np.integer], first: int | None = None) -> list[Facet[int]]:
    """Facets of the most frequent values, most frequent first, then by value."""
    counts = np.bincount(values)  # takes a third of the time of `np.unique`, which sorts
    present = np.flatnonzero(counts)
    best = present[np.argsort(-counts[present], kind="stable")][:first]
    return list(map(Facet, best.tolist(), counts[best].tolist()))


def band_facets(values: Floats, lows: Sequence[float], highest: float | None) -> list[Band]:
    """Bands that begin at `lows`, lowest first, unknown values last; empty bands are left out."""
    known = values[~np.isnan(values)]
    counts = np.bincount(np.searchsorted(lows, known, side="right") - 1, minlength=len(lows))
    bands = [
        Band(low, high, int(count))
        for low, high, count in zip(lows, (*lows[1:], highest), counts, strict=True)
        if count
    ]
    unknown = len(values) - len(known)
    return [*bands, Band(None, None, unknown)] if unknown else bands
