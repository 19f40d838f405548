"""etl.recommender: implicit ALS, seeded and the same on any number of threads."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from datastore.base import scoring
from etl.process.threads import one_thread
from etl.recommender.factors import Factors
from etl.recommender.parameters import Parameters

if TYPE_CHECKING:
    from scipy import sparse

__all__ = ["iterations", "train"]

Floats = npt.NDArray[np.float32]

#: Conjugate-gradient steps that bring users within a millionth of the exact solution: ALS itself
#: makes three, and its last users know the games' factors of the round before.
_LAST_STEPS = 12
#: Iterations from the factors of a model before; docs/recommender.md has the comparison.
_WARM_ITERATIONS = 2


def train(
    confidence: sparse.csr_matrix,
    parameters: Parameters,
    seed: int,
    jobs: int,
    on_iteration: Callable[[float], object] | None = None,
    start: Factors | None = None,
) -> Factors:
    """Factorise users x games. Users without a played game get zeros.

    `start` are the factors of a model before, NaN for users and games that it did not know: from
    there a few iterations are enough.

    `on_iteration` is called with the loss, the mean over all pairs of what ALS minimises.
    The users' factors are those that folding in gives for the final factors of the games, so a
    player who is not in the data gets what the same library would get here.
    """
    from implicit.cpu._als import least_squares_cg
    from implicit.cpu.als import AlternatingLeastSquares

    if not confidence.nnz:  # the package divides by what there is
        return Factors(*(np.zeros((n, parameters.factors), np.float32) for n in confidence.shape))
    players = int(np.count_nonzero(np.diff(confidence.indptr)))
    l2 = scoring.penalty(parameters.regularization, players)
    with one_thread("blas"):  # the solver has threads of its own
        model = AlternatingLeastSquares(
            factors=parameters.factors,
            regularization=l2,
            alpha=1.0,  # already in the confidence
            iterations=iterations(parameters, warm=start is not None),
            num_threads=jobs,
            random_state=seed,
            calculate_training_loss=on_iteration is not None,
        )
        if start is not None:
            rng = np.random.default_rng(seed)
            model.user_factors, model.item_factors = (
                _filled(known, rng) for known in (start.users, start.games)
            )
        callback = (lambda *progress: on_iteration(float(progress[-1]))) if on_iteration else None
        model.fit(confidence, show_progress=False, callback=callback)
        users, games = np.asarray(model.user_factors), np.asarray(model.item_factors)
        least_squares_cg(confidence, users, games, l2, num_threads=jobs, cg_steps=_LAST_STEPS)
    return Factors(users, games)


def iterations(parameters: Parameters, *, warm: bool) -> int:
    """The number of iterations of `train`."""
    return min(parameters.iterations, _WARM_ITERATIONS) if warm else parameters.iterations


def _filled(known: Floats, rng: np.random.Generator) -> Floats:
    """Known factors, with small random ones (drawn as in `implicit`) in place of NaN."""
    drawn: Floats = rng.random(known.shape, dtype=np.float32) * np.float32(0.01)
    np.copyto(drawn, known, where=~np.isnan(known))
    return drawn
