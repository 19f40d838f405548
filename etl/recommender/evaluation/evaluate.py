"""etl.recommender.evaluation: the whole evaluation of a library."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np
import numpy.typing as npt
from scipy import sparse

from datastore.base.evaluation import POPULARITY, SERVED, Evaluation, Metrics, Slice
from etl.process.memory import release
from etl.process.progress import Stage
from etl.recommender.content import GameWords
from etl.recommender.evaluation.baselines import BASELINES, EASE, EASE_OWNED, OWNED_WEIGHT
from etl.recommender.evaluation.companions import without_companions
from etl.recommender.evaluation.metrics import LONGEST, Scorer, Values, metrics, top, values
from etl.recommender.evaluation.served_model import Served, fit
from etl.recommender.evaluation.similar_games import similar
from etl.recommender.evaluation.split import Split, split
from etl.recommender.parameters import Parameters, Recipe
from etl.recommender.training_data import TrainingData
from etl.recommender.users import Users

__all__ = ["evaluate", "steps"]

Ints = npt.NDArray[np.int32]

#: Most played games of the training part that make a user's taste hard to know.
_FEW_GAMES = 10
#: Most players in the training part that make a game hard to recommend.
_FEW_PLAYERS = 20
#: Users who are measured where more take part; all of them train. Intervals are narrow enough.
_MOST_MEASURED = 20_000
#: Rankings that are trained once more without companions.
_COMPARED = [POPULARITY, EASE, EASE_OWNED]
#: Length of lists, in parts of the measured ones, where owned games are dropped afterwards.
_SPARE = 5
#: Genres by which the quality of lists is shown.
_MOST_GENRES = 12
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
    first = parameters.iterations + _RANKING * (2 + (len(BASELINES) if baselines else 1))
    return first + (parameters.iterations + _RANKING * (1 + len(_COMPARED)) if baselines else 0)


def evaluate(data: TrainingData, recipe: Recipe, *, baselines: bool, stage: Stage) -> Evaluation:
    """Train on the training part, rank all candidates, measure.

    Without `baselines` popularity is the only one. The result depends on the seed, not on the
    number of threads.
    """
    seed = recipe.seed
    [everybody] = data.users.parts
    part = split(everybody.library, everybody.ids, data.app_ids, seed)
    users, games = part.held_out.shape
    if not users:
        return Evaluation(seed, 0, 0, 0, [], [], [])
    release()
    words, unlisted = data.words.of_games(part.games), data.unlisted[part.games]
    model = _fit(part, words, unlisted, recipe, stage)
    release()
    alike = similar(part, model, words, data.kin.of_games(part.games), seed)
    part = replace(part, held_out=_only(part.held_out, ~unlisted))
    stage.advance(_RANKING)
    measured = part.sample(_MOST_MEASURED)
    measured = measured[np.diff(part.held_out.indptr)[measured] > 0]
    lists = _lists(
        model, part, measured, BASELINES if baselines else [POPULARITY], recipe, stage, unlisted
    )
    del model
    players = np.bincount(part.played.indices, minlength=games)
    by_user = values(lists[SERVED][measured], part.held_out[measured], players, users).ndcg
    return Evaluation(
        seed=seed,
        users=len(measured),
        games=games,
        held_out=int(part.held_out[measured].nnz),
        rankings=_rankings(lists, part.held_out, measured, players, unlisted, seed),
        slices=[
            *(
                _slice(cold, lists, players, unlisted, seed)
                for cold in _slices(part, measured, players)
            ),
            *([_companions(part, words, unlisted, recipe, measured, stage)] if baselines else []),
        ],
        genres=[
            _slice(cold, lists, players, unlisted, seed)
            for cold in (_genres(part, words, measured) if baselines else [])
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


def _fit(
    part: Split,
    words: GameWords,
    unlisted: npt.NDArray[np.bool_],
    recipe: Recipe,
    stage: Stage,
) -> Served:
    return fit(
        Users.of(part.known),
        words,
        recipe.for_training_part(),
        unlisted,
        on_iteration=lambda _: stage.advance(1),
    )


def _lists(
    model: Served,
    part: Split,
    measured: npt.NDArray[np.intp],
    baselines: Iterable[str],
    recipe: Recipe,
    stage: Stage,
    unlisted: npt.NDArray[np.bool_],
    owned: sparse.csr_matrix | None = None,
) -> dict[str, Ints]:
    """The lists of the served model, and of some baselines trained on the same part, without games
    that are `owned`, by default those of the training part."""
    served = np.full((len(part.users), LONGEST), -1, np.int32)
    if owned is None:
        owned = part.owned
        served[measured] = model.ranked(measured, LONGEST)
    else:
        served[measured] = _without(model.ranked(measured, _SPARE * LONGEST), owned[measured])
    lists = {SERVED: served}
    stage.advance(_RANKING)
    for name in baselines:
        seen = part.history(OWNED_WEIGHT) if name == EASE_OWNED else part.played
        scorer = BASELINES[name](seen, recipe.seed, recipe.jobs)
        lists[name] = top(_of_listed(scorer, unlisted), owned, recipe.jobs, measured)
        stage.advance(_RANKING)
    return lists


def _of_listed(scorer: Scorer, unlisted: npt.NDArray[np.bool_]) -> Scorer:
    """The scores of a baseline, -inf for the games that nobody recommends."""

    def scores(users: npt.NDArray[np.intp]) -> npt.NDArray[np.float32]:
        of_all = scorer(users)
        of_all[:, unlisted] = -np.inf
        return of_all

    return scores


def _only(pairs: sparse.csr_matrix, games: npt.NDArray[np.bool_]) -> sparse.csr_matrix:
    """The pairs of some games."""
    kept = sparse.csr_matrix(pairs, copy=True)
    kept.data *= games[kept.indices]
    kept.eliminate_zeros()
    return kept


def _without(lists: Ints, owned: sparse.csr_matrix) -> Ints:
    """The first games of each list that are not owned; -1 where there are no more."""
    owns = np.zeros((lists.shape[0], owned.shape[1] + 1), np.bool_)  # the last column is for -1
    owns[np.repeat(np.arange(len(lists)), np.diff(owned.indptr)), owned.indices] = True
    dropped = owns[np.arange(len(lists))[:, None], lists]
    order = np.argsort(dropped, axis=1, kind="stable")[:, :LONGEST]
    kept = np.where(dropped, -1, lists)
    found: Ints = np.take_along_axis(kept, order, 1)
    return found


def _slice(
    cold: _Cold,
    lists: dict[str, Ints],
    players: npt.NDArray[np.int64],
    unlisted: npt.NDArray[np.bool_],
    seed: int,
) -> Slice:
    return Slice(
        cold.name,
        cold.description,
        int(cold.held_out[cold.users].nnz),
        len(cold.users),
        _rankings(lists, cold.held_out, cold.users, players, unlisted, seed),
    )


def _companions(
    part: Split,
    words: GameWords,
    unlisted: npt.NDArray[np.bool_],
    recipe: Recipe,
    measured: npt.NDArray[np.intp],
    stage: Stage,
) -> Slice:
    """All held-out games once more, by rankings that are trained without companions."""
    fewer = without_companions(part, recipe.jobs)
    model = _fit(fewer, words, unlisted, recipe, stage)
    # A dropped game is still owned: it is not recommended.
    lists = _lists(model, fewer, measured, _COMPARED, recipe, stage, unlisted, part.owned)
    cold = _Cold(
        "companions dropped",
        "Without owned, unplayed games that at most 10 % of their owners play, or that come along "
        "with another owned game (confidence 0.8, lift 2).",
        measured,
        part.held_out,
    )
    players = np.bincount(part.played.indices, minlength=part.held_out.shape[1])
    return _slice(cold, lists, players, unlisted, recipe.seed)


def _genres(part: Split, words: GameWords, measured: npt.NDArray[np.intp]) -> list[_Cold]:
    """Held-out games of the genres with most of them."""
    pairs = np.bincount(part.held_out[measured].indices, minlength=len(words))
    found = []
    for number, name in enumerate(words.genres):
        of_genre = words.games_with(len(words.tags) + number)
        found.append((int(pairs[of_genre].sum()), name, of_genre))
    found.sort(key=lambda row: (-row[0], row[1]))
    slices = []
    for count, name, of_genre in found[:_MOST_GENRES]:
        if not count:
            break
        held_out = _only(part.held_out, of_genre)
        users = measured[np.diff(held_out.indptr)[measured] > 0]
        slices.append(_Cold(name, "Held-out games of this genre.", users, held_out))
    return slices


def _rankings(
    lists: dict[str, Ints],
    held_out: sparse.csr_matrix,
    users: npt.NDArray[np.intp],
    players: npt.NDArray[np.int64],
    unlisted: npt.NDArray[np.bool_],
    seed: int,
) -> list[Metrics]:
    if not len(users):
        return []
    measured: dict[str, Values] = {
        name: values(ranking[users], held_out[users], players, len(ranking), unlisted)
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
    rare = _only(part.held_out, players <= _FEW_PLAYERS)
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
