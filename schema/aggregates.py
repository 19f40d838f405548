"""schema: aggregates over a list of games."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from datastore.store import Store
from resolvers import aggregates
from resolvers.aggregates import Band, Facet
from resolvers.arguments import check_first
from resolvers.paging import Rows
from schema.batches import Column, Entry, each, part, values
from schema.costs import cost, items, sized_by
from schema.descriptions import documented
from schema.precision import number
from schema.relay.references import DeveloperType, GenreType

__all__ = ["MOST_FACETS", "GameAggregates", "YearFacet", "facet_size"]

#: Most entries of one list of facets that can be limited.
MOST_FACETS = 100

_COUNT = "Number of these games."


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


def facet_size(description: str) -> Any:
    """The field `count` of a facet."""
    return part(int, "size", description)


@documented
@strawberry.type
class GenreFacet(Entry):
    """Games in a list by genre; a game counts in each of its genres."""

    genre = part(GenreType, "value", "The genre.")
    count = facet_size(_COUNT)


@documented
@strawberry.type
class DeveloperFacet(Entry):
    """Games in a list by one developer."""

    developer = part(DeveloperType, "value", "The developer.")
    count = facet_size(_COUNT)


@documented
@strawberry.type
class TagFacet(Entry):
    """Games in a list with one tag; a game counts in each of its tags."""

    @values(str)
    def tag(self) -> Column:
        """The tag."""
        names = self.store.games.tag_names
        return lambda facet: names[facet.value]

    count = facet_size(_COUNT)


@documented
@strawberry.type
class PublisherFacet(Entry):
    """Games in a list by one publisher; variant spellings count as one publisher."""

    @values(str)
    def publisher(self) -> Column:
        """The publisher, in its most frequent spelling."""
        names, _ = self.store.games.publishers
        return lambda facet: names[facet.value]

    count = facet_size(_COUNT)


@documented
@strawberry.type
class FlagFacet(Entry):
    """Games in a list for which a flag is true, false or unknown."""

    @values(bool | None)
    def value(self) -> Column:
        """Value of the flag; null when unknown."""
        return lambda facet: None if facet.value is None else facet.value == 1

    count = facet_size(_COUNT)


@documented
@strawberry.type
class YearFacet(Entry):
    """Games or titles in a list by release year."""

    year = part(int | None, "value", "Release year; null when unknown.")
    count = facet_size("Number of these games or titles.")


@documented
@strawberry.type
class PriceBandFacet(Entry):
    """Games in a list in one price band; both bounds are null for unknown prices."""

    low = part(float | None, "low", "Lowest price of the band, in USD.")
    high = part(
        float | None,
        "high",
        "Upper bound of the band, exclusive, in USD; null for the last band.",
    )
    count = facet_size(_COUNT)


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
    @each(list[GenreFacet])
    def genres(self) -> list[Facet[int]]:
        """Games per genre, most games first."""
        return aggregates.genres(self.store, self.rows)

    @cost(200, items(40))
    @each(list[YearFacet])
    def years(self) -> list[Facet[int | None]]:
        """Games per release year, newest first, unknown year last."""
        return aggregates.years(self.store, self.rows)

    @cost(150, sized_by("first", most=100))
    @each(list[DeveloperFacet])
    def developers(
        self,
        first: Annotated[
            int, strawberry.argument(description="At most this many developers, 0 to 100.")
        ] = 10,
    ) -> list[Facet[int]]:
        """Developers with the most games in the list."""
        return aggregates.developers(self.store, self.rows, check_first(first, MOST_FACETS))

    @cost(200, items(8))
    @each(list[PriceBandFacet])
    def price_bands(self) -> list[Band]:
        """Games per price band, cheapest first, unknown prices last; empty bands are left out."""
        return aggregates.bands(self.store, self.rows)

    @cost(400, sized_by("first", most=100))
    @each(list[TagFacet])
    def tags(
        self,
        first: Annotated[
            int, strawberry.argument(description="At most this many tags, 0 to 100.")
        ] = 10,
    ) -> list[Facet[int]]:
        """Tags with the most games in the list; ties are broken by name."""
        return aggregates.tags(self.store, self.rows, check_first(first, MOST_FACETS))

    @cost(150, sized_by("first", most=100))
    @each(list[PublisherFacet])
    def publishers(
        self,
        first: Annotated[
            int, strawberry.argument(description="At most this many publishers, 0 to 100.")
        ] = 10,
    ) -> list[Facet[int]]:
        """Publishers with the most games in the list; ties are broken by name. Unknown publishers
        are left out."""
        return aggregates.publishers(self.store, self.rows, check_first(first, MOST_FACETS))

    @cost(100, items(3))
    @each(list[FlagFacet])
    def free(self) -> list[Facet[int | None]]:
        """Free games, other games, and games of unknown price; counts of 0 are left out."""
        return aggregates.free(self.store, self.rows)

    @cost(100, items(3))
    @each(list[FlagFacet])
    def early_access(self) -> list[Facet[int | None]]:
        """Games in early access, other games, and games for which this is unknown; counts of 0 are
        left out."""
        return aggregates.early_access(self.store, self.rows)
