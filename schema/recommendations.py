"""schema: recommended games, the reasons for them, and the root field."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from functools import partial
from typing import Annotated, Any, NamedTuple, TypeAlias

import strawberry
from strawberry import UNSET

from datastore.base import codes
from datastore.base.plural import listed
from datastore.store import Store
from resolvers import recommendations
from resolvers.arguments import check_first
from schema.batches import Entry, each, part
from schema.context import Info
from schema.conversion import COERCED
from schema.costs import cost, sized_by
from schema.descriptions import documented, member
from schema.inputs.filters import GameFilter
from schema.inputs.selections import selection
from schema.relay.references import GameType

__all__ = [
    "Allowed",
    "Diversity",
    "Exclude",
    "ExcludeReviewed",
    "IncludeUnlisted",
    "LibraryGame",
    "RecommendationQuery",
    "RecommendationSource",
    "RecommendedGame",
    "RecommendedRow",
    "UnlistedReason",
    "popularity_text",
    "recommendation_arguments",
    "recommended_rows",
]

Diversity: TypeAlias = Annotated[
    float,
    strawberry.argument(
        description="How much the games should differ from each other, 0 to 1. 0 keeps the order "
        "by score; otherwise games are picked one by one from the 50 best, weighing rank against "
        "similarity to the games already picked (maximal marginal relevance)."
    ),
]
IncludeUnlisted: TypeAlias = Annotated[
    bool,
    strawberry.argument(
        description="Also entries that are left out otherwise: see `Game.unlisted`."
    ),
]
Allowed: TypeAlias = Annotated[
    GameFilter | None,
    strawberry.argument(
        name="filter",
        description="Only games that match this filter. The list stays full as long as enough "
        "games match.",
    ),
]
Exclude: TypeAlias = Annotated[
    list[strawberry.ID] | None,
    strawberry.argument(
        description="Product ids to exclude, at most 10,000; unknown ids are ignored."
    ),
]
ExcludeReviewed: TypeAlias = Annotated[
    bool,
    strawberry.argument(
        description="Also exclude games that the user has reviewed but does not own."
    ),
]


@strawberry.enum(
    description="Source of a recommendation. A list is filled from the first source that knows the "
    "game or player, then from the following ones."
)
class RecommendationSource(Enum):
    """Values are the numbers of `datastore.base.codes`."""

    ALS = member(codes.ALS, "Cosine of the factors of the implicit-ALS model alone.")
    HYBRID = member(
        codes.HYBRID,
        "The implicit-ALS model, blended with co-play and, between games, with shared "
        "tags and genres.",
    )
    COPLAY = member(
        codes.COPLAY,
        "Games that the same players play, for games and players unknown to the model.",
    )
    CONTENT = member(codes.CONTENT, "Games with the same tags and genres.")
    POPULAR = member(codes.POPULAR, "Games with the most players, those of the same genre first.")


@strawberry.enum(description="Why recommendations leave an entry of the store out.")
class UnlistedReason(Enum):
    """Values are the numbers of `datastore.base.codes`."""

    TEST = member(codes.TEST, "A test server, a test client or a test version of a game.")
    BETA = member(codes.BETA, "A beta or another unfinished version of a game.")
    DEMO = member(codes.DEMO, "A demo.")
    SERVER = member(codes.SERVER, "A program that hosts a game.")
    TOOL = member(codes.TOOL, "Software: all its genres are those of software.")
    MODDING_KIT = member(codes.MODDING_KIT, "A program to change a game: editor, SDK.")
    SOUNDTRACK = member(codes.SOUNDTRACK, "The music of a game.")
    VIDEO = member(codes.VIDEO, "A film or a series.")
    PART = member(codes.PART, "An extra that comes with a game: a tutorial, bonus content.")


def popularity_text(store: Store, game: int) -> str:
    """How many users play a game, as a sentence."""
    count = int(store.games.players[game])
    return f"{count:,} users play it." if count != 1 else "1 user plays it."


@documented
@strawberry.type
class ReasonGame(Entry):
    """A game the player owns that counts for or against a recommendation."""

    row: strawberry.Private[tuple[int, float]]
    game = part(GameType, 0, "A game the player owns.")
    contribution = part(
        float, 1, "Its contribution to the score; below 0 it counts against the recommendation."
    )


@documented
@strawberry.type
class RecommendationReason:
    """Why a game is recommended. The score is `baseline`, plus the contributions of the games in
    `because`, plus `others`. HYBRID: in standard deviations over all games;
    shares of predictions and curves are exact, and what trees add for a signal is shared by the
    games that raise it. COPLAY: weights of EASE. CONTENT: shares of the cosine. POPULAR: only a
    baseline."""

    store: strawberry.Private[Store]
    game: strawberry.Private[int]
    source: strawberry.Private[int]  # a number of SOURCES
    reason: strawberry.Private[recommendations.Reason]
    first: strawberry.Private[int]

    @strawberry.field
    def text(self) -> str:
        """A sentence for display."""
        titles = [
            self.store.games.title[game] or self.store.games.app_id[game]
            for game, share in self.reason.because[:3]
            if share > 0
        ]
        if self.source == codes.POPULAR or not titles:
            return popularity_text(self.store, self.game)
        if self.source == codes.CONTENT:
            return f"It is like {listed(titles)}."
        return f"Because of {listed(titles)}."

    @cost(3)
    @each(list[ReasonGame])
    def because(self) -> list[tuple[int, float]]:
        """The player's own games that contribute most, highest contribution first."""
        return self.reason.because[: self.first]

    @strawberry.field
    def others(self) -> float:
        """Total contribution of the player's other games."""
        return self.reason.rest + sum(share for _, share in self.reason.because[self.first :])

    @strawberry.field
    def baseline(self) -> float:
        """Part of the score that does not depend on which games the player owns. HYBRID: a starting
        value, how many users own the game and how many of them have played it, and what trees add
        for signals that are not about single games."""
        return self.reason.baseline


class RecommendedRow(NamedTuple):
    """An entry of a list of recommendations, and its place in it."""

    game: int
    score: float
    source: int
    place: int
    listed: recommendations.Recommended


#: Makes a row of a tuple, in half the time of the class itself.
_row: Any = partial(tuple.__new__, RecommendedRow)


@documented
@strawberry.type
class RecommendedGame(Entry):
    """A game recommended to a user."""

    row: strawberry.Private[RecommendedRow]
    game = part(GameType, 0, "The recommended game; the user does not own it.")
    score = part(
        float,
        1,
        "Higher is better; comparable within one source only. HYBRID: sum of z-scores "
        "over all games, of the ALS prediction and, times its weight, of EASE, plus learned curves "
        "and trees of these and of other signals. COPLAY: sum of the "
        "EASE weights of the games owned. CONTENT: cosine of tags and genres with those of the "
        "library. POPULAR: players, as a share of those of the most played game.",
    )
    source = part(RecommendationSource, 2, "Source of the entry.")

    @cost(250, sized_by("first", most=50, fields=("because",)))
    @strawberry.field
    def reason(
        self,
        first: Annotated[
            int,
            strawberry.argument(description="At most this many of the player's games, 0 to 50."),
        ] = 3,
    ) -> RecommendationReason:
        """Which of the player's own games led to the recommendation, and how much each counts."""
        checked_first = check_first(first, self.store.recommender.most)
        game, _, source, place, recommended = self.row
        return RecommendationReason(
            store=self.store,
            game=game,
            source=source,
            reason=recommended.reasons[place],
            first=checked_first,
        )


def recommended_rows(recommended: recommendations.Recommended) -> list[RecommendedRow]:
    """All entries of a list of recommendations."""
    return [_row((*entry, place, recommended)) for place, entry in enumerate(recommended.entries)]


@documented
@strawberry.input
class LibraryGame:
    """A game in a library, with the hours played."""

    app_id: strawberry.ID = strawberry.field(description="Product id in the store.")
    hours: float | None = strawberry.field(
        default=0.0, description="Hours played; 0 for an owned but unplayed game."
    )


#: Without any argument, as most lists are asked for.
_PLAIN = recommendations.Arguments()


def recommendation_arguments(
    where: Any,
    exclude: Any,
    diversity: float,
    *,
    include_unlisted: bool,
    exclude_reviewed: bool = False,
) -> recommendations.Arguments:
    """The arguments of recommendations in the form that the resolvers take."""
    if not (where or exclude or diversity or include_unlisted or exclude_reviewed):
        return _PLAIN
    return recommendations.Arguments(
        where=selection(where if where is not None else UNSET).where,
        exclude=exclude or (),
        exclude_reviewed=exclude_reviewed,
        diversity=diversity,
        include_unlisted=include_unlisted,
    )


@documented
@strawberry.type
class RecommendationQuery:
    """Root fields that recommend games."""

    @cost(400, sized_by("first", most=50), games=1.4, where=60, exclude=1, diversity=200)
    @strawberry.field
    def recommend_for_library(
        self,
        info: Info,
        games: Annotated[
            list[Mapping[str, Any]],
            strawberry.argument(
                graphql_type=list[LibraryGame],
                description="The player's library, at most 10,000 games. Unknown games are "
                "ignored; duplicates keep the longest playtime.",
                metadata=COERCED,
            ),
        ],
        first: Annotated[
            int, strawberry.argument(description="At most this many games, 0 to 50.")
        ] = 10,
        where: Allowed = UNSET,
        exclude: Exclude = UNSET,
        diversity: Diversity = 0.0,
        include_unlisted: IncludeUnlisted = False,
    ) -> list[RecommendedGame] | None:
        """Recommendations for a player who is not in the dataset, best first: the same as for a
        user with this library, whose games are left out. Libraries unknown to the model get
        co-played, similar or popular games, so the list is never empty for lack of data; see
        `source`."""
        store = info.context.store
        library = [recommendations.Owned(game["appId"], game["hours"] or 0.0) for game in games]
        arguments = recommendation_arguments(
            where, exclude, diversity, include_unlisted=include_unlisted
        )
        recommended = recommendations.for_library(store, library, first, arguments)
        return [RecommendedGame(store=store, row=row) for row in recommended_rows(recommended)]
