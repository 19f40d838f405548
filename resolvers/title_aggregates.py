"""resolvers: aggregates over a list of titles: scores and facets."""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from datastore.store import Store
from resolvers.paging import Rows, row_array

__all__ = [
    "Band",
    "Facet",
    "Scores",
    "countries",
    "genres",
    "kinds",
    "platforms",
    "ratings",
    "score_bands",
    "scores",
    "years",
]

Value = TypeVar("Value", int, int | None)

#: Lower bounds of the bands of scores, in stars; the last one includes 5.
_BANDS = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5)
_HIGHEST = 5.0


class Scores(NamedTuple):
    """Statistics of the mean scores of titles; None if none is rated."""

    rated: int
    unrated: int
    least: float | None
    mean: float | None
    median: float | None
    greatest: float | None


class Facet(NamedTuple, Generic[Value]):
    """Number of titles in a list with one value: a code, a row, a position, or a year (None if
    missing)."""

    value: Value
    titles: int


class Band(NamedTuple):
    """Number of titles in a list with a score of at least `low` and below `high`; the last band
    includes its upper bound. Both are None for titles without ratings."""

    low: float | None
    high: float | None
    titles: int


def scores(store: Store, rows: Rows) -> Scores:
    """Statistics of the scores; each title counts once, however many ratings it has."""
    values = store.titles.scores[row_array(rows)]
    known = values[~np.isnan(values)]
    unrated = len(values) - len(known)
    if not len(known):
        return Scores(0, unrated, None, None, None, None)
    mean = float(round(known.sum() / len(known), 10))
    median = float(np.median(known))
    return Scores(len(known), unrated, float(known.min()), mean, median, float(known.max()))


def score_bands(store: Store, rows: Rows) -> list[Band]:
    """Titles per band of scores, lowest first, those without ratings last; empty bands are left
    out."""
    values = store.titles.scores[row_array(rows)]
    known = values[~np.isnan(values)]
    counts = np.bincount(np.searchsorted(_BANDS, known, side="right") - 1, minlength=len(_BANDS))
    highs = (*_BANDS[1:], _HIGHEST)
    bands = [
        Band(low, high, int(count))
        for low, high, count in zip(_BANDS, highs, counts, strict=True)
        if count
    ]
    unrated = len(values) - len(known)
    return [*bands, Band(None, None, unrated)] if unrated else bands


def platforms(store: Store, rows: Rows) -> list[Facet[int]]:
    """Titles per platform, most titles first, ties by name."""
    return _most(store.titles.platform[row_array(rows)])


def kinds(store: Store, rows: Rows) -> list[Facet[int]]:
    """Titles per kind, most titles first."""
    return _most(store.titles.kind[row_array(rows)])


def ratings(store: Store, rows: Rows) -> list[Facet[int]]:
    """Titles per age rating, most titles first, ties by name."""
    return _most(store.titles.ratings[1][row_array(rows)])


def genres(store: Store, rows: Rows, first: int) -> list[Facet[int]]:
    """The genres with the most titles in the list, ties by name. A title counts in each."""
    return _most(store.titles.distinct_genres.gather(row_array(rows))[0], first)


def countries(store: Store, rows: Rows, first: int) -> list[Facet[int]]:
    """The countries with the most titles in the list, ties by name. A title counts in each."""
    return _most(store.titles.distinct_countries.gather(row_array(rows))[0], first)


def years(store: Store, rows: Rows) -> list[Facet[int | None]]:
    """Titles per release year, newest first, missing year last."""
    values = store.titles.years[row_array(rows)]
    known, counts = np.unique(values[~np.isnan(values)].astype(int), return_counts=True)
    facets = list(map(Facet, known.tolist(), counts.tolist()))[::-1]
    missing = int(np.isnan(values).sum())
    return [*facets, Facet(None, missing)] if missing else facets


def _most(values: npt.NDArray[np.integer], first: int | None = None) -> list[Facet[int]]:
    counts = np.bincount(values)
    present = np.flatnonzero(counts)
    best = present[np.argsort(-counts[present], kind="stable")][:first]
    return list(map(Facet, best.tolist(), counts[best].tolist()))
