"""etl.recommender: EASE, item weights in closed form, kept sparse.

H. Steck, Embarrassingly Shallow Autoencoders for Sparse Data (WWW 2019). Only the games with most
owners take part and only the largest weights are kept: the dense matrix of all games would need
more memory than the build may use.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.linalg import lapack

from etl.process.threads import one_thread
from etl.recommender.neighbours import Gram, in_blocks
from etl.recommender.parameters import Parameters

__all__ = ["gram", "inverse", "weights"]


def weights(history: sparse.csr_matrix, parameters: Parameters, jobs: int) -> sparse.csr_matrix:
    """Games x games weights W: `history @ W` scores every game for every user.

    `history` is users x games, 1 for a played game and less for one only owned. The diagonal is 0;
    columns of games that do not take part are empty.
    """
    games = history.shape[1]
    owners = np.bincount(history.indices, minlength=games)
    order = np.argsort(-owners, kind="stable")[: parameters.ease_games]
    kept = np.sort(order[owners[order] > 0])
    pairs = gram(history[:, kept].tocsr(), jobs)
    diagonal = np.arange(len(kept))
    # Users without games carry no information: they must not change the result.
    known = int(np.count_nonzero(np.diff(history.indptr)))
    pairs[diagonal, diagonal] += max(parameters.ease_regularization * known, 1e-3)
    with one_thread("blas"):  # the same bits on any number of cores
        inverted = inverse(pairs)
    rows, columns, values = [], [], []
    keep = min(parameters.ease_weights, max(len(kept) - 1, 0))
    for game in range(len(kept)):
        column = np.concatenate([inverted[: game + 1, game], inverted[game, game + 1 :]])
        column = column / -column[game]
        column[game] = 0
        largest = np.argpartition(-np.abs(column), keep - 1)[:keep] if keep else diagonal[:0]
        rows.append(kept[largest])
        columns.append(np.full(len(largest), kept[game]))
        values.append(column[largest])
    if not rows:
        return sparse.csr_matrix((games, games), dtype=np.float32)
    positions = (np.concatenate(rows), np.concatenate(columns))
    return sparse.csr_matrix((np.concatenate(values), positions), (games, games), dtype=np.float32)


def gram(history: sparse.csr_matrix, jobs: int) -> np.ndarray:
    """The Gram matrix of the columns: games x games, float32, in column-major order."""
    games = history.shape[1]
    result, products = np.empty((games, games), np.float32), Gram(history)

    def block(part: slice) -> None:
        result[part] = products.block(part)

    in_blocks(games, jobs, block)
    return result.T  # the same, as LAPACK wants it


def inverse(gram: np.ndarray) -> np.ndarray:
    """Inverse of a positive definite matrix, in place; its upper triangle counts."""
    if not len(gram):
        return gram
    factor, failed = lapack.spotrf(gram, lower=0, overwrite_a=1, clean=0)
    if not failed:
        inverted, failed = lapack.spotri(factor, lower=0, overwrite_c=1)
    if failed:
        raise ArithmeticError(f"EASE: the matrix is not positive definite ({failed})")
    return np.asarray(inverted)
