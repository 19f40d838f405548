"""schema: aggregates over a list of games."""

from __future__ import annotations

from typing import Annotated

import strawberry

from datastore.store import Store
from resolvers import aggregates
from resolvers.arguments import check_first
from resolvers.paging import Rows
from schema.costs import cost, items, sized_by
from schema.descriptions import documented
from schema.precision import number
from schema.relay.node import node_of
from schema.relay.references import DeveloperType, GenreType

__all__ = ["GameAggregates", "YearFacet"]

#: Most entries of one list of developers, tags or publishers.
_MOST_FACETS = 100


@documented
@strawberry.type
class PriceStatistics:
    """Known prices of a list of games, in USD; null when no price is known."""

    known: int = strawberry.field(description="Games whose price is known, free ones included.")
    unknown: int = strawberry.field(description="Games whose price is unknown.")
    prices: strawberry.Private[aggregates.Prices]

    @number
    def min(self) -> float | None:
        """Lowest price."""
        return self.prices.least

    @number
    def mean(self) -> float | None:
        """Mean price."""
        return self.prices.mean

    @number
    def median(self) -> float | None:
        """Median price."""
        return self.prices.median

    @number
    def max(self) -> float | None:
        """Highest price."""
        return self.prices.greatest


@documented
@strawberry.type
class GenreFacet:
    """Games in a list by genre; a game counts in each of its genres."""

    genre: GenreType = strawberry.field(description="The genre.")
    count: int = strawberry.field(description="Number of these games.")


@documented
@strawberry.type
class DeveloperFacet:
    """Games in a list by one developer."""

    developer: DeveloperType = strawberry.field(description="The developer.")
    count: int = strawberry.field(description="Number of these games.")


@documented
@strawberry.type
class TagFacet:
    """Games in a list with one tag; a game counts in each of its tags."""

    tag: str = strawberry.field(description="The tag.")
    count: int = strawberry.field(description="Number of these games.")


@documented
@strawberry.type
class PublisherFacet:
    """Games in a list by one publisher; variant spellings count as one publisher."""

    publisher: str = strawberry.field(description="The publisher, in its most frequent spelling.")
    count: int = strawberry.field(description="Number of these games.")


@documented
@strawberry.type
class FlagFacet:
    """Games in a list for which a flag is true, false or unknown."""

    value: bool | None = strawberry.field(description="Value of the flag; null when unknown.")
    count: int = strawberry.field(description="Number of these games.")


@documented
@strawberry.type
class YearFacet:
    """Games or titles in a list by release year."""

    year: int | None = strawberry.field(description="Release year; null when unknown.")
    count: int = strawberry.field(description="Number of these games or titles.")


@documented
@strawberry.type
class PriceBandFacet:
    """Games in a list in one price band; both bounds are null for unknown prices."""

    low: float | None = strawberry.field(description="Lowest price of the band, in USD.")
    high: float | None = strawberry.field(
        description="Upper bound of the band, exclusive, in USD; null for the last band."
    )
    count: int = strawberry.field(description="Number of these games.")


@documented
@strawberry.type
class GameAggregates:
    """Aggregates over a whole list of games, not just one page."""

    store: strawberry.Private[Store]
    rows: strawberry.Private[Rows]

    @strawberry.field
    def count(self) -> int:
        """Number of games in the list."""
        return len(self.rows)

    @cost(150)
    @strawberry.field
    def price(self) -> PriceStatistics:
        """Statistics of the known prices."""
        prices = aggregates.prices(self.store, self.rows)
        return PriceStatistics(known=prices.known, unknown=prices.unknown, prices=prices)

    @cost(200, items(22))
    @strawberry.field
    def genres(self) -> list[GenreFacet]:
        """Games per genre, most games first."""
        return [
            GenreFacet(genre=node_of("Genre", self.store, facet.value), count=facet.games)
            for facet in aggregates.genres(self.store, self.rows)
        ]

    @cost(200, items(40))
    @strawberry.field
    def years(self) -> list[YearFacet]:
        """Games per release year, newest first, unknown year last."""
        return [
            YearFacet(year=facet.value, count=facet.games)
            for facet in aggregates.years(self.store, self.rows)
        ]

    @cost(150, sized_by("first", most=100))
    @strawberry.field
    def developers(
        self,
        first: Annotated[
            int, strawberry.argument(description="At most this many developers, 0 to 100.")
        ] = 10,
    ) -> list[DeveloperFacet]:
        """Developers with the most games in the list."""
        return [
            DeveloperFacet(
                developer=node_of("Developer", self.store, facet.value), count=facet.games
            )
            for facet in aggregates.developers(
                self.store, self.rows, check_first(first, _MOST_FACETS)
            )
        ]

    @cost(200, items(8))
    @strawberry.field
    def price_bands(self) -> list[PriceBandFacet]:
        """Games per price band, cheapest first, unknown prices last; empty bands are left out."""
        return [
            PriceBandFacet(low=band.low, high=band.high, count=band.games)
            for band in aggregates.bands(self.store, self.rows)
        ]

    @cost(400, sized_by("first", most=100))
    @strawberry.field
    def tags(
        self,
        first: Annotated[
            int, strawberry.argument(description="At most this many tags, 0 to 100.")
        ] = 10,
    ) -> list[TagFacet]:
        """Tags with the most games in the list; ties are broken by name."""
        names = self.store.games.tag_names
        return [
            TagFacet(tag=names[facet.value], count=facet.games)
            for facet in aggregates.tags(self.store, self.rows, check_first(first, _MOST_FACETS))
        ]

    @cost(150, sized_by("first", most=100))
    @strawberry.field
    def publishers(
        self,
        first: Annotated[
            int, strawberry.argument(description="At most this many publishers, 0 to 100.")
        ] = 10,
    ) -> list[PublisherFacet]:
        """Publishers with the most games in the list; ties are broken by name. Unknown publishers
        are left out."""
        names, _ = self.store.games.publishers
        return [
            PublisherFacet(publisher=names[facet.value], count=facet.games)
            for facet in aggregates.publishers(
                self.store, self.rows, check_first(first, _MOST_FACETS)
            )
        ]

    @cost(100, items(3))
    @strawberry.field
    def free(self) -> list[FlagFacet]:
        """Free games, other games, and games of unknown price; counts of 0 are left out."""
        return _flag_facets(aggregates.free(self.store, self.rows))

    @cost(100, items(3))
    @strawberry.field
    def early_access(self) -> list[FlagFacet]:
        """Games in early access, other games, and games for which this is unknown; counts of 0 are
        left out."""
        return _flag_facets(aggregates.early_access(self.store, self.rows))


def _flag_facets(facets: list[aggregates.Facet[int | None]]) -> list[FlagFacet]:
    return [
        FlagFacet(value=None if facet.value is None else bool(facet.value), count=facet.games)
        for facet in facets
    ]
