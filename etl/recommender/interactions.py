"""etl.recommender: who played what, as matrices of players by games."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from datastore.base import scoring
from datastore.base.library import Library
from etl.recommender.parameters import Parameters

__all__ = ["Interactions", "confidence", "interactions", "log_owners", "played_share", "rarity"]


@dataclass(frozen=True, slots=True)
class Interactions:
    """Owned and played pairs of the games with enough players (the model games).

    `minutes` (played pairs) and `owned` (owned pairs, 0 minutes if never played) are users x model
    games. `games[i]` is the game of column i, ascending.
    """

    minutes: sparse.csr_matrix
    owned: sparse.csr_matrix
    games: npt.NDArray[np.int32]

    @property
    def players(self) -> npt.NDArray[np.intp]:
        """Users who have played at least one of the games."""
        return np.flatnonzero(np.diff(self.minutes.indptr))

    def history(self, unplayed: float) -> sparse.csr_matrix:
        """The input of EASE, users x model games: 1 if played, `unplayed` if only owned."""
        pairs = self.owned if unplayed else self.minutes
        values = np.where(pairs.data > 0, np.float32(1), np.float32(unplayed))
        return sparse.csr_matrix((values, pairs.indices, pairs.indptr), pairs.shape)


def interactions(library: Library, games: int, parameters: Parameters) -> Interactions:
    """Keep the games that at least `min_players` users have played for a minute or more."""
    players = np.bincount(library.game[library.minutes > 0], minlength=games)
    model_games = np.flatnonzero(players >= parameters.min_players).astype(np.int32)
    column = np.full(games, -1, np.int32)
    column[model_games] = np.arange(len(model_games), dtype=np.int32)
    minutes = library.minutes.astype(np.float32)
    all_pairs = _matrix(minutes, column[library.game], library.offsets, len(model_games))
    owned = _part(all_pairs, all_pairs.indices >= 0)
    owned.sort_indices()
    return Interactions(_part(owned, owned.data > 0), owned, model_games)


def _matrix(
    values: npt.NDArray[np.float32],
    columns: npt.NDArray[np.int32],
    offsets: npt.NDArray[np.integer],
    width: int,
) -> sparse.csr_matrix:
    """Users x games of rows that stand by user, as they do in a library."""
    matrix = sparse.csr_matrix((len(offsets) - 1, width), dtype=np.float32)
    matrix.data, matrix.indices, matrix.indptr = values, columns, offsets.astype(np.int32)
    return matrix


def _part(pairs: sparse.csr_matrix, kept: npt.NDArray[np.bool_]) -> sparse.csr_matrix:
    """Some of the pairs, on the same axes."""
    running = np.concatenate([[0], np.cumsum(kept)])
    offsets = running[pairs.indptr]
    return _matrix(pairs.data[kept], pairs.indices[kept], offsets, pairs.shape[1])


def rarity(minutes: sparse.csr_matrix) -> npt.NDArray[np.float32]:
    """Rarity of each game: ln(users / (1 + players)) divided by its mean over all played pairs."""
    players = np.bincount(minutes.indices, minlength=minutes.shape[1])
    users = max(int(np.count_nonzero(np.diff(minutes.indptr))), 1)
    rarities = np.log(users / (1.0 + players)).clip(min=0.05)
    mean = np.average(rarities, weights=players) if players.any() else 1.0
    return (rarities / mean).astype(np.float32)


def log_owners(data: Interactions) -> npt.NDArray[np.float32]:
    """Natural logarithm of the share of the users who own each game."""
    owners = np.bincount(data.owned.indices, minlength=data.owned.shape[1])
    users = max(int(np.count_nonzero(np.diff(data.owned.indptr))), 1)
    return np.asarray(np.log(np.maximum(owners, 1) / users), np.float32)


def played_share(data: Interactions) -> npt.NDArray[np.float32]:
    """Share of the owners of each game who have played it."""
    owners = np.bincount(data.owned.indices, minlength=data.owned.shape[1])
    players = np.bincount(data.minutes.indices, minlength=data.owned.shape[1])
    return np.asarray(players / np.maximum(owners, 1), np.float32)


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
    game_of_first = keys[first] >> 32
    del keys
    shorter = first - columns.indptr[game_of_first]
    percentile = np.empty(len(order), np.float32)
    percentile[order] = np.repeat((shorter + sizes / 2) / players[game_of_first], sizes)
    columns.data = scoring.confidence(rarity(minutes)[game], percentile, alpha)
    return columns.tocsr()
