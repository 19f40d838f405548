"""etl.prices: the linear score, a ridge regression of the logarithm of the price."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.sparse.linalg import lsqr

from datastore.base.price_features import KEY_CODES, Features
from datastore.base.price_linear import FIRST_YEAR, LAST_YEAR, OWNERS, Linear
from etl.prices.data import Sample

__all__ = ["Design", "fit"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_YEARS = LAST_YEAR - FIRST_YEAR + 1
#: Most iterations of the solver, and its tolerance: far below what a price is known by.
_ITERATIONS, _TOLERANCE = 40, 1e-3


@dataclass(frozen=True, slots=True)
class Design:
    """Games as rows of the regression: keys, words, words of downloadable content, early access,
    metascore, years. `game` and `key` have the entries of the keys, which ascend in `keys`;
    `by_owner` is whether each key is of each of OWNERS."""

    games: Features
    words: int
    keys: Ints
    by_owner: npt.NDArray[np.bool_]
    game: Ints
    key: Ints
    matrix: sp.csr_matrix

    @classmethod
    def of(cls, games: Features, words: int) -> Design:
        """The design of all that is learned from; `words` is the number of words of the
        snapshot."""
        game, slot = np.nonzero(games.keys)
        keys, key = np.unique(games.keys[game, slot], return_inverse=True)
        by_owner = np.zeros((len(OWNERS), len(keys)), np.bool_)
        for number, owner in enumerate(OWNERS):
            by_owner[number, key[np.array(KEY_CODES)[slot] == owner]] = True
        matrix = _matrix(games, game, key, len(keys), words)
        return cls(games, words, keys, by_owner, game, key, matrix)

    def fit(self, rows: Ints, log_price: Floats, penalty: float) -> Linear:
        """The linear score trained on some of the games, whose prices are given."""
        matrix, words = self.matrix[rows], self.words
        mean = log_price.mean()
        weights = lsqr(
            matrix,
            log_price - mean,
            damp=penalty**0.5,
            atol=_TOLERANCE,
            btol=_TOLERANCE,
            iter_lim=_ITERATIONS,
        )[0]
        shares = np.asarray(matrix.mean(axis=0)).ravel() * weights
        ends = np.cumsum([len(self.keys), words, words, 1, 1, _YEARS])[:-1]
        key_weights, plain, content, early_access, metascore, years = np.split(weights, ends)
        key_part, plain_part, content_part, *others = np.split(shares, ends)
        known = self.key_counts(rows) > 0
        dated = np.mean(~np.isnan(self.games.year[rows]))
        return Linear(
            self.keys[known],
            key_weights[known],
            self.by_owner @ key_part,
            np.stack([plain, content]),
            (plain_part + content_part) * self._per_known(rows),
            np.concatenate([[mean], early_access, metascore, years]),
            np.array([others[2].sum() / max(dated, 1e-9), others[0].sum(), others[1].sum()]),
        )

    def key_counts(self, rows: Ints) -> Ints:
        """Number of some games that have each key."""
        counts: Ints = np.bincount(self.key[self._entries(rows)], minlength=len(self.keys))
        return counts

    def key_sums(self, rows: Ints, values: Floats) -> Floats:
        """Sums of the values of some games by key."""
        by_game = np.zeros(len(self.games))
        by_game[rows] = values
        return np.bincount(self.key, by_game[self.game], len(self.keys)).astype(np.float64)

    def _entries(self, rows: Ints) -> npt.NDArray[np.bool_]:
        taken = np.zeros(len(self.games), np.bool_)
        taken[rows] = True
        return taken[self.game]

    def _per_known(self, rows: Ints) -> Floats:
        """For each word, the number of games per game of which such words are known."""
        known = np.maximum(np.mean(self.games.sizes[rows] > 0, axis=0), 1 / len(rows))
        lists = np.searchsorted(self.games.starts, np.arange(self.words), side="right")
        per_known: Floats = 1 / known[lists]
        return per_known


def fit(sample: Sample, words: int, penalty: float) -> Linear:
    """The linear score trained on a sample; `words` is the number of words of the snapshot."""
    design = Design.of(sample.games, words)
    return design.fit(np.arange(len(sample)), np.log(sample.price), penalty)


def _matrix(games: Features, game: Ints, key: Ints, keys: int, words: int) -> sp.csr_matrix:
    size, owners = len(games), games.owners
    dated = np.flatnonzero(~np.isnan(games.year))
    place = np.clip(games.year[dated], FIRST_YEAR, LAST_YEAR).astype(int) - FIRST_YEAR
    in_content = games.content[owners]
    parts = [
        _marks(game, key, size, keys),
        _marks(owners, games.words, size, words),
        _marks(owners[in_content], games.words[in_content], size, words),
        sp.csr_matrix(np.nan_to_num(games.early_access)[:, None]),
        sp.csr_matrix(np.nan_to_num(games.metascore)[:, None] / 100),
        _marks(dated, place, size, _YEARS),
    ]
    return sp.hstack(parts, format="csr")


def _marks(rows: Ints, columns: Ints, height: int, width: int) -> sp.csr_matrix:
    return sp.csr_matrix((np.ones(len(rows)), (rows, columns)), (height, width))
