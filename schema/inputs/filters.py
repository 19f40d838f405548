"""schema.inputs: filter inputs, one a noun, made of conditions on its fields.

A `...Where` is such an input as the argument `filter` of a list.
"""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any, TypeAlias

import strawberry
from strawberry import UNSET

from datastore.base import codes
from schema.documented import documented, member

__all__ = [
    "BooleanFilter",
    "DeveloperFilter",
    "DeveloperWhere",
    "FloatFilter",
    "GameFilter",
    "GameWhere",
    "GenreFilter",
    "GenreWhere",
    "IdFilter",
    "IntFilter",
    "LibraryFilter",
    "LibraryWhere",
    "NameFilter",
    "ReviewFilter",
    "ReviewWhere",
    "Sentiment",
    "SentimentFilter",
    "UserFilter",
    "UserWhere",
]

_EQ = "Equal to this."
_IN = "Equal to one of these; nothing is for an empty list."
_IS_NULL = "Whether it is unknown."


def _op(description: str, name: str | None = None) -> Any:
    return strawberry.field(name=name, description=description, default=UNSET)


@strawberry.enum(
    description="Class of a review's text. In reviewSentiment its threshold and method count."
)
class Sentiment(Enum):
    """Numbers of `datastore.base.codes`."""

    NEGATIVE = member(codes.NEGATIVE, "VADER compound of -0.05 or less.")
    NEUTRAL = member(codes.NEUTRAL, "In between, and reviews without a text.")
    POSITIVE = member(codes.POSITIVE, "VADER compound of 0.05 or more.")


@documented
@strawberry.input
class IdFilter:
    """Conditions on an id; all of those given must hold. Ids match exactly."""

    eq: strawberry.ID | None = _op(_EQ)
    in_: list[strawberry.ID] | None = _op(_IN, "in")
    contains: str | None = _op("Contains this text.")


@documented
@strawberry.input
class NameFilter:
    """Conditions on a name, or on any of several names; all of those given must hold. Case and
    white space do not matter."""

    eq: str | None = _op(_EQ)
    in_: list[str] | None = _op(_IN, "in")
    contains: str | None = _op("Contains this text.")
    is_null: bool | None = _op("Whether there is no name.")


@documented
@strawberry.input
class IntFilter:
    """Conditions on a whole number; all of those given must hold. For an unknown value
    only `isNull` can."""

    eq: int | None = _op(_EQ)
    in_: list[int] | None = _op(_IN, "in")
    gte: int | None = _op("Greater or equal.")
    lte: int | None = _op("Less or equal.")
    is_null: bool | None = _op(_IS_NULL)


@documented
@strawberry.input
class FloatFilter:
    """Conditions on a number; all of those given must hold. For an unknown value only `isNull`
    can."""

    eq: float | None = _op(_EQ)
    in_: list[float] | None = _op(_IN, "in")
    gte: float | None = _op("Greater or equal.")
    lte: float | None = _op("Less or equal.")
    is_null: bool | None = _op(_IS_NULL)


@documented
@strawberry.input
class BooleanFilter:
    """Conditions on a flag; all of those given must hold."""

    eq: bool | None = _op(_EQ)
    is_null: bool | None = _op(_IS_NULL)


@documented
@strawberry.input
class SentimentFilter:
    """Conditions on the sentiment class; all of those given must hold."""

    eq: Sentiment | None = _op(_EQ)
    in_: list[Sentiment] | None = _op(_IN, "in")


_AND = "All of these must hold as well."
_OR = "At least one of these must hold as well; of an empty list none does."
_NOT = "This must not hold. No condition holds for an unknown value, so its negation does."


@documented
@strawberry.input
class GameFilter:
    """Conditions on a game; all of those given must hold."""

    app_id: IdFilter | None = _op("Product id.")
    title: NameFilter | None = _op("Title.")
    developer: NameFilter | None = _op("Name of the developer.")
    publisher: NameFilter | None = _op("Name of the publisher.")
    genre: NameFilter | None = _op("Name of any of its genres.")
    tag: NameFilter | None = _op("Any of its tags.")
    spec: NameFilter | None = _op("Any of its features.")
    release_year: IntFilter | None = _op("Release year.")
    price: FloatFilter | None = _op("Price in USD; 0 when free.")
    is_free: BooleanFilter | None = _op("Whether it is known to be free, or known not to be.")
    early_access: BooleanFilter | None = _op("Whether it is sold before it is finished.")
    metascore: IntFilter | None = _op("Score on Metacritic.")
    hours: FloatFilter | None = _op("Hours of all players together.")
    player_count: IntFilter | None = _op("Number of users who have played it.")
    owner_count: IntFilter | None = _op("Number of users who own it.")
    review_count: IntFilter | None = _op("Number of its reviews.")
    in_catalogue: BooleanFilter | None = _op("Whether the catalogue lists it.")
    and_: list[GameFilter] | None = _op(_AND, "and")
    or_: list[GameFilter] | None = _op(_OR, "or")
    not_: GameFilter | None = _op(_NOT, "not")


GameWhere: TypeAlias = Annotated[
    GameFilter | None, strawberry.argument(name="filter", description="Only games that fit this.")
]


@documented
@strawberry.input
class LibraryFilter:
    """Conditions on a game that a user owns; all of those given must hold."""

    game: GameFilter | None = _op("Conditions on the game itself.")
    own_hours: FloatFilter | None = _op("Hours the user has played it.", "hours")
    and_: list[LibraryFilter] | None = _op(_AND, "and")
    or_: list[LibraryFilter] | None = _op(_OR, "or")
    not_: LibraryFilter | None = _op(_NOT, "not")


LibraryWhere: TypeAlias = Annotated[
    LibraryFilter | None,
    strawberry.argument(name="filter", description="Only games that fit this."),
]


@documented
@strawberry.input
class DeveloperFilter:
    """Conditions on a developer; all of those given must hold."""

    name: NameFilter | None = _op("Name.")
    company: NameFilter | None = _op("Any of the companies that the name lists.")
    item_count: IntFilter | None = _op("Number of items in the catalogue.")
    review_count: IntFilter | None = _op("Number of reviews of the developer's games.")
    positive_percent: FloatFilter | None = _op("Share of reviews positive by VADER, 0 to 100.")
    and_: list[DeveloperFilter] | None = _op(_AND, "and")
    or_: list[DeveloperFilter] | None = _op(_OR, "or")
    not_: DeveloperFilter | None = _op(_NOT, "not")


DeveloperWhere: TypeAlias = Annotated[
    DeveloperFilter | None,
    strawberry.argument(name="filter", description="Only developers that fit this."),
]


@documented
@strawberry.input
class GenreFilter:
    """Conditions on a genre; all of those given must hold."""

    name: NameFilter | None = _op("Name.")
    game_count: IntFilter | None = _op("Number of games in it.")
    and_: list[GenreFilter] | None = _op(_AND, "and")
    or_: list[GenreFilter] | None = _op(_OR, "or")
    not_: GenreFilter | None = _op(_NOT, "not")


GenreWhere: TypeAlias = Annotated[
    GenreFilter | None, strawberry.argument(name="filter", description="Only genres that fit this.")
]


@documented
@strawberry.input
class UserFilter:
    """Conditions on a user; all of those given must hold."""

    user_id: IdFilter | None = _op("User id.")
    items_count: IntFilter | None = _op("Number of items owned.")
    money_spent: FloatFilter | None = _op("Money spent, in USD.")
    review_count: IntFilter | None = _op("Number of reviews written.")
    recommend_percent: FloatFilter | None = _op("Share of reviews that recommend, 0 to 100.")
    and_: list[UserFilter] | None = _op(_AND, "and")
    or_: list[UserFilter] | None = _op(_OR, "or")
    not_: UserFilter | None = _op(_NOT, "not")


UserWhere: TypeAlias = Annotated[
    UserFilter | None, strawberry.argument(name="filter", description="Only users that fit this.")
]


@documented
@strawberry.input
class ReviewFilter:
    """Conditions on a review; all of those given must hold."""

    recommend: BooleanFilter | None = _op("Whether it recommends the game.")
    sentiment: SentimentFilter | None = _op("Sentiment class of its text, by its VADER compound.")
    compound: FloatFilter | None = _op("VADER compound of its text, -1 to 1.")
    learned_sentiment: FloatFilter | None = _op("Learned sentiment of its text, -1 to 1.")
    posted_year: IntFilter | None = _op("Year in which it was posted.")
    posted_year_inferred: BooleanFilter | None = _op("Whether that year is the crawl's.")
    helpful: IntFilter | None = _op("People who found it helpful.")
    funny: IntFilter | None = _op("People who found it funny.")
    and_: list[ReviewFilter] | None = _op(_AND, "and")
    or_: list[ReviewFilter] | None = _op(_OR, "or")
    not_: ReviewFilter | None = _op(_NOT, "not")


ReviewWhere: TypeAlias = Annotated[
    ReviewFilter | None,
    strawberry.argument(name="filter", description="Only reviews that fit this."),
]
