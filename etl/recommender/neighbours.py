"""etl.recommender: games by games. Cosines of factors, of tags and of co-play; the best of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from scipy import sparse
from threadpoolctl import threadpool_limits

__all__ = ["best", "blocks", "coplay", "in_blocks", "normalised", "pruned", "tag_vectors"]

Floats = npt.NDArray[np.float32]
T = TypeVar("T")

#: Rows worked on at once: 256 rows of 10,000 games are 10 MB.
_BLOCK = 256


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

    Exact also among equal scores: the partition takes the boundary's ties in no order, so a
    column's own number is made part of the comparison at the boundary.
    """
    count = min(count, scores.shape[1])
    if count == 0:
        return np.zeros((len(scores), 0), np.intp)
    chosen = np.argpartition(-scores, count - 1, axis=1)[:, :count]
    worst = np.take_along_axis(scores, chosen, 1).min(axis=1)
    tied = (scores == worst[:, None]).sum(axis=1) > (
        np.take_along_axis(scores, chosen, 1) == worst[:, None]
    ).sum(axis=1)
    for row in np.flatnonzero(tied):
        chosen[row] = np.argsort(-scores[row], kind="stable")[:count]
    chosen.sort(axis=1)
    order = np.argsort(-np.take_along_axis(scores, chosen, 1), axis=1, kind="stable")
    return np.take_along_axis(chosen, order, 1)


def normalised(vectors: Floats) -> Floats:
    """Rows of length 1; rows of zeros stay zeros."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    result: Floats = np.divide(vectors, length, out=np.zeros_like(vectors), where=length > 0)
    return result


def coplay(played: sparse.csr_matrix) -> sparse.csr_matrix:
    """Games as vectors of their players, users x games, columns of length 1.

    A player weighs ln(games / (1 + games played)): who played everything says little about
    which games belong together (TF-IDF with players as the terms).
    """
    counts = np.diff(played.indptr)
    weight = np.log(max(played.shape[1], 2) / (1.0 + counts)).clip(min=0.05)
    weighted = sparse.csr_matrix(played, copy=True)
    weighted.data = np.repeat(weight, counts).astype(np.float32)
    columns = weighted.tocsc()
    length = np.sqrt(np.asarray(columns.multiply(columns).sum(axis=0)).ravel())
    columns.data /= np.repeat(np.maximum(length, 1e-12), np.diff(columns.indptr)).astype(np.float32)
    return columns.tocsr()


def tag_vectors(words: list[list[str]]) -> Floats:
    """Games as vectors of their tags and genres, weighted by idf, rows of length 1 (or 0)."""
    vocabulary: dict[str, int] = {}
    indices = [vocabulary.setdefault(w, len(vocabulary)) for own in words for w in own]
    indptr = np.concatenate([[0], np.cumsum([len(own) for own in words])])
    shape = (len(words), max(len(vocabulary), 1))
    counts = np.bincount(np.array(indices, np.int64), minlength=shape[1])
    idf = np.log((1.0 + len(words)) / (1.0 + counts)).astype(np.float32)
    data = idf[np.array(indices, np.int64)]
    dense = sparse.csr_matrix((data, indices, indptr), shape, dtype=np.float32).toarray()
    return normalised(dense)


def pruned(vectors: sparse.csr_matrix, keep: int, jobs: int) -> sparse.csr_matrix:
    """Games x games cosines of co-play: the `keep` greatest of each row, never the game itself."""
    rows = vectors.T.tocsr()

    def block(part: slice) -> sparse.csr_matrix:
        scores = (rows[part] @ vectors).toarray()
        scores[np.arange(len(scores)), np.arange(part.start, part.stop)] = 0
        columns = best(scores, keep)
        values = np.take_along_axis(scores, columns, 1)
        row = np.repeat(np.arange(len(scores)), columns.shape[1])
        mask = values.ravel() > 0
        return sparse.csr_matrix(
            (values.ravel()[mask], (row[mask], columns.ravel()[mask])),
            shape=scores.shape,
            dtype=np.float32,
        )

    parts = in_blocks(rows.shape[0], jobs, block)
    if not parts:
        return sparse.csr_matrix((0, 0), dtype=np.float32)
    return sparse.vstack(parts, format="csr")
