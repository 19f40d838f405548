"""datastore: the games of the catalogue by release year, counted."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from datastore.base.names import fold
from datastore.frame import Ragged
from datastore.games import Games

__all__ = ["CatalogueYear", "CatalogueYears", "Count"]

Rows = npt.NDArray[np.int64]


class Count(NamedTuple):
    """Number of games of a genre or feature (`row`)."""

    row: int
    games: int


class CatalogueYear(NamedTuple):
    """The catalogue games of a release year: rows ascending; counts of genres, features and store
    labels, most games first, then by folded name; rows of the games with a metascore, best first,
    then by folded title and product id."""

    games: Rows
    genres: list[Count]
    specs: list[Count]
    labels: list[tuple[str, int]]
    unlabelled: int
    early_access: int
    by_metascore: Rows


class CatalogueYears:
    """Counts by release year. Each year is counted once, when it is first asked for."""

    def __init__(self, games: Games) -> None:
        self._games = games
        self._counted: dict[int, CatalogueYear] = {}

    def of(self, year: int) -> CatalogueYear:
        """The counts of a year; zeros and empty lists for a year without games."""
        if year not in self._rows:
            return self._empty
        if year not in self._counted:
            self._counted[year] = self._count(self._rows[year])
        return self._counted[year]

    @cached_property
    def _rows(self) -> dict[int, Rows]:
        years = self._games.years[: self._games.listed]
        dated = np.flatnonzero(~np.isnan(years))
        order = dated[np.argsort(years[dated], kind="stable")]
        distinct, starts = np.unique(years[order], return_index=True)
        parts = np.split(order, starts[1:]) if len(distinct) else []
        return dict(zip(distinct.astype(int).tolist(), parts, strict=True))

    @cached_property
    def _empty(self) -> CatalogueYear:
        return self._count(np.zeros(0, np.int64))

    @cached_property
    def _spec_places(self) -> Rows:
        """Place of each feature by folded name."""
        folded = self._games.folded_specs
        places = np.empty(len(folded), np.int64)
        order = sorted(range(len(folded)), key=folded.__getitem__)
        places[order] = np.arange(len(folded))
        return places

    def _count(self, rows: Rows) -> CatalogueYear:
        games = self._games
        sentiments = games.frame.values("store_sentiment")
        labels = Counter(sentiments[row] for row in rows.tolist())
        unlabelled = labels.pop(None, 0)
        metascores = games.frame.numbers("metascore")[rows]
        scored = np.flatnonzero(~np.isnan(metascores))
        titles = np.nan_to_num(games.title_ranks[rows[scored]], nan=-1)
        best = np.lexsort((games.id_ranks[rows[scored]], titles, -metascores[scored]))
        return CatalogueYear(
            rows,
            _most(games.genres, rows),
            _most(games.spec_rows, rows, self._spec_places),
            sorted(labels.items(), key=lambda pair: (-pair[1], fold(pair[0]))),
            unlabelled,
            int(np.nansum(games.frame.numbers("early_access")[rows])),
            rows[scored][best],
        )


def _most(column: Ragged, rows: Rows, places: Rows | None = None) -> list[Count]:
    """Values of a list column by number of games, most first, then by place; by value itself where
    these are sorted by name."""
    values, _ = column.gather(rows)
    counts = np.bincount(values)
    present = np.flatnonzero(counts)
    ties = present if places is None else places[present]
    order = present[np.lexsort((ties, -counts[present]))]
    return [Count(*pair) for pair in zip(order.tolist(), counts[order].tolist(), strict=True)]
