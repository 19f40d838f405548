"""etl.recommender: the served arrays: the model's, and every precomputed list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from etl.process.engine import Shared
from etl.process.memory import release
from etl.recommender import als
from etl.recommender.content import GameWords, Popularity
from etl.recommender.interactions import MINUTES, OWNED, Popular
from etl.recommender.model import Model, trained
from etl.recommender.parameters import Recipe
from etl.recommender.second_stage import with_second_stage
from etl.recommender.similar_games import shared_players, similar
from etl.recommender.training_data import TrainingData
from etl.recommender.user_lists import for_users
from etl.recommender.users import Part

__all__ = ["USER_ARRAYS", "Recommendations", "recommend"]

Floats = npt.NDArray[np.float32]

#: Arrays about the users, which stay on the shelves.
USER_ARRAYS = ("user_games", "user_scores", "user_sources", als.USER_FACTORS)


@dataclass(frozen=True, slots=True)
class Recommendations:
    """Arrays of the contract except for `USER_ARRAYS`, and the facts for the manifest."""

    arrays: dict[str, npt.NDArray[Any]]
    facts: dict[str, Any]


def recommend(
    data: TrainingData,
    recipe: Recipe,
    on_iteration: als.OnIteration | None = None,
    start: Floats | None = None,
) -> Recommendations:
    """Train the model and precompute every list that is served.

    Training starts from the factors `start` where they are given (see `etl.recommender.model`).
    """
    users, words, jobs = data.users, data.words, recipe.jobs
    model = trained(users, words, recipe, data.unlisted, on_iteration=on_iteration, start=start)
    model = with_second_stage(model, users, words, recipe)
    popularity = Popularity.of(Popular.of(users, len(words)), data.unlisted)
    [near] = similar(users, [words], data.kin, model, popularity, jobs)
    release()
    with users.share((model, words, popularity)) as shared:
        users.run(_UserLists(shared, users.threads(jobs)), "lists of users")
    users.drop(MINUTES, OWNED)
    weights = model.weights
    facts = {
        "games": len(model.axis.games),
        "players": model.counts.users_playing,
        "interactions": int(model.counts.players.sum()),
        "warm_started": start is not None,
    }
    similar_games = np.hstack([near.listed.games, near.unlisted.games])
    arrays: dict[str, npt.NDArray[Any]] = {
        "similar_games": similar_games,
        "similar_scores": np.hstack([near.listed.scores, near.unlisted.scores]),
        "similar_sources": np.hstack([near.listed.sources, near.unlisted.sources]),
        "similar_coplay": np.hstack([near.coplay, near.unlisted_coplay]),
        "similar_shared": shared_players(users, similar_games, jobs),
        "item_factors": model.factors.games,
        "item_gram": model.gram,
        "model_games": model.axis.games,
        "model_rarity": model.counts.rarity,
        "ease_offsets": weights.indptr.astype(np.int64),
        "ease_games": weights.indices,
        "ease_weights": weights.data,
        "partner_games": model.stage.partners,
        "partner_shares": model.stage.shares,
        "partner_plays": model.stage.plays,
        "model_owners": model.stage.owners,
        "model_played": model.stage.played,
        "model_minutes": model.stage.minutes,
        "model_typical": model.stage.typical,
        **model.order.arrays(),
        "popular_games": popularity.order,
    }
    return Recommendations(arrays, facts)


@dataclass(frozen=True, slots=True)
class _UserLists:
    """Puts the lists of the users of a part on its shelf."""

    shared: Shared[tuple[Model, GameWords, Popularity]]
    threads: int

    def __call__(self, part: Part) -> None:
        model, words, popularity = self.shared.value
        lists = for_users(part.library, words, model.of(part), popularity, self.threads)
        part.shelf.update(
            user_games=lists.games, user_scores=lists.scores, user_sources=lists.sources
        )
