"""etl.recommender: EASE, item weights in closed form, kept sparse.

H. Steck, Embarrassingly Shallow Autoencoders for Sparse Data (WWW 2019). Only the games with most
owners take part and only the largest weights are kept: the dense matrix of all games would need
more memory than the build may use.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.linalg import blas, lapack
from threadpoolctl import threadpool_limits

from etl.recommender.parameters import Parameters

__all__ = ["gram", "inverse", "weights"]

#: Users whose pairs are counted at once.
_BLOCK = 4_096
#: Games of a user from which whole rows are multiplied, and such users at once.
_MANY, _DENSE_BLOCK = 200, 1_024


def weights(history: sparse.csr_matrix, parameters: Parameters) -> sparse.csr_matrix:
    """Games x games weights W: `history @ W` scores every game for every user.

    `history` is users x games, 1 for a played game and less for one only owned. The diagonal is 0;
    columns of games that do not take part are empty.
    """
    users, games = history.shape
    owners = np.bincount(history.indices, minlength=games)
    order = np.argsort(-owners, kind="stable")[: parameters.ease_games]
    kept = np.sort(order[owners[order] > 0])
    pairs = gram(history[:, kept].tocsr())
    diagonal = np.arange(len(kept))
    pairs[diagonal, diagonal] += max(parameters.ease_regularization * users, 1e-3)
    with threadpool_limits(1, "blas"):  # the same bits on any number of cores
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
    place = (np.concatenate(rows), np.concatenate(columns))
    return sparse.csr_matrix((np.concatenate(values), place), (games, games), dtype=np.float32)


def gram(history: sparse.csr_matrix) -> np.ndarray:
    """Games x games: products of the columns, summed over users; float32, by columns. The lower
    triangle is of no account.

    A user of n games adds n x n products. Of the few who have very many, whole rows are multiplied
    instead, which is faster than to look up every pair.
    """
    games = history.shape[1]
    found = np.zeros((games, games), np.float32, order="F")
    sizes = np.diff(history.indptr)
    many = np.flatnonzero(sizes > _MANY)
    with threadpool_limits(1, "blas"):
        for start in range(0, len(many), _DENSE_BLOCK):
            block = np.asfortranarray(history[many[start : start + _DENSE_BLOCK]].toarray())
            found = blas.ssyrk(1, block, beta=1, c=found, trans=1, overwrite_c=1)
    few = history[np.flatnonzero(sizes <= _MANY)]
    for start in range(0, few.shape[0], _BLOCK):
        block = few[start : start + _BLOCK]
        pairs = sparse.triu(block.T @ block, format="coo")
        found[pairs.row, pairs.col] += pairs.data
    return found


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
