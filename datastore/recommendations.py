"""datastore: precomputed lists of similar and recommended games."""

from __future__ import annotations

from math import isnan
from typing import Any, NamedTuple

import numpy.typing as npt

from datastore.base.codes import SOURCES

__all__ = ["Entry", "Neighbour", "Recommender"]


class Entry(NamedTuple):
    """A recommended game: row, score and name of the source."""

    game: int
    score: float
    source: str


class Neighbour(NamedTuple):
    """A game similar to another: row, score, source, number of users who have played both, and the
    co-play cosine (None if not used)."""

    game: int
    score: float
    source: str
    shared_players: int
    coplay: float | None


class Recommender:
    """Lists of games for each game and each user, best first."""

    def __init__(self, arrays: dict[str, npt.NDArray[Any]]) -> None:
        self._similar = tuple(
            arrays[f"similar_{name}"] for name in ("games", "scores", "sources", "shared", "coplay")
        )
        self._users = tuple(arrays[f"user_{name}"] for name in ("games", "scores", "sources"))
        #: All games, most players first, then most owners.
        self.popular = arrays["popular_games"]
        #: Length of the longest list.
        self.most = int(self._similar[0].shape[1])

    def similar(self, game: int, first: int) -> list[Neighbour]:
        """The games most similar to a game, best first."""
        columns = (array[game, :first].tolist() for array in self._similar)
        return [
            Neighbour(other, score, SOURCES[source], both, None if isnan(coplay) else coplay)
            for other, score, source, both, coplay in zip(*columns, strict=True)
            if other >= 0
        ]

    def for_user(self, user: int, first: int) -> list[Entry]:
        """The games recommended to a user, best first."""
        columns = (array[user][:first].tolist() for array in self._users)
        return [
            Entry(game, score, SOURCES[source])
            for game, score, source in zip(*columns, strict=True)
            if game >= 0
        ]
