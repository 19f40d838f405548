"""etl.recommender: who played what, as matrices of players by games."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from datastore.base import scoring
from etl.frames import Library
from etl.recommender.parameters import Parameters

__all__ = ["Interactions", "confidence", "interactions", "rarity"]


@dataclass(frozen=True, slots=True)
class Interactions:
    """Played pairs of games with enough players.

    `minutes` is users x model games; `games[i]` is the game of column i (ascending); `owned` has
    the same axes and a 1 for every owned pair, played or not.
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
        played = _ones(self.minutes)
        found: sparse.csr_matrix = (unplayed * self.owned + (1 - unplayed) * played).tocsr()
        return found.astype(np.float32)


def interactions(library: Library, games: int, parameters: Parameters) -> Interactions:
    """Keep the games that at least `min_players` users have played for a minute or more."""
    users = len(library.offsets) - 1
    played = library.minutes > 0
    players = np.bincount(library.game[played], minlength=games)
    placed = np.flatnonzero(players >= parameters.min_players).astype(np.int32)
    column = np.full(games, -1, np.int32)
    column[placed] = np.arange(len(placed), dtype=np.int32)

    def matrix(rows: npt.NDArray[np.bool_], values: npt.NDArray[np.float32]) -> sparse.csr_matrix:
        coordinates = (library.user[rows], column[library.game[rows]])
        return sparse.csr_matrix((values, coordinates), (users, len(placed)), dtype=np.float32)

    known = column[library.game] >= 0
    return Interactions(
        matrix(known & played, library.minutes[known & played].astype(np.float32)),
        matrix(known, np.ones(int(known.sum()), np.float32)),
        placed,
    )


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
    columns.sort_indices()
    players = np.diff(columns.indptr)
    game = np.repeat(np.arange(len(players)), players)
    order = np.lexsort((columns.data, game))
    starts = np.empty(len(order), bool)  # of equal playtimes of one game
    starts[:1] = True
    sorted_minutes, sorted_game = columns.data[order], game[order]
    starts[1:] = (np.diff(sorted_minutes) != 0) | (np.diff(sorted_game) != 0)
    first = np.flatnonzero(starts)
    sizes = np.diff(np.append(first, len(order)))
    shorter = first - columns.indptr[sorted_game[first]]
    percentile = np.empty(len(order))
    percentile[order] = np.repeat(shorter + sizes / 2, sizes) / players[sorted_game]
    columns.data = scoring.confidence(rarity(minutes)[game], percentile, alpha)
    return columns.tocsr()


def _ones(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    played = sparse.csr_matrix(matrix, copy=True)
    played.data = np.ones_like(played.data)
    return played
