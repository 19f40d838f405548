"""etl.recommender.evaluation: the whole evaluation of a library."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import numpy as np
import numpy.typing as npt
from scipy import sparse

from datastore.base.evaluation import POPULARITY, SERVED, Evaluation, Metrics, Slice
from etl.process.memory import release
from etl.process.progress import Stage
from etl.recommender.evaluation.baselines import BASELINES
from etl.recommender.evaluation.metrics import LONGEST, Scorer, Values, metrics, top, values
from etl.recommender.evaluation.served_model import fit
from etl.recommender.evaluation.similar_games import similar
from etl.recommender.evaluation.split import Split, split
from etl.recommender.parameters import Parameters, Recipe
from etl.recommender.training_data import TrainingData

__all__ = ["evaluate", "steps"]

Ints = npt.NDArray[np.int32]

#: Most played games of the training part that make a user's taste hard to know.
_FEW_GAMES = 10
#: Most players in the training part that make a game hard to recommend.
_FEW_PLAYERS = 20
#: Users who are measured where more take part; all of them train. Intervals are narrow enough.
_MOST_MEASURED = 20_000
#: What training or measuring one ranking counts, where an iteration of ALS counts 1.
_RANKING = 5


@dataclass(frozen=True, slots=True)
class _Cold:
    """A cold-start slice: its users and its held-out pairs."""

    name: str
    description: str
    users: npt.NDArray[np.intp]
    held_out: sparse.csr_matrix


def steps(parameters: Parameters, *, baselines: bool) -> int:
    """Units by which `evaluate` advances its stage."""
    return parameters.iterations + _RANKING * (2 + (len(BASELINES) if baselines else 1))


def evaluate(data: TrainingData, recipe: Recipe, *, baselines: bool, stage: Stage) -> Evaluation:
    """Train on the training part, rank all candidates, measure.

    Without `baselines` popularity is the only one. The result depends on the seed, not on the
    number of threads.
    """
    seed, jobs = recipe.seed, recipe.jobs
    part = split(data.library, data.user_ids, data.app_ids, seed)
    users, games = part.held_out.shape
    if not users:
        return Evaluation(seed, 0, 0, 0, [], [], [])
    release()
    words = data.words.of_games(part.games)
    model = fit(
        part.known,
        words,
        recipe.for_training_part(),
        data.unlisted[part.games],
        on_iteration=lambda _: stage.advance(1),
    )
    release()
    alike = similar(part, model, words, data.kin.of_games(part.games), seed)
    stage.advance(_RANKING)
    measured = part.sample(_MOST_MEASURED)
    served = np.full((users, LONGEST), -1, np.int32)
    served[measured] = model.ranked(measured, LONGEST)
    lists = {SERVED: served}
    stage.advance(_RANKING)
    del model
    for name, train in BASELINES.items():
        if baselines or name == POPULARITY:
            lists[name] = _list(train(part.played, seed, jobs), part, measured, jobs, stage)
    players = np.bincount(part.played.indices, minlength=games)
    by_user = values(lists[SERVED][measured], part.held_out[measured], players, users).ndcg
    return Evaluation(
        seed=seed,
        users=len(measured),
        games=games,
        held_out=int(part.held_out[measured].nnz),
        rankings=_rankings(lists, part.held_out, measured, players, seed),
        slices=[
            Slice(
                cold.name,
                cold.description,
                int(cold.held_out[cold.users].nnz),
                len(cold.users),
                _rankings(lists, cold.held_out, cold.users, players, seed),
            )
            for cold in _slices(part, measured, players)
        ],
        similar=alike,
        task=_task(part, measured),
        by_user=by_user.astype(np.float32).tobytes(),
    )


def _task(part: Split, measured: npt.NDArray[np.intp]) -> str:
    """A hash that identifies the measured task: users, candidates, held-out pairs."""
    hashed = sha256(part.draw[measured].tobytes())
    for matrix in (part.owned, part.held_out):
        for array in (matrix.indptr, matrix.indices):
            hashed.update(array.astype(np.int64).tobytes())
    return hashed.hexdigest()[:16]


def _list(
    scorer: Scorer, part: Split, measured: npt.NDArray[np.intp], jobs: int, stage: Stage
) -> Ints:
    lists = top(scorer, part.owned, jobs, measured)
    stage.advance(_RANKING)
    return lists


def _rankings(
    lists: dict[str, Ints],
    held_out: sparse.csr_matrix,
    users: npt.NDArray[np.intp],
    players: npt.NDArray[np.int64],
    seed: int,
) -> list[Metrics]:
    if not len(users):
        return []
    measured: dict[str, Values] = {
        name: values(ranking[users], held_out[users], players, len(ranking))
        for name, ranking in lists.items()
    }
    return [
        metrics(name, ranking, measured[SERVED], len(players), seed)
        for name, ranking in measured.items()
    ]


def _slices(
    part: Split, measured: npt.NDArray[np.intp], players: npt.NDArray[np.int64]
) -> list[_Cold]:
    beginners = measured[np.diff(part.played.indptr)[measured] <= _FEW_GAMES]
    rare = sparse.csr_matrix(part.held_out, copy=True)
    rare.data *= players[rare.indices] <= _FEW_PLAYERS
    rare.eliminate_zeros()
    return [
        _Cold(
            "users with few games",
            f"Users with at most {_FEW_GAMES} played games in the training part.",
            beginners,
            part.held_out,
        ),
        _Cold(
            "games with few players",
            f"Held-out games with at most {_FEW_PLAYERS} players in the training part; all other "
            "games stay candidates.",
            measured[np.diff(rare.indptr)[measured] > 0],
            rare,
        ),
    ]
