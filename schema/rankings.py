"""schema: rankings of games and developers by the reviews of a year."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Annotated, TypeAlias

import numpy as np
import numpy.typing as npt
import strawberry

from datastore.store import Store
from resolvers import rankings
from resolvers.paging import Rows
from schema.developers import Developer
from schema.documented import documented, member
from schema.games import Game
from schema.reviews import review_list

__all__ = [
    "Basis",
    "DeveloperRanking",
    "GameRanking",
    "Method",
    "Places",
    "RankingMethod",
    "Year",
    "YearBasis",
    "developer_ranking",
    "game_ranking",
]


@strawberry.enum(description="Whose year a ranking takes.")
class YearBasis(Enum):
    """Numbers of `resolvers.rankings`."""

    REVIEW = member(rankings.REVIEW, "The year in which the review was posted.")
    RELEASE = member(rankings.RELEASE, "The release year of the reviewed game.")


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
    rows: strawberry.Private[Callable[[], npt.NDArray[np.int64]]]

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


def game_ranking(
    store: Store, year: int, first: int, basis: YearBasis, method: RankingMethod, side: str
) -> GameRanking:
    """Games of a year, best or worst."""
    found = rankings.rank(
        store, "games", year, first, basis=basis.value, side=side, by=method.value
    )
    places = [
        RankedGame(
            game=Game(store=store, row=place.row),
            rank=place.rank,
            counted=place.counted,
            review_count=place.reviews,
            score=place.score,
            store=store,
            rows=_evidence(store, "games", place.row, year, basis.value, side),
        )
        for place in found.places
    ]
    return GameRanking(places=places, coverage=RankingCoverage(**found.coverage._asdict()))


def developer_ranking(
    store: Store, year: int, first: int, basis: YearBasis, method: RankingMethod, side: str
) -> DeveloperRanking:
    """Developers of a year, best or worst."""
    found = rankings.rank(
        store, "developers", year, first, basis=basis.value, side=side, by=method.value
    )
    places = [
        RankedDeveloper(
            developer=Developer(store=store, row=place.row),
            rank=place.rank,
            counted=place.counted,
            review_count=place.reviews,
            score=place.score,
            store=store,
            rows=_evidence(store, "developers", place.row, year, basis.value, side),
        )
        for place in found.places
    ]
    return DeveloperRanking(places=places, coverage=RankingCoverage(**found.coverage._asdict()))


def _evidence(
    store: Store, noun: str, row: int, year: int, basis: int, side: str
) -> Callable[[], npt.NDArray[np.int64]]:
    return lambda: rankings.rows_of_year(store, noun, row, year, basis=basis, side=side)
