"""resolvers: aggregates over a list of titles: scores and facets."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from datastore.store import Store
from resolvers.aggregates import Band, Facet, band_facets, most, year_facets
from resolvers.paging import Rows, row_array

__all__ = [
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
    return band_facets(store.titles.scores[row_array(rows)], _BANDS, _HIGHEST)


def platforms(store: Store, rows: Rows) -> list[Facet[int]]:
    """Titles per platform, most titles first, ties by name."""
    return most(store.titles.platform[row_array(rows)])


def kinds(store: Store, rows: Rows) -> list[Facet[int]]:
    """Titles per kind, most titles first."""
    return most(store.titles.kind[row_array(rows)])


def ratings(store: Store, rows: Rows) -> list[Facet[int]]:
    """Titles per age rating, most titles first, ties by name."""
    return most(store.titles.ratings[1][row_array(rows)])


def genres(store: Store, rows: Rows, first: int) -> list[Facet[int]]:
    """The genres with the most titles in the list, ties by name. A title counts in each."""
    return most(store.titles.distinct_genres.gather(row_array(rows))[0], first)


def countries(store: Store, rows: Rows, first: int) -> list[Facet[int]]:
    """The countries with the most titles in the list, ties by name. A title counts in each."""
    return most(store.titles.distinct_countries.gather(row_array(rows))[0], first)


def years(store: Store, rows: Rows) -> list[Facet[int | None]]:
    """Titles per release year, newest first, missing year last."""
    return year_facets(store.titles.years[row_array(rows)])
