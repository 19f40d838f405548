"""schema: rankings of games and developers by the reviews of a year."""

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
from schema.developers import Developer
from schema.documented import documented, member
from schema.games import Game
from schema.reviews import review_list

__all__ = [
    "Basis",
    "BestDeveloper",
    "DeveloperRanking",
    "GameRanking",
    "Method",
    "Places",
    "RankingMethod",
    "Wanted",
    "Year",
    "YearBasis",
    "best_developers",
    "developer_ranking",
    "game_ranking",
]


@strawberry.enum(description="Whose year a ranking takes.")
class YearBasis(Enum):
    """Numbers of `datastore.base.codes`."""

    REVIEW = member(codes.REVIEW, "The year in which the review was posted.")
    RELEASE = member(codes.RELEASE, "The release year of the reviewed game.")


@strawberry.enum(description="What a ranking compares.")
class RankingMethod(Enum):
    """Names of `resolvers.rankings`."""

    COUNT = member(rankings.COUNT, "How many reviews count: the biggest wins.")
    WILSON = member(
        rankings.WILSON,
        "Lower bound of the 95 % Wilson score interval of the share of the year's "
        "reviews that count: a high share wins, if enough reviews stand behind it.",
    )


Year: TypeAlias = Annotated[int, strawberry.argument(description="A year, 1 to 9999.")]
Places: TypeAlias = Annotated[
    int, strawberry.argument(description="At most this many places, 0 to 100.")
]
Basis: TypeAlias = Annotated[
    YearBasis, strawberry.argument(description="Year of the review, or of the release.")
]
Method: TypeAlias = Annotated[RankingMethod, strawberry.argument(description="What is compared.")]


@documented
@strawberry.type
class RankingCoverage:
    """Reviews of the whole snapshot with a gap. Without the year that counts a review stands in no
    ranking, without a developer in none of developers."""

    undated: int = strawberry.field(description="Reviews without the year that counts.")
    missing_from_catalogue: int = strawberry.field(
        description="Reviews of games that the catalogue lacks."
    )
    without_developer: int = strawberry.field(
        description="Reviews of games whose developer is unknown."
    )


@documented
@strawberry.type
class _Place:
    """A place in a ranking."""

    rank: int = strawberry.field(description="1 for the first; ties are broken by name.")
    counted: int = strawberry.field(description="Reviews of the year that count.")
    review_count: int = strawberry.field(description="All reviews of the year.")
    score: float = strawberry.field(
        description="What the place stands by: the count, or the Wilson bound (0 to 1)."
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
        description="Reviews with a gap, which the ranking may miss."
    )


@documented
@strawberry.type
class DeveloperRanking:
    """Developers ranked by the reviews of a year."""

    places: list[RankedDeveloper] = strawberry.field(description="The places, in order.")
    coverage: RankingCoverage = strawberry.field(
        description="Reviews with a gap, which the ranking may miss."
    )


@documented
@strawberry.type
class BestDeveloper:
    """A place in the ranking of a year's developers."""

    rank: int = strawberry.field(description="1 for the best; ties are broken by name.")
    developer: Developer = strawberry.field(description="The developer.")
    recommendations: int = strawberry.field(
        description="Reviews of the year that recommend and whose text is positive by VADER."
    )
    store: strawberry.Private[Store]
    rows: strawberry.Private[Callable[[], Rows]]

    @review_list
    def reviews(self) -> Rows:
        """The reviews that are counted here."""
        return self.rows()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a ranking. `side` is one of `resolvers.rankings`."""

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
        """The reviews that a place counts, when they are asked for."""
        basis = self.basis.value
        return lambda: rankings.rows_of_year(
            store, noun, row, self.year, basis=basis, side=self.side
        )

    def coverage(self, store: Store) -> RankingCoverage:
        """What the ranking does not know."""
        return RankingCoverage(**rankings.coverage(store, self.basis.value)._asdict())

    def fields(self, store: Store, noun: int, place: rankings.Place) -> dict[str, Any]:
        """What all places have."""
        return {
            "rank": place.rank,
            "counted": place.counted,
            "review_count": place.reviews,
            "score": place.score,
            "store": store,
            "rows": self.evidence(store, noun, place.row),
        }


def best_developers(store: Store, wanted: Wanted) -> list[BestDeveloper]:
    """Developers of a year, in the contract's form."""
    return [
        BestDeveloper(
            rank=place.rank,
            developer=Developer(store=store, row=place.row),
            recommendations=place.counted,
            store=store,
            rows=wanted.evidence(store, codes.DEVELOPER, place.row),
        )
        for place in wanted.places(store, codes.DEVELOPER)
    ]


def developer_ranking(store: Store, wanted: Wanted) -> DeveloperRanking:
    """Developers of a year."""
    places = [
        RankedDeveloper(
            developer=Developer(store=store, row=place.row),
            **wanted.fields(store, codes.DEVELOPER, place),
        )
        for place in wanted.places(store, codes.DEVELOPER)
    ]
    return DeveloperRanking(places=places, coverage=wanted.coverage(store))


def game_ranking(store: Store, wanted: Wanted) -> GameRanking:
    """Games of a year."""
    places = [
        RankedGame(game=Game(store=store, row=place.row), **wanted.fields(store, codes.GAME, place))
        for place in wanted.places(store, codes.GAME)
    ]
    return GameRanking(places=places, coverage=wanted.coverage(store))
