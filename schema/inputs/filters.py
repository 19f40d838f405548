"""schema.inputs: filter inputs, one per noun, made of conditions on its fields.

The fields of a noun, their kinds and descriptions are those that `datastore.base.tables` declares.
A `...Where` is such an input as the argument `filter` of a list.
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
    "check",
    "operator_of",
]

T = TypeVar("T")

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


#: The input that holds the conditions on a field of each kind.
_CONDITIONS: Mapping[Kind, type] = {
    Kind.ID: IdFilter,
    Kind.NAME: NameFilter,
    Kind.INT: IntFilter,
    Kind.FLOAT: FloatFilter,
    Kind.FLAG: BooleanFilter,
    Kind.SENTIMENT: SentimentFilter,
}


def operator_of(field_name: str) -> Operator:
    """The operator that an input field stands for. Raises ValueError for one that is none."""
    return Operator(field_name.rstrip("_"))


def check(operators: Mapping[Kind, Collection[Operator]]) -> None:
    """Raise TypeError when an input has other operators than are declared for its kind."""
    for kind, declared in operators.items():
        conditions = _CONDITIONS[kind]
        given = {operator_of(field.name) for field in fields(conditions)}
        if given != set(declared):
            names = ", ".join(sorted(operator.name for operator in given ^ set(declared)))
            raise TypeError(f"{conditions.__name__} and {kind} differ in {names}")


check(OPERATORS)


_AND = "All of these must hold as well."
_OR = "At least one of these must hold as well; of an empty list none does."
_NOT = "This must not hold. No condition holds for an unknown value, so its negation does."


def _filter(table: str | None) -> Callable[[type[T]], type[T]]:
    """Make a class an input with a field for all that its table's columns can be filtered by, and
    for and, or and not. A field of the class itself comes first."""

    def made(cls: type[T]) -> type[T]:
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

    return made


@_filter("games")
class GameFilter:
    """Conditions on a game; all of those given must hold."""


GameWhere: TypeAlias = Annotated[
    GameFilter | None, strawberry.argument(name="filter", description="Only games that fit this.")
]


@_filter(None)
class LibraryFilter:
    """Conditions on a game that a user owns; all of those given must hold."""

    game: GameFilter | None = _op("Conditions on the game itself.")
    own_hours: FloatFilter | None = _op("Hours the user has played it.", "hours")


LibraryWhere: TypeAlias = Annotated[
    LibraryFilter | None,
    strawberry.argument(name="filter", description="Only games that fit this."),
]


@_filter("developers")
class DeveloperFilter:
    """Conditions on a developer; all of those given must hold."""


DeveloperWhere: TypeAlias = Annotated[
    DeveloperFilter | None,
    strawberry.argument(name="filter", description="Only developers that fit this."),
]


@_filter("genres")
class GenreFilter:
    """Conditions on a genre; all of those given must hold."""


GenreWhere: TypeAlias = Annotated[
    GenreFilter | None, strawberry.argument(name="filter", description="Only genres that fit this.")
]


@_filter("users")
class UserFilter:
    """Conditions on a user; all of those given must hold."""


UserWhere: TypeAlias = Annotated[
    UserFilter | None, strawberry.argument(name="filter", description="Only users that fit this.")
]


@_filter("reviews")
class ReviewFilter:
    """Conditions on a review; all of those given must hold."""


ReviewWhere: TypeAlias = Annotated[
    ReviewFilter | None,
    strawberry.argument(name="filter", description="Only reviews that fit this."),
]
