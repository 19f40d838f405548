"""schema: Developer."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import strawberry

from datastore.store import Store
from resolvers import developers, reviews
from resolvers.paging import Rows
from schema.documented import documented
from schema.games import game_list
from schema.relay.node import Node
from schema.reviews import (
    Method,
    ReviewSentiment,
    SentimentMethod,
    Threshold,
    review_list,
    summary,
)

__all__ = ["Developer", "ReleaseYear"]


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

    @game_list
    def games(self) -> Rows:
        """The games that are counted here."""
        return developers.games_of_year(self.store, self.developer, self.year)


@documented
@strawberry.type
class Developer(Node):
    """A developer: one distinct developer text of the catalogue, whatever its spelling. A text
    that names several companies is a developer of its own."""

    @strawberry.field
    def name(self) -> str:
        """Its most frequent spelling; of equally frequent ones the first by code point."""
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
    def review_sentiment(
        self,
        threshold: Threshold = reviews.THRESHOLD,
        method: Method = SentimentMethod.VADER,
    ) -> ReviewSentiment:
        """Reviews of the developer's games by sentiment.

        Client's name: developer_reviews_analysis(desarrolladora)"""
        counts = [column[self.row] for column in self.store.developers.sentiment]
        measure = reviews.Measure(threshold, method.value)
        return summary(self.store, counts, self._reviews, measure)

    @review_list
    def reviews(self) -> Rows:
        """Reviews of the developer's games, newest first unless another order is asked for."""
        return self._reviews()

    @game_list
    def games(self) -> Rows:
        """The developer's games."""
        return self.store.developers.games.row(self.row)

    def _reviews(self) -> npt.NDArray[np.int64]:
        return self.store.reviews.of_developer(self.row)
