"""etl.recommender: the served arrays: the model's, and every precomputed list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from etl.process.memory import release
from etl.recommender.content import Popularity
from etl.recommender.factors import Factors
from etl.recommender.interactions import rarity
from etl.recommender.model import fit
from etl.recommender.parameters import Recipe
from etl.recommender.second_stage import with_second_stage
from etl.recommender.similar_games import shared_players, similar
from etl.recommender.training_data import TrainingData
from etl.recommender.user_lists import for_users

__all__ = ["Recommendations", "recommend"]


@dataclass(frozen=True, slots=True)
class Recommendations:
    """Arrays of the snapshot's contract, and the facts for the manifest."""

    arrays: dict[str, npt.NDArray[Any]]
    facts: dict[str, Any]


def recommend(
    data: TrainingData,
    recipe: Recipe,
    on_iteration: Callable[[float], object] | None = None,
    start: Factors | None = None,
) -> Recommendations:
    """Train the model and precompute every list that is served.

    Training starts from the factors `start` where they are given (see `etl.recommender.model.fit`).
    """
    library, words, jobs = data.library, data.words, recipe.jobs
    model = fit(library, words, recipe, data.unlisted, on_iteration=on_iteration, start=start)
    model = with_second_stage(model, library, words, recipe)
    popularity = Popularity.of(library, data.unlisted)
    [near] = similar(library, [words], data.kin, model, popularity, jobs)
    release()
    users = for_users(library, words, model, popularity, jobs)
    factors, weights = model.factors, model.weights
    facts = {
        "games": len(model.data.games),
        "players": len(model.data.players),
        "interactions": int(model.data.minutes.nnz),
        "warm_started": start is not None,
    }
    similar_games = np.hstack([near.listed.games, near.unlisted.games])
    arrays: dict[str, npt.NDArray[Any]] = {
        "similar_games": similar_games,
        "similar_scores": np.hstack([near.listed.scores, near.unlisted.scores]),
        "similar_sources": np.hstack([near.listed.sources, near.unlisted.sources]),
        "similar_coplay": np.hstack([near.coplay, near.unlisted_coplay]),
        "similar_shared": shared_players(library, similar_games, jobs),
        "user_games": users.games,
        "user_scores": users.scores,
        "user_sources": users.sources,
        "user_factors": factors.users,
        "item_factors": factors.games,
        "item_gram": model.gram,
        "model_games": model.data.games,
        "model_rarity": rarity(model.data.minutes),
        "ease_offsets": weights.indptr.astype(np.int64),
        "ease_games": weights.indices,
        "ease_weights": weights.data,
        "partner_games": model.partners.games,
        "partner_shares": model.partners.shares,
        "model_owners": model.owners,
        "model_played": model.played,
        "curve_knots": model.curves.knots,
        "curve_values": model.curves.values,
        "popular_games": popularity.order,
    }
    return Recommendations(arrays, facts)
