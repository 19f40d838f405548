"""etl.recommender: who played what, as matrices of players by games."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from etl.frames import Library
from etl.recommender.parameters import Parameters

__all__ = ["Interactions", "confidence", "interactions"]


@dataclass(frozen=True, slots=True)
class Interactions:
    """Played pairs of games with enough players.

    `minutes` is users x model games; `games[i]` is the game of column i (ascending); `owned` has
    the same axes and a 1 for every owned pair, played or not.
    """

    minutes: sparse.csr_matrix
    owned: sparse.csr_matrix
    games: npt.NDArray[np.int32]


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


def confidence(minutes: sparse.csr_matrix, alpha: float) -> sparse.csr_matrix:
    """Confidence of every played pair: 1 + alpha * rarity * (0.75 + 0.5 * percentile).

    Rarity is ln(users / (1 + players of the game)), over its mean over all pairs; percentile is
    that of the playtime among the players of the same game. Raw or logarithmic minutes do worse
    than no playtime at all: they compare hours across games, and some games are simply longer.
    Form: Hu, Koren, Volinsky, Collaborative Filtering for Implicit Feedback Datasets (2008).
    """
    columns = minutes.tocsc()
    players = np.diff(columns.indptr)
    users = np.count_nonzero(np.diff(minutes.indptr))
    rarity = np.log(max(users, 1) / (1.0 + players)).clip(min=0.05)
    game = np.repeat(np.arange(len(players)), players)
    order = np.lexsort((columns.data, game))
    rank = np.empty(len(order), np.float64)
    rank[order] = np.arange(len(order)) - columns.indptr[:-1][game[order]]
    percentile = (rank + 0.5) / players[game]
    weight = rarity[game] / rarity[game].mean() if len(game) else rarity[game]
    columns.data = (1 + alpha * weight * (0.75 + 0.5 * percentile)).astype(np.float32)
    return columns.tocsr()
