"""etl.recommender: every number the recommender depends on, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import msgspec

__all__ = ["DEFAULT_SEED", "DEMO", "Parameters", "Recipe"]

#: Seed of a first build that is given none.
DEFAULT_SEED = 20160816


class Parameters(msgspec.Struct, frozen=True):
    """Chosen by search on complete libraries (docs/recommender.md); the seed is the build's."""

    #: Distinct players a game needs before the model may place it: below, factors are noise.
    min_players: int = 5
    #: Latent dimensions; 192 gains less than the noise.
    factors: int = 128
    #: Eight or twelve gain less than the noise, too.
    iterations: int = 6
    #: Confidence of a played pair is 1 + alpha * rarity of the game * playtime factor.
    alpha: float = 20.0
    #: Regularisation is this times the square root of the number of players: the optimum grows
    #: with the data, and a fixed value that is right for 7,000 players is worse than popularity
    #: for 40,000.
    regularization: float = 1.5
    #: Weights of shared tags and genres, of co-play, of words in common of the titles, and of the
    #: same developer and publisher; the cosine of ALS factors has weight 1.
    tag_weight: float = 5.0
    coplay_weight: float = 40.0
    title_weight: float = 3.0
    developer_weight: float = 1.0
    publisher_weight: float = 1.0
    #: How many times as much developer and publisher weigh for games without players in common: the
    #: maker tells the more, the less is known of the players.
    maker_factor: float = 3.0
    #: Added to a game's (weighted) players in co-play: two players in common prove little.
    coplay_shrink: float = 20.0
    #: Weight of EASE relative to ALS in a player's recommendations (both as z-scores).
    ease_weight: float = 1.4
    #: Regularisation of EASE as a share of the users, games that take part, weights kept per game.
    ease_regularization: float = 0.018
    ease_games: int = 4_000
    ease_weights: int = 200
    #: Weight of shared tags in EASE, where a user who plays two games has the weight 1: rare games
    #: are recommended more often, and no list gets worse.
    ease_tags: float = 10.0
    #: What an owned game that was never played counts in EASE, where a played one counts 1.
    owned_weight: float = 1.0
    #: Best games by the blend that the second stage orders.
    candidates: int = 100
    #: Most users whose libraries train it; how many played games of a player are hidden at a time,
    #: how often of each, and how many of all: docs/recommender.md has the comparison.
    stage_users: int = 20_000
    stage_games: int = 3
    stage_turns: int = 2
    stage_hidden: int = 36_000
    #: The trees that correct the curves.
    stage_trees: int = 200
    #: Longest list that is precomputed, and so the most a question may ask for.
    most: int = 50

    @property
    def without_players(self) -> Parameters:
        """The weights of what games share where they have no players in common."""
        return msgspec.structs.replace(
            self,
            developer_weight=self.maker_factor * self.developer_weight,
            publisher_weight=self.maker_factor * self.publisher_weight,
        )

    @property
    def default(self) -> bool:
        """Whether they are those of a build for which nothing was searched."""
        return self in (Parameters(), DEMO)

    def as_json(self) -> dict[str, Any]:
        """Plain values for the manifest."""
        return msgspec.structs.asdict(self)


#: Those of the invented demo dataset: a newcomer waits for its build, and fewer hidden games and
#: trees are enough for players who were made from a few tastes.
DEMO = Parameters(stage_hidden=3_000, stage_trees=100)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model is trained. `jobs` counts threads and does not change the result."""

    parameters: Parameters
    seed: int
    jobs: int

    def with_parameters(self, parameters: Parameters) -> Recipe:
        """The same with other parameters."""
        return replace(self, parameters=parameters)

    def for_training_part(self) -> Recipe:
        """The same for a training part: every game in it had players enough before some of them
        were held out."""
        return self.with_parameters(msgspec.structs.replace(self.parameters, min_players=1))
