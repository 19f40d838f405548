"""schema.inputs: order inputs, one per noun, made of a field and a direction.

What a noun can be ordered by is what `datastore.base.tables` declares of its columns. An
`...OrderBy` is a list of such inputs as the argument `orderBy`; its description says what the order
is without it.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Annotated, Any, TypeAlias, TypeVar

import strawberry

from datastore.base.tables import CONTRACT
from schema.documented import documented, member

__all__ = [
    "DeveloperOrder",
    "DeveloperOrderBy",
    "GameOrder",
    "GameOrderBy",
    "GenreOrder",
    "GenreOrderBy",
    "LibraryOrder",
    "LibraryOrderBy",
    "OrderDirection",
    "ReviewOrder",
    "ReviewOrderBy",
    "UserOrder",
    "UserOrderBy",
]


@strawberry.enum(description="Which way a list is ordered. Unknown values are last either way.")
class OrderDirection(Enum):
    """Ascending or descending."""

    ASC = member("ASC", "Smallest first.")
    DESC = member("DESC", "Greatest first.")


T = TypeVar("T")

_WAY = "Which way; null means the default."

#: By the name of an enum's member: the field of the noun, and the description.
_Fields: TypeAlias = dict[str, tuple[str, str]]


def _fields(table: str) -> _Fields:
    """What clients can order the rows of a table by."""
    return {
        field.name.upper(): (
            field.name,
            f"{field.column.meaning.removesuffix('.')}, {field.column.order_note}."
            if field.column.order_note
            else field.column.meaning,
        )
        for field in CONTRACT[table].orders
    }


def _order(fields: _Fields, what: str) -> Callable[[type[T]], type[T]]:
    """Make a class an input of one of the fields, as an enum, and a direction."""

    def made(cls: type[T]) -> type[T]:
        members = {name: member(field, text) for name, (field, text) in fields.items()}
        enum: Any = Enum  # which a checker wants to be called with literals
        named = enum(f"{cls.__name__}Field", members, module=__name__)
        kind = strawberry.enum(named, description=f"What {what} can be ordered by.")
        ascending = OrderDirection.ASC
        cls.__annotations__ |= {"field": kind, "direction": OrderDirection | None}
        for name, value in (
            ("field", strawberry.field(description="What to order by.")),
            ("direction", strawberry.field(description=_WAY, default=ascending)),
        ):
            setattr(cls, name, value)
        return documented(strawberry.input(cls))

    return made


@_order(_fields("games"), "games")
class GameOrder:
    """One key of an order of games; the next keys decide between equals."""


GameOrderBy: TypeAlias = Annotated[
    list[GameOrder] | None,
    strawberry.argument(
        description="Order; without it by product id, or best match first in a search."
    ),
]


@_order(
    {"HOURS": ("own_hours", "Hours the user has played the game.")}
    | {name: field for name, field in _fields("games").items() if name != "HOURS"},
    "a library",
)
class LibraryOrder:
    """One key of an order of a library; the next keys decide between equals."""


LibraryOrderBy: TypeAlias = Annotated[
    list[LibraryOrder] | None,
    strawberry.argument(
        description="Order; without it most hours first, ties by catalogue games "
        "first, then product id; or best match first in a search."
    ),
]


@_order(_fields("developers"), "developers")
class DeveloperOrder:
    """One key of an order of developers; the next keys decide between equals."""


DeveloperOrderBy: TypeAlias = Annotated[
    list[DeveloperOrder] | None,
    strawberry.argument(description="Order; without it by name, or best match first in a search."),
]


@_order(_fields("genres"), "genres")
class GenreOrder:
    """One key of an order of genres; the next keys decide between equals."""


GenreOrderBy: TypeAlias = Annotated[
    list[GenreOrder] | None,
    strawberry.argument(description="Order; without it by name, or best match first in a search."),
]


@_order(_fields("users"), "users")
class UserOrder:
    """One key of an order of users; the next keys decide between equals."""


UserOrderBy: TypeAlias = Annotated[
    list[UserOrder] | None,
    strawberry.argument(description="Order; without it by id, or best match first in a search."),
]


@_order(_fields("reviews"), "reviews")
class ReviewOrder:
    """One key of an order of reviews; the next keys decide between equals."""


ReviewOrderBy: TypeAlias = Annotated[
    list[ReviewOrder] | None,
    strawberry.argument(description="Order; without it newest first."),
]
