"""resolvers: answers about developers."""

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
    """Numbers of a developer's items of one release year; the year is None if unknown."""

    developer: int
    year: int | None
    items: int
    free_items: int
    unknown_price_items: int

    @property
    def free_percent(self) -> float:
        """Share of items known to be free, 0 to 100."""
        return 100 * self.free_items / self.items

    @property
    def free_percent_of_known(self) -> float | None:
        """Share of free items among those of known price, 0 to 100; None if no price is known."""
        known = self.items - self.unknown_price_items
        return 100 * self.free_items / known if known else None


def find(store: Store, name: str) -> int:
    """Row of a developer. Raises NotFound with similar names."""
    frame = store.developers
    row = frame.find(name)
    if row is None:
        raise NotFound(
            f"No developer is called {shown(name)}.",
            lambda: suggestions(frame.index, frame.name, name, lambda: frame.item_counts),
        )
    return row


def release_years(store: Store, developer: int) -> list[ReleaseYear]:
    """Items per release year; newest first, unknown year last."""
    frame = store.developers
    return [
        ReleaseYear(
            developer,
            frame.year[row],
            int(frame.items[row]),
            int(frame.free_items[row]),
            int(frame.unknown_price_items[row]),
        )
        for row in frame.year_rows(developer)
    ]


def games_of_year(store: Store, developer: int, year: int | None) -> npt.NDArray[np.int64]:
    """The games of a developer with one release year; unknown for None."""
    rows = store.developers.games.row(developer).astype(np.int64)
    years = store.games.years[rows]
    of_year: npt.NDArray[np.int64] = rows[np.isnan(years) if year is None else years == year]
    return of_year
