"""schema: rankings of games and developers by the reviews of a year, and the root fields."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Annotated, NamedTuple, TypeAlias

import strawberry

from datastore.base import codes
from datastore.store import Store
from resolvers import rankings
from resolvers.paging import Rows
from schema.batches import Entry, each, part
from schema.context import Info
from schema.costs import cost, sized_by
from schema.descriptions import documented, member
from schema.developers import Developer
from schema.games import Game
from schema.reviews import review_list

__all__ = [
    "BestDeveloper",
    "DeveloperRanking",
    "GameRanking",
    "RankingMethod",
    "RankingQuery",
    "YearBasis",
]


@strawberry.enum(description="The year in which a ranking counts a review.")
class YearBasis(Enum):
    """Values are the numbers of `datastore.base.codes`."""

    REVIEW = member(codes.REVIEW, "The year in which the review was posted.")
    RELEASE = member(codes.RELEASE, "The release year of the reviewed game.")


@strawberry.enum(description="The figure that a ranking is sorted by.")
class RankingMethod(Enum):
    """Values are the names of `resolvers.rankings`."""

    COUNT = member(rankings.COUNT, "Number of reviews that count.")
    WILSON = member(
        rankings.WILSON,
        "Lower bound of the 95 % Wilson score interval for the share of the year's "
        "reviews that count. It rewards a high share backed by enough reviews.",
    )


Year: TypeAlias = Annotated[int, strawberry.argument(description="A year, 1 to 9999.")]
Places: TypeAlias = Annotated[
    int, strawberry.argument(description="At most this many places, 0 to 100.")
]
Basis: TypeAlias = Annotated[
    YearBasis, strawberry.argument(description="Year of the review, or of the game's release.")
]
Method: TypeAlias = Annotated[
    RankingMethod, strawberry.argument(description="What the ranking is sorted by.")
]


_COVERAGE = "Reviews with missing data, which the ranking may leave out."


@documented
@strawberry.type
class RankingCoverage:
    """Reviews with missing data, in the whole snapshot. Rankings leave out reviews whose year is
    unknown; rankings of developers also leave out reviews without a developer."""

    undated: int = strawberry.field(description="Reviews without the year that the ranking uses.")
    missing_from_catalogue: int = strawberry.field(
        description="Reviews of games missing from the catalogue."
    )
    without_developer: int = strawberry.field(
        description="Reviews of games whose developer is unknown."
    )


@dataclass(frozen=True, slots=True)
class _Ranking:
    """The arguments of a ranking. `noun` is a number of `datastore.base.codes`, `side` one of
    `resolvers.rankings`."""

    store: Store
    noun: int
    side: str
    year: int
    first: int
    basis: YearBasis
    method: RankingMethod

    def places(self) -> list[_Counted]:
        """The places, best first."""
        places = rankings.rank(
            self.store,
            self.noun,
            self.year,
            self.first,
            basis=self.basis.value,
            side=self.side,
            by=self.method.value,
        )
        return [_Counted(place, self) for place in places]

    def reviews(self, row: int) -> Rows:
        """The reviews that the place of a row counts."""
        return rankings.rows_of_year(
            self.store, self.noun, row, self.year, basis=self.basis.value, side=self.side
        )

    def coverage(self) -> RankingCoverage:
        """Reviews that the ranking may leave out."""
        return RankingCoverage(**rankings.coverage(self.store, self.basis.value)._asdict())


class _Counted(NamedTuple):
    """A place in a ranking."""

    place: rankings.Place
    ranking: _Ranking


@documented
@strawberry.type
class _Place(Entry):
    """A place in a ranking."""

    row: strawberry.Private[_Counted]
    rank = part(int, "place.rank", "1 for the first place; ties are broken by name.")
    counted = part(int, "place.counted", "Number of the year's reviews that count.")
    review_count = part(int, "place.reviews", "Number of all the year's reviews.")
    score = part(
        float,
        "place.score",
        "Value that the ranking is sorted by: the count, or the Wilson bound (0 to 1).",
    )

    @review_list
    def reviews(self) -> Rows:
        """The reviews that count."""
        return self.row.ranking.reviews(self.row.place.row)


@documented
@strawberry.type
class RankedGame(_Place):
    """A game's place in a ranking."""

    game = part(Game, "place.row", "The game.")


@documented
@strawberry.type
class RankedDeveloper(_Place):
    """A developer's place in a ranking."""

    developer = part(Developer, "place.row", "The developer.")


@documented
@strawberry.type
class GameRanking:
    """Games ranked by the reviews of a year."""

    store: strawberry.Private[Store]
    ranking: strawberry.Private[_Ranking]
    ranked: strawberry.Private[list[_Counted]]
    places = each(list[RankedGame], "The places, in order.")(lambda self: self.ranked)
    coverage = each(RankingCoverage, _COVERAGE)(lambda self: self.ranking.coverage())


@documented
@strawberry.type
class DeveloperRanking:
    """Developers ranked by the reviews of a year."""

    store: strawberry.Private[Store]
    ranking: strawberry.Private[_Ranking]
    ranked: strawberry.Private[list[_Counted]]
    places = each(list[RankedDeveloper], "The places, in order.")(lambda self: self.ranked)
    coverage = each(RankingCoverage, _COVERAGE)(lambda self: self.ranking.coverage())


@documented
@strawberry.type
class BestDeveloper(Entry):
    """A place in the ranking of a year's best developers."""

    row: strawberry.Private[_Counted]
    rank = part(int, "place.rank", "1 for the best; ties are broken by name.")
    developer = part(Developer, "place.row", "The developer.")
    recommendations = part(
        int,
        "place.counted",
        "Number of the year's reviews that recommend the game and are positive by VADER.",
    )
    review_count = part(int, "place.reviews", "Number of all the year's reviews of its games.")
    score = part(
        float,
        "place.score",
        "Value that the ranking is sorted by: `recommendations`, or the Wilson bound (0 to 1) of "
        "their share of `reviewCount`.",
    )

    @review_list
    def reviews(self) -> Rows:
        """The reviews counted here."""
        return self.row.ranking.reviews(self.row.place.row)


@documented
@strawberry.type
class RankingQuery:
    """Root fields that rank games and developers by the reviews of a year."""

    @cost(60, sized_by("first", most=100))
    @strawberry.field
    def best_developers(
        self,
        info: Info,
        year: Year,
        first: Places = 3,
        year_basis: Basis = YearBasis.REVIEW,
        ranking: Method = RankingMethod.COUNT,
    ) -> list[BestDeveloper] | None:
        """The developers whose games received the most reviews in one year that recommend the game
        and are positive by VADER. Ties are broken by name; empty for a year without such reviews.

        Client's name: best_developer_year(año)"""
        store = info.context.store
        asked = _Ranking(store, codes.DEVELOPER, rankings.BEST, year, first, year_basis, ranking)
        return [BestDeveloper(store=store, row=row) for row in asked.places()]

    @cost(60, sized_by("first", most=100, fields=("places",)))
    @strawberry.field
    def worst_developers(
        self,
        info: Info,
        year: Year,
        first: Places = 3,
        year_basis: Basis = YearBasis.REVIEW,
        ranking: Method = RankingMethod.COUNT,
    ) -> DeveloperRanking | None:
        """The developers whose games received the most reviews in one year that do not recommend
        the game and are negative by VADER."""
        store = info.context.store
        asked = _Ranking(store, codes.DEVELOPER, rankings.WORST, year, first, year_basis, ranking)
        return DeveloperRanking(store=store, ranking=asked, ranked=asked.places())

    @cost(60, sized_by("first", most=100, fields=("places",)))
    @strawberry.field
    def most_recommended_games(
        self,
        info: Info,
        year: Year,
        first: Places = 3,
        year_basis: Basis = YearBasis.REVIEW,
        ranking: Method = RankingMethod.COUNT,
    ) -> GameRanking | None:
        """The games with the most reviews in one year that recommend them and are positive by
        VADER."""
        store = info.context.store
        asked = _Ranking(store, codes.GAME, rankings.BEST, year, first, year_basis, ranking)
        return GameRanking(store=store, ranking=asked, ranked=asked.places())

    @cost(60, sized_by("first", most=100, fields=("places",)))
    @strawberry.field
    def least_recommended_games(
        self,
        info: Info,
        year: Year,
        first: Places = 3,
        year_basis: Basis = YearBasis.REVIEW,
        ranking: Method = RankingMethod.COUNT,
    ) -> GameRanking | None:
        """The games with the most reviews in one year that do not recommend them and are negative
        by VADER."""
        store = info.context.store
        asked = _Ranking(store, codes.GAME, rankings.WORST, year, first, year_basis, ranking)
        return GameRanking(store=store, ranking=asked, ranked=asked.places())
