"""etl.recommender: co-play: games as vectors of their players, whose cosines are sums over users.

The weight of a player is 1 / sqrt(ln(1 + games played)), because a player of everything says
little about which games are similar. A number is added to the squared length of each vector, so
that a few shared players do not give a cosine of 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy import sparse

from etl.process.engine import Arrays, Shared
from etl.recommender.interactions import Axis, Interactions
from etl.recommender.neighbours import Gram, filled, in_stripes, is_full
from etl.recommender.users import Part, Users

__all__ = ["Coplay"]

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.intp]

#: On the shelf of a part: users x model games, the vectors of the games; the rows with few games of
#: these, and the same by game; and the games that the model cannot place x users.
_VECTORS, _SPARSE, _BY_GAME = "coplay_vectors", "coplay_sparse", "coplay_by_game"
_UNPLACED = "coplay_unplaced"


class Coplay:
    """Cosines of games by the players in common, of all model games or of others with these."""

    def __init__(
        self, users: Users, axis: Axis, shrink: float, jobs: int, lengths: Shared[Floats]
    ) -> None:
        self._users, self._axis, self._shrink = users, axis, shrink
        self._jobs, self._threads = jobs, users.threads(jobs)
        self._lengths = lengths

    @classmethod
    @contextmanager
    def of(cls, users: Users, axis: Axis, shrink: float, jobs: int) -> Iterator[Self]:
        """The cosines by these users; the shelves are cleared in the end."""
        squares = users.sum(_Squares(axis), "co-play")["squares"]
        with users.share(np.sqrt(squares + shrink)) as lengths:
            yield cls(users, axis, shrink, jobs, lengths)
        users.drop(_VECTORS, _SPARSE, _BY_GAME)

    def cosines(self) -> Iterator[tuple[slice, Floats]]:
        """Model games x model games: some rows after the others."""
        games = len(self._axis.games)
        for rows in in_stripes(games, games, self._users, self._jobs):
            work = _Cosines(self._axis, self._lengths, rows, self._threads)
            yield (
                rows,
                self._users.sum(work, f"co-play of games {rows.start} to {rows.stop}")["rows"],
            )

    def cosines_of(self, games: Indices) -> Iterator[tuple[Indices, Floats]]:
        """Other games, as far as they have players, x model games: some after the others."""
        found = self._users.sum(_UnplacedSquares(self._axis, games), "co-play of rare games")
        lengths = np.sqrt(found["squares"] + self._shrink).astype(np.float32)
        played = np.flatnonzero(found["players"])
        for some in in_stripes(len(played), len(self._axis.games), self._users, self._jobs):
            rows = played[some]
            work = _UnplacedRows(self._axis, self._lengths, rows, self._threads)
            products = self._users.sum(work, "co-play of rare games")["rows"]
            products /= lengths[rows, None]
            yield games[rows], products
        self._users.drop(_UNPLACED)


def _weights(minutes: sparse.csr_matrix) -> Floats:
    """Weight of each player."""
    counts = np.maximum(np.diff(minutes.indptr), 1)
    weights: Floats = (1 / np.sqrt(np.log1p(counts))).astype(np.float32)
    return weights


def _columns(part: Part, axis: Axis) -> sparse.csc_matrix:
    """Games as vectors of their players, of any length."""
    played = Interactions.of(part, axis).minutes
    values = np.repeat(_weights(played), np.diff(played.indptr))
    return sparse.csr_matrix((values, played.indices, played.indptr), played.shape).tocsc()


def _vectors(part: Part, axis: Axis, lengths: Shared[Floats]) -> sparse.csr_matrix:
    """Users x model games; dot products of columns, summed over all users, are cosines."""

    def make() -> sparse.csr_matrix:
        columns = _columns(part, axis)
        scale = np.repeat(np.maximum(lengths.value, 1e-12), np.diff(columns.indptr))
        columns.data /= scale.astype(np.float32)
        return columns.tocsr()

    return part.matrix(_VECTORS, make)


@dataclass(frozen=True, slots=True)
class _Squares:
    """Squared lengths of the vectors of the model games, as far as a part has their players."""

    axis: Axis

    def __call__(self, part: Part) -> Arrays:
        columns = _columns(part, self.axis)
        return {"squares": np.asarray(columns.multiply(columns).sum(axis=0)).ravel()}


@dataclass(frozen=True, slots=True)
class _Cosines:
    """Rows of the Gram matrix of the vectors, as far as a part has their players."""

    axis: Axis
    lengths: Shared[Floats]
    rows: slice
    threads: int

    def __call__(self, part: Part) -> Arrays:
        vectors = _vectors(part, self.axis, self.lengths)
        full = is_full(vectors)
        sparse_rows = part.matrix(_SPARSE, lambda: vectors[~full])
        by_game = part.matrix(_BY_GAME, lambda: sparse_rows.T.tocsr())
        gram, start = Gram(vectors[full].toarray(), sparse_rows, by_game), self.rows.start

        def block(some: slice) -> Floats:
            return gram.block(slice(start + some.start, start + some.stop))

        size = self.rows.stop - start, len(self.axis.games)
        return {"rows": filled(*size, self.threads, block)}


def _unplaced(part: Part, axis: Axis, games: Indices) -> sparse.csr_matrix:
    """Games that the model cannot place x users: the weights of their players."""

    def make() -> sparse.csr_matrix:
        library, weights = part.library, _weights(Interactions.of(part, axis).minutes)
        row = np.full(axis.all, -1, np.int64)
        row[games] = np.arange(len(games))
        rows = np.flatnonzero((library.minutes > 0) & (row[library.game] >= 0))
        pairs = row[library.game[rows]], library.user[rows]
        ones = np.ones(len(rows), np.float32)
        players = sparse.csr_matrix((ones, pairs), (len(games), part.size))
        players.data = weights[players.indices]
        return players

    return part.matrix(_UNPLACED, make)


@dataclass(frozen=True, slots=True)
class _UnplacedSquares:
    """Players of these games in a part, and the squared lengths of their vectors."""

    axis: Axis
    games: Indices

    def __call__(self, part: Part) -> Arrays:
        players = _unplaced(part, self.axis, self.games)
        counts = np.diff(players.indptr)
        row = np.repeat(np.arange(len(self.games)), counts)
        squares = np.bincount(row, players.data**2, len(self.games))
        return {"squares": squares, "players": counts}


@dataclass(frozen=True, slots=True)
class _UnplacedRows:
    """Products of some of these games with the model games, as far as a part has their players."""

    axis: Axis
    lengths: Shared[Floats]
    rows: Indices
    threads: int

    def __call__(self, part: Part) -> Arrays:
        vectors = _vectors(part, self.axis, self.lengths)
        players = part.matrix(_UNPLACED, _missing)[self.rows]

        def block(some: slice) -> Floats:
            products: Floats = (players[some] @ vectors).toarray()
            return products

        return {"rows": filled(len(self.rows), len(self.axis.games), self.threads, block)}


def _missing() -> sparse.csr_matrix:
    raise KeyError(_UNPLACED)
