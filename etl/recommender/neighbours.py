"""etl.recommender: games by games. Cosines of factors, of tags and of co-play; the best of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from scipy import sparse
from threadpoolctl import threadpool_limits

from datastore.base import scoring
from etl.recommender.content import GameWords

__all__ = [
    "Gram",
    "best",
    "blocks",
    "coplay",
    "in_blocks",
    "normalised",
    "player_weights",
    "tag_vectors",
]

Floats = npt.NDArray[np.float32]
T = TypeVar("T")

#: Rows worked on at once: 128 rows of 15,000 games are 8 MB.
_BLOCK = 128
#: Columns' share of a row's entries above which a row is multiplied whole: one product of two
#: looked-up entries takes as long as some two hundred of a dense matrix.
_MANY = 0.1


def blocks(rows: int) -> Iterator[slice]:
    """Slices that cover so many rows."""
    for start in range(0, rows, _BLOCK):
        yield slice(start, min(start + _BLOCK, rows))


def in_blocks(rows: int, jobs: int, work: Callable[[slice], T]) -> list[T]:
    """Do the work for each block of rows on `jobs` threads; results in the order of the rows."""
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(max(1, jobs)) as pool:
        return list(pool.map(work, blocks(rows)))


def best(scores: Floats, count: int) -> npt.NDArray[np.intp]:
    """Columns of the `count` greatest scores of each row, best first, ties by column.

    Few columns are sorted: of the columns in as many groups as make it worth while, the group
    maxima give a bound that at least `count` scores reach, and nothing below it can be among them.
    """
    rows, columns = scores.shape
    count = min(count, columns)
    if not count or not rows:
        return np.zeros((rows, count), np.intp)
    bound = np.full(rows, -np.inf, np.float32)
    groups = 4 * count
    if columns >= 2 * groups:
        each = columns // groups
        heads = scores[:, : each * groups].reshape(rows, each, groups).max(axis=1)
        bound = np.partition(heads, groups - count, axis=1)[:, groups - count]
    place = np.flatnonzero(scores >= bound[:, None])  # far faster than to ask for rows and columns
    row, column = np.divmod(place, columns)
    order = np.lexsort((-scores.reshape(-1)[place], row))  # stable: equal ones stay by column
    starts = np.searchsorted(row, np.arange(rows))
    found: npt.NDArray[np.intp] = column[order][starts[:, None] + np.arange(count)]
    return found


class Gram:
    """Products of the columns of a sparse matrix, summed over its rows, a block at a time.

    A row of n entries adds n x n products. The few rows with very many entries are multiplied by
    all columns instead, which is faster than looking up every pair.
    """

    def __init__(self, matrix: sparse.csr_matrix) -> None:
        many = np.diff(matrix.indptr) > _MANY * matrix.shape[1]
        self._many: Floats = matrix[many].toarray()
        self._few = matrix[~many]
        self._columns = self._few.T.tocsr()

    def block(self, part: slice) -> Floats:
        """Of some columns with all: a dense array of part x columns."""
        found: Floats = (self._columns[part] @ self._few).toarray()
        found += self._many[:, part].T @ self._many
        return found


def normalised(vectors: Floats) -> Floats:
    """Rows of length 1; rows of zeros stay zeros."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    result: Floats = np.divide(vectors, length, out=np.zeros_like(vectors), where=length > 0)
    return result


def coplay(played: sparse.csr_matrix, shrink: float) -> sparse.csr_matrix:
    """Games as vectors of their players, users x games; their dot product is the co-play cosine.

    A player weighs 1 / sqrt(ln(1 + games played)): who played everything says little about which
    games belong together. `shrink` is added to each game's squared length, so that a few players
    in common do not make a cosine of 1.
    """
    columns = sparse.csr_matrix(played, copy=True)
    columns.data = np.repeat(player_weights(played), np.diff(played.indptr))
    columns = columns.tocsc()
    length = np.sqrt(np.asarray(columns.multiply(columns).sum(axis=0)).ravel() + shrink)
    columns.data /= np.repeat(np.maximum(length, 1e-12), np.diff(columns.indptr)).astype(np.float32)
    return columns.tocsr()


def player_weights(played: sparse.csr_matrix) -> Floats:
    """Weight of each player (row) in co-play."""
    counts = np.maximum(np.diff(played.indptr), 1)
    weights: Floats = (1 / np.sqrt(np.log1p(counts))).astype(np.float32)
    return weights


def tag_vectors(words: GameWords) -> Floats:
    """Games x words: games as vectors of their tags and genres, weighted by idf, rows of length 1,
    or 0 for a game without words. Columns are in the order in which games first name the words."""
    known, first, column = np.unique(words.words, return_index=True, return_inverse=True)
    column = np.argsort(np.argsort(first))[column]  # sums differ by where a column is
    shape = (len(words), max(len(known), 1))
    counts = np.bincount(column, minlength=shape[1])
    data = scoring.idf(len(words), counts)[column]
    dense = sparse.csr_matrix((data, column, words.offsets), shape, dtype=np.float32).toarray()
    return normalised(dense)
