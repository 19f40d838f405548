"""etl.recommender: searches the parameters of ALS, EASE and their blend.

A random walk (Solis and Wets 1981) from the parameters given: each trial moves one of them, each
in turn, and is kept when it ranks better. It judges by a validation part that is held out of the
training part, so the held-out games of the evaluation are never seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp, log

import msgspec
import numpy as np
import numpy.typing as npt

from datastore.base.evaluation import Estimate
from etl.process.progress import Stage
from etl.recommender.evaluation.metrics import mean_of, top, values
from etl.recommender.evaluation.served_model import Served, fit
from etl.recommender.evaluation.split import Split, split
from etl.recommender.parameters import Parameters, Recipe
from etl.recommender.training_data import TrainingData
from etl.recommender.users import Users

__all__ = ["FEWEST_USERS", "SPACE", "Measured", "Range", "Trial", "Tuning", "tune"]

#: Fewest validation users for a search: with fewer, differences are noise.
FEWEST_USERS = 50
#: Spread of a step, in parts of a range's width.
_STEP = 0.15


@dataclass(frozen=True, slots=True)
class Range:
    """The values that a parameter may have; `log` where factors count rather than differences."""

    low: float
    high: float
    log: bool = True
    whole: bool = False

    def moved(self, value: float, step: float) -> float:
        """The value after a step, in parts of the width, back inside at the ends."""
        if self.log:
            result = value * exp(step * log(self.high / self.low))
        else:
            result = value + step * (self.high - self.low)
        result = min(max(result, self.low), self.high)
        return round(result) if self.whole else float(f"{result:.3g}")


#: Parameters that are searched: those of the first stage. Those of similar games only have no
#: held-out games to rank by; those of the second stage hardly change anything, and each trial would
#: train three models.
SPACE = {
    "alpha": Range(1, 100),
    "regularization": Range(0.1, 10),
    "factors": Range(16, 256, whole=True),
    "iterations": Range(5, 30, whole=True),
    "ease_weight": Range(0.1, 10),
    "ease_regularization": Range(0.0005, 0.1),
    "ease_tags": Range(0.5, 200),
    "owned_weight": Range(0, 1, log=False),
}


class Trial(msgspec.Struct, frozen=True):
    """Searched parameters, and mean NDCG@10 of the validation users."""

    parameters: dict[str, float]
    ndcg_at_10: float


class Measured(msgspec.Struct, frozen=True):
    """How a set of parameters ranks the validation part: its NDCG@10, and by how much the chosen
    set is better, user by user. The search chose by these users, so that gain is optimistic."""

    name: str
    parameters: Parameters
    ndcg_at_10: Estimate
    gain: Estimate


class Tuning(msgspec.Struct, frozen=True):
    """All trials in order, the first with the given parameters. `chosen` are the best ones.

    `users` and `held_out` pairs are those of the validation part; nothing is tried where it is too
    small. `compared` has the defaults, the live parameters where they are others, and the chosen
    ones.
    """

    seed: int
    users: int
    held_out: int
    trials: list[Trial]
    chosen: Parameters
    compared: list[Measured] = []


def tune(data: TrainingData, recipe: Recipe, *, trials: int, stage: Stage) -> Tuning:
    """Search by a number of trials; `stage` advances by one with each.

    The seed is that of the evaluation whose held-out part is to stay unseen. The result depends on
    it, and not on the number of threads.
    """
    parameters, seed, jobs = recipe.parameters, recipe.seed, recipe.jobs
    [everybody] = data.users.parts
    user_ids = everybody.ids
    training = split(everybody.library, user_ids, data.app_ids, seed)
    validation = split(
        training.known,
        [user_ids[number] for number in training.users.tolist()],
        [data.app_ids[number] for number in training.games.tolist()],
        seed,
    )
    words = data.words.of_games(training.games).of_games(validation.games)
    known = Users.of(validation.known)
    users = validation.held_out.shape[0]
    if users < FEWEST_USERS:
        return Tuning(seed, users, int(validation.held_out.nnz), [], parameters)

    def trained(tried: Parameters, previous: Served | None) -> Served:
        parameter_set = recipe.with_parameters(tried).for_training_part()
        return fit(known, words, parameter_set, like=previous, whole=False)

    chosen, best = parameters, trained(parameters, None)
    ndcg = _ndcg(best, validation, jobs)  # of each user
    start = ndcg
    tried_sets = [_trial(parameters, ndcg)]
    stage.advance(1)
    steps = _steps(seed)
    for _ in range(trials - 1):
        tried = _moved(chosen, steps)
        model = trained(tried, best)
        by_user = _ndcg(model, validation, jobs)
        tried_sets.append(_trial(tried, by_user))
        if by_user.mean() > ndcg.mean():
            chosen, best, ndcg = tried, model, by_user
        stage.advance(1)
    sets = [("live", parameters, start), ("chosen", chosen, ndcg)]
    if parameters.default:
        sets[0] = ("defaults", parameters, start)
    else:
        defaults = _ndcg(trained(Parameters(), best), validation, jobs)
        sets.insert(0, ("defaults", Parameters(), defaults))
    compared = [
        Measured(name, parameter_set, mean_of(by_user, seed), mean_of(ndcg - by_user, seed))
        for name, parameter_set, by_user in sets
    ]
    return Tuning(seed, users, int(validation.held_out.nnz), tried_sets, chosen, compared)


def _steps(seed: int) -> Iterator[tuple[str, float]]:
    """Parameter and step of each trial, without end: every parameter once a round."""
    rng = np.random.default_rng(seed)
    names = list(SPACE)
    while True:
        for index in rng.permutation(len(names)).tolist():
            yield names[index], float(rng.normal(0, _STEP))


def _moved(parameters: Parameters, steps: Iterator[tuple[str, float]]) -> Parameters:
    """The parameters after the next step that changes one."""
    for name, step in steps:
        before = getattr(parameters, name)
        after = SPACE[name].moved(before, step)
        if after != before:
            return msgspec.structs.replace(parameters, **{name: after})
    raise AssertionError("steps have no end")


def _ndcg(model: Served, part: Split, jobs: int) -> npt.NDArray[np.float64]:
    """NDCG@10 of each user."""
    lists = top(model.scores, part.owned, jobs)
    players = np.bincount(part.played.indices, minlength=part.played.shape[1])
    return values(lists, part.held_out, players).ndcg


def _trial(parameters: Parameters, ndcg: npt.NDArray[np.float64]) -> Trial:
    return Trial({name: getattr(parameters, name) for name in SPACE}, float(ndcg.mean()))
