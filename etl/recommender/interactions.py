"""etl.recommender: who played what, as matrices of players by games."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from datastore.base import scoring
from datastore.base.library import Library
from etl.recommender.parameters import Parameters

__all__ = ["Interactions", "confidence", "interactions", "rarity"]


@dataclass(frozen=True, slots=True)
class Interactions:
    """Played pairs of games with enough players.

    `minutes` is users x model games; `games[i]` is the game of column i (ascending); `owned` has
    the same axes and every owned pair, those never played with 0 minutes.
    """

    minutes: sparse.csr_matrix
    owned: sparse.csr_matrix
    games: npt.NDArray[np.int32]

    @property
    def players(self) -> npt.NDArray[np.intp]:
        """Users who have played at least one of the games."""
        return np.flatnonzero(np.diff(self.minutes.indptr))

    def history(self, unplayed: float) -> sparse.csr_matrix:
        """What users have, as EASE counts it: 1 for a played game, `unplayed` for one owned."""
        pairs = self.owned if unplayed else self.minutes
        values = np.where(pairs.data > 0, np.float32(1), np.float32(unplayed))
        return sparse.csr_matrix((values, pairs.indices, pairs.indptr), pairs.shape)


def interactions(library: Library, games: int, parameters: Parameters) -> Interactions:
    """Keep the games that at least `min_players` users have played for a minute or more."""
    players = np.bincount(library.game[library.minutes > 0], minlength=games)
    placed = np.flatnonzero(players >= parameters.min_players).astype(np.int32)
    column = np.full(games, -1, np.int32)
    column[placed] = np.arange(len(placed), dtype=np.int32)
    minutes = library.minutes.astype(np.float32)
    every = _matrix(minutes, column[library.game], library.offsets, len(placed))
    owned = _part(every, every.indices >= 0)
    owned.sort_indices()
    return Interactions(_part(owned, owned.data > 0), owned, placed)


def _matrix(
    values: npt.NDArray[np.float32],
    columns: npt.NDArray[np.int32],
    offsets: npt.NDArray[np.integer],
    width: int,
) -> sparse.csr_matrix:
    """Users x games of rows that stand by user, as they do in a library."""
    found = sparse.csr_matrix((len(offsets) - 1, width), dtype=np.float32)
    found.data, found.indices, found.indptr = values, columns, offsets.astype(np.int32)
    return found


def _part(pairs: sparse.csr_matrix, kept: npt.NDArray[np.bool_]) -> sparse.csr_matrix:
    """Some of the pairs, on the same axes."""
    before = np.concatenate([[0], np.cumsum(kept)])
    offsets = before[pairs.indptr]
    return _matrix(pairs.data[kept], pairs.indices[kept], offsets, pairs.shape[1])


def rarity(minutes: sparse.csr_matrix) -> npt.NDArray[np.float32]:
    """Of each game: ln(users / (1 + players)), over its mean over all played pairs."""
    players = np.bincount(minutes.indices, minlength=minutes.shape[1])
    users = max(int(np.count_nonzero(np.diff(minutes.indptr))), 1)
    found = np.log(users / (1.0 + players)).clip(min=0.05)
    mean = np.average(found, weights=players) if players.any() else 1.0
    return (found / mean).astype(np.float32)


def confidence(minutes: sparse.csr_matrix, alpha: float) -> sparse.csr_matrix:
    """Confidence of every played pair, users x games; see `datastore.base.scoring`.

    Raw or logarithmic minutes do worse than no playtime at all: they compare hours across games,
    and some games are simply longer.
    """
    columns = minutes.tocsc()
    players = np.diff(columns.indptr)
    game = np.repeat(np.arange(len(players), dtype=np.int32), players)
    # Positive floats sort like their bits: one number to sort by game, then minutes.
    keys = game.astype(np.int64) << 32 | columns.data.view(np.int32)
    order = np.argsort(keys)
    keys = keys[order]
    first = np.flatnonzero(np.diff(keys, prepend=-1))  # of equal playtimes of one game
    sizes = np.diff(np.append(first, len(keys)))
    of_first = keys[first] >> 32
    del keys
    shorter = first - columns.indptr[of_first]
    percentile = np.empty(len(order), np.float32)
    percentile[order] = np.repeat((shorter + sizes / 2) / players[of_first], sizes)
    columns.data = scoring.confidence(rarity(minutes)[game], percentile, alpha)
    return columns.tocsr()
