"""schema: User."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np
import numpy.typing as npt
import strawberry
from strawberry import UNSET

from datastore.store import Store
from resolvers import recommendations, reviews, spaces, users
from resolvers.paging import PageArguments, Rows, page
from resolvers.selection import select
from schema.aggregates import GameAggregates
from schema.documented import documented
from schema.inputs.filters import LibraryWhere
from schema.inputs.orders import LibraryOrderBy
from schema.inputs.selections import SearchText, selection
from schema.recommendations import (
    Allowed,
    Diversity,
    Exclude,
    ExcludeReviewed,
    RecommendedGame,
    recommended,
    wanted,
)
from schema.relay.connections import After, Before, First, Last, PageInfo, asked, page_info
from schema.relay.node import Node
from schema.reviews import (
    Method,
    ReviewSentiment,
    SentimentMethod,
    Threshold,
    review_list,
    summary,
)

if TYPE_CHECKING:
    from schema.games import Game

__all__ = [
    "LibraryConnection",
    "LibraryEdge",
    "PlayerConnection",
    "PlayerEdge",
    "User",
    "library_connection",
    "player_connection",
]


@documented
@strawberry.type
class LibraryEdge:
    """A game that a user owns."""

    node: Annotated[Game, strawberry.lazy("schema.games")] = strawberry.field(
        description="The game."
    )
    cursor: str = strawberry.field(
        description="Opaque position of the entry in lists of this snapshot."
    )
    hours: float = strawberry.field(description="Hours the user has played it; 0 for never.")


@documented
@strawberry.type
class LibraryConnection:
    """A page of a library. Without `first` and `last` it has 20 entries."""

    edges: list[LibraryEdge] = strawberry.field(description="The games with hours and cursors.")
    page_info: PageInfo = strawberry.field(description="Where the page stands.")
    total_count: int = strawberry.field(description="Games of the whole list.")
    store: strawberry.Private[Store]
    rows: strawberry.Private[Rows]

    @strawberry.field
    def nodes(self) -> list[Annotated[Game, strawberry.lazy("schema.games")]]:
        """The games without hours and cursors."""
        return [edge.node for edge in self.edges]

    @strawberry.field
    def aggregates(self) -> GameAggregates:
        """Count, prices and facets of the whole list, after filter and search."""
        return GameAggregates(store=self.store, rows=self.rows)


@documented
@strawberry.type
class User(Node):
    """A user: someone with a library, with reviews, or both."""

    @strawberry.field
    def user_id(self) -> strawberry.ID:
        """Number or vanity name of the user in the store."""
        return strawberry.ID(self.store.users.user_id[self.row])

    @strawberry.field
    def items_count(self) -> int:
        """Distinct items owned, also those the catalogue lacks.

        Client's name: userdata(User_id)"""
        return int(self.store.users.items[self.row])

    @strawberry.field
    def money_spent(self) -> float:
        """Sum of the catalogue's prices of the items owned, in USD, known prices only.

        Client's name: userdata(User_id)"""
        return float(self.store.users.money[self.row])

    @strawberry.field
    def priced_items(self) -> int:
        """Items owned whose price is known: what `moneySpent` stands on. Free is a known price.

        Client's name: userdata(User_id)"""
        return int(self.store.users.priced_items[self.row])

    @strawberry.field
    def recommend_percent(self) -> float | None:
        """100 * recommendedReviews / reviewCount; null without reviews.

        Client's name: userdata(User_id)"""
        return users.recommend_percent(self.store, self.row)

    @strawberry.field
    def review_count(self) -> int:
        """The user's distinct reviews.

        Client's name: userdata(User_id)"""
        return int(self.store.users.reviews[self.row])

    @strawberry.field
    def recommended_reviews(self) -> int:
        """Those of the reviews that recommend.

        Client's name: userdata(User_id)"""
        return int(self.store.users.recommended[self.row])

    @strawberry.field
    def review_sentiment(
        self,
        threshold: Threshold = reviews.THRESHOLD,
        method: Method = SentimentMethod.VADER,
    ) -> ReviewSentiment:
        """The user's reviews by sentiment."""
        measure = reviews.Measure(threshold, method.value)
        counts = reviews.counts(self.store, self._reviews(), reviews.USUAL)
        return summary(self.store, counts, self._reviews, measure)

    @review_list
    def reviews(self) -> Rows:
        """The user's reviews, newest first unless another order is asked for."""
        return self._reviews()

    @strawberry.field
    def library(
        self,
        where: LibraryWhere = UNSET,
        order_by: LibraryOrderBy = UNSET,
        search: SearchText = UNSET,
        first: First = UNSET,
        last: Last = UNSET,
        after: After = UNSET,
        before: Before = UNSET,
    ) -> LibraryConnection:
        """Games the user owns."""
        games, _ = self.store.users.library(self.row)
        wanted = selection(where, order_by, search)
        rows = select(games, spaces.library(self.store, self.row), wanted)
        return library_connection(self.store, self.row, rows, asked(first, after, last, before))

    @strawberry.field
    def recommendations(
        self,
        first: Annotated[
            int, strawberry.argument(description="At most this many games, 0 to 50.")
        ] = 10,
        where: Allowed = UNSET,
        exclude: Exclude = UNSET,
        exclude_reviewed: ExcludeReviewed = False,
        diversity: Diversity = 0.0,
    ) -> list[RecommendedGame]:
        """Games for the user, best first; owned ones are left out, and reviewed ones where nothing
        is owned. Nobody gets an empty list: a user whom the model cannot place gets co-played,
        alike or popular games, as `source` says."""
        asked_for = wanted(where, exclude, diversity, exclude_reviewed=exclude_reviewed)
        found = recommendations.for_user(self.store, self.row, first, asked_for)
        return recommended(self.store, found)

    def _reviews(self) -> npt.NDArray[np.int64]:
        return np.array(self.store.reviews.of_user(self.row), np.int64)


@documented
@strawberry.type
class PlayerEdge:
    """A user who has played a game."""

    node: User = strawberry.field(description="The player.")
    cursor: str = strawberry.field(
        description="Opaque position of the entry in lists of this snapshot."
    )
    hours: float = strawberry.field(description="Hours the player has played the game.")


@documented
@strawberry.type
class PlayerConnection:
    """A page of a game's players. Without `first` and `last` it has 20 entries."""

    edges: list[PlayerEdge] = strawberry.field(description="The players with hours and cursors.")
    page_info: PageInfo = strawberry.field(description="Where the page stands.")
    total_count: int = strawberry.field(description="All players of the game.")

    @strawberry.field
    def nodes(self) -> list[User]:
        """The players without hours and cursors."""
        return [edge.node for edge in self.edges]


def library_connection(
    store: Store, user: int, rows: Rows, arguments: PageArguments
) -> LibraryConnection:
    """A page of games that a user owns."""
    from schema.games import Game

    cut = page(rows, store.manifest.version, "Game", arguments)
    played = store.users.minutes(user, np.array(cut.rows, np.int64)).tolist()
    edges = [
        LibraryEdge(node=Game(store=store, row=row), cursor=cursor, hours=own / 60)
        for row, cursor, own in zip(cut.rows, cut.cursors, played, strict=True)
    ]
    return LibraryConnection(
        edges=edges, page_info=page_info(cut), total_count=cut.total, store=store, rows=rows
    )


def player_connection(store: Store, game: int, arguments: PageArguments) -> PlayerConnection:
    """A page of a game's players."""
    cut = page(store.games.play_rows(game), store.manifest.version, "Player", arguments)
    users, minutes = store.users.owners(np.array(cut.rows, np.int64))
    edges = [
        PlayerEdge(node=User(store=store, row=row), cursor=cursor, hours=own / 60)
        for row, cursor, own in zip(users.tolist(), cut.cursors, minutes.tolist(), strict=True)
    ]
    return PlayerConnection(edges=edges, page_info=page_info(cut), total_count=cut.total)
