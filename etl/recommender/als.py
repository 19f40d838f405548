"""etl.recommender: implicit ALS, seeded and the same on any number of threads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy import sparse
from threadpoolctl import threadpool_limits

from etl.recommender.parameters import Parameters

__all__ = ["Factors", "train"]


@dataclass(frozen=True, slots=True)
class Factors:
    """float32, users x factors and games x factors."""

    users: npt.NDArray[np.float32]
    games: npt.NDArray[np.float32]


def train(
    confidence: sparse.csr_matrix,
    parameters: Parameters,
    seed: int,
    jobs: int,
    on_iteration: Callable[[], object] = lambda: None,
) -> Factors:
    """Factorise users x games. Users without a played game get factors of 0."""
    from implicit.cpu.als import AlternatingLeastSquares

    players = int(np.count_nonzero(np.diff(confidence.indptr)))
    with threadpool_limits(1, "blas"):  # the solver has threads of its own
        model = AlternatingLeastSquares(
            factors=parameters.factors,
            regularization=parameters.regularization * sqrt(max(players, 1)),
            alpha=1.0,  # already in the confidence
            iterations=parameters.iterations,
            num_threads=jobs,
            random_state=seed,
        )
        model.fit(confidence, show_progress=False, callback=lambda *_: on_iteration())
    return Factors(np.asarray(model.user_factors), np.asarray(model.item_factors))
