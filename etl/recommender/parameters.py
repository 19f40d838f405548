"""etl.recommender: every number the recommender depends on, each with its reason."""

from __future__ import annotations

from typing import Any

import msgspec

__all__ = ["Parameters"]


class Parameters(msgspec.Struct, frozen=True):
    """Chosen by search on complete libraries (docs/recommender.md); the seed is the build's."""

    #: Distinct players a game needs before the model may place it: below, factors are noise.
    min_players: int = 5
    #: Latent dimensions; 192 gains less than the noise.
    factors: int = 128
    iterations: int = 12
    #: Confidence of a played pair is 1 + alpha * rarity of the game * playtime factor.
    alpha: float = 20.0
    #: Regularisation is this times the square root of the number of players: the optimum grows
    #: with the data, and a fixed value that is right for 7,000 players is worse than popularity
    #: for 40,000.
    regularization: float = 1.5
    #: Weight of shared tags and genres, and of co-play, beside the cosine of ALS factors.
    tag_weight: float = 0.5
    coplay_weight: float = 0.5
    #: Weight of item-based neighbours beside ALS in a player's recommendations (as z-scores).
    knn_weight: float = 0.5
    #: Neighbours kept for each game in that item-based model.
    knn_neighbours: int = 200
    #: Longest list that is precomputed, and so the most a question may ask for.
    most: int = 50

    def as_json(self) -> dict[str, Any]:
        """Plain values for the manifest."""
        return msgspec.structs.asdict(self)
