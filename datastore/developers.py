"""datastore: the developers, by folded name."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from datastore.base.names import fold
from datastore.frame import Frame, Ragged, percent
from datastore.search import NameIndex

__all__ = ["Developers"]

Floats = npt.NDArray[np.float64]


class Developers:
    """One entry a developer in every list; `years` and `best` are rows of other frames."""

    def __init__(
        self, frame: Frame, years: Frame, best: Frame, arrays: dict[str, npt.NDArray[Any]]
    ) -> None:
        self.frame = frame
        self.name: list[str] = frame.list("name")
        self.folded: list[str] = frame.list("folded")
        self.companies: list[list[str]] = frame.list("companies")
        self.games: Ragged = frame.ragged("games")
        self.sentiment = tuple(frame.array(name) for name in ("negative", "neutral", "positive"))
        self.index = NameIndex(self.name, arrays, "developers")
        self._number = {folded: number for number, folded in enumerate(self.folded)}

        self.year: list[int | None] = years.list("year")
        self.items = years.array("items")
        self.free_items = years.array("free_items")
        self.unknown_price_items = years.array("unknown_price_items")
        self._year_rows = np.searchsorted(years.array("developer"), np.arange(len(self.name) + 1))

        self.best_developer = best.array("developer")
        self.best_count = best.array("recommendations")
        # Rows are sorted by basis and year, so one number for both can be searched.
        self._best_key = best.array("basis").astype(np.int32) * 100_000 + best.array("year")

    def __len__(self) -> int:
        return len(self.name)

    def find(self, name: str) -> int | None:
        """Row of a name, however it is spelled."""
        return self._number.get(fold(name))

    @cached_property
    def item_counts(self) -> Floats:
        """Games of each developer."""
        return np.diff(self.games.offsets).astype(np.float64)

    @cached_property
    def reviews(self) -> Floats:
        """Reviews of each developer's games."""
        return np.asarray(np.sum(self.sentiment, axis=0), np.float64)

    @cached_property
    def positive_percent(self) -> Floats:
        """Share of positive reviews, 0 to 100; NaN without reviews."""
        return percent(self.sentiment[2], self.reviews)

    @cached_property
    def folded_companies(self) -> tuple[Ragged, list[str]]:
        """Companies as they are compared, one after the other, and which are each developer's."""
        names = [fold(name) for own in self.companies for name in own]
        sizes = [len(own) for own in self.companies]
        offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
        return Ragged(offsets, np.arange(len(names), dtype=np.int32)), names

    def year_rows(self, developer: int) -> range:
        """Rows of the release years of a developer."""
        start, stop = self._year_rows[developer : developer + 2]
        return range(start, stop)

    def best_rows(self, basis: int, year: int) -> range:
        """Rows of the developers of a year, best first."""
        key = basis * 100_000 + year
        return range(*np.searchsorted(self._best_key, [key, key + 1]).tolist())

    def best_years(self, basis: int) -> dict[int, int]:
        """Recommendations of each year that has any."""
        keys, counts = self._best_key // 100_000 == basis, self.best_count
        years, group = np.unique(self._best_key[keys] % 100_000, return_inverse=True)
        sums = np.bincount(group, counts[keys]).astype(int)
        return dict(zip(years.tolist(), sums.tolist(), strict=True))
