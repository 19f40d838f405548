"""schema: aggregates over a list of streaming titles."""

from __future__ import annotations

from typing import Annotated

import strawberry

from datastore.store import Store
from resolvers import title_aggregates as aggregates
from resolvers.arguments import check_first
from resolvers.paging import Rows
from schema.aggregates import YearFacet
from schema.costs import cost, items, sized_by
from schema.descriptions import documented
from schema.inputs.filters import Platform, TitleKind
from schema.precision import number

__all__ = ["TitleAggregates"]

#: Most entries of one list of genres or countries.
_MOST_FACETS = 100

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
class PlatformFacet:
    """Titles in a list on one platform."""

    platform: Platform = strawberry.field(description="The platform.")
    count: int = strawberry.field(description=_COUNT)


@documented
@strawberry.type
class TitleKindFacet:
    """Titles in a list of one kind."""

    kind: TitleKind = strawberry.field(description="The kind.")
    count: int = strawberry.field(description=_COUNT)


@documented
@strawberry.type
class TitleGenreFacet:
    """Titles in a list by genre; a title counts in each of its genres."""

    genre: str = strawberry.field(description="The genre.")
    count: int = strawberry.field(description=_COUNT)


@documented
@strawberry.type
class CountryFacet:
    """Titles in a list by country; a title counts in each of its countries."""

    country: str = strawberry.field(description="The country.")
    count: int = strawberry.field(description=_COUNT)


@documented
@strawberry.type
class AgeRatingFacet:
    """Titles in a list with one age rating."""

    rating: str = strawberry.field(description="The age rating; `g` also when none is given.")
    count: int = strawberry.field(description=_COUNT)


@documented
@strawberry.type
class ScoreBandFacet:
    """Titles in a list in one band of scores; both bounds are null for titles without ratings."""

    low: float | None = strawberry.field(description="Lowest score of the band, in stars.")
    high: float | None = strawberry.field(
        description="Upper bound of the band, exclusive except for 5, in stars."
    )
    count: int = strawberry.field(description=_COUNT)


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
    @strawberry.field
    def platforms(self) -> list[PlatformFacet]:
        """Titles per platform, most titles first."""
        return [
            PlatformFacet(platform=Platform(facet.value), count=facet.titles)
            for facet in aggregates.platforms(self.store, self.rows)
        ]

    @cost(50, items(2))
    @strawberry.field
    def kinds(self) -> list[TitleKindFacet]:
        """Titles per kind, most titles first."""
        return [
            TitleKindFacet(kind=TitleKind(facet.value), count=facet.titles)
            for facet in aggregates.kinds(self.store, self.rows)
        ]

    @cost(150, sized_by("first", most=100))
    @strawberry.field
    def genres(
        self,
        first: Annotated[
            int, strawberry.argument(description="At most this many genres, 0 to 100.")
        ] = 10,
    ) -> list[TitleGenreFacet]:
        """Genres with the most titles in the list; ties are broken by name."""
        names = self.store.titles.genre_names
        limit = check_first(first, _MOST_FACETS)
        return [
            TitleGenreFacet(genre=names[facet.value], count=facet.titles)
            for facet in aggregates.genres(self.store, self.rows, limit)
        ]

    @cost(150, sized_by("first", most=100))
    @strawberry.field
    def countries(
        self,
        first: Annotated[
            int, strawberry.argument(description="At most this many countries, 0 to 100.")
        ] = 10,
    ) -> list[CountryFacet]:
        """Countries with the most titles in the list; ties are broken by name."""
        names = self.store.titles.country_names
        limit = check_first(first, _MOST_FACETS)
        return [
            CountryFacet(country=names[facet.value], count=facet.titles)
            for facet in aggregates.countries(self.store, self.rows, limit)
        ]

    @cost(150, items(60))
    @strawberry.field
    def years(self) -> list[YearFacet]:
        """Titles per release year, newest first, missing year last."""
        return [
            YearFacet(year=facet.value, count=facet.titles)
            for facet in aggregates.years(self.store, self.rows)
        ]

    @cost(100, items(20))
    @strawberry.field
    def ratings(self) -> list[AgeRatingFacet]:
        """Titles per age rating, most titles first; ties are broken by name."""
        names, _ = self.store.titles.ratings
        return [
            AgeRatingFacet(rating=names[facet.value], count=facet.titles)
            for facet in aggregates.ratings(self.store, self.rows)
        ]

    @cost(150)
    @strawberry.field
    def score(self) -> ScoreStatistics:
        """Statistics of the mean scores."""
        scores = aggregates.scores(self.store, self.rows)
        return ScoreStatistics(rated=scores.rated, unrated=scores.unrated, scores=scores)

    @cost(150, items(11))
    @strawberry.field
    def score_bands(self) -> list[ScoreBandFacet]:
        """Titles per half star, lowest first, those without ratings last; empty bands are left
        out."""
        return [
            ScoreBandFacet(low=band.low, high=band.high, count=band.titles)
            for band in aggregates.score_bands(self.store, self.rows)
        ]
