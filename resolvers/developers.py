"""resolvers: questions about developers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from datastore.base.errors import NotFound
from datastore.store import Store
from resolvers.arguments import check_first, check_year, shown, suggestions

__all__ = [
    "BestDeveloper",
    "ReleaseYear",
    "best",
    "find",
    "games_of_year",
    "release_years",
]

#: Most developers that one ranking lists.
_MOST_BEST = 100


class ReleaseYear(NamedTuple):
    """Items of one release year; the year is None where it is unknown."""

    year: int | None
    items: int
    free_items: int
    free_percent: float
    unknown_price_items: int


class BestDeveloper(NamedTuple):
    """A place in the ranking of a year; `developer` is a row."""

    rank: int
    developer: int
    recommendations: int


def find(store: Store, name: str) -> int:
    """Row of a developer. Raises NotFound, with names that come close."""
    row = store.developers.find(name)
    if row is None:
        close = suggestions(name, store.developers.name, store.developers.folded)
        raise NotFound(f"No developer is called {shown(name)}.", close)
    return row


def release_years(store: Store, developer: int) -> list[ReleaseYear]:
    """Items, free items and their share per release year; newest first, unknown year last."""
    frame = store.developers
    rows = []
    for row in frame.year_rows(developer):
        items, free = int(frame.items[row]), int(frame.free_items[row])
        unknown = int(frame.unknown_price_items[row])
        rows.append(ReleaseYear(frame.year[row], items, free, 100 * free / items, unknown))
    return rows


def games_of_year(store: Store, developer: int, year: int | None) -> npt.NDArray[np.int64]:
    """The games that a release year of a developer counts."""
    rows = store.developers.games.row(developer).astype(np.int64)
    years = store.games.years[rows]
    found: npt.NDArray[np.int64] = rows[np.isnan(years) if year is None else years == year]
    return found


def best(store: Store, year: int, first: int, basis: int) -> list[BestDeveloper]:
    """Developers with most recommended, positive reviews of a year; ties by folded name.

    Raises InvalidArgument for an impossible year or `first`.
    """
    frame = store.developers
    rows = frame.best_rows(basis, check_year(year))[: check_first(first, _MOST_BEST)]
    return [
        BestDeveloper(rank, int(frame.best_developer[row]), int(frame.best_count[row]))
        for rank, row in enumerate(rows, 1)
    ]
