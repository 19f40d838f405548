"""etl.recommender: games as vectors of tags and players, and the nearest by score."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Self, TypeVar

import numpy as np
import numpy.typing as npt
from scipy import sparse

from datastore.base import scoring
from etl.process.threads import one_thread
from etl.recommender.content import GameWords
from etl.recommender.users import Users

__all__ = [
    "Gram",
    "best",
    "blocks",
    "filled",
    "in_blocks",
    "in_stripes",
    "is_full",
    "normalised",
    "tag_vectors",
]

Floats = npt.NDArray[np.float32]
T = TypeVar("T")

#: Rows per block: 128 rows of 15,000 games take 8 MB.
_BLOCK = 128
#: Numbers of a stripe of several blocks that are added up at once over the parts of the users.
_STRIPE = 1 << 24
#: Share of columns filled in a row above which the row is multiplied as a dense one: one product
#: in a sparse matrix takes as long as some two hundred in a dense matrix.
_MANY = 0.1


def blocks(rows: int) -> Iterator[slice]:
    """Slices that cover this number of rows."""
    for start in range(0, rows, _BLOCK):
        yield slice(start, min(start + _BLOCK, rows))


def in_blocks(rows: int, jobs: int, work: Callable[[slice], T]) -> list[T]:
    """Results of `work` for each block of rows, in their order, computed on `jobs` threads."""
    parts = list(blocks(rows))
    with one_thread("blas"):
        if jobs <= 1 or len(parts) <= 1:
            return list(map(work, parts))
        with ThreadPoolExecutor(jobs) as pool:
            return list(pool.map(work, parts))


def in_stripes(rows: int, columns: int, users: Users, jobs: int) -> Iterator[slice]:
    """Slices of whole blocks that cover this number of rows: a few blocks for each thread, or large
    ones where each is a sum over several parts of the users."""
    blocks = max(1, _STRIPE // (_BLOCK * max(columns, 1)))
    size = _BLOCK * (min(blocks, 2 * jobs) if len(users.parts) == 1 else blocks)
    for start in range(0, rows, size):
        yield slice(start, min(start + size, rows))


def filled(rows: int, columns: int, jobs: int, work: Callable[[slice], Floats]) -> Floats:
    """Rows x columns, of which `work` computes some rows, on `jobs` threads."""
    result = np.empty((rows, columns), np.float32)

    def block(part: slice) -> None:
        result[part] = work(part)

    in_blocks(rows, jobs, block)
    return result


def best(scores: Floats, count: int) -> npt.NDArray[np.intp]:
    """Columns of the `count` highest scores of each row, best first, ties by column.

    Only few columns are sorted: the columns are divided into groups, and the `count`-th highest
    group maximum is a lower bound for the scores sought.
    """
    rows, columns = scores.shape
    count = min(count, columns)
    if not count or not rows:
        return np.zeros((rows, count), np.intp)
    bound = np.full(rows, -np.inf, np.float32)
    groups = 4 * count
    if columns >= 2 * groups:
        group_size = columns // groups
        maxima = scores[:, : group_size * groups].reshape(rows, group_size, groups).max(axis=1)
        bound = np.partition(maxima, groups - count, axis=1)[:, groups - count]
    position = np.flatnonzero(scores >= bound[:, None])  # far faster than nonzero on two axes
    row, column = np.divmod(position, columns)
    order = np.lexsort((-scores.reshape(-1)[position], row))  # stable: ties stay by column
    row_starts = np.searchsorted(row, np.arange(rows))
    best_columns: npt.NDArray[np.intp] = column[order][row_starts[:, None] + np.arange(count)]
    return best_columns


@dataclass(frozen=True, slots=True)
class Gram:
    """The products of the columns of two sparse matrices, or of one with itself (its Gram matrix),
    computed block by block.

    A row of n entries contributes n x n products. The few very full rows are multiplied as dense
    rows, which is faster.
    """

    full_rows: Floats
    sparse_rows: sparse.csr_matrix
    sparse_columns: sparse.csr_matrix  # of the left matrix
    full_left: Floats | None = None  # full rows of the left matrix, if it is another

    @classmethod
    def of(cls, matrix: sparse.csr_matrix, left: sparse.csr_matrix | None = None) -> Self:
        """The products of the columns of `left`, by default those of the matrix itself, with those
        of a matrix of the same rows."""
        full = is_full(matrix)
        full_rows, sparse_rows = matrix[full].toarray(), matrix[~full]
        if left is None:
            return cls(full_rows, sparse_rows, sparse_rows.T.tocsr())
        return cls(full_rows, sparse_rows, left[~full].T.tocsr(), left[full].toarray())

    def block(self, part: slice) -> Floats:
        """Some rows of the products, dense: part x columns."""
        products: Floats = (self.sparse_columns[part] @ self.sparse_rows).toarray()
        left = self.full_rows if self.full_left is None else self.full_left
        products += left[:, part].T @ self.full_rows
        return products


def is_full(matrix: sparse.csr_matrix) -> npt.NDArray[np.bool_]:
    """Whether each row is better multiplied as a dense one."""
    full: npt.NDArray[np.bool_] = np.diff(matrix.indptr) > _MANY * matrix.shape[1]
    return full


def normalised(vectors: Floats) -> Floats:
    """Rows of length 1; rows of zeros stay zeros."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    result: Floats = np.divide(vectors, length, out=np.zeros_like(vectors), where=length > 0)
    return result


def tag_vectors(words: GameWords) -> Floats:
    """Games x words: games as vectors of their tags and genres, weighted by idf.

    Rows have length 1, or 0 for a game without words. Columns are in the order of first use.
    """
    known, first, column = np.unique(words.words, return_index=True, return_inverse=True)
    column = np.argsort(np.argsort(first))[column]  # the order of columns changes sums
    shape = (len(words), max(len(known), 1))
    counts = np.bincount(column, minlength=shape[1])
    data = scoring.idf(len(words), counts)[column]
    dense = sparse.csr_matrix((data, column, words.offsets), shape, dtype=np.float32).toarray()
    return normalised(dense)
