"""datastore: developers, by folded name, and their release years."""

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
    """Columns with one entry per developer; `year`, `items`, `free_items` and `unknown_price_items`
    have one entry per developer and release year."""

    def __init__(self, frame: Frame, years: Frame, arrays: dict[str, npt.NDArray[Any]]) -> None:
        self.frame = frame
        self.name: list[str] = frame.list("name")
        self.folded: list[str] = frame.values("folded")
        self.companies: list[list[str]] = frame.list("companies")
        self.games: Ragged = frame.ragged("games")
        self.sentiment = tuple(frame.array(name) for name in ("negative", "neutral", "positive"))
        self.index = NameIndex(frame, arrays, "developers")
        self._number = {folded: number for number, folded in enumerate(self.folded)}

        self.year: list[int | None] = years.values("year")
        self.items = years.array("items")
        self.free_items = years.array("free_items")
        self.unknown_price_items = years.array("unknown_price_items")
        self._year_rows = np.searchsorted(years.array("developer"), np.arange(len(self.name) + 1))

    def __len__(self) -> int:
        return len(self.name)

    def find(self, name: str) -> int | None:
        """Row of a name in any spelling; None if unknown."""
        return self._number.get(fold(name))

    @cached_property
    def item_counts(self) -> Floats:
        """Number of games of each developer."""
        return np.diff(self.games.offsets).astype(np.float64)

    @cached_property
    def reviews(self) -> Floats:
        """Number of reviews of each developer's games."""
        return np.asarray(np.sum(self.sentiment, axis=0), np.float64)

    @cached_property
    def positive_percent(self) -> Floats:
        """Share of positive reviews, 0 to 100; NaN without reviews."""
        return percent(self.sentiment[2], self.reviews)

    @cached_property
    def folded_companies(self) -> tuple[Ragged, list[str]]:
        """Rows of each developer's companies, and the folded names that they index."""
        names = [fold(name) for companies in self.companies for name in companies]
        sizes = [len(companies) for companies in self.companies]
        offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
        return Ragged(offsets, np.arange(len(names), dtype=np.int32)), names

    def year_rows(self, developer: int) -> range:
        """Rows of the release years of a developer."""
        start, stop = self._year_rows[developer : developer + 2]
        return range(start, stop)
