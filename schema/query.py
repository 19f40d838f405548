"""schema: the root of the graph; it only composes."""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from datastore.base.errors import InvalidArgument, NotFound
from datastore.store import Store
from resolvers import developers, games, genres, ids, users
from schema.connections import After, Before, Connection, First, Last, asked, connect
from schema.context import Info
from schema.dataset import Dataset, describe
from schema.developers import BestDeveloper, Developer
from schema.documented import documented
from schema.games import Game
from schema.genres import Genre
from schema.node import Node
from schema.users import User

__all__ = ["Query", "YearBasis", "schema"]


@strawberry.enum(description="Whose year a ranking takes.")
class YearBasis(IntEnum):
    """Numbers of `resolvers.developers`."""

    REVIEW = strawberry.enum_value(
        developers.REVIEW, description="The year in which the review was posted."
    )
    RELEASE = strawberry.enum_value(
        developers.RELEASE, description="The release year of the reviewed game."
    )


_KINDS: dict[str, type[Node]] = {
    "Game": Game,
    "User": User,
    "Developer": Developer,
    "Genre": Genre,
}
assert tuple(_KINDS) == ids.KINDS

#: Most entries that one `nodes` may ask for.
_MOST_NODES = 100


def _node(store: Store, global_id: str) -> Node:
    kind, row = ids.find(store, global_id)
    return _KINDS[kind](store=store, row=row)


def _nodes(store: Store, global_ids: list[strawberry.ID]) -> list[Any]:
    if len(global_ids) > _MOST_NODES:
        raise InvalidArgument(
            "ids", f"{len(global_ids)} ids", f"at most {_MOST_NODES} may be asked for."
        )
    found: list[Any] = []
    for global_id in global_ids:
        try:
            found.append(_node(store, global_id))
        except NotFound as error:
            found.append(error)  # an error in a list belongs to its own entry
    return found


@documented
@strawberry.type
class Query:
    """Questions to a game store's catalogue, reviews and libraries."""

    @strawberry.field
    def developer(
        self,
        info: Info,
        name: Annotated[
            str, strawberry.argument(description="Whole name; case and white space do not matter.")
        ],
    ) -> Developer | None:
        """One developer. Items and free content per year: `releaseYears`; reviews by sentiment:
        `reviewSentiment`. An unknown name is null, with a NOT_FOUND error and suggestions.
        Client's names: developer(desarrollador), developer_reviews_analysis(desarrolladora)"""
        store = info.context.store
        return Developer(store=store, row=developers.find(store, name))

    @strawberry.field
    def user(
        self,
        info: Info,
        user_id: Annotated[
            strawberry.ID, strawberry.argument(description="Number or vanity name, exactly.")
        ],
    ) -> User | None:
        """One user: money spent, share of recommendations, number of items. An unknown id is null,
        with a NOT_FOUND error.
        Client's name: userdata(User_id)"""
        store = info.context.store
        return User(store=store, row=users.find(store, user_id))

    @strawberry.field
    def genre(
        self,
        info: Info,
        name: Annotated[
            str, strawberry.argument(description="Whole name; case and white space do not matter.")
        ],
    ) -> Genre | None:
        """One genre; `topPlayer` has most hours in it. An unknown name is null, with a NOT_FOUND
        error and suggestions.
        Client's name: UserForGenre(genero)"""
        store = info.context.store
        return Genre(store=store, row=genres.find(store, name))

    @strawberry.field
    def game(
        self,
        info: Info,
        app_id: Annotated[strawberry.ID, strawberry.argument(description="Product id.")],
    ) -> Game | None:
        """One game; `similarGames` are five like it. An unknown id is null, with a NOT_FOUND error.
        Client's name: recomendacion_juego(id de producto)"""
        store = info.context.store
        return Game(store=store, row=games.find(store, app_id))

    @strawberry.field
    def best_developers(
        self,
        info: Info,
        year: Annotated[int, strawberry.argument(description="A year, 1 to 9999.")],
        first: Annotated[
            int, strawberry.argument(description="At most this many developers, 0 to 100.")
        ] = 3,
        year_basis: Annotated[
            YearBasis, strawberry.argument(description="Year of the review, or of the release.")
        ] = YearBasis.REVIEW,
    ) -> list[BestDeveloper] | None:
        """Developers whose games got most reviews that recommend and are positive, in one year.
        Equal counts stand by name. A year without such reviews is an empty list.
        Client's name: best_developer_year(año)"""
        store = info.context.store
        return [
            BestDeveloper(
                rank=place.rank,
                developer=Developer(store=store, row=place.developer),
                recommendations=place.recommendations,
            )
            for place in developers.best(store, year, first, int(year_basis))
        ]

    @strawberry.field
    def developers(
        self,
        info: Info,
        first: First = UNSET,
        last: Last = UNSET,
        after: After = UNSET,
        before: Before = UNSET,
    ) -> Connection[Developer]:
        """All developers, by name."""
        store = info.context.store
        arguments = asked(first, after, last, before)
        rows = range(len(store.developers))
        return connect(store, rows, arguments, lambda row: Developer(store=store, row=row))

    @strawberry.field
    def genres(
        self,
        info: Info,
        first: First = UNSET,
        last: Last = UNSET,
        after: After = UNSET,
        before: Before = UNSET,
    ) -> Connection[Genre]:
        """All genres, by name."""
        store = info.context.store
        arguments = asked(first, after, last, before)
        rows = range(len(store.genres))
        return connect(store, rows, arguments, lambda row: Genre(store=store, row=row))

    @strawberry.field
    def users(
        self,
        info: Info,
        first: First = UNSET,
        last: Last = UNSET,
        after: After = UNSET,
        before: Before = UNSET,
    ) -> Connection[User]:
        """All users, by id."""
        store = info.context.store
        arguments = asked(first, after, last, before)
        rows = range(len(store.users))
        return connect(store, rows, arguments, lambda row: User(store=store, row=row))

    @strawberry.field
    def games(
        self,
        info: Info,
        first: First = UNSET,
        last: Last = UNSET,
        after: After = UNSET,
        before: Before = UNSET,
    ) -> Connection[Game]:
        """All games of the catalogue, by product id."""
        store = info.context.store
        arguments = asked(first, after, last, before)
        rows = range(store.games.listed)
        return connect(store, rows, arguments, lambda row: Game(store=store, row=row))

    @strawberry.field
    def node(
        self,
        info: Info,
        global_id: Annotated[
            strawberry.ID, strawberry.argument(name="id", description="Relay global id.")
        ],
    ) -> Node | None:
        """The entry with a global id. An unknown id is null, with a NOT_FOUND error."""
        return _node(info.context.store, global_id)

    @strawberry.field
    def nodes(
        self,
        info: Info,
        global_ids: Annotated[
            list[strawberry.ID],
            strawberry.argument(name="ids", description="Relay global ids, at most 100."),
        ],
    ) -> list[Node | None]:
        """The entries with these global ids, in their order. For an unknown id the entry is null,
        with a NOT_FOUND error."""
        return _nodes(info.context.store, global_ids)

    @strawberry.field
    def dataset(self, info: Info) -> Dataset:
        """What the answers stand on: the snapshot, its size, and what is unknown in it."""
        return describe(info.context.store.manifest)


schema = strawberry.Schema(query=Query, types=[Game, User, Developer, Genre])
