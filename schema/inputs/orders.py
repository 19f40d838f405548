"""schema.inputs: order inputs, one a noun, made of a field and a direction.

An `...OrderBy` is a list of them as the argument `orderBy`, which says the order without it.
"""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Generic, TypeAlias, TypeVar

import strawberry

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


F = TypeVar("F")


@strawberry.input
class _Order(Generic[F]):
    """One key of an order; F is what can be ordered by."""

    field: F = strawberry.field(description="What to order by.")
    direction: OrderDirection | None = strawberry.field(
        description="Which way; null means the default.", default=OrderDirection.ASC
    )


@strawberry.enum(description="What games can be ordered by.")
class GameOrderField(Enum):
    """Keys of `resolvers.spaces.games`."""

    APP_ID = member("APP_ID", "Product id, numbers by value.")
    TITLE = member("TITLE", "Title.")
    RELEASE_YEAR = member("RELEASE_YEAR", "Release year.")
    PRICE = member("PRICE", "Price.")
    METASCORE = member("METASCORE", "Score on Metacritic.")
    HOURS = member("HOURS", "Hours of all players together.")
    PLAYER_COUNT = member("PLAYER_COUNT", "Number of users who have played it.")
    OWNER_COUNT = member("OWNER_COUNT", "Number of users who own it.")
    REVIEW_COUNT = member("REVIEW_COUNT", "Number of its reviews.")
    POSITIVE_PERCENT = member("POSITIVE_PERCENT", "Share of reviews that are positive by VADER.")


@documented
@strawberry.input
class GameOrder(_Order[GameOrderField]):
    """One key of an order of games; the next keys decide between equals."""


GameOrderBy: TypeAlias = Annotated[
    list[GameOrder] | None,
    strawberry.argument(
        description="Order; without it by product id, or best match first in a search."
    ),
]


@strawberry.enum(description="What a library can be ordered by.")
class LibraryOrderField(Enum):
    """Keys of `resolvers.spaces.library`."""

    HOURS = member("OWN_HOURS", "Hours the user has played the game.")
    APP_ID = member("APP_ID", "Product id, numbers by value.")
    TITLE = member("TITLE", "Title.")
    RELEASE_YEAR = member("RELEASE_YEAR", "Release year.")
    PRICE = member("PRICE", "Price.")
    METASCORE = member("METASCORE", "Score on Metacritic.")
    PLAYER_COUNT = member("PLAYER_COUNT", "Number of users who have played it.")


@documented
@strawberry.input
class LibraryOrder(_Order[LibraryOrderField]):
    """One key of an order of a library; the next keys decide between equals."""


LibraryOrderBy: TypeAlias = Annotated[
    list[LibraryOrder] | None,
    strawberry.argument(
        description="Order; without it most hours first, ties by catalogue games "
        "first, then product id; or best match first in a search."
    ),
]


@strawberry.enum(description="What developers can be ordered by.")
class DeveloperOrderField(Enum):
    """Keys of `resolvers.spaces.developers`."""

    NAME = member("NAME", "Name.")
    ITEM_COUNT = member("ITEM_COUNT", "Number of items in the catalogue.")
    REVIEW_COUNT = member("REVIEW_COUNT", "Number of reviews of the developer's games.")
    POSITIVE_PERCENT = member("POSITIVE_PERCENT", "Share of reviews that are positive by VADER.")


@documented
@strawberry.input
class DeveloperOrder(_Order[DeveloperOrderField]):
    """One key of an order of developers; the next keys decide between equals."""


DeveloperOrderBy: TypeAlias = Annotated[
    list[DeveloperOrder] | None,
    strawberry.argument(description="Order; without it by name, or best match first in a search."),
]


@strawberry.enum(description="What genres can be ordered by.")
class GenreOrderField(Enum):
    """Keys of `resolvers.spaces.genres`."""

    NAME = member("NAME", "Name.")
    GAME_COUNT = member("GAME_COUNT", "Number of games in it.")


@documented
@strawberry.input
class GenreOrder(_Order[GenreOrderField]):
    """One key of an order of genres; the next keys decide between equals."""


GenreOrderBy: TypeAlias = Annotated[
    list[GenreOrder] | None,
    strawberry.argument(description="Order; without it by name, or best match first in a search."),
]


@strawberry.enum(description="What users can be ordered by.")
class UserOrderField(Enum):
    """Keys of `resolvers.spaces.users`."""

    USER_ID = member("USER_ID", "User id, by code point.")
    ITEMS_COUNT = member("ITEMS_COUNT", "Number of items owned.")
    MONEY_SPENT = member("MONEY_SPENT", "Money spent.")
    REVIEW_COUNT = member("REVIEW_COUNT", "Number of reviews written.")
    RECOMMEND_PERCENT = member("RECOMMEND_PERCENT", "Share of reviews that recommend.")


@documented
@strawberry.input
class UserOrder(_Order[UserOrderField]):
    """One key of an order of users; the next keys decide between equals."""


UserOrderBy: TypeAlias = Annotated[
    list[UserOrder] | None,
    strawberry.argument(description="Order; without it by id, or best match first in a search."),
]


@strawberry.enum(description="What reviews can be ordered by.")
class ReviewOrderField(Enum):
    """Keys of `resolvers.spaces.reviews`."""

    POSTED = member("POSTED", "Day on which it was posted.")
    COMPOUND = member("COMPOUND", "VADER compound of its text.")
    LEARNED_SENTIMENT = member("LEARNED_SENTIMENT", "Learned sentiment of its text.")
    HELPFUL = member("HELPFUL", "People who found it helpful.")
    FUNNY = member("FUNNY", "People who found it funny.")


@documented
@strawberry.input
class ReviewOrder(_Order[ReviewOrderField]):
    """One key of an order of reviews; the next keys decide between equals."""


ReviewOrderBy: TypeAlias = Annotated[
    list[ReviewOrder] | None,
    strawberry.argument(description="Order; without it newest first."),
]
