"""etl.recommender: precomputed lists, filled up from one source after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from etl.recommender import neighbours

__all__ = ["Lists"]

Floats = npt.NDArray[np.float32]


@dataclass(slots=True)
class Lists:
    """Rows x most: game (-1 where the list ends), score and number of the source."""

    games: npt.NDArray[np.int32]
    scores: Floats
    sources: npt.NDArray[np.uint8]

    @classmethod
    def empty(cls, rows: int, most: int) -> Lists:
        """So many rows without an entry."""
        return cls(
            np.full((rows, most), -1, np.int32),
            np.zeros((rows, most), np.float32),
            np.zeros((rows, most), np.uint8),
        )

    @property
    def short(self) -> npt.NDArray[np.intp]:
        """Rows that are not full."""
        return np.flatnonzero((self.games < 0).any(axis=1))

    def fill(
        self,
        rows: npt.NDArray[np.intp],
        candidates: npt.NDArray[np.int32],
        source: int,
        jobs: int,
        scored: Callable[[npt.NDArray[np.intp]], Floats],
    ) -> None:
        """Fill up lists, best first, with candidates that they do not hold and that score above 0.

        `scored` gives some of the rows x candidates, in an array that may be overwritten, and 0 for
        what a list may not hold.
        """
        most = self.games.shape[1]
        column = np.full(int(candidates.max(initial=-1)) + 2, -1, np.int32)
        column[candidates] = np.arange(len(candidates), dtype=np.int32)

        def block(part: slice) -> None:
            own = rows[part]
            scores, listed = scored(own), self.games[own]
            held = column[np.minimum(listed, len(column) - 1)]
            at, place = np.nonzero((listed >= 0) & (held >= 0))
            scores[at, held[at, place]] = 0
            columns = neighbours.best(scores, most)
            values = np.take_along_axis(scores, columns, 1)
            used = (listed >= 0).sum(axis=1, keepdims=True)
            target = used + np.arange(columns.shape[1])
            at, place = np.nonzero((values > 0) & (target < most))
            target = target[at, place]
            self.games[own[at], target] = candidates[columns[at, place]]
            self.scores[own[at], target] = values[at, place]
            self.sources[own[at], target] = source

        neighbours.in_blocks(len(rows), jobs, block)

    def append(
        self,
        row: int,
        games: npt.NDArray[np.integer],
        scores: Floats,
        source: int,
        never: npt.NDArray[np.integer],
    ) -> None:
        """Fill up one list, best first, with games that it does not hold and may hold."""
        used = int(np.count_nonzero(self.games[row] >= 0))
        fresh = ~np.isin(games, self.games[row, :used]) & ~np.isin(games, never)
        games, scores = games[fresh], scores[fresh]
        stop = min(used + len(games), self.games.shape[1])
        self.games[row, used:stop] = games[: stop - used]
        self.scores[row, used:stop] = scores[: stop - used]
        self.sources[row, used:stop] = source
