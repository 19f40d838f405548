"""schema: User."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry import UNSET

from resolvers import users
from resolvers.paging import page
from schema.connections import After, Before, First, Last, PageInfo, asked, page_info
from schema.documented import documented
from schema.node import Node
from schema.recommendations import RecommendationSource, RecommendedGame

if TYPE_CHECKING:
    from schema.games import Game

__all__ = ["LibraryConnection", "LibraryEdge", "User"]


@documented
@strawberry.type
class LibraryEdge:
    """A game that a user owns."""

    node: Annotated[Game, strawberry.lazy("schema.games")] = strawberry.field(
        description="The game."
    )
    cursor: str = strawberry.field(description="Opaque place of the entry, for this snapshot.")
    hours: float = strawberry.field(description="Hours the user has played it; 0 for never.")


@documented
@strawberry.type
class LibraryConnection:
    """A page of a library. Without `first` and `last` it has 20 entries."""

    edges: list[LibraryEdge] = strawberry.field(description="The games with hours and cursors.")
    page_info: PageInfo = strawberry.field(description="Where the page stands.")
    total_count: int = strawberry.field(description="Games of the whole library.")


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
        """The user's distinct reviews."""
        return int(self.store.users.reviews[self.row])

    @strawberry.field
    def recommended_reviews(self) -> int:
        """Those of the reviews that recommend."""
        return int(self.store.users.recommended[self.row])

    @strawberry.field
    def library(
        self, first: First = UNSET, last: Last = UNSET, after: After = UNSET, before: Before = UNSET
    ) -> LibraryConnection:
        """Games the user owns, most hours first, then by product id."""
        from schema.games import Game

        games, minutes = self.store.users.library(self.row)
        rows = games.tolist()
        cut = page(rows, self.store.manifest.version, asked(first, after, last, before))
        start = rows.index(cut.rows[0]) if cut.rows else 0
        played = minutes[start : start + len(cut.rows)].tolist()
        edges = [
            LibraryEdge(node=Game(store=self.store, row=row), cursor=cursor, hours=minutes_ / 60)
            for row, cursor, minutes_ in zip(cut.rows, cut.cursors, played, strict=True)
        ]
        return LibraryConnection(edges=edges, page_info=page_info(cut), total_count=cut.total)

    @strawberry.field
    def recommendations(
        self,
        first: Annotated[
            int, strawberry.argument(description="At most this many games, 0 to 50.")
        ] = 10,
    ) -> list[RecommendedGame]:
        """Games for the user, best first; owned and reviewed ones are left out. A user whom the
        model cannot place gets co-played or popular games, as `source` says."""
        from schema.games import Game

        return [
            RecommendedGame(
                game=Game(store=self.store, row=entry.game),
                score=entry.score,
                source=RecommendationSource[entry.source],
            )
            for entry in users.recommendations(self.store, self.row, first)
        ]
