"""etl.recommender: the trained model, and its scores of every game for every user."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from datastore.base import scoring
from etl.frames import Library
from etl.recommender import als, ease
from etl.recommender.interactions import Interactions, confidence, interactions
from etl.recommender.parameters import Parameters

__all__ = ["Model", "blend", "fit"]

Floats = npt.NDArray[np.float32]

#: What ALS and EASE depend on, beside the data and the seed.
_ALS = ("alpha", "regularization", "factors", "iterations")
_EASE = ("owned_weight", "ease_regularization", "ease_games", "ease_weights")


@dataclass(frozen=True, slots=True)
class Model:
    """ALS factors and EASE weights over the games with enough players."""

    parameters: Parameters
    data: Interactions
    factors: als.Factors
    history: sparse.csr_matrix  # users x model games, as EASE counts them
    weights: sparse.csr_matrix  # model games x model games

    def scores(self, users: npt.NDArray[np.intp]) -> Floats:
        """Users x model games: for players ALS and EASE blended, for others EASE alone."""
        by_ease = (self.history[users] @ self.weights).toarray()
        by_als = self.factors.users[users] @ self.factors.games.T
        plays = np.diff(self.data.minutes.indptr)[users] > 0
        found: Floats = np.where(plays[:, None], blend(by_als, by_ease, self.parameters), by_ease)
        return found


def fit(
    library: Library,
    games: int,
    parameters: Parameters,
    seed: int,
    jobs: int,
    on_iteration: Callable[[float], object] | None = None,
    like: Model | None = None,
) -> Model:
    """Train on libraries of so many games. What `like`, a model of the same libraries and seed, has
    trained by the same parameters is taken from there."""
    data = like.data if like else interactions(library, games, parameters)
    if like and _same(_ALS, like.parameters, parameters):
        factors = like.factors
    else:
        weighted = confidence(data.minutes, parameters.alpha)
        factors = als.train(weighted, parameters, seed, jobs, on_iteration)
    if like and _same(_EASE, like.parameters, parameters):
        return Model(parameters, data, factors, like.history, like.weights)
    history = data.history(parameters.owned_weight)
    return Model(parameters, data, factors, history, ease.weights(history, parameters))


def _same(names: tuple[str, ...], one: Parameters, other: Parameters) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in names)


def blend(by_als: Floats, by_ease: Floats, parameters: Parameters) -> Floats:
    """Both scores as z-scores over all model games, added with the weight of EASE."""
    als_mean, als_deviation = scoring.standard(by_als)
    ease_mean, ease_deviation = scoring.standard(by_ease)
    found = (by_als - als_mean) / als_deviation
    found += parameters.ease_weight * (by_ease - ease_mean) / ease_deviation
    return found.astype(np.float32)
