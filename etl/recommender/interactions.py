"""etl.recommender: who played what, as matrices of the users of a part by games."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy import sparse

from datastore.base.library import Library
from etl.process.engine import Arrays
from etl.recommender.users import Part, Users

__all__ = ["MINUTES", "OWNED", "Axis", "Counts", "Interactions", "Popular"]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.int64]

#: The matrices on the shelf of a part.
MINUTES, OWNED = "pairs_minutes", "pairs_owned"
#: Logarithms are counted in parts of one.
_FRACTIONS = 1 << 20


@dataclass(frozen=True, slots=True)
class Axis:
    """The games that the model may place, ascending, of this number of games: its model games."""

    games: Ints
    all: int

    @classmethod
    def of(cls, players: Numbers, least: int) -> Self:
        """The games that at least `least` users have played for a minute or more."""
        return cls(np.flatnonzero(players >= least).astype(np.int32), len(players))

    @property
    def column(self) -> Ints:
        """The model game of each game, -1 for the others."""
        column = np.full(self.all, -1, np.int32)
        column[self.games] = np.arange(len(self.games), dtype=np.int32)
        return column


@dataclass(frozen=True, slots=True)
class Interactions:
    """Owned and played pairs of users with model games.

    `minutes` (played pairs) and `owned` (owned pairs, 0 minutes if never played) are users x model
    games. `games[i]` is the game of column i, ascending.
    """

    minutes: sparse.csr_matrix
    owned: sparse.csr_matrix
    games: Ints

    @classmethod
    def of(cls, part: Part, axis: Axis) -> Self:
        """Those of the users of a part, on its shelf."""
        owned = part.matrix(OWNED, lambda: _owned(part.library, axis))
        minutes = part.matrix(MINUTES, lambda: _some(owned, owned.data > 0))
        return cls(minutes, owned, axis.games)

    @classmethod
    def of_nobody(cls, axis: Axis) -> Self:
        """Those of no users."""
        nothing = sparse.csr_matrix((0, len(axis.games)), dtype=np.float32)
        return cls(nothing, nothing, axis.games)

    def history(self, unplayed: float) -> sparse.csr_matrix:
        """The input of EASE, users x model games: 1 if played, `unplayed` if only owned."""
        pairs = self.owned if unplayed else self.minutes
        values = np.where(pairs.data > 0, np.float32(1), np.float32(unplayed))
        return sparse.csr_matrix((values, pairs.indices, pairs.indptr), pairs.shape)


def _owned(library: Library, axis: Axis) -> sparse.csr_matrix:
    """The minutes of all owned pairs with model games."""
    minutes = library.minutes.astype(np.float32)
    columns = axis.column[library.game]
    pairs = _matrix(minutes, columns, library.offsets, len(axis.games))
    owned = _some(pairs, columns >= 0)
    owned.sort_indices()
    return owned


def _matrix(
    values: npt.NDArray[np.float32],
    columns: Ints,
    offsets: npt.NDArray[np.integer],
    width: int,
) -> sparse.csr_matrix:
    """Users x games of rows that stand by user, as they do in a library."""
    matrix = sparse.csr_matrix((len(offsets) - 1, width), dtype=np.float32)
    fits = offsets[-1] <= np.iinfo(np.int32).max  # a part of many users may have more rows
    starts = offsets.astype(np.int32 if fits else np.int64)
    matrix.data, matrix.indptr = values, starts
    matrix.indices = columns.astype(starts.dtype, copy=False)
    return matrix


def _some(pairs: sparse.csr_matrix, kept: npt.NDArray[np.bool_]) -> sparse.csr_matrix:
    """Some of the pairs, on the same axes."""
    running = np.concatenate([[0], np.cumsum(kept)])
    offsets = running[pairs.indptr]
    return _matrix(pairs.data[kept], pairs.indices[kept], offsets, pairs.shape[1])


@dataclass(frozen=True, slots=True)
class Popular:
    """Players and owners of each game."""

    players: Numbers
    owners: Numbers

    @classmethod
    def of(cls, users: Users, games: int) -> Self:
        """Those among all users, of this number of games."""
        return cls(**users.sum(_Popular(games), "players and owners of games"))


@dataclass(frozen=True, slots=True)
class _Popular:
    games: int

    def __call__(self, part: Part) -> Arrays:
        library = part.library
        return {
            "players": np.bincount(library.game[library.minutes > 0], minlength=self.games),
            "owners": np.bincount(library.game, minlength=self.games),
        }


@dataclass(frozen=True, slots=True)
class Counts:
    """What the model wants to know of all users: the players and owners of each model game, the sum
    of the logarithms of 1 + minutes of the players, and how many users have played or own one."""

    players: Numbers
    owners: Numbers
    log_minutes: npt.NDArray[np.float64]
    users_playing: int
    users_owning: int

    @classmethod
    def of(cls, users: Users, axis: Axis, popular: Popular) -> Self:
        """Those of all users."""
        found = users.sum(_Counts(axis), "players of the model's games")
        playing, owning = found["users"].tolist()
        players, owners = popular.players[axis.games], popular.owners[axis.games]
        return cls(players, owners, found["log_minutes"] / _FRACTIONS, playing, owning)

    @property
    def rarity(self) -> Floats:
        """Rarity of each game: ln(users / (1 + players)) divided by its mean over all played
        pairs."""
        rarities = np.log(max(self.users_playing, 1) / (1.0 + self.players)).clip(min=0.05)
        mean = np.average(rarities, weights=self.players) if self.players.any() else 1.0
        return (rarities / mean).astype(np.float32)

    @property
    def log_owners(self) -> Floats:
        """Natural logarithm of the share of the users who own each game."""
        share = np.maximum(self.owners, 1) / max(self.users_owning, 1)
        return np.asarray(np.log(share), np.float32)

    @property
    def played_share(self) -> Floats:
        """Share of the owners of each game who have played it."""
        return np.asarray(self.players / np.maximum(self.owners, 1), np.float32)

    @property
    def mean_minutes(self) -> Floats:
        """Mean logarithm of 1 + minutes of the players of each game, 0 without any."""
        return np.asarray(self.log_minutes / np.maximum(self.players, 1), np.float32)


@dataclass(frozen=True, slots=True)
class _Counts:
    axis: Axis

    def __call__(self, part: Part) -> Arrays:
        own = Interactions.of(part, self.axis)
        sizes = [np.count_nonzero(np.diff(pairs.indptr)) for pairs in (own.minutes, own.owned)]
        # Whole numbers: their sum is the same in any order.
        logarithms = np.rint(_FRACTIONS * np.log1p(own.minutes.data.astype(np.float64)))
        sums = np.bincount(own.minutes.indices, logarithms, len(self.axis.games))
        return {"users": np.array(sizes), "log_minutes": sums}
