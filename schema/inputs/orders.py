"""schema.inputs: order inputs, one per noun, made of a field and a direction.

The fields of a noun are those declared with `order` in `datastore.base.tables`. An `...OrderBy` is
a list of such inputs as the argument `orderBy`; its description gives the default order.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Annotated, Any, TypeAlias, TypeVar

import strawberry

from datastore.base.tables import CONTRACT
from schema.descriptions import documented, member

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
    "RatedTitleOrder",
    "RatedTitleOrderBy",
    "ReviewOrder",
    "ReviewOrderBy",
    "TitleOrder",
    "TitleOrderBy",
    "UserOrder",
    "UserOrderBy",
    "ViewerOrder",
    "ViewerOrderBy",
]


@strawberry.enum(description="Sort direction. Unknown values come last in either direction.")
class OrderDirection(Enum):
    """Ascending or descending."""

    ASC = member("ASC", "Smallest first.")
    DESC = member("DESC", "Largest first.")


T = TypeVar("T")

_DIRECTION = "Sort direction; null means the default."

#: Field of the noun and description, by the name of the enum member.
_Fields: TypeAlias = dict[str, tuple[str, str]]


def _fields(table: str) -> _Fields:
    """The fields that clients can sort the rows of a table by."""
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
    """Make a class an input with one of the fields, as an enum, and a direction."""

    def decorate(cls: type[T]) -> type[T]:
        members = {name: member(field, text) for name, (field, text) in fields.items()}
        enum: Any = Enum  # type checkers accept only literal arguments
        field_enum = strawberry.enum(
            enum(f"{cls.__name__}Field", members, module=__name__),
            description=f"Fields that {what} can be sorted by.",
        )
        ascending = OrderDirection.ASC
        cls.__annotations__ |= {"field": field_enum, "direction": OrderDirection | None}
        for name, value in (
            ("field", strawberry.field(description="Field to sort by.")),
            ("direction", strawberry.field(description=_DIRECTION, default=ascending)),
        ):
            setattr(cls, name, value)
        return documented(strawberry.input(cls))

    return decorate


@_order(_fields("games"), "games")
class GameOrder:
    """One sort key for games; later keys break ties."""


GameOrderBy: TypeAlias = Annotated[
    list[GameOrder] | None,
    strawberry.argument(
        description="Sort order. Defaults to product id, or best match first in a search."
    ),
]


@_order(
    {"HOURS": ("own_hours", "Hours the user has played the game.")}
    | {name: field for name, field in _fields("games").items() if name != "HOURS"},
    "a library",
)
class LibraryOrder:
    """One sort key for a library; later keys break ties."""


LibraryOrderBy: TypeAlias = Annotated[
    list[LibraryOrder] | None,
    strawberry.argument(
        description="Sort order. Defaults to most hours first, then catalogue games before others, "
        "then product id; in a search to best match first."
    ),
]


@_order(_fields("developers"), "developers")
class DeveloperOrder:
    """One sort key for developers; later keys break ties."""


DeveloperOrderBy: TypeAlias = Annotated[
    list[DeveloperOrder] | None,
    strawberry.argument(
        description="Sort order. Defaults to name, or best match first in a search."
    ),
]


@_order(_fields("genres"), "genres")
class GenreOrder:
    """One sort key for genres; later keys break ties."""


GenreOrderBy: TypeAlias = Annotated[
    list[GenreOrder] | None,
    strawberry.argument(
        description="Sort order. Defaults to name, or best match first in a search."
    ),
]


@_order(_fields("users"), "users")
class UserOrder:
    """One sort key for users; later keys break ties."""


UserOrderBy: TypeAlias = Annotated[
    list[UserOrder] | None,
    strawberry.argument(
        description="Sort order. Defaults to user id, or best match first in a search."
    ),
]


@_order(_fields("reviews"), "reviews")
class ReviewOrder:
    """One sort key for reviews; later keys break ties."""


ReviewOrderBy: TypeAlias = Annotated[
    list[ReviewOrder] | None,
    strawberry.argument(description="Sort order. Defaults to newest first."),
]


@_order(_fields("titles"), "titles")
class TitleOrder:
    """One sort key for streaming titles; later keys break ties."""


TitleOrderBy: TypeAlias = Annotated[
    list[TitleOrder] | None,
    strawberry.argument(
        description="Sort order. Defaults to title id, or best match first in a search."
    ),
]


@_order(
    {
        "RATING": ("own_rating", "Stars that the viewer has given."),
        "RATED_AT": ("rated_at", "When the viewer rated it."),
    }
    | _fields("titles"),
    "a viewer's ratings",
)
class RatedTitleOrder:
    """One sort key for a viewer's ratings; later keys break ties."""


RatedTitleOrderBy: TypeAlias = Annotated[
    list[RatedTitleOrder] | None,
    strawberry.argument(
        description="Sort order. Defaults to last rated first, then title id; in a search to best "
        "match first."
    ),
]


@_order(_fields("viewers"), "viewers")
class ViewerOrder:
    """One sort key for viewers; later keys break ties."""


ViewerOrderBy: TypeAlias = Annotated[
    list[ViewerOrder] | None,
    strawberry.argument(
        description="Sort order. Defaults to viewer id, or best match first in a search."
    ),
]
