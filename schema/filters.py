"""schema: filter and order inputs, and their translation for the resolvers."""

from __future__ import annotations

import dataclasses
from enum import Enum
from typing import Annotated, Any, TypeAlias

import strawberry
from strawberry import UNSET
from strawberry.utils.str_converters import to_camel_case

from datastore.base import codes
from datastore.base.errors import InvalidArgument
from resolvers.filters import All, Either, Expression, Not, Test
from resolvers.ordering import Order
from resolvers.selection import Selection
from schema.documented import documented, member

__all__ = [
    "BooleanFilter",
    "DeveloperFilter",
    "DeveloperOrder",
    "FloatFilter",
    "GameFilter",
    "GameOrder",
    "GenreFilter",
    "GenreOrder",
    "IdFilter",
    "IntFilter",
    "LibraryFilter",
    "LibraryOrder",
    "NameFilter",
    "ReviewFilter",
    "ReviewOrder",
    "SearchText",
    "Sentiment",
    "UserFilter",
    "UserOrder",
    "selection",
]

SearchText: TypeAlias = Annotated[
    str | None,
    strawberry.argument(
        description="Only entries whose name resembles this text, best first: equal names, names "
        "that begin with it, names with all of its words, then likely typing errors. Case, "
        "accents and punctuation do not matter."
    ),
]

_EQ = "Equal to this."
_IN = "Equal to one of these; nothing is for an empty list."
_IS_NULL = "Whether it is unknown."


def _op(description: str, name: str | None = None) -> Any:
    return strawberry.field(name=name, description=description, default=UNSET)


@strawberry.enum(description="Class of a review's text.")
class Sentiment(Enum):
    """Numbers of `datastore.base.codes`."""

    NEGATIVE = member(codes.NEGATIVE, "VADER compound of -0.05 or less.")
    NEUTRAL = member(codes.NEUTRAL, "In between, and reviews without a text.")
    POSITIVE = member(codes.POSITIVE, "VADER compound of 0.05 or more.")


@strawberry.enum(description="Which way a list is ordered. Unknown values are last either way.")
class OrderDirection(Enum):
    """Ascending or descending."""

    ASC = member("ASC", "Smallest first.")
    DESC = member("DESC", "Greatest first.")


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


@documented
@strawberry.input
class LibraryFilter:
    """Conditions on a game that a user owns; all of those given must hold."""

    game: GameFilter | None = _op("Conditions on the game itself.")
    own_hours: FloatFilter | None = _op("Hours the user has played it.", "hours")
    and_: list[LibraryFilter] | None = _op(_AND, "and")
    or_: list[LibraryFilter] | None = _op(_OR, "or")
    not_: LibraryFilter | None = _op(_NOT, "not")


@documented
@strawberry.input
class DeveloperFilter:
    """Conditions on a developer; all of those given must hold."""

    name: NameFilter | None = _op("Name.")
    company: NameFilter | None = _op("Any of the companies that the name lists.")
    item_count: IntFilter | None = _op("Number of items in the catalogue.")
    review_count: IntFilter | None = _op("Number of reviews of the developer's games.")
    positive_percent: FloatFilter | None = _op("Share of positive reviews, 0 to 100.")
    and_: list[DeveloperFilter] | None = _op(_AND, "and")
    or_: list[DeveloperFilter] | None = _op(_OR, "or")
    not_: DeveloperFilter | None = _op(_NOT, "not")


@documented
@strawberry.input
class GenreFilter:
    """Conditions on a genre; all of those given must hold."""

    name: NameFilter | None = _op("Name.")
    game_count: IntFilter | None = _op("Number of games in it.")
    and_: list[GenreFilter] | None = _op(_AND, "and")
    or_: list[GenreFilter] | None = _op(_OR, "or")
    not_: GenreFilter | None = _op(_NOT, "not")


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


@documented
@strawberry.input
class ReviewFilter:
    """Conditions on a review; all of those given must hold."""

    recommend: BooleanFilter | None = _op("Whether it recommends the game.")
    sentiment: SentimentFilter | None = _op("Sentiment class of its text.")
    compound: FloatFilter | None = _op("VADER compound of its text, -1 to 1.")
    posted_year: IntFilter | None = _op("Year in which it was posted.")
    posted_year_inferred: BooleanFilter | None = _op("Whether that year is the crawl's.")
    helpful: IntFilter | None = _op("People who found it helpful.")
    funny: IntFilter | None = _op("People who found it funny.")
    and_: list[ReviewFilter] | None = _op(_AND, "and")
    or_: list[ReviewFilter] | None = _op(_OR, "or")
    not_: ReviewFilter | None = _op(_NOT, "not")


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
    POSITIVE_PERCENT = member("POSITIVE_PERCENT", "Share of positive reviews.")


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


@strawberry.enum(description="What developers can be ordered by.")
class DeveloperOrderField(Enum):
    """Keys of `resolvers.spaces.developers`."""

    NAME = member("NAME", "Name.")
    ITEM_COUNT = member("ITEM_COUNT", "Number of items in the catalogue.")
    REVIEW_COUNT = member("REVIEW_COUNT", "Number of reviews of the developer's games.")
    POSITIVE_PERCENT = member("POSITIVE_PERCENT", "Share of positive reviews.")


@strawberry.enum(description="What genres can be ordered by.")
class GenreOrderField(Enum):
    """Keys of `resolvers.spaces.genres`."""

    NAME = member("NAME", "Name.")
    GAME_COUNT = member("GAME_COUNT", "Number of games in it.")


@strawberry.enum(description="What users can be ordered by.")
class UserOrderField(Enum):
    """Keys of `resolvers.spaces.users`."""

    USER_ID = member("USER_ID", "User id, by code point.")
    ITEMS_COUNT = member("ITEMS_COUNT", "Number of items owned.")
    MONEY_SPENT = member("MONEY_SPENT", "Money spent.")
    REVIEW_COUNT = member("REVIEW_COUNT", "Number of reviews written.")
    RECOMMEND_PERCENT = member("RECOMMEND_PERCENT", "Share of reviews that recommend.")


@strawberry.enum(description="What reviews can be ordered by.")
class ReviewOrderField(Enum):
    """Keys of `resolvers.spaces.reviews`."""

    POSTED = member("POSTED", "Day on which it was posted.")
    COMPOUND = member("COMPOUND", "VADER compound of its text.")
    HELPFUL = member("HELPFUL", "People who found it helpful.")
    FUNNY = member("FUNNY", "People who found it funny.")


_FIELD = "What to order by."
_DIRECTION = "Which way."


@documented
@strawberry.input
class GameOrder:
    """One key of an order of games; the next keys decide between equals."""

    field: GameOrderField = strawberry.field(description=_FIELD)
    direction: OrderDirection = strawberry.field(description=_DIRECTION, default=OrderDirection.ASC)


@documented
@strawberry.input
class LibraryOrder:
    """One key of an order of a library; the next keys decide between equals."""

    field: LibraryOrderField = strawberry.field(description=_FIELD)
    direction: OrderDirection = strawberry.field(description=_DIRECTION, default=OrderDirection.ASC)


@documented
@strawberry.input
class DeveloperOrder:
    """One key of an order of developers; the next keys decide between equals."""

    field: DeveloperOrderField = strawberry.field(description=_FIELD)
    direction: OrderDirection = strawberry.field(description=_DIRECTION, default=OrderDirection.ASC)


@documented
@strawberry.input
class GenreOrder:
    """One key of an order of genres; the next keys decide between equals."""

    field: GenreOrderField = strawberry.field(description=_FIELD)
    direction: OrderDirection = strawberry.field(description=_DIRECTION, default=OrderDirection.ASC)


@documented
@strawberry.input
class UserOrder:
    """One key of an order of users; the next keys decide between equals."""

    field: UserOrderField = strawberry.field(description=_FIELD)
    direction: OrderDirection = strawberry.field(description=_DIRECTION, default=OrderDirection.ASC)


@documented
@strawberry.input
class ReviewOrder:
    """One key of an order of reviews; the next keys decide between equals."""

    field: ReviewOrderField = strawberry.field(description=_FIELD)
    direction: OrderDirection = strawberry.field(description=_DIRECTION, default=OrderDirection.ASC)


# ---------------------------------------------------------------- translation

#: Deepest nesting of conditions, and most conditions of one filter.
_DEEPEST, _MOST = 10, 200
#: Most keys of one order.
_MOST_KEYS = 10
#: Most values of one `in`.
_MOST_VALUES = 1_000
_NO_NULL = "leave it out; unknown values are found by isNull."


def selection(where: Any = UNSET, order_by: Any = UNSET, search: Any = UNSET) -> Selection:
    """The arguments of a list as the resolvers take them. Raises InvalidArgument for a condition
    that is null, and for filters that are too deep or too long."""
    orders = order_by or []
    if len(orders) > _MOST_KEYS:
        raise InvalidArgument(
            "orderBy", f"{len(orders)} keys", f"at most {_MOST_KEYS} may be given."
        )
    return Selection(
        where=_Translation().expression(where, "filter", 0) if where else None,
        orders=[
            Order(order.field.value, order.direction is OrderDirection.DESC) for order in orders
        ],
        text=search if isinstance(search, str) else None,
    )


class _Translation:
    """Translates one filter and counts its conditions."""

    def __init__(self) -> None:
        self._conditions = 0

    def expression(self, given: Any, path: str, depth: int) -> Expression:
        """All conditions of one filter object."""
        if depth > _DEEPEST:
            rule = f"it is nested more than {_DEEPEST} times."
            raise InvalidArgument("filter", path, rule)
        self._count()
        parts: list[Expression] = []
        for field in dataclasses.fields(given):
            value, at = getattr(given, field.name), f"{path}.{_name(field)}"
            if value is UNSET:
                continue
            if value is None:
                raise InvalidArgument(at, None, _NO_NULL)
            if field.name == "not_":
                parts.append(Not(self.expression(value, at, depth + 1)))
            elif field.name in ("and_", "or_"):
                inner = tuple(self.expression(one, at, depth + 1) for one in value)
                parts.append(All(inner) if field.name == "and_" else Either(inner))
            elif field.name == "game":
                parts.append(self.expression(value, at, depth + 1))
            else:
                parts.extend(self._tests(field.name, value, at))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _tests(self, name: str, operators: Any, path: str) -> list[Expression]:
        tests: list[Expression] = []
        for field in dataclasses.fields(operators):
            value = getattr(operators, field.name)
            if value is UNSET:
                continue
            operator = _name(field)
            if value is None:
                raise InvalidArgument(f"{path}.{operator}", None, _NO_NULL)
            if isinstance(value, list) and len(value) > _MOST_VALUES:
                rule = f"at most {_MOST_VALUES} may be given."
                raise InvalidArgument(f"{path}.{operator}", f"{len(value)} values", rule)
            self._count()
            tests.append(Test(name, operator, _plain(value)))
        return tests

    def _count(self) -> None:
        self._conditions += 1
        if self._conditions > _MOST:
            given, rule = f"more than {_MOST} conditions", f"at most {_MOST} may be given."
            raise InvalidArgument("filter", given, rule)


def _name(field: Any) -> str:
    """Name of an input field as clients write it."""
    return field.graphql_name or to_camel_case(field.name)


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.value if isinstance(value, Enum) else value
