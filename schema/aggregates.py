"""schema: aggregates over a list of games."""

from __future__ import annotations

from typing import Annotated

import strawberry

from datastore.store import Store
from resolvers import aggregates
from resolvers.arguments import check_first
from resolvers.paging import Rows
from schema.documented import documented
from schema.precision import number
from schema.relay.node import node_of
from schema.relay.references import DeveloperType, GenreType

__all__ = ["GameAggregates"]

#: Most developers that one list of facets names.
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
    """Games of a list in one genre; a game counts in each of its genres."""

    genre: GenreType = strawberry.field(description="The genre.")
    count: int = strawberry.field(description="Games of the list.")


@documented
@strawberry.type
class DeveloperFacet:
    """Games of a list by one developer."""

    developer: DeveloperType = strawberry.field(description="The developer.")
    count: int = strawberry.field(description="Games of the list.")


@documented
@strawberry.type
class YearFacet:
    """Games of a list of one release year."""

    year: int | None = strawberry.field(description="Release year; null where it is unknown.")
    count: int = strawberry.field(description="Games of the list.")


@documented
@strawberry.type
class PriceBandFacet:
    """Games of a list in one price band; both bounds are null for unknown prices."""

    low: float | None = strawberry.field(description="Lowest price of the band, in USD.")
    high: float | None = strawberry.field(
        description="Prices are below this, in USD; null for the last band."
    )
    count: int = strawberry.field(description="Games of the list.")


@documented
@strawberry.type
class GameAggregates:
    """Aggregates over a whole list of games, not over the page."""

    store: strawberry.Private[Store]
    rows: strawberry.Private[Rows]

    @strawberry.field
    def count(self) -> int:
        """Games of the list."""
        return len(self.rows)

    @strawberry.field
    def price(self) -> PriceStatistics:
        """Statistics of the known prices."""
        prices = aggregates.prices(self.store, self.rows)
        return PriceStatistics(known=prices.known, unknown=prices.unknown, prices=prices)

    @strawberry.field
    def genres(self) -> list[GenreFacet]:
        """Games per genre, most first."""
        return [
            GenreFacet(genre=node_of("Genre", self.store, facet.value or 0), count=facet.games)
            for facet in aggregates.genres(self.store, self.rows)
        ]

    @strawberry.field
    def years(self) -> list[YearFacet]:
        """Games per release year, newest first, unknown year last."""
        return [
            YearFacet(year=facet.value, count=facet.games)
            for facet in aggregates.years(self.store, self.rows)
        ]

    @strawberry.field
    def developers(
        self,
        first: Annotated[
            int, strawberry.argument(description="At most this many developers, 0 to 100.")
        ] = 10,
    ) -> list[DeveloperFacet]:
        """Developers with most games of the list."""
        return [
            DeveloperFacet(
                developer=node_of("Developer", self.store, facet.value or 0), count=facet.games
            )
            for facet in aggregates.developers(
                self.store, self.rows, check_first(first, _MOST_FACETS)
            )
        ]

    @strawberry.field
    def price_bands(self) -> list[PriceBandFacet]:
        """Games per price band, cheapest first, unknown prices last; empty bands are left out."""
        return [
            PriceBandFacet(low=band.low, high=band.high, count=band.games)
            for band in aggregates.bands(self.store, self.rows)
        ]
