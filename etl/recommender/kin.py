"""etl.recommender: what games share by their making: words of the title, developer, publisher."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy import sparse

from datastore.base import series
from etl.recommender.parameters import Parameters

__all__ = ["Kin"]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]

#: Overlap of the titles of two games that are likely to be of one series.
_NAMESAKE = 0.5


@dataclass(frozen=True)
class Kin:
    """Titles (plain, "" where unknown) of games, and numbers of their developers and publishers, -1
    where unknown."""

    titles: Sequence[str]
    developer: Ints
    publisher: Ints

    @classmethod
    def of(cls, titles: Sequence[str], developer: Ints, publishers: Sequence[str]) -> Self:
        """From plain titles, numbers of developers, and folded publishers, "" where unknown."""
        numbers = {"": -1}
        publisher = [numbers.setdefault(name, len(numbers) - 1) for name in publishers]
        return cls(titles, developer, np.array(publisher, np.int32))

    @cached_property
    def words(self) -> sparse.csr_matrix:
        """Games x words of titles, 1 where a title has a word."""
        numbers: dict[str, int] = {}
        found = [
            sorted(numbers.setdefault(word, len(numbers)) for word in series.words(title))
            for title in self.titles
        ]
        ends = np.concatenate([[0], np.cumsum([len(own) for own in found])]).astype(np.int32)
        columns = np.array([number for own in found for number in own], np.int32)
        shape = (len(self.titles), max(len(numbers), 1))
        return sparse.csr_matrix((np.ones(len(columns), np.float32), columns, ends), shape)

    @cached_property
    def series(self) -> Ints:
        """The number of each game's series, -1 where there is no title."""
        names = series.merged([series.series(title) for title in self.titles])
        numbers: dict[str, int] = {"": -1}
        return np.array([numbers.setdefault(name, len(numbers) - 1) for name in names], np.int32)

    def of_games(self, games: npt.NDArray[np.integer]) -> Self:
        """Those of some games, in their order."""
        titles = [self.titles[game] for game in games.tolist()]
        return type(self)(titles, self.developer[games], self.publisher[games])

    def overlaps(self, rows: npt.NDArray[np.integer], columns: npt.NDArray[np.integer]) -> Floats:
        """Rows x columns of games: see `datastore.base.series.overlap`. That of a game with itself
        means nothing."""
        words = self.words
        counts = np.diff(words.indptr).astype(np.float32)
        overlaps: Floats = (words[rows] @ words[columns].T).toarray()
        overlaps *= np.float32(2)
        overlaps /= np.maximum(counts[rows][:, None] + counts[columns], 1)
        return overlaps

    def namesakes(
        self, rows: npt.NDArray[np.integer], columns: npt.NDArray[np.integer]
    ) -> npt.NDArray[np.bool_]:
        """Rows x columns of games: whether they are of one series, or half of the words of their
        titles are the same."""
        own = np.where(self.series < 0, -2, self.series)  # unlike the -1 of another
        same = self.series[columns] == own[rows][:, None]
        same |= self.overlaps(rows, columns) >= _NAMESAKE
        return np.asarray(same, np.bool_)

    def scores(
        self,
        rows: npt.NDArray[np.integer],
        columns: npt.NDArray[np.integer],
        parameters: Parameters,
    ) -> Floats:
        """Rows x columns of games: the weighted sum of the overlap of titles, of the same developer
        and of the same publisher."""
        scores = self.overlaps(rows, columns)
        scores *= np.float32(parameters.title_weight)
        for number, weight in (
            (self.developer, parameters.developer_weight),
            (self.publisher, parameters.publisher_weight),
        ):
            known = np.where(number < 0, -2, number)  # unlike the -1 of another
            scores += np.float32(weight) * (number[columns] == known[rows][:, None])
        return scores
