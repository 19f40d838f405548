"""schema: Developer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import numpy as np
import numpy.typing as npt
import strawberry
from strawberry import UNSET

from datastore.store import Store
from resolvers import developers, reviews
from schema.connections import After, Before, Connection, First, Last
from schema.documented import documented
from schema.filters import SearchText, selection
from schema.games import GameOrderBy, GameWhere
from schema.node import Node
from schema.reviews import OrderBy, Review, ReviewSentiment, Threshold, Where, connection, summary

if TYPE_CHECKING:
    from schema.games import GameConnection

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
    store: strawberry.Private[Store]
    developer: strawberry.Private[int]

    @strawberry.field
    def games(
        self,
        where: GameWhere = UNSET,
        order_by: GameOrderBy = UNSET,
        search: SearchText = UNSET,
        first: First = UNSET,
        last: Last = UNSET,
        after: After = UNSET,
        before: Before = UNSET,
    ) -> Annotated[GameConnection, strawberry.lazy("schema.games")]:
        """The games that are counted here."""
        from schema.games import game_connection

        rows = developers.games_of_year(self.store, self.developer, self.year)
        wanted = selection(where, order_by, search)
        return game_connection(self.store, rows, wanted, first, last, after, before)


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
                store=self.store,
                developer=self.row,
            )
            for row in developers.release_years(self.store, self.row)
        ]

    @strawberry.field
    def review_sentiment(self, threshold: Threshold = reviews.THRESHOLD) -> ReviewSentiment:
        """Reviews of the developer's games by sentiment.
        Client's name: developer_reviews_analysis(desarrolladora)"""
        counts = [column[self.row] for column in self.store.developers.sentiment]
        return summary(self.store, counts, self._reviews, threshold)

    @strawberry.field
    def reviews(
        self,
        where: Where = UNSET,
        order_by: OrderBy = UNSET,
        first: First = UNSET,
        last: Last = UNSET,
        after: After = UNSET,
        before: Before = UNSET,
    ) -> Connection[Review]:
        """Reviews of the developer's games, newest first unless another order is asked for."""
        wanted = selection(where, order_by)
        return connection(self.store, self._reviews(), wanted, first, last, after, before)

    @strawberry.field
    def games(
        self,
        where: GameWhere = UNSET,
        order_by: GameOrderBy = UNSET,
        search: SearchText = UNSET,
        first: First = UNSET,
        last: Last = UNSET,
        after: After = UNSET,
        before: Before = UNSET,
    ) -> Annotated[GameConnection, strawberry.lazy("schema.games")]:
        """The developer's games."""
        from schema.games import game_connection

        rows = self.store.developers.games.row(self.row)
        wanted = selection(where, order_by, search)
        return game_connection(self.store, rows, wanted, first, last, after, before)

    def _reviews(self) -> npt.NDArray[np.int64]:
        return self.store.reviews.of_developer(self.row)


@documented
@strawberry.type
class BestDeveloper:
    """A place in the ranking of a year's developers."""

    rank: int = strawberry.field(description="1 for the best; equal counts stand by name.")
    developer: Developer = strawberry.field(description="The developer.")
    recommendations: int = strawberry.field(
        description="Reviews of the year that recommend and whose text is positive."
    )
    store: strawberry.Private[Store]
    rows: strawberry.Private[Callable[[], npt.NDArray[np.int64]]]

    @strawberry.field
    def reviews(
        self,
        where: Where = UNSET,
        order_by: OrderBy = UNSET,
        first: First = UNSET,
        last: Last = UNSET,
        after: After = UNSET,
        before: Before = UNSET,
    ) -> Connection[Review]:
        """The reviews that are counted here."""
        wanted = selection(where, order_by)
        return connection(self.store, self.rows(), wanted, first, last, after, before)
