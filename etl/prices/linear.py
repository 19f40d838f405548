"""etl.prices: the linear score, a ridge regression of the logarithm of the price."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.sparse.linalg import lsqr

from datastore.base.price_features import KEY_CODES, Features
from datastore.base.price_linear import FIRST_YEAR, LAST_YEAR, OWNERS, Linear
from etl.prices.data import Sample

__all__ = ["fit"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_YEARS = LAST_YEAR - FIRST_YEAR + 1
#: Most iterations of the solver, and its tolerance: far below what a price is known by.
_ITERATIONS, _TOLERANCE = 40, 1e-3


def fit(sample: Sample, words: int, penalty: float) -> Linear:
    """The linear score trained on a sample; `words` is the number of words of the snapshot."""
    games, target = sample.games, np.log(sample.price)
    keys = np.unique(games.keys[games.keys != 0])
    matrix = _matrix(games, keys, words)
    mean = target.mean()
    weights = lsqr(
        matrix,
        target - mean,
        damp=penalty**0.5,
        atol=_TOLERANCE,
        btol=_TOLERANCE,
        iter_lim=_ITERATIONS,
    )[0]
    shares = np.asarray(matrix.mean(axis=0)).ravel() * weights
    ends = np.cumsum([len(keys), words, words, 1, 1, _YEARS])[:-1]
    key_weights, plain, content, early_access, metascore, years = np.split(weights, ends)
    key_part, plain_part, content_part, *others = np.split(shares, ends)
    dated = np.mean(~np.isnan(games.year))
    return Linear(
        keys,
        key_weights,
        _by_owner(games, keys, key_part),
        np.stack([plain, content]),
        (plain_part + content_part) * _per_known(games, words),
        np.concatenate([[mean], early_access, metascore, years]),
        np.array([others[2].sum() / max(dated, 1e-9), others[0].sum(), others[1].sum()]),
    )


def _per_known(games: Features, words: int) -> Floats:
    """For each word, the number of games per game of which such words are known."""
    known = np.maximum(np.mean(games.sizes > 0, axis=0), 1 / len(games))
    lists = np.searchsorted(games.starts, np.arange(words), side="right")
    per_known: Floats = 1 / known[lists]
    return per_known


def _by_owner(games: Features, keys: Ints, part: Floats) -> Floats:
    """Sums over the keys of developers, and over those of publishers."""
    sums = [
        part[np.isin(keys, games.keys[:, [code == owner for code in KEY_CODES]])].sum()
        for owner in OWNERS
    ]
    return np.array(sums)


def _matrix(games: Features, keys: Ints, words: int) -> sp.csr_matrix:
    """Games x (keys, words, words of downloadable content, early access, metascore, years)."""
    size, owners = len(games), games.owners
    game, slot = np.nonzero(games.keys)
    dated = np.flatnonzero(~np.isnan(games.year))
    place = np.clip(games.year[dated], FIRST_YEAR, LAST_YEAR).astype(int) - FIRST_YEAR
    in_content = games.content[owners]
    parts = [
        _marks(game, np.searchsorted(keys, games.keys[game, slot]), size, len(keys)),
        _marks(owners, games.words, size, words),
        _marks(owners[in_content], games.words[in_content], size, words),
        sp.csr_matrix(np.nan_to_num(games.early_access)[:, None]),
        sp.csr_matrix(np.nan_to_num(games.metascore)[:, None] / 100),
        _marks(dated, place, size, _YEARS),
    ]
    return sp.hstack(parts, format="csr")


def _marks(rows: Ints, columns: Ints, height: int, width: int) -> sp.csr_matrix:
    return sp.csr_matrix((np.ones(len(rows)), (rows, columns)), (height, width))
