"""bench: is the recommender better than popularity? Run by hand, on complete libraries.

    python bench/recommender.py path/to/users_items.json.gz [--seed 0]

80 % of each player's played games train, 20 % are held out (users and games with at least 5).
Every game is a candidate but those that the training part says the player owns. Prints NDCG@10
and Recall@20 of popularity, of implicit ALS at its defaults, of our ALS, of EASE, and of the
blend that is served.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from threadpoolctl import threadpool_limits

from datastore.base.settings import load
from etl import users
from etl.frames import Library
from etl.lines import RawFile
from etl.progress import Stage
from etl.recommender import als, ease, neighbours
from etl.recommender.build import blend
from etl.recommender.interactions import confidence, interactions
from etl.recommender.parameters import Parameters
from etl.report import Rejects, SourceReport

_SHARE = 0.2
_SUPPORT = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("items", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    threadpool_limits(1, "blas")
    train, owned, held_out = _split(_library(options.items), options.seed)
    parameters = Parameters(min_players=1)
    weights = confidence(train, parameters.alpha)
    factors = als.train(weights, parameters, options.seed, 2)
    played = sparse.csr_matrix(train, copy=True)
    played.data = np.ones_like(played.data)
    history = (parameters.owned_weight * owned + (1 - parameters.owned_weight) * played).astype(
        np.float32
    )
    alone = factors.users @ factors.games.T
    by_ease = (history @ ease.weights(history.tocsr(), parameters)).toarray()
    both = blend(alone.copy(), by_ease.copy(), parameters)
    popular = np.tile(np.diff(played.tocsc().indptr).astype(np.float32), (played.shape[0], 1))
    print(
        f"{held_out.nnz:,} held-out pairs of {played.shape[0]:,} players, {played.shape[1]:,} games"
    )
    for name, scores in (
        ("popularity", popular),
        ("ALS, defaults", _default_als(played, options.seed)),
        ("ALS, ours", alone),
        ("EASE of owned games, sparse", by_ease),
        ("ALS + EASE, as served", both),
    ):
        ndcg, recall = _measure(scores, owned, held_out)
        print(f"{name:<28} NDCG@10 {ndcg:.3f}   Recall@20 {recall:.3f}")


def _library(path: Path) -> Library:
    raw = RawFile(path, load().max_line_bytes)
    with tempfile.TemporaryDirectory() as folder:
        rejects = Rejects(Path(folder) / "rejects")
        rows = users.read(raw, SourceReport("items", str(path)), rejects, Stage(None, None))
        rejects.close()
    offsets = np.searchsorted(rows.user, np.arange(len(rows.users) + 1))
    return Library(offsets, rows.user, rows.game, rows.minutes)


def _split(library: Library, seed: int) -> tuple[sparse.csr_matrix, ...]:
    games = int(library.game.max()) + 1
    data = interactions(library, games, Parameters(min_players=1))
    played, owned = data.minutes, data.owned
    while True:  # until every user and every game has enough
        rows = np.flatnonzero(np.diff(played.indptr) >= _SUPPORT)
        played, owned = played[rows], owned[rows]
        columns = np.flatnonzero(np.diff(played.tocsc().indptr) >= _SUPPORT)
        if len(columns) == played.shape[1] and (np.diff(played.indptr) >= _SUPPORT).all():
            break
        played, owned = played[:, columns], owned[:, columns]
    draw = np.random.default_rng(seed).random(played.nnz)
    user = np.repeat(np.arange(played.shape[0]), np.diff(played.indptr))
    order = np.lexsort((draw, user))
    rank = np.empty(played.nnz, np.int64)
    rank[order] = np.arange(played.nnz) - played.indptr[user[order]]
    test = rank < np.maximum(1, np.round(_SHARE * np.diff(played.indptr)))[user]

    def part(mask: npt.NDArray[Any]) -> sparse.csr_matrix:
        values = (played.data[mask], (user[mask], played.indices[mask]))
        return sparse.csr_matrix(values, played.shape, dtype=np.float32)

    held_out = part(test)
    known = owned - owned.multiply(held_out > 0)
    known.eliminate_zeros()
    return part(~test), known.tocsr(), held_out


def _default_als(played: sparse.csr_matrix, seed: int) -> npt.NDArray[np.float32]:
    from implicit.cpu.als import AlternatingLeastSquares

    model = AlternatingLeastSquares(random_state=seed)
    model.fit(played, show_progress=False)
    return np.asarray(model.user_factors @ model.item_factors.T)


def _measure(
    scores: npt.NDArray[np.float32], owned: sparse.csr_matrix, held_out: sparse.csr_matrix
) -> tuple[float, float]:
    scores = scores.copy()
    scores[np.repeat(np.arange(owned.shape[0]), np.diff(owned.indptr)), owned.indices] = -np.inf
    top = neighbours.best(scores, 20)
    relevant = held_out.toarray() > 0
    hit = np.take_along_axis(relevant, top, 1)
    count = relevant.sum(axis=1)
    discount = 1 / np.log2(np.arange(2, 12))
    ideal = np.cumsum(discount)[np.minimum(count, 10) - 1]
    ndcg = (hit[:, :10] * discount).sum(axis=1) / ideal
    return float(ndcg.mean()), float((hit.sum(axis=1) / np.minimum(count, 20)).mean())


if __name__ == "__main__":
    main()
