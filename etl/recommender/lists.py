"""etl.recommender: precomputed lists, filled from one source after another."""

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
    """Arrays of rows x length: game (-1 after the end of a list), score and code of the source."""

    games: npt.NDArray[np.int32]
    scores: Floats
    sources: npt.NDArray[np.uint8]

    @classmethod
    def empty(cls, rows: int, most: int) -> Lists:
        """Empty lists."""
        return cls(
            np.full((rows, most), -1, np.int32),
            np.zeros((rows, most), np.float32),
            np.zeros((rows, most), np.uint8),
        )

    @property
    def short(self) -> npt.NDArray[np.intp]:
        """Rows of the lists that are not full."""
        return np.flatnonzero((self.games < 0).any(axis=1))

    def fill(
        self,
        rows: npt.NDArray[np.intp],
        candidates: npt.NDArray[np.int32],
        source: int,
        jobs: int,
        scored: Callable[[npt.NDArray[np.intp]], Floats],
    ) -> None:
        """Append to lists, best first, the candidates with a score above 0 that they do not have.

        `scored` returns scores of some of the rows x candidates in an array that may be
        overwritten; 0 excludes a candidate.
        """
        length = self.games.shape[1]
        column = np.full(int(candidates.max(initial=-1)) + 2, -1, np.int32)
        column[candidates] = np.arange(len(candidates), dtype=np.int32)

        def block(part: slice) -> None:
            list_rows = rows[part]
            scores, listed = scored(list_rows), self.games[list_rows]
            listed_column = column[np.minimum(listed, len(column) - 1)]
            row, position = np.nonzero((listed >= 0) & (listed_column >= 0))
            scores[row, listed_column[row, position]] = 0
            best_columns = neighbours.best(scores, length)
            best_scores = np.take_along_axis(scores, best_columns, 1)
            used = (listed >= 0).sum(axis=1, keepdims=True)
            targets = used + np.arange(best_columns.shape[1])  # positions in the lists
            row, position = np.nonzero((best_scores > 0) & (targets < length))
            entry = list_rows[row], targets[row, position]
            self.games[entry] = candidates[best_columns[row, position]]
            self.scores[entry] = best_scores[row, position]
            self.sources[entry] = source

        neighbours.in_blocks(len(rows), jobs, block)

    def append(
        self,
        row: int,
        games: npt.NDArray[np.integer],
        scores: Floats,
        source: int,
        never: npt.NDArray[np.integer],
    ) -> None:
        """Append to one list, best first, the games that it does not have, except `never`."""
        used = int(np.count_nonzero(self.games[row] >= 0))
        fresh = ~np.isin(games, self.games[row, :used]) & ~np.isin(games, never)
        games, scores = games[fresh], scores[fresh]
        stop = min(used + len(games), self.games.shape[1])
        self.games[row, used:stop] = games[: stop - used]
        self.scores[row, used:stop] = scores[: stop - used]
        self.sources[row, used:stop] = source
