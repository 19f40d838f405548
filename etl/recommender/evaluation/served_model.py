"""etl.recommender.evaluation: the model as it is served, trained on any library.

The only place of the evaluation that knows how the model is put together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec
import numpy as np
import numpy.typing as npt

from etl.recommender import als, neighbours, second_stage, similar_games
from etl.recommender import model as models
from etl.recommender.content import GameWords, Popularity
from etl.recommender.interactions import Popular
from etl.recommender.kin import Kin
from etl.recommender.model import Model
from etl.recommender.parameters import Recipe
from etl.recommender.users import Part, Users

__all__ = ["Served", "fit"]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]
Indices = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Served:
    """A trained model over `games` games."""

    users: Users
    games: int
    jobs: int
    model: Model

    def of(self, part: Part) -> Served:
        """The same with the users of a part."""
        return replace(self, model=self.model.of(part))

    def ranked(self, users: Indices, count: int) -> Ints:
        """Users x count: the games that are recommended, best first; -1 where there are no more."""

        def block(part: slice) -> Ints:
            columns, scores = second_stage.ranked(self.model, users[part], count)
            lists = np.full((len(columns), count), -1, np.int32)
            lists[:, : columns.shape[1]] = np.where(
                np.isfinite(scores), self.model.data.games[columns], -1
            )
            return lists

        parts = neighbours.in_blocks(len(users), self.jobs, block)
        return np.concatenate([np.zeros((0, count), np.int32), *parts])

    def scores(self, users: Indices) -> Floats:
        """Users x games by the first stage; -inf for games that the model cannot place."""
        scores = self.model.scores(users)
        if scores.shape[1] == self.games:
            return scores
        of_all_games = np.full((len(users), self.games), -np.inf, np.float32)
        of_all_games[:, self.model.data.games] = scores
        return of_all_games

    def similar(self, words: Sequence[GameWords], kin: Kin, count: int) -> list[Ints]:
        """Games x count: the most similar games as they are served with these words, for each of
        `words`; -1 where there are no more."""
        parameters = msgspec.structs.replace(self.model.parameters, most=count)
        results = similar_games.similar(
            self.users,
            words,
            kin,
            replace(self.model, parameters=parameters),
            Popularity.of(Popular.of(self.users, self.games), np.zeros(self.games, np.bool_)),
            self.jobs,
        )
        return [result.listed.games for result in results]

    def similar_by_als(self, count: int) -> Ints:
        """Games x count: by the cosine of ALS factors alone; -1 where there are no more."""
        directions = neighbours.normalised(self.model.factors.games)

        def block(part: slice) -> Indices:
            scores = directions[part] @ directions.T
            scores[np.arange(len(scores)), np.arange(part.start, part.stop)] = -np.inf
            return neighbours.best(scores, min(count, len(directions) - 1))

        lists = np.full((self.games, count), -1, np.int32)
        placed = self.model.data.games
        parts = neighbours.in_blocks(len(placed), self.jobs, block)
        for part, columns in zip(neighbours.blocks(len(placed)), parts, strict=True):
            lists[placed[part], : columns.shape[1]] = placed[columns]
        return lists


def fit(
    users: Users,
    words: GameWords,
    recipe: Recipe,
    unlisted: npt.NDArray[np.bool_] | None = None,
    *,
    on_iteration: als.OnIteration | None = None,
    like: Served | None = None,
    whole: bool = True,
) -> Served:
    """Train. Parts that `like` (of the same library) has trained with the same parameters are
    kept. If the model is not to be `whole`, it has no second stage. It knows the users if they are
    one part."""
    first, *others = users.parts
    if like:
        first.shelf[als.USER_FACTORS] = like.model.factors.users
    like_model = like.model if like else None
    model = models.trained(users, words, recipe, unlisted, on_iteration, like_model)
    if whole:
        model = second_stage.with_second_stage(model, users, words, recipe)
    return Served(users, len(words), recipe.jobs, model if others else model.of(first))
