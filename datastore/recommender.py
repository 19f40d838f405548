"""datastore: precomputed neighbours and recommendations."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy.typing as npt

from datastore.base.codes import SOURCES

__all__ = ["Neighbour", "Recommender"]


class Neighbour(NamedTuple):
    """A recommended game: its row, score, source, and users who played both (of a game's list)."""

    game: int
    score: float
    source: str
    shared_players: int | None


class Recommender:
    """Lists of games for games and users; empty for users whom the model cannot place."""

    def __init__(self, arrays: dict[str, npt.NDArray[Any]]) -> None:
        self._similar = tuple(
            arrays[f"similar_{name}"] for name in ("games", "scores", "sources", "shared")
        )
        self._users = tuple(arrays[f"user_{name}"] for name in ("games", "scores", "sources"))
        #: All games, most players first, then most owners.
        self.popular = arrays["popular_games"]
        #: Longest list there is.
        self.most = int(self._similar[0].shape[1])

    def similar(self, game: int, first: int) -> list[Neighbour]:
        """The games most similar to a game, best first."""
        games, scores, sources, shared = (a[game, :first].tolist() for a in self._similar)
        return [
            Neighbour(other, score, SOURCES[source], both)
            for other, score, source, both in zip(games, scores, sources, shared, strict=True)
            if other >= 0
        ]

    def for_user(self, user: int, first: int) -> list[Neighbour]:
        """The games recommended to a user, best first."""
        games, scores, sources = (array[user, :first].tolist() for array in self._users)
        return [
            Neighbour(other, score, SOURCES[source], None)
            for other, score, source in zip(games, scores, sources, strict=True)
            if other >= 0
        ]
