"""datastore: precomputed lists of similar and recommended games."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import numpy.typing as npt

from datastore.base.game_arrays import UNLISTED_PLACES
from datastore.base.row_file import RowFile
from datastore.neighbours import Neighbours

__all__ = ["Entry", "Recommender", "SimilarGames"]


class Entry(NamedTuple):
    """A recommended game: row, score and source, a number of SOURCES."""

    game: int
    score: float
    source: int


#: Makes an entry of a tuple, in half the time of the class itself.
_entry: Any = partial(tuple.__new__, Entry)


class SimilarGames(Neighbours):
    """The games similar to each game; behind them the most similar unlisted ones. `source` is a
    number of SOURCES, `shared_players` the users who have played both games, `coplay` the cosine of
    co-play, NaN if not used."""

    def __init__(self, arrays: dict[str, npt.NDArray[Any]]) -> None:
        super().__init__(arrays["similar_games"], arrays["similar_scores"], UNLISTED_PLACES)
        self.source, self.shared_players, self.coplay = (
            arrays[f"similar_{name}"].reshape(-1) for name in ("sources", "shared", "coplay")
        )


class Recommender:
    """Lists of games for each game and each user, best first."""

    def __init__(self, arrays: dict[str, npt.NDArray[Any]]) -> None:
        self.similar = SimilarGames(arrays)
        self._users = tuple(arrays[f"user_{name}"] for name in ("games", "scores", "sources"))
        #: All games, most players first, then most owners.
        self.popular = arrays["popular_games"]
        #: Length of the longest list.
        self.most = self.similar.length

    def for_user(self, user: int, first: int) -> list[Entry]:
        """The games recommended to a user, best first."""
        games, scores, sources = [_start(array, user, first) for array in self._users]
        entries: list[Entry] = [*map(_entry, zip(games, scores, sources, strict=True))]
        while entries and entries[-1].game < 0:  # the list is shorter
            entries.pop()
        return entries


def _start(array: RowFile | npt.NDArray[Any], row: int, count: int) -> list[Any]:
    """The first values of a row."""
    if isinstance(array, RowFile):
        return array.start(row, count)
    values: list[Any] = array[row][:count].tolist()
    return values
