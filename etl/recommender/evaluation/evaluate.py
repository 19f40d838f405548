"""etl.recommender.evaluation: the whole evaluation of a library."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np
import numpy.typing as npt
from scipy import sparse

from datastore.base.evaluation import POPULARITY, RECENT, SERVED, Evaluation, Metrics, Slice
from etl.process.memory import release
from etl.process.progress import Stage
from etl.recommender import neighbours
from etl.recommender.content import GameWords
from etl.recommender.evaluation import tasks
from etl.recommender.evaluation.baselines import (
    BASELINES,
    EASE,
    EASE_OWNED,
    OWNED_WEIGHT,
    popularity,
)
from etl.recommender.evaluation.companions import COMPANIONS, without_companions
from etl.recommender.evaluation.held_out import hold_out
from etl.recommender.evaluation.metrics import LONGEST, Scorer, Values, metrics, top, values
from etl.recommender.evaluation.served_model import Served, fit
from etl.recommender.evaluation.similar_games import similar
from etl.recommender.evaluation.split import Split
from etl.recommender.evaluation.tasks import Task
from etl.recommender.parameters import Parameters, Recipe
from etl.recommender.training_data import TrainingData
from etl.recommender.users import Users

__all__ = ["Extent", "evaluate", "steps"]

Ints = npt.NDArray[np.int32]

#: Users who are measured where more take part; all of them train. Intervals are narrow enough.
_MOST_MEASURED = 20_000
#: Rankings that are trained once more without companions.
_COMPARED = [EASE, EASE_OWNED]
#: Length of lists, in parts of the measured ones, where owned games are dropped afterwards.
_SPARE = 5
#: What training or measuring one ranking counts, where an iteration of ALS counts 1.
_RANKING = 5


@dataclass(frozen=True, slots=True)
class Extent:
    """What is measured besides the model and popularity: all `baselines`, with the quality by
    genre; and lists without `companions`, for which the model is trained once more."""

    baselines: bool = False
    companions: bool = False

    @property
    def compared(self) -> list[str]:
        """The rankings that the model is compared with."""
        return list(BASELINES) if self.baselines else [POPULARITY]

    @property
    def compared_without_companions(self) -> list[str]:
        """The same without companions."""
        return [POPULARITY, *(_COMPARED if self.baselines else [])]


def steps(parameters: Parameters, extent: Extent) -> int:
    """Units by which `evaluate` advances its stage."""
    first = parameters.iterations + _RANKING * (2 + len(extent.compared))
    rankings = 1 + len(extent.compared_without_companions)
    return first + (parameters.iterations + _RANKING * rankings if extent.companions else 0)


def evaluate(data: TrainingData, recipe: Recipe, extent: Extent, stage: Stage) -> Evaluation:
    """Train on the training part, rank all candidates, measure.

    The result depends on the seed, not on the number of threads. Only the model
    and popularity are measured if users are in several parts.
    """
    if len(data.users.parts) > 1:
        extent = Extent()
    seed = recipe.seed
    held = hold_out(data.users, data.app_ids, seed)
    games = held.games
    if not len(held.users):
        return Evaluation(seed, 0, 0, 0, [], [], [])
    release()
    words, unlisted = data.words.of_games(games), data.unlisted[games]
    model = _fit(held.users, words, unlisted, recipe, stage)
    release()
    part, rows = held.sampled(~unlisted, _MOST_MEASURED)
    model = model.of(rows)
    alike = similar(part, model, words, data.kin.of_games(games), seed, _MOST_MEASURED)
    release()
    stage.advance(_RANKING)
    asked = tasks.main(part, ~unlisted, _MOST_MEASURED)
    recent = tasks.recent_starts(part, ~unlisted, _MOST_MEASURED)
    measured = _Measured(part, held.players, len(held.users), unlisted, seed)
    lists, *recent_lists = _lists(
        model, measured, part, [asked, *([recent] if recent else [])], extent.compared, recipe,
        stage,
    )  # fmt: skip
    del model
    slices = [measured.slice(cold, lists) for cold in measured.cold_starts(asked)]
    if recent:
        slices.append(measured.slice(recent, *recent_lists))
    if extent.companions:
        slices.append(_companions(measured, asked, words, recipe, extent, stage))
    held.clear()
    return Evaluation(
        seed=seed,
        users=len(asked.users),
        games=len(games),
        held_out=asked.pairs,
        rankings=measured.rankings(asked, lists),
        slices=slices,
        genres=[
            measured.slice(genre, lists)
            for genre in (tasks.genres(asked, words) if extent.baselines else [])
        ],
        similar=alike,
        task=_task(part, asked, held.players),
        by_user=measured.by_user(asked, lists),
    )


def _task(part: Split, asked: Task, players: npt.NDArray[np.int64]) -> str:
    """A hash that identifies the measured task: users, candidates, held-out pairs; and the players
    of each game, which differ if the model is trained on other users."""
    hashed = sha256(part.draw[asked.users].tobytes())
    hashed.update(players.astype(np.int64).tobytes())
    for matrix in (part.owned, asked.held_out, part.recent):
        measured = matrix[asked.users]
        for array in (measured.indptr, measured.indices):
            hashed.update(array.astype(np.int64).tobytes())
    return hashed.hexdigest()[:16]


def _fit(
    users: Users,
    words: GameWords,
    unlisted: npt.NDArray[np.bool_],
    recipe: Recipe,
    stage: Stage,
) -> Served:
    return fit(
        users,
        words,
        recipe.for_training_part(),
        unlisted,
        on_iteration=lambda _: stage.advance(1),
    )


def _lists(
    model: Served,
    measured: _Measured,
    part: Split,
    asked: Sequence[Task],
    baselines: Iterable[str],
    recipe: Recipe,
    stage: Stage,
) -> list[dict[str, Ints]]:
    """For each task the lists of the served model, and of some baselines trained on the same part,
    without games that are owned; -1 for other users."""
    lists: list[dict[str, Ints]] = []
    for task in asked:
        served = np.full((len(part.users), LONGEST), -1, np.int32)
        ranked = model.ranked(task.users, _SPARE * LONGEST)
        served[task.users] = _without(ranked, task.owned[task.users])
        lists.append({SERVED: served})
    stage.advance(_RANKING)
    for name in baselines:
        scorer = _of_listed(_baseline(name, measured, part, recipe), measured.unlisted)
        for task, own in zip(asked, lists, strict=True):
            own[name] = top(scorer, task.owned, recipe.jobs, task.users)
        stage.advance(_RANKING)
    return lists


def _baseline(name: str, measured: _Measured, part: Split, recipe: Recipe) -> Scorer:
    """A baseline, trained on all users, which are those of the part except for popularity."""
    if name == POPULARITY:
        return popularity(measured.players)
    seen = part.history(OWNED_WEIGHT) if name == EASE_OWNED else part.played
    return BASELINES[name](seen, recipe.seed, recipe.jobs)


def _of_listed(scorer: Scorer, unlisted: npt.NDArray[np.bool_]) -> Scorer:
    """The scores of a baseline, -inf for the games that nobody recommends."""

    def scores(users: npt.NDArray[np.intp]) -> npt.NDArray[np.float32]:
        of_all = scorer(users)
        of_all[:, unlisted] = -np.inf
        return of_all

    return scores


def _without(lists: Ints, owned: sparse.csr_matrix) -> Ints:
    """The first games of each list that are not owned; -1 where there are no more."""
    found = np.full((len(lists), LONGEST), -1, np.int32)
    for part in neighbours.blocks(len(lists)):
        own, pairs = lists[part], owned[part]
        owns = np.zeros((len(own), owned.shape[1] + 1), np.bool_)  # the last column is for -1
        owns[np.repeat(np.arange(len(own)), np.diff(pairs.indptr)), pairs.indices] = True
        dropped = owns[np.arange(len(own))[:, None], own]
        order = np.argsort(dropped, axis=1, kind="stable")[:, :LONGEST]
        kept = np.take_along_axis(np.where(dropped, -1, own), order, 1)
        found[part, : kept.shape[1]] = kept
    return found


def _companions(
    measured: _Measured,
    asked: Task,
    words: GameWords,
    recipe: Recipe,
    extent: Extent,
    stage: Stage,
) -> Slice:
    """All held-out games once more, by rankings that are trained without companions."""
    fewer = without_companions(measured.part, recipe.jobs)
    users = Users.of(fewer.known)
    model = _fit(users, words, measured.unlisted, recipe, stage)
    # A dropped game is still owned: it is not recommended.
    compared = extent.compared_without_companions
    [lists] = _lists(model, measured, fewer, [asked], compared, recipe, stage)
    return measured.slice(
        replace(
            asked,
            name=COMPANIONS,
            description="Without owned, unplayed games that at most 10 % of their owners play, or "
            "that come along with another owned game (confidence 0.8, lift 2).",
        ),
        lists,
    )


@dataclass(frozen=True, slots=True)
class _Measured:
    """Metrics of lists."""

    part: Split
    players: npt.NDArray[np.int64]  # of each game in the training part, among all users
    users: int  # all of them
    unlisted: npt.NDArray[np.bool_]
    seed: int

    def cold_starts(self, asked: Task) -> list[Task]:
        """The task for users and games with little data."""
        return tasks.cold_starts(asked, self.part, self.players)

    def slice(self, task: Task, lists: dict[str, Ints]) -> Slice:
        """The metrics of a task, and the model's by user."""
        return Slice(
            task.name,
            task.description,
            task.pairs,
            len(task.users),
            self.rankings(task, lists),
            self.by_user(task, lists) if task.name in (RECENT, COMPANIONS) else b"",
        )

    def rankings(self, task: Task, lists: dict[str, Ints]) -> list[Metrics]:
        """Metrics of each ranking."""
        if not len(task.users):
            return []
        found = {name: self._values(task, ranking) for name, ranking in lists.items()}
        return [
            metrics(name, ranking, found[SERVED], self.part.held_out.shape[1], self.seed)
            for name, ranking in found.items()
        ]

    def by_user(self, task: Task, lists: dict[str, Ints]) -> bytes:
        """NDCG@10 of the model for each user, float32."""
        return self._values(task, lists[SERVED]).ndcg.astype(np.float32).tobytes()

    def _values(self, task: Task, ranking: Ints) -> Values:
        own, held_out = ranking[task.users], task.held_out[task.users]
        return values(own, held_out, self.players, self.users, self.unlisted)
