"""schema.inputs: filter inputs, one per noun, made of conditions on its fields.

Fields, kinds and descriptions are those declared in `datastore.base.tables`. A `...Where` is such
an input as the argument `filter` of a list.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import fields
from enum import Enum
from typing import Annotated, Any, TypeAlias, TypeVar

import strawberry
from strawberry import UNSET

from datastore.base import codes
from datastore.base.columns import OPERATORS, Kind, Operator
from datastore.base.tables import CONTRACT
from schema.costs import weight
from schema.descriptions import documented, member

__all__ = [
    "BooleanFilter",
    "DeveloperFilter",
    "DeveloperWhere",
    "DurationType",
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
    "Platform",
    "RatedTitleFilter",
    "RatedTitleWhere",
    "ReviewFilter",
    "ReviewWhere",
    "Sentiment",
    "SentimentFilter",
    "TitleFilter",
    "TitleKind",
    "TitleWhere",
    "UserFilter",
    "UserWhere",
    "ViewerFilter",
    "ViewerWhere",
    "check",
    "operator_of",
]

T = TypeVar("T")

_EQ = "Equal to this value."
_IN = "Equal to any of these values; an empty list matches nothing."
_CONTAINS = "Contains this text."
_GT = "Greater than this value."
_GTE = "Greater than or equal to this value."
_LT = "Less than this value."
_LTE = "Less than or equal to this value."
_IS_NULL = "True matches unknown values only, false known ones only."


#: Cost of comparing texts, in multiples of a comparison of numbers.
_TEXT = 14


def _op(description: str, name: str | None = None, factor: float = 1) -> Any:
    """A condition; `factor` is its cost in multiples of a comparison of numbers."""
    return strawberry.field(
        name=name,
        description=description,
        default=UNSET,
        directives=[] if factor == 1 else [weight(factor)],
    )


@strawberry.enum(
    description="Sentiment class of a review's text. Within `reviewSentiment`, its `threshold` and "
    "`method` apply instead."
)
class Sentiment(Enum):
    """Values are the numbers of `datastore.base.codes`."""

    NEGATIVE = member(codes.NEGATIVE, "VADER compound of -0.05 or less.")
    NEUTRAL = member(codes.NEUTRAL, "In between, or no text.")
    POSITIVE = member(codes.POSITIVE, "VADER compound of 0.05 or more.")


@documented
@strawberry.input
class IdFilter:
    """Conditions on an id; all given conditions must hold. Case matters."""

    eq: strawberry.ID | None = _op(_EQ, factor=_TEXT)
    in_: list[strawberry.ID] | None = _op(_IN, "in", _TEXT)
    contains: str | None = _op(_CONTAINS, factor=_TEXT)


@documented
@strawberry.input
class NameFilter:
    """Conditions on a name, or on any of several names; all given conditions must hold. Case and
    whitespace are ignored."""

    eq: str | None = _op(_EQ, factor=_TEXT)
    in_: list[str] | None = _op(_IN, "in", _TEXT)
    contains: str | None = _op(_CONTAINS, factor=_TEXT)
    is_null: bool | None = _op(
        "True matches entries without a name only, false those with one.", factor=_TEXT
    )


@documented
@strawberry.input
class IntFilter:
    """Conditions on a whole number; all given conditions must hold. Only `isNull` can match an
    unknown value."""

    eq: int | None = _op(_EQ)
    in_: list[int] | None = _op(_IN, "in")
    gt: int | None = _op(_GT)
    gte: int | None = _op(_GTE)
    lt: int | None = _op(_LT)
    lte: int | None = _op(_LTE)
    is_null: bool | None = _op(_IS_NULL)


@documented
@strawberry.input
class FloatFilter:
    """Conditions on a number; all given conditions must hold. Only `isNull` can match an unknown
    value."""

    eq: float | None = _op(_EQ)
    in_: list[float] | None = _op(_IN, "in")
    gt: float | None = _op(_GT)
    gte: float | None = _op(_GTE)
    lt: float | None = _op(_LT)
    lte: float | None = _op(_LTE)
    is_null: bool | None = _op(_IS_NULL)


@documented
@strawberry.input
class BooleanFilter:
    """Conditions on a flag; all given conditions must hold. Only `isNull` can match an unknown
    value."""

    eq: bool | None = _op(_EQ)
    is_null: bool | None = _op(_IS_NULL)


@documented
@strawberry.input
class SentimentFilter:
    """Conditions on the sentiment class; all given conditions must hold."""

    eq: Sentiment | None = _op(_EQ)
    in_: list[Sentiment] | None = _op(_IN, "in")


@strawberry.enum(description="Streaming platform.")
class Platform(Enum):
    """Values are the numbers of `datastore.base.codes`."""

    AMAZON = member(codes.AMAZON, "Amazon Prime Video.")
    DISNEY = member(codes.DISNEY, "Disney+.")
    HULU = member(codes.HULU, "Hulu.")
    NETFLIX = member(codes.NETFLIX, "Netflix.")


@strawberry.enum(description="Kind of a title, as the platform publishes it.")
class TitleKind(Enum):
    """Values are the numbers of `datastore.base.codes`."""

    MOVIE = member(codes.MOVIE, "A film.")
    SERIES = member(codes.SERIES, "A series.")


@strawberry.enum(description="Unit of a title's duration.")
class DurationType(Enum):
    """Values are the numbers of `datastore.base.codes`."""

    MIN = member(codes.MIN, "Minutes.")
    SEASON = member(codes.SEASON, "Seasons.")


@documented
@strawberry.input
class PlatformFilter:
    """Conditions on the platform; all given conditions must hold."""

    eq: Platform | None = _op(_EQ)
    in_: list[Platform] | None = _op(_IN, "in")


@documented
@strawberry.input
class TitleKindFilter:
    """Conditions on the kind of a title; all given conditions must hold."""

    eq: TitleKind | None = _op(_EQ)
    in_: list[TitleKind] | None = _op(_IN, "in")


@documented
@strawberry.input
class DurationTypeFilter:
    """Conditions on the unit of a duration; all given conditions must hold. Only `isNull` can match
    an unknown value."""

    eq: DurationType | None = _op(_EQ)
    in_: list[DurationType] | None = _op(_IN, "in")
    is_null: bool | None = _op(_IS_NULL)


#: The input with the conditions on a field of each kind.
_CONDITIONS: Mapping[Kind, type] = {
    Kind.ID: IdFilter,
    Kind.NAME: NameFilter,
    Kind.INT: IntFilter,
    Kind.FLOAT: FloatFilter,
    Kind.FLAG: BooleanFilter,
    Kind.SENTIMENT: SentimentFilter,
    Kind.PLATFORM: PlatformFilter,
    Kind.TITLE_KIND: TitleKindFilter,
    Kind.DURATION_TYPE: DurationTypeFilter,
}


def operator_of(field_name: str) -> Operator:
    """The operator of an input field. Raises ValueError for an unknown one."""
    return Operator(field_name.rstrip("_"))


def check(operators: Mapping[Kind, Collection[Operator]]) -> None:
    """Raise TypeError unless each input has exactly the operators declared for its kind."""
    for kind, declared in operators.items():
        conditions = _CONDITIONS[kind]
        offered = {operator_of(field.name) for field in fields(conditions)}
        if offered != set(declared):
            names = ", ".join(sorted(operator.name for operator in offered ^ set(declared)))
            raise TypeError(f"{conditions.__name__} and {kind} differ in {names}")


check(OPERATORS)


_AND = "All of these filters must match as well."
_OR = "At least one of these filters must match as well; an empty list matches nothing."
_NOT = (
    "This filter must not match. A condition on an unknown value does not hold, so its negation "
    "does."
)


def _filter(table: str | None) -> Callable[[type[T]], type[T]]:
    """Make a class an input with a field for each filter that its table declares, and for and, or
    and not. Fields of the class itself come first."""

    def decorate(cls: type[T]) -> type[T]:
        declared = CONTRACT[table].filters if table else []
        for field, kind in declared:
            cls.__annotations__[field.name] = _CONDITIONS[kind] | None
            setattr(cls, field.name, _op(field.column.meaning))
        for name, type_, text in (
            ("and", f"list[{cls.__name__}]", _AND),
            ("or", f"list[{cls.__name__}]", _OR),
            ("not", cls.__name__, _NOT),
        ):
            cls.__annotations__[f"{name}_"] = f"{type_} | None"
            setattr(cls, f"{name}_", _op(text, name))
        return documented(strawberry.input(cls))

    return decorate


@_filter("games")
class GameFilter:
    """Conditions on a game; all given conditions must hold."""


GameWhere: TypeAlias = Annotated[
    GameFilter | None,
    strawberry.argument(name="filter", description="Only games that match this filter."),
]


@_filter(None)
class LibraryFilter:
    """Conditions on a game that a user owns; all given conditions must hold."""

    game: GameFilter | None = _op("Conditions on the game itself.")
    own_hours: FloatFilter | None = _op("Hours the user has played the game.", "hours")


LibraryWhere: TypeAlias = Annotated[
    LibraryFilter | None,
    strawberry.argument(name="filter", description="Only games that match this filter."),
]


@_filter("developers")
class DeveloperFilter:
    """Conditions on a developer; all given conditions must hold."""


DeveloperWhere: TypeAlias = Annotated[
    DeveloperFilter | None,
    strawberry.argument(name="filter", description="Only developers that match this filter."),
]


@_filter("genres")
class GenreFilter:
    """Conditions on a genre; all given conditions must hold."""


GenreWhere: TypeAlias = Annotated[
    GenreFilter | None,
    strawberry.argument(name="filter", description="Only genres that match this filter."),
]


@_filter("users")
class UserFilter:
    """Conditions on a user; all given conditions must hold."""


UserWhere: TypeAlias = Annotated[
    UserFilter | None,
    strawberry.argument(name="filter", description="Only users that match this filter."),
]


@_filter("titles")
class TitleFilter:
    """Conditions on a streaming title; all given conditions must hold."""


TitleWhere: TypeAlias = Annotated[
    TitleFilter | None,
    strawberry.argument(name="filter", description="Only titles that match this filter."),
]


@_filter(None)
class RatedTitleFilter:
    """Conditions on a title that a viewer has rated; all given conditions must hold."""

    title: TitleFilter | None = _op("Conditions on the title itself.")
    own_rating: FloatFilter | None = _op("Stars that the viewer has given.", "rating")


RatedTitleWhere: TypeAlias = Annotated[
    RatedTitleFilter | None,
    strawberry.argument(name="filter", description="Only titles that match this filter."),
]


@_filter("viewers")
class ViewerFilter:
    """Conditions on a viewer; all given conditions must hold."""


ViewerWhere: TypeAlias = Annotated[
    ViewerFilter | None,
    strawberry.argument(name="filter", description="Only viewers that match this filter."),
]


@_filter("reviews")
class ReviewFilter:
    """Conditions on a review; all given conditions must hold."""


ReviewWhere: TypeAlias = Annotated[
    ReviewFilter | None,
    strawberry.argument(name="filter", description="Only reviews that match this filter."),
]
