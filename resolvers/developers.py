"""resolvers: questions about developers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from datastore.base.errors import NotFound
from datastore.store import Store
from resolvers.arguments import shown
from resolvers.search import suggestions

__all__ = [
    "ReleaseYear",
    "find",
    "games_of_year",
    "release_years",
]


class ReleaseYear(NamedTuple):
    """Items of one release year; the year is None where it is unknown."""

    year: int | None
    items: int
    free_items: int
    free_percent: float
    unknown_price_items: int


def find(store: Store, name: str) -> int:
    """Row of a developer. Raises NotFound, with names that come close."""
    frame = store.developers
    row = frame.find(name)
    if row is None:
        close = suggestions(frame.index, frame.name, name, lambda: frame.item_counts)
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
