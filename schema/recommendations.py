"""schema: recommended games."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import strawberry

from datastore.base.codes import SOURCES
from schema.documented import documented, member

if TYPE_CHECKING:
    from schema.games import Game

__all__ = ["RecommendationSource", "RecommendedGame", "SimilarGame"]


@strawberry.enum(
    description="Where a recommendation comes from. A list is filled from the first source that "
    "can place the game or the player, then from the next ones."
)
class RecommendationSource(Enum):
    """Names of `datastore.base.codes`, with what each means."""

    ALS = member("ALS", "Cosine of the factors of the implicit-ALS model alone.")
    HYBRID = member(
        "HYBRID",
        "The implicit-ALS model, blended with co-play and, between games, with shared "
        "tags and genres.",
    )
    COPLAY = member(
        "COPLAY",
        "Games that the same players play, for games and players the model cannot place.",
    )
    CONTENT = member("CONTENT", "Games with the same tags and genres.")
    POPULAR = member("POPULAR", "Games with most players, of the genre first.")


assert tuple(member.name for member in RecommendationSource) == SOURCES


@documented
@strawberry.type
class SimilarGame:
    """A game that is similar to another one."""

    game: Annotated[Game, strawberry.lazy("schema.games")] = strawberry.field(
        description="The similar game."
    )
    score: float = strawberry.field(
        description="Higher is more similar; compare within one source only. HYBRID: weighted mean "
        "of the cosines of ALS factors, tags and players (-1 to 1). COPLAY and CONTENT: cosine "
        "(0 to 1). POPULAR: players, as a share of those of the most played game."
    )
    source: RecommendationSource = strawberry.field(description="Where the entry comes from.")
    shared_players: int = strawberry.field(description="Users who have played both games.")


@documented
@strawberry.type
class RecommendedGame:
    """A game recommended to a user."""

    game: Annotated[Game, strawberry.lazy("schema.games")] = strawberry.field(
        description="The recommended game; the user does not own it."
    )
    score: float = strawberry.field(
        description="Higher is better; compare within one source only. HYBRID: sum of z-scores "
        "over all games, of the ALS prediction and of EASE. COPLAY: sum of the EASE weights of the "
        "games owned. POPULAR: players, as a share "
        "of those of the most played game."
    )
    source: RecommendationSource = strawberry.field(description="Where the entry comes from.")
