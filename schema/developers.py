"""schema: the type Developer and the root fields about developers."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

import numpy as np
import numpy.typing as npt
import strawberry

from resolvers import developers, reviews, spaces
from resolvers.paging import Rows
from schema.batches import Column, Entry, batch, part, values
from schema.context import Info
from schema.costs import PAGE, cost, items
from schema.descriptions import documented
from schema.games import game_list
from schema.inputs.filters import DeveloperWhere
from schema.inputs.orders import DeveloperOrderBy
from schema.inputs.selections import WholeName
from schema.precision import numbers
from schema.relay.connections import Connection, connect
from schema.relay.lists import Asked, listing
from schema.relay.node import Node
from schema.reviews import (
    Method,
    ReviewSentiment,
    SentimentMethod,
    Threshold,
    review_list,
    summary,
)

__all__ = ["Developer", "DeveloperQuery", "ReleaseYear"]


@documented
@strawberry.type
class ReleaseYear(Entry):
    """A developer's items with one release year."""

    row: strawberry.Private[developers.ReleaseYear]
    year = part(int | None, "year", "Release year; null when unknown.")
    items = part(int, "items", "Distinct catalogue items.")
    free_items = part(int, "free_items", "Items known to be free.")
    unknown_price_items = part(
        int,
        "unknown_price_items",
        "Items of unknown price: none is given, or its text is not a price.",
    )

    @numbers(float)
    def free_percent(self) -> Column:
        """100 * freeItems / items. Items of unknown price count as not free; see
        `freePercentOfKnown`."""
        return attrgetter("free_percent")

    @numbers(float | None)
    def free_percent_of_known(self) -> Column:
        """100 * freeItems / (items - unknownPriceItems); null when no item has a known price."""
        return attrgetter("free_percent_of_known")

    @game_list
    def games(self) -> Rows:
        """The games counted here."""
        return developers.games_of_year(self.store, self.row.developer, self.row.year)


@documented
@strawberry.type
class Developer(Node):
    """A developer as the catalogue names it; variant spellings are one developer. A name that lists
    several companies is a developer of its own."""

    @values(str)
    def name(self) -> Column:
        """The most frequent spelling; ties are broken by code point."""
        return self.store.developers.name

    @cost(2, items(2))
    @values(list[str])
    def companies(self) -> Column:
        """The companies listed in the name."""
        return self.store.developers.companies

    @values(int)
    def item_count(self) -> Column:
        """Distinct catalogue items."""
        return self.store.developers.games.sizes()

    @cost(8, items(5))
    @batch(list[ReleaseYear])
    def release_years(self, rows: Sequence[int]) -> list[list[developers.ReleaseYear]]:
        """Items and share of free content per release year, newest first, unknown year last.

        Client's name: developer(desarrollador)"""
        return [developers.release_years(self.store, row) for row in rows]

    @cost(25)
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

    @cost(70, PAGE, where=30, order_by=15)
    @review_list
    def reviews(self) -> Rows:
        """Reviews of the developer's games, newest first unless `orderBy` is given."""
        return self._reviews()

    @game_list
    def games(self) -> Rows:
        """The developer's games."""
        return self.store.developers.games.row(self.row)

    def _reviews(self) -> npt.NDArray[np.int64]:
        return self.store.reviews.of_developer(self.row)


@documented
@strawberry.type
class DeveloperQuery:
    """Root fields about developers."""

    @cost(5)
    @strawberry.field
    def developer(self, info: Info, name: WholeName) -> Developer | None:
        """One developer: items and free content per year in `releaseYears`, reviews by sentiment in
        `reviewSentiment`. An unknown name returns null and a NOT_FOUND error with suggestions.

        Client's names: developer(desarrollador), developer_reviews_analysis(desarrolladora)"""
        store = info.context.store
        return Developer(store=store, row=developers.find(store, name))

    @cost(20, PAGE, where=30, order_by=200, search=500)
    @listing(DeveloperWhere, DeveloperOrderBy)
    def developers(self, info: Info, asked: Asked) -> Connection[Developer]:
        """All developers."""
        store = info.context.store
        rows = asked.of(store, range(len(store.developers)), spaces.developers)
        return connect(store, rows, asked.page, Developer)
