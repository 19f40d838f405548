"""etl.recommender: precomputed lists, filled up from one source after the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

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
