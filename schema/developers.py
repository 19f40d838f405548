"""schema: Developer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry import UNSET

from resolvers import developers
from schema.connections import After, Before, Connection, First, Last, asked, connect
from schema.documented import documented
from schema.node import Node
from schema.reviews import ReviewSentiment, summary

if TYPE_CHECKING:
    from schema.games import Game

__all__ = ["BestDeveloper", "Developer", "ReleaseYear"]


@documented
@strawberry.type
class ReleaseYear:
    """A developer's items of one release year."""

    year: int | None = strawberry.field(description="Release year; null where it is unknown.")
    items: int = strawberry.field(description="Distinct items of the catalogue.")
    free_items: int = strawberry.field(description="Items that are known to be free.")
    free_percent: float = strawberry.field(
        description="100 * freeItems / items; items of unknown price count among the items."
    )
    unknown_price_items: int = strawberry.field(
        description="Items without a price, or with a text in its place that is no price."
    )


@documented
@strawberry.type
class Developer(Node):
    """A developer: one distinct developer text of the catalogue, whatever its spelling. A text
    that names several companies is a developer of its own."""

    @strawberry.field
    def name(self) -> str:
        """The spelling with most items, then the first by code point."""
        return self.store.developers.name[self.row]

    @strawberry.field
    def companies(self) -> list[str]:
        """The companies that the name lists."""
        return self.store.developers.companies[self.row]

    @strawberry.field
    def item_count(self) -> int:
        """Distinct items of the catalogue."""
        return len(self.store.developers.games.row(self.row))

    @strawberry.field
    def release_years(self) -> list[ReleaseYear]:
        """Items and share of free content per release year, newest first, unknown year last.
        Client's name: developer(desarrollador)"""
        return [
            ReleaseYear(
                year=row.year,
                items=row.items,
                free_items=row.free_items,
                free_percent=row.free_percent,
                unknown_price_items=row.unknown_price_items,
            )
            for row in developers.release_years(self.store, self.row)
        ]

    @strawberry.field
    def review_sentiment(self) -> ReviewSentiment:
        """Reviews of the developer's games by sentiment.
        Client's name: developer_reviews_analysis(desarrolladora)"""
        return summary(developers.review_sentiment(self.store, self.row))

    @strawberry.field
    def games(
        self, first: First = UNSET, last: Last = UNSET, after: After = UNSET, before: Before = UNSET
    ) -> Connection[Annotated[Game, strawberry.lazy("schema.games")]]:
        """The developer's games, by product id."""
        from schema.games import Game

        rows = self.store.developers.games.row(self.row).tolist()
        arguments = asked(first, after, last, before)
        return connect(self.store, rows, arguments, lambda row: Game(store=self.store, row=row))


@documented
@strawberry.type
class BestDeveloper:
    """A place in the ranking of a year's developers."""

    rank: int = strawberry.field(description="1 for the best; equal counts stand by name.")
    developer: Developer = strawberry.field(description="The developer.")
    recommendations: int = strawberry.field(
        description="Reviews of the year that recommend and whose text is positive."
    )
