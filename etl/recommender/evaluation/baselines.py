"""etl.recommender.evaluation: the rankings that the model must be worth its cost against.

All are trained on who played what in the training part, at the defaults of the package or paper;
one of them also sees what is owned and unplayed, as the model does.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy import sparse

from datastore.base.evaluation import POPULARITY
from etl.process.threads import one_thread
from etl.recommender import ease
from etl.recommender.evaluation.metrics import Scorer

__all__ = ["BASELINES", "EASE", "EASE_OWNED", "OWNED_WEIGHT", "popularity"]

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.intp]

#: Games of the dense EASE matrix: 8,000 x 8,000 float32 are 256 MB. Those with most players.
_EASE_GAMES = 8_000
#: Added to the diagonal of EASE, as a share of the users. Its paper gives no default; 0.8 to 1.4 %
#: did best on complete libraries (500, right for the 137,000 users of MovieLens, did worse).
_EASE_REGULARIZATION = 0.01
#: The same where owned, unplayed games are seen, and what such a game counts: the best of eight
#: pairs of values on the validation part.
_OWNED_REGULARIZATION = 0.007
OWNED_WEIGHT = 0.8

EASE = "EASE"
EASE_OWNED = "EASE, sees owned games"


def popularity(players: npt.NDArray[np.integer]) -> Scorer:
    """Most players first, the same for everybody."""
    scores = players.astype(np.float32)
    return lambda users: np.tile(scores, (len(users), 1))


def _popularity(played: sparse.csr_matrix, seed: int, jobs: int) -> Scorer:
    return popularity(np.bincount(played.indices, minlength=played.shape[1]))


def _item_knn(played: sparse.csr_matrix, seed: int, jobs: int) -> Scorer:
    """`implicit.nearest_neighbours.TFIDFRecommender`: sums over the 20 nearest of each game."""
    from implicit import nearest_neighbours

    model = nearest_neighbours.ItemItemRecommender(num_threads=jobs)
    # What TFIDFRecommender does, in the format that its own `fit` warns it should be in.
    weighted = nearest_neighbours.normalize(nearest_neighbours.tfidf_weight(played.T))
    model.fit(weighted.T.tocsr(), show_progress=False)
    nearest = model.similarity.astype(np.float32)
    return lambda users: _dense(played[users] @ nearest)


def _ease_owned(history: sparse.csr_matrix, seed: int, jobs: int) -> Scorer:
    return _ease(history, seed, jobs, _OWNED_REGULARIZATION)


def _ease(
    played: sparse.csr_matrix, seed: int, jobs: int, regularization: float = _EASE_REGULARIZATION
) -> Scorer:
    """EASE (Steck 2019), dense."""
    players = np.bincount(played.indices, minlength=played.shape[1])
    kept = np.sort(np.argsort(-players, kind="stable")[:_EASE_GAMES])
    part = played[:, kept].tocsr()
    gram = ease.gram(part, jobs)
    gram[np.diag_indices(len(kept))] += regularization * played.shape[0]
    with one_thread("blas"):  # the same bits on any number of cores
        # Columns of the upper triangle, seen as rows of the lower one: sparse @ dense wants rows.
        weights = ease.inverse(gram).T
    for game in range(len(kept)):
        weights[:game, game] = weights[game, :game]
    weights /= -weights.diagonal().copy()
    np.fill_diagonal(weights, 0)

    def scores(users: Indices) -> Floats:
        result = np.zeros((len(users), played.shape[1]), np.float32)
        result[:, kept] = part[users] @ weights
        return result

    return scores


def _als(played: sparse.csr_matrix, seed: int, jobs: int) -> Scorer:
    """`implicit.als.AlternatingLeastSquares` without a word about its parameters."""
    from implicit.cpu.als import AlternatingLeastSquares

    with one_thread("blas"):  # the solver has threads of its own
        model = AlternatingLeastSquares(num_threads=jobs, random_state=seed)
        model.fit(played, show_progress=False)
    users_, games = np.asarray(model.user_factors), np.asarray(model.item_factors)
    return lambda users: np.asarray(users_[users] @ games.T)


def _dense(scores: sparse.csr_matrix) -> Floats:
    dense: Floats = scores.toarray()
    return dense


#: Name -> training: who played what (users x games), or owns what for EASE_OWNED; seed, threads ->
#: scores.
BASELINES: dict[str, Callable[[sparse.csr_matrix, int, int], Scorer]] = {
    POPULARITY: _popularity,
    "TF-IDF item-kNN": _item_knn,
    EASE: _ease,
    EASE_OWNED: _ease_owned,
    "ALS, defaults": _als,
}
