"""schema: rankings of games and developers by the reviews of a year, and the root fields."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, TypeAlias

import strawberry

from datastore.base import codes
from datastore.store import Store
from resolvers import rankings
from resolvers.paging import Rows
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


@strawberry.enum(description="What a ranking is sorted by.")
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


@documented
@strawberry.type
class _Place:
    """A place in a ranking."""

    rank: int = strawberry.field(description="1 for the first place; ties are broken by name.")
    counted: int = strawberry.field(description="Number of the year's reviews that count.")
    review_count: int = strawberry.field(description="Number of all the year's reviews.")
    score: float = strawberry.field(
        description="Value that the ranking is sorted by: the count, or the Wilson bound (0 to 1)."
    )
    store: strawberry.Private[Store]
    rows: strawberry.Private[Callable[[], Rows]]

    @review_list
    def reviews(self) -> Rows:
        """The reviews that count."""
        return self.rows()


@documented
@strawberry.type
class RankedGame(_Place):
    """A game's place in a ranking."""

    game: Game = strawberry.field(description="The game.")


@documented
@strawberry.type
class RankedDeveloper(_Place):
    """A developer's place in a ranking."""

    developer: Developer = strawberry.field(description="The developer.")


@documented
@strawberry.type
class GameRanking:
    """Games ranked by the reviews of a year."""

    places: list[RankedGame] = strawberry.field(description="The places, in order.")
    coverage: RankingCoverage = strawberry.field(
        description="Reviews with missing data, which the ranking may leave out."
    )


@documented
@strawberry.type
class DeveloperRanking:
    """Developers ranked by the reviews of a year."""

    places: list[RankedDeveloper] = strawberry.field(description="The places, in order.")
    coverage: RankingCoverage = strawberry.field(
        description="Reviews with missing data, which the ranking may leave out."
    )


@documented
@strawberry.type
class BestDeveloper:
    """A place in the ranking of a year's best developers."""

    rank: int = strawberry.field(description="1 for the best; ties are broken by name.")
    developer: Developer = strawberry.field(description="The developer.")
    recommendations: int = strawberry.field(
        description="Number of the year's reviews that recommend the game and are positive by "
        "VADER."
    )
    store: strawberry.Private[Store]
    rows: strawberry.Private[Callable[[], Rows]]

    @review_list
    def reviews(self) -> Rows:
        """The reviews counted here."""
        return self.rows()


@dataclass(frozen=True, slots=True)
class _Ranking:
    """The arguments of a ranking. `side` is one of `resolvers.rankings`."""

    year: int
    first: int
    basis: YearBasis
    method: RankingMethod
    side: str

    def places(self, store: Store, noun: int) -> list[rankings.Place]:
        """The places, best first."""
        basis, by = self.basis.value, self.method.value
        return rankings.rank(store, noun, self.year, self.first, basis=basis, side=self.side, by=by)

    def evidence(self, store: Store, noun: int, row: int) -> Callable[[], Rows]:
        """Returns the reviews that a place counts."""
        basis = self.basis.value
        return lambda: rankings.rows_of_year(
            store, noun, row, self.year, basis=basis, side=self.side
        )

    def coverage(self, store: Store) -> RankingCoverage:
        """Reviews that the ranking may leave out."""
        return RankingCoverage(**rankings.coverage(store, self.basis.value)._asdict())

    def fields(self, store: Store, noun: int, place: rankings.Place) -> dict[str, Any]:
        """The fields of every place."""
        return {
            "rank": place.rank,
            "counted": place.counted,
            "review_count": place.reviews,
            "score": place.score,
            "store": store,
            "rows": self.evidence(store, noun, place.row),
        }


@documented
@strawberry.type
class RankingQuery:
    """Root fields that rank games and developers by the reviews of a year."""

    @cost(10, sized_by("first", most=100))
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
        request = _Ranking(year, first, year_basis, ranking, rankings.BEST)
        return [
            BestDeveloper(
                rank=place.rank,
                developer=Developer(store=store, row=place.row),
                recommendations=place.counted,
                store=store,
                rows=request.evidence(store, codes.DEVELOPER, place.row),
            )
            for place in request.places(store, codes.DEVELOPER)
        ]

    @cost(10, sized_by("first", most=100, fields=("places",)))
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
        request = _Ranking(year, first, year_basis, ranking, rankings.WORST)
        places = [
            RankedDeveloper(
                developer=Developer(store=store, row=place.row),
                **request.fields(store, codes.DEVELOPER, place),
            )
            for place in request.places(store, codes.DEVELOPER)
        ]
        return DeveloperRanking(places=places, coverage=request.coverage(store))

    @cost(10, sized_by("first", most=100, fields=("places",)))
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
        request = _Ranking(year, first, year_basis, ranking, rankings.BEST)
        return _game_ranking(info.context.store, request)

    @cost(10, sized_by("first", most=100, fields=("places",)))
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
        request = _Ranking(year, first, year_basis, ranking, rankings.WORST)
        return _game_ranking(info.context.store, request)


def _game_ranking(store: Store, request: _Ranking) -> GameRanking:
    places = [
        RankedGame(
            game=Game(store=store, row=place.row), **request.fields(store, codes.GAME, place)
        )
        for place in request.places(store, codes.GAME)
    ]
    return GameRanking(places=places, coverage=request.coverage(store))
