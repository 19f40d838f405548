"""resolvers: aggregates over a list of games: prices and facets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from datastore.store import Store

__all__ = ["BANDS", "Band", "Facet", "Prices", "bands", "developers", "genres", "prices", "years"]

#: Lower bounds of the price bands, in USD; the first is free games alone.
BANDS = (0.0, 0.01, 5.0, 10.0, 20.0, 40.0, 60.0)


class Prices(NamedTuple):
    """Known prices in USD; None where no price is known."""

    known: int
    unknown: int
    least: float | None
    mean: float | None
    median: float | None
    greatest: float | None


class Facet(NamedTuple):
    """Games of the list that have a row (of genres or developers) or a year."""

    value: int | None
    games: int


class Band(NamedTuple):
    """Games of the list whose price is at least `low` and below `high`, in USD; `high` is None in
    the last band, both are None for unknown prices."""

    low: float | None
    high: float | None
    games: int


def prices(store: Store, rows: Sequence[int]) -> Prices:
    """Statistics of the known prices."""
    values = store.games.prices[np.asarray(rows, np.int64)]
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


def years(store: Store, rows: Sequence[int]) -> list[Facet]:
    """Games per release year, newest first, unknown year last."""
    values = store.games.years[np.asarray(rows, np.int64)]
    found, counts = np.unique(values[~np.isnan(values)].astype(int), return_counts=True)
    facets = [Facet(y, n) for y, n in zip(found.tolist(), counts.tolist(), strict=True)][::-1]
    unknown = int(np.isnan(values).sum())
    return [*facets, Facet(None, unknown)] if unknown else facets


def genres(store: Store, rows: Sequence[int]) -> list[Facet]:
    """Games per genre, most first, ties by name. A game counts in each of its genres."""
    chosen = np.zeros(len(store.games), bool)
    chosen[np.asarray(rows, np.int64)] = True
    ragged = store.games.genres
    owner = np.repeat(np.arange(len(store.games)), np.diff(ragged.offsets))
    return _most(ragged.values[chosen[owner]], len(store.genres), len(store.genres))


def developers(store: Store, rows: Sequence[int], first: int) -> list[Facet]:
    """The developers with most games of the list, ties by name."""
    values = store.games.developer_rows[np.asarray(rows, np.int64)]
    return _most(values[values >= 0], len(store.developers), first)


def _most(values: npt.NDArray[np.integer], size: int, first: int) -> list[Facet]:
    counts = np.bincount(values, minlength=size)
    best = np.argsort(-counts, kind="stable")[:first]
    return [Facet(int(row), int(counts[row])) for row in best if counts[row]]


def bands(store: Store, rows: Sequence[int]) -> list[Band]:
    """Games per price band, cheapest first, unknown prices last; empty bands are left out."""
    values = store.games.prices[np.asarray(rows, np.int64)]
    known = values[~np.isnan(values)]
    counts = np.bincount(np.searchsorted(BANDS, known, side="right") - 1, minlength=len(BANDS))
    highs = (*BANDS[1:], None)
    found = [
        Band(low, high, int(count))
        for low, high, count in zip(BANDS, highs, counts, strict=True)
        if count
    ]
    unknown = len(values) - len(known)
    return [*found, Band(None, None, unknown)] if unknown else found
