"""etl.recommender: what the catalogue and the crowd say of games: tags, genres, popularity.

The lower rungs of the ladder stand here: CONTENT and POPULAR.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from datastore.base import scoring
from etl.games.axes import Library

__all__ = ["Catalogue", "Popularity"]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Tags and genres of each game, folded, each once: `t:puzzle`, `g:indie`."""

    words: list[list[str]]

    def __len__(self) -> int:
        return len(self.words)

    def genre(self, game: int) -> str:
        """The first genre; "" where there is none."""
        return next((word for word in self.words[game] if word.startswith("g:")), "")


@dataclass(frozen=True, slots=True)
class Popularity:
    """Games by players: `order` has all of them, most players first, then most owners, then row."""

    order: Ints
    players: npt.NDArray[np.intp]

    @classmethod
    def of(cls, library: Library, games: int) -> Popularity:
        """Count who plays and who owns."""
        players = np.bincount(library.game[library.minutes > 0], minlength=games)
        owners = np.bincount(library.game, minlength=games)
        return cls(np.lexsort((np.arange(games), -owners, -players)).astype(np.int32), players)

    @property
    def share(self) -> Floats:
        """Players of each game, as a share of those of the most played one."""
        share: Floats = (self.players / max(1, self.players.max(initial=0))).astype(np.float32)
        return share

    @property
    def known(self) -> Ints:
        """Games that somebody has played, in order, or all: see `scoring.known`."""
        return scoring.known(self.order, self.players)
