"""resolvers: the columns, sort keys and search index of each noun.

Names and kinds are those declared in `datastore.base.tables`. Stored numbers, flags and texts are
read from their column; only derived values are defined here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial, wraps
from typing import Any, NoReturn, assert_never

import numpy as np
import numpy.typing as npt

from datastore.base.columns import Field, Kind
from datastore.base.tables import CONTRACT
from datastore.frame import Frame
from datastore.order import Order
from datastore.people import People
from datastore.search import NameIndex
from datastore.store import Store
from resolvers.filters import Column, Names, Numbers, Texts
from resolvers.ordering import ranks
from resolvers.remembered import Conditions, Remembered
from resolvers.selection import Space

__all__ = [
    "developers",
    "games",
    "genres",
    "library",
    "rated_titles",
    "reviews",
    "titles",
    "users",
    "viewers",
]

Floats = npt.NDArray[np.float64]
Values = Mapping[str, Callable[[], Floats]]


def _once(make: Callable[[Store], Space]) -> Callable[[Store], Space]:
    """The same function, which makes the space of a snapshot once.

    The space must not refer to the store, or a replaced snapshot would stay mapped until Python
    looks for circles.
    """

    @wraps(make)
    def space_of(store: Store) -> Space:
        if make not in store.derived:
            store.derived[make] = make(store)
        space: Space = store.derived[make]
        return space

    return space_of


@_once
def games(store: Store) -> Space:
    """All games, including those missing from the catalogue."""
    games, developers, genres = store.games, store.developers, store.genres
    return _space(
        games.frame,
        names={
            "developer": lambda: Names(
                games.developers, developers.folded, developers.find, developers.games
            ),
            "genre": lambda: Names(games.genres, genres.folded, genres.find, genres.games),
            "tag": lambda: Names(games.tag_rows, games.folded_tags),
            "spec": lambda: Names(games.spec_rows, games.folded_specs),
        },
        values={
            "is_free": lambda: np.where(np.isnan(games.prices), np.nan, games.prices == 0),
            "unlisted": lambda: games.unlisted.astype(np.float64),
            "hours": lambda: games.hours,
            "review_count": lambda: games.reviews,
            "positive_percent": lambda: games.positive_percent,
        },
        orders={"app_id": lambda: games.id_ranks, "title": lambda: games.title_ranks},
        index=games.index,
        weight=lambda: games.weight,
    )


def library(store: Store, user: int) -> Space:
    """The games of one user; `own_hours` are that user's hours."""
    space = games(store)

    def own_hours() -> Floats:
        rows, minutes = store.users.library(user)
        hours = np.full(len(store.games), np.nan)
        hours[rows] = minutes / 60
        return hours

    columns = {**space.columns, "own_hours": lambda: Numbers(own_hours())}
    return Space(columns, {**space.keys, "own_hours": own_hours}, space.index, space.weight)


@_once
def developers(store: Store) -> Space:
    """All developers."""
    developers = store.developers
    return _space(
        developers.frame,
        names={"company": lambda: Names(*developers.folded_companies)},
        values={
            "item_count": lambda: developers.item_counts,
            "review_count": lambda: developers.reviews,
            "positive_percent": lambda: developers.positive_percent,
        },
        orders={"name": lambda: _places(developers.frame)},
        index=developers.index,
        weight=lambda: developers.item_counts,
    )


@_once
def genres(store: Store) -> Space:
    """All genres."""
    genres = store.genres
    return _space(
        genres.frame,
        values={"game_count": lambda: genres.game_counts},
        orders={"name": lambda: _places(genres.frame)},
        index=genres.index,
        weight=lambda: genres.game_counts,
    )


@_once
def users(store: Store) -> Space:
    """All users."""
    users = store.users
    return _space(
        users.frame,
        values={"recommend_percent": lambda: users.recommend_percent},
        orders={"user_id": lambda: _places(users.frame, users.order)},
        index=users.index,
        weight=lambda: users.items + 1,
        people=store.people,
    )


@_once
def reviews(store: Store) -> Space:
    """All reviews."""
    return _space(store.reviews.frame)


@_once
def titles(store: Store) -> Space:
    """All streaming titles."""
    titles = store.titles
    return _space(
        titles.frame,
        names={
            "director": lambda: Names(titles.director_rows, titles.folded_people),
            "cast_member": lambda: Names(titles.cast_rows, titles.folded_people),
            "country": lambda: Names(titles.country_rows, titles.folded_countries),
            "genre": lambda: Names(titles.genre_rows, titles.folded_genres),
        },
        orders={
            "title_id": lambda: _places(titles.frame),
            "title": lambda: titles.title_ranks,
        },
        index=titles.index,
        weight=lambda: titles.score_count + 1,
    )


def rated_titles(store: Store, viewer: int) -> Space:
    """The titles that one viewer has rated; `own_rating` and `rated_at` are of that viewer."""
    space, ratings = titles(store), store.ratings
    rows = ratings.of_viewer(viewer)
    span = slice(rows.start, rows.stop)

    def of_titles(values: npt.NDArray[Any]) -> Floats:
        column = np.full(len(store.titles), np.nan)
        column[ratings.titles(rows)] = values
        return column

    def stars() -> Floats:
        return of_titles(ratings.stars(span))

    columns = {**space.columns, "own_rating": lambda: Numbers(stars())}
    keys = {"own_rating": stars, "rated_at": lambda: of_titles(ratings.times(span))}
    return Space(columns, {**space.keys, **keys}, space.index, space.weight)


@_once
def viewers(store: Store) -> Space:
    """All viewers."""
    viewers = store.viewers
    return _space(
        viewers.frame,
        values={"mean_rating": lambda: viewers.mean_ratings},
        orders={"viewer_id": lambda: _places(viewers.frame, viewers.order)},
        index=viewers.index,
        weight=lambda: viewers.rating_count + 1,
        people=store.people,
    )


def _space(
    frame: Frame,
    *,
    names: Mapping[str, Callable[[], Names]] | None = None,
    values: Values | None = None,
    orders: Values | None = None,
    index: NameIndex | None = None,
    weight: Callable[[], npt.NDArray[Any]] | None = None,
    people: People | None = None,
) -> Space:
    """The space of a table, with all fields declared for it.

    `names`, `values` and `orders` define what is not read from the field's own column: names in
    another table, derived numbers, and ranks of texts. Raises KeyError if a derived field is
    missing there. If the rows are `people` who are hidden, ids and searches raise Forbidden: even
    how many there are with a part of an id would tell something.
    """
    values, orders = values or {}, orders or {}
    declared, conditions = CONTRACT[frame.name], Conditions()

    def column(field: Field, kind: Kind) -> Callable[[], Column]:
        make = (names or {}).get(field.name) or _column(frame, field, kind, values)

        def made() -> Column:
            column = make()
            if isinstance(column, Numbers):
                return column
            return Remembered(field.name, column, len(frame), conditions)

        return made

    columns = {field.name: column(field, kind) for field, kind in declared.filters}
    keys = {
        field.name: _ranked(orders.get(field.name) or _numbers(frame, field, values))
        for field in declared.orders
    }
    if people is not None and people.are_hidden:
        for field, kind in declared.filters:
            if kind is Kind.ID:
                columns[field.name] = keys[field.name] = partial(_hidden, people)
        weight = partial(_hidden, people)
    return Space(columns, keys, index, weight)


def _hidden(people: People) -> NoReturn:
    people.require()
    raise AssertionError("people are hidden")


def _column(
    frame: Frame, field: Field, kind: Kind, values: Values
) -> Callable[[], Numbers | Texts]:
    match kind:
        case Kind.ID:
            return lambda: Texts(frame.text_column(field.column_name), exact=True)
        case Kind.NAME:
            return lambda: Texts(frame.text_column(field.column.folded))
        case (
            Kind.INT
            | Kind.FLOAT
            | Kind.FLAG
            | Kind.SENTIMENT
            | Kind.PLATFORM
            | Kind.TITLE_KIND
            | Kind.DURATION_TYPE
        ):
            numbers = _numbers(frame, field, values)
            return lambda: Numbers(numbers())
        case _:
            assert_never(kind)


def _numbers(frame: Frame, field: Field, values: Values) -> Callable[[], Floats]:
    if field.column.type is None:
        return values[field.name]
    return lambda: frame.numbers(field.column_name)


def _ranked(values: Callable[[], Floats]) -> Callable[[], npt.NDArray[Any]]:
    """Ranks of the values, made once."""
    return cache(lambda: ranks(values()))


def _places(frame: Frame, order: Order | None = None) -> Floats:
    """Rank of each row in a table that is sorted by the field itself, or in another order."""
    rows = np.arange(len(frame))
    return (rows if order is None else order.places(rows)).astype(np.float64)
