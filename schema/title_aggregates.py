"""schema: aggregates over a list of streaming titles."""

from __future__ import annotations

from typing import Annotated

import strawberry

from datastore.store import Store
from resolvers import title_aggregates as aggregates
from resolvers.aggregates import Band, Facet
from resolvers.arguments import check_first
from resolvers.paging import Rows
from schema.aggregates import MOST_FACETS, YearFacet, facet_size
from schema.batches import Column, Entry, each, part, values
from schema.costs import cost, items, sized_by
from schema.descriptions import documented
from schema.inputs.filters import Platform, TitleKind
from schema.precision import number

__all__ = ["TitleAggregates"]

_COUNT = "Number of these titles."


@documented
@strawberry.type
class ScoreStatistics:
    """Mean scores of a list of titles, in stars; null when none of them is rated."""

    rated: int = strawberry.field(description="Titles with ratings.")
    unrated: int = strawberry.field(description="Titles without ratings.")
    scores: strawberry.Private[aggregates.Scores]

    @number
    def min(self) -> float | None:
        """Lowest score."""
        return self.scores.least

    @number
    def mean(self) -> float | None:
        """Mean of the scores; each title counts once, however many ratings it has."""
        return self.scores.mean

    @number
    def median(self) -> float | None:
        """Median score."""
        return self.scores.median

    @number
    def max(self) -> float | None:
        """Highest score."""
        return self.scores.greatest


@documented
@strawberry.type
class PlatformFacet(Entry):
    """Titles in a list on one platform."""

    platform = part(Platform, "value", "The platform.")
    count = facet_size(_COUNT)


@documented
@strawberry.type
class TitleKindFacet(Entry):
    """Titles in a list of one kind."""

    kind = part(TitleKind, "value", "The kind.")
    count = facet_size(_COUNT)


@documented
@strawberry.type
class TitleGenreFacet(Entry):
    """Titles in a list by genre; a title counts in each of its genres."""

    @values(str)
    def genre(self) -> Column:
        """The genre."""
        names = self.store.titles.genre_names
        return lambda facet: names[facet.value]

    count = facet_size(_COUNT)


@documented
@strawberry.type
class CountryFacet(Entry):
    """Titles in a list by country; a title counts in each of its countries."""

    @values(str)
    def country(self) -> Column:
        """The country."""
        names = self.store.titles.country_names
        return lambda facet: names[facet.value]

    count = facet_size(_COUNT)


@documented
@strawberry.type
class AgeRatingFacet(Entry):
    """Titles in a list with one age rating."""

    @values(str)
    def rating(self) -> Column:
        """The age rating; `g` also when none is given."""
        names, _ = self.store.titles.ratings
        return lambda facet: names[facet.value]

    count = facet_size(_COUNT)


@documented
@strawberry.type
class ScoreBandFacet(Entry):
    """Titles in a list in one band of scores; both bounds are null for titles without ratings."""

    low = part(float | None, "low", "Lowest score of the band, in stars.")
    high = part(float | None, "high", "Upper bound of the band, exclusive except for 5, in stars.")
    count = facet_size(_COUNT)


@documented
@strawberry.type
class TitleAggregates:
    """Aggregates over a whole list of titles, not just one page."""

    store: strawberry.Private[Store]
    rows: strawberry.Private[Rows]

    @strawberry.field
    def count(self) -> int:
        """Number of titles in the list."""
        return len(self.rows)

    @cost(50, items(4))
    @each(list[PlatformFacet])
    def platforms(self) -> list[Facet[int]]:
        """Titles per platform, most titles first."""
        return aggregates.platforms(self.store, self.rows)

    @cost(50, items(2))
    @each(list[TitleKindFacet])
    def kinds(self) -> list[Facet[int]]:
        """Titles per kind, most titles first."""
        return aggregates.kinds(self.store, self.rows)

    @cost(150, sized_by("first", most=100))
    @each(list[TitleGenreFacet])
    def genres(
        self,
        first: Annotated[
            int, strawberry.argument(description="At most this many genres, 0 to 100.")
        ] = 10,
    ) -> list[Facet[int]]:
        """Genres with the most titles in the list; ties are broken by name."""
        return aggregates.genres(self.store, self.rows, check_first(first, MOST_FACETS))

    @cost(150, sized_by("first", most=100))
    @each(list[CountryFacet])
    def countries(
        self,
        first: Annotated[
            int, strawberry.argument(description="At most this many countries, 0 to 100.")
        ] = 10,
    ) -> list[Facet[int]]:
        """Countries with the most titles in the list; ties are broken by name."""
        return aggregates.countries(self.store, self.rows, check_first(first, MOST_FACETS))

    @cost(150, items(60))
    @each(list[YearFacet])
    def years(self) -> list[Facet[int | None]]:
        """Titles per release year, newest first, missing year last."""
        return aggregates.years(self.store, self.rows)

    @cost(100, items(20))
    @each(list[AgeRatingFacet])
    def ratings(self) -> list[Facet[int]]:
        """Titles per age rating, most titles first; ties are broken by name."""
        return aggregates.ratings(self.store, self.rows)

    @cost(150)
    @strawberry.field
    def score(self) -> ScoreStatistics:
        """Statistics of the mean scores."""
        scores = aggregates.scores(self.store, self.rows)
        return ScoreStatistics(rated=scores.rated, unrated=scores.unrated, scores=scores)

    @cost(150, items(11))
    @each(list[ScoreBandFacet])
    def score_bands(self) -> list[Band]:
        """Titles per half star, lowest first, those without ratings last; empty bands are left
        out."""
        return aggregates.score_bands(self.store, self.rows)
