"""schema: recommended games, and why."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import strawberry
from strawberry import UNSET

from datastore.base.codes import SOURCES
from datastore.recommender import Neighbour
from datastore.store import Store
from resolvers import recommendations
from resolvers.arguments import check_first
from schema.documented import documented, member
from schema.inputs.filters import GameFilter
from schema.inputs.selections import selection

if TYPE_CHECKING:
    from schema.games import Game

__all__ = [
    "Allowed",
    "Diversity",
    "Exclude",
    "ExcludeReviewed",
    "LibraryGame",
    "RecommendationSource",
    "RecommendedGame",
    "SimilarGame",
    "recommended",
    "similar_game",
    "wanted",
]

LazyGame: TypeAlias = Annotated["Game", strawberry.lazy("schema.games")]

Diversity: TypeAlias = Annotated[
    float,
    strawberry.argument(
        description="0 to 1: how much unlike each other the games are to be. 0 is the plain order; "
        "otherwise each game is chosen by what it gains in place among the 50 best and loses by "
        "likeness to those chosen before it (maximal marginal relevance)."
    ),
]
Allowed: TypeAlias = Annotated[
    GameFilter | None,
    strawberry.argument(
        name="filter",
        description="Only games that fit this; the list is full as long as enough of them do.",
    ),
]
Exclude: TypeAlias = Annotated[
    list[strawberry.ID] | None,
    strawberry.argument(
        description="Product ids that are not to be recommended, at most 10,000; unknown ones do "
        "no harm."
    ),
]
ExcludeReviewed: TypeAlias = Annotated[
    bool,
    strawberry.argument(
        description="Leave out also games that the user has reviewed and that the library lacks."
    ),
]


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
class SimilarityReason:
    """Why two games are similar."""

    store: strawberry.Private[Store]
    one: strawberry.Private[int]
    entry: strawberry.Private[Neighbour]
    alike: strawberry.Private[recommendations.Alike]

    @strawberry.field
    def text(self) -> str:
        """A sentence to show."""
        shared = self.entry.shared_players
        players = f"{shared:,} users play both" if shared != 1 else "1 user plays both"
        words = self.alike.shared_tags[:3]
        if self.entry.source == "POPULAR":
            count = int(self.store.games.players[self.entry.game])
            return f"{count:,} users play it." if count != 1 else "1 user plays it."
        if not words:
            return f"{players}."
        return (
            f"Both are tagged {_listed(words)}; {players}."
            if shared
            else f"Both are tagged {_listed(words)}."
        )

    @strawberry.field
    def shared_players(self) -> int:
        """Users who have played both games."""
        return self.entry.shared_players

    @strawberry.field
    def shared_tags(self) -> list[str]:
        """Tags and genres that both games have, those of the fewest games first."""
        return self.alike.shared_tags

    @strawberry.field
    def als_cosine(self) -> float | None:
        """Cosine of the ALS factors, -1 to 1; null where the model cannot place both games."""
        return self.alike.als

    @strawberry.field
    def tag_cosine(self) -> float:
        """Cosine of tags and genres weighted by idf, 0 to 1."""
        return self.alike.tags

    @strawberry.field
    def coplay_cosine(self) -> float | None:
        """Cosine of the games as vectors of their players, 0 to 1; null where it did not count."""
        return self.entry.coplay


@documented
@strawberry.type
class SimilarGame:
    """A game that is similar to another one."""

    store: strawberry.Private[Store]
    one: strawberry.Private[int]
    entry: strawberry.Private[Neighbour]
    game: LazyGame = strawberry.field(description="The similar game.")
    score: float = strawberry.field(
        description="Higher is more similar; compare within one source only. HYBRID: weighted mean "
        "of the cosines of ALS factors (1), tags and genres (0.5) and players (4), -1 to 1. COPLAY "
        "and CONTENT: cosine (0 to 1). POPULAR: players, as a share of those of the most played "
        "game. The weights are those of `model.parameters`."
    )
    source: RecommendationSource = strawberry.field(description="Where the entry comes from.")
    shared_players: int = strawberry.field(description="Users who have played both games.")

    @strawberry.field
    def reason(self) -> SimilarityReason:
        """Why it is similar."""
        alike = recommendations.alike(self.store, self.one, self.entry.game)
        return SimilarityReason(store=self.store, one=self.one, entry=self.entry, alike=alike)


def similar_game(store: Store, one: int, entry: Neighbour) -> SimilarGame:
    """An entry of the list of a game."""
    from schema.games import Game

    return SimilarGame(
        store=store,
        one=one,
        entry=entry,
        game=Game(store=store, row=entry.game),
        score=entry.score,
        source=RecommendationSource[entry.source],
        shared_players=entry.shared_players,
    )


@documented
@strawberry.type
class ReasonGame:
    """A game of the player that speaks for a recommendation, or against it."""

    game: LazyGame = strawberry.field(description="A game that the player has.")
    contribution: float = strawberry.field(
        description="What it adds to the score; below 0 it speaks against the recommendation."
    )


@documented
@strawberry.type
class RecommendationReason:
    """Why a game is recommended to somebody. The score is `baseline`, plus the contributions of the
    games in `because`, plus `others`. HYBRID: exact shares of a linear model, in deviations over
    all games. COPLAY: weights of EASE. CONTENT: shares of the cosine. POPULAR: only a baseline."""

    store: strawberry.Private[Store]
    game: strawberry.Private[int]
    source: strawberry.Private[str]
    reason: strawberry.Private[recommendations.Reason]
    first: strawberry.Private[int]

    @strawberry.field
    def text(self) -> str:
        """A sentence to show."""
        titles = [
            self.store.games.title[game] or self.store.games.app_id[game]
            for game, part in self.reason.because[:3]
            if part > 0
        ]
        if self.source == "POPULAR" or not titles:
            count = int(self.store.games.players[self.game])
            return f"{count:,} users play it." if count != 1 else "1 user plays it."
        if self.source == "CONTENT":
            return f"It is like {_listed(titles)}."
        return f"Because of {_listed(titles)}."

    @strawberry.field
    def because(self) -> list[ReasonGame]:
        """The player's own games that speak most for it, first those that add most."""
        from schema.games import Game

        return [
            ReasonGame(game=Game(store=self.store, row=game), contribution=part)
            for game, part in self.reason.because[: self.first]
        ]

    @strawberry.field
    def others(self) -> float:
        """What all other games of the player add to the score together."""
        return self.reason.rest + sum(part for _, part in self.reason.because[self.first :])

    @strawberry.field
    def baseline(self) -> float:
        """What the score starts at, the same for every game of the source."""
        return self.reason.baseline


@documented
@strawberry.type
class RecommendedGame:
    """A game recommended to a user."""

    store: strawberry.Private[Store]
    found: strawberry.Private[recommendations.Recommended]
    at: strawberry.Private[int]
    game: LazyGame = strawberry.field(description="The recommended game; the user does not own it.")
    score: float = strawberry.field(
        description="Higher is better; compare within one source only. HYBRID: sum of z-scores "
        "over all games, of the ALS prediction and, times its weight, of EASE. COPLAY: sum of the "
        "EASE weights of the games owned. CONTENT: cosine of tags and genres with those of the "
        "library. POPULAR: players, as a share of those of the most played game."
    )
    source: RecommendationSource = strawberry.field(description="Where the entry comes from.")

    @strawberry.field
    def reason(
        self,
        first: Annotated[
            int, strawberry.argument(description="At most this many own games, 0 to 50.")
        ] = 3,
    ) -> RecommendationReason:
        """Which of the player's own games speak for it, and by how much."""
        most = check_first(first, self.store.recommender.most)
        entry = self.found.entries[self.at]
        return RecommendationReason(
            store=self.store,
            game=entry.game,
            source=entry.source,
            reason=self.found.reasons[self.at],
            first=most,
        )


def recommended(store: Store, found: recommendations.Recommended) -> list[RecommendedGame]:
    """All entries of a list."""
    from schema.games import Game

    return [
        RecommendedGame(
            store=store,
            found=found,
            at=at,
            game=Game(store=store, row=entry.game),
            score=entry.score,
            source=RecommendationSource[entry.source],
        )
        for at, entry in enumerate(found.entries)
    ]


@strawberry.input(description="A game of a library: what a player has, and for how long.")
class LibraryGame:
    """A game of a new player."""

    app_id: strawberry.ID = strawberry.field(description="Product id in the store.")
    hours: float = strawberry.field(
        default=0.0, description="Hours played; 0 for a game that is only owned."
    )


def wanted(
    where: Any, exclude: Any, diversity: float, *, exclude_reviewed: bool = False
) -> recommendations.Wanted:
    """The arguments of recommendations as the resolvers take them."""
    return recommendations.Wanted(
        where=selection(where if where is not None else UNSET).where,
        exclude=exclude or (),
        exclude_reviewed=exclude_reviewed,
        diversity=diversity,
    )


def _listed(names: list[str]) -> str:
    *front, last = names
    return f"{', '.join(front)} and {last}" if front else last
