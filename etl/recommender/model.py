"""etl.recommender: the trained model, and its scores of every game for every user."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from datastore.base.library import Library
from etl.process.memory import release
from etl.process.threads import one_thread
from etl.recommender import als, ease
from etl.recommender.factors import Factors
from etl.recommender.interactions import Interactions, confidence, interactions
from etl.recommender.parameters import Parameters, Recipe

__all__ = ["Model", "fit"]

Floats = npt.NDArray[np.float32]

#: Parameters that ALS and EASE depend on, apart from the data and the seed.
_ALS = ("alpha", "regularization", "factors", "iterations")
_EASE = ("owned_weight", "ease_regularization", "ease_games", "ease_weights")


@dataclass(frozen=True, slots=True)
class Model:
    """ALS factors and EASE weights over the games with enough players."""

    parameters: Parameters
    data: Interactions
    factors: Factors
    gram: npt.NDArray[np.float64]  # factors x factors: Y'Y of the games' factors Y
    mean: npt.NDArray[np.float64]  # of the games' factors
    history: sparse.csr_matrix  # users x model games, as EASE counts them
    weights: sparse.csr_matrix  # model games x model games

    def scores(self, users: npt.NDArray[np.intp]) -> Floats:
        """Users x model games: for players, the sum of the z-scores of ALS and EASE over all model
        games, EASE with its weight; for others, EASE alone.

        Means and deviations are computed from the Gram matrix and the sparse products, so the dense
        scores are written only once.
        """
        user_factors, games = self.factors.users[users].astype(np.float64), len(self.data.games)
        by_ease = (self.history[users] @ self.weights).tocsr()
        counts = np.diff(by_ease.indptr)
        als_mean = user_factors @ self.mean
        als_square = np.einsum("uf,uf->u", user_factors @ self.gram, user_factors) / games
        ease_mean = _sums(by_ease.data, by_ease.indptr) / games
        ease_square = _sums(by_ease.data**2, by_ease.indptr) / games
        plays = np.diff(self.data.minutes.indptr)[users] > 0
        als_scale = np.where(plays, 1 / _deviation(als_mean, als_square), 0)
        ease_scale = self.parameters.ease_weight / _deviation(ease_mean, ease_square)
        ease_scale = np.where(plays, ease_scale, 1)
        baseline = np.where(plays, als_mean * als_scale + ease_mean * ease_scale, 0)
        scores: Floats = (user_factors * als_scale[:, None]).astype(
            np.float32
        ) @ self.factors.games.T
        scores -= baseline[:, None].astype(np.float32)
        by_ease.data *= np.repeat(ease_scale.astype(np.float32), counts)
        scores += by_ease.toarray()
        return scores


def _sums(values: Floats, indptr: npt.NDArray[np.integer]) -> npt.NDArray[np.float64]:
    """Sums of the rows of a sparse matrix."""
    sums = np.zeros(len(indptr) - 1)
    filled = np.flatnonzero(np.diff(indptr))
    sums[filled] = np.add.reduceat(values, indptr[filled], dtype=np.float64)
    return sums


def _deviation(
    mean: npt.NDArray[np.float64], square: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Standard deviations from means and mean squares; 1 where there is none."""
    variance = square - mean**2
    return np.sqrt(np.where(variance > 1e-12 * square, variance, 1))


def fit(
    library: Library,
    games: int,
    recipe: Recipe,
    on_iteration: Callable[[float], object] | None = None,
    like: Model | None = None,
    start: Factors | None = None,
) -> Model:
    """Train on the libraries of users with `games` games.

    Parts of `like`, a model of the same libraries and seed, are reused where their parameters are
    the same. ALS starts from `start` (users x factors, all games x factors) if given; see
    `als.train`.
    """
    parameters, seed, jobs = recipe.parameters, recipe.seed, recipe.jobs
    data = like.data if like else interactions(library, games, parameters)
    if like and _same(_ALS, like.parameters, parameters):
        factors = like.factors
    else:
        if start is not None:
            start = Factors(start.users, start.games[data.games])
        weighted = confidence(data.minutes, parameters.alpha)
        release()
        factors = als.train(weighted, parameters, seed, jobs, on_iteration, start)
        del weighted, start
        release()
    if like and _same(_EASE, like.parameters, parameters):
        history, weights = like.history, like.weights
    else:
        history = data.history(parameters.owned_weight)
        weights = ease.weights(history, parameters, jobs)
        release()
    with one_thread("blas"):  # the same bits on any number of cores
        gram = factors.games.T.astype(np.float64) @ factors.games
    mean = factors.games.sum(axis=0, dtype=np.float64) / max(len(factors.games), 1)
    return Model(parameters, data, factors, gram, mean, history, weights)


def _same(names: tuple[str, ...], one: Parameters, other: Parameters) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in names)
