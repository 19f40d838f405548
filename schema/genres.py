"""schema: the type Genre, its top players, and the root fields about genres."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry import UNSET

from datastore.store import Store
from resolvers import genres, spaces
from resolvers.paging import Rows
from resolvers.selection import select
from schema.context import Info
from schema.costs import PAGE, cost, items, sized_by
from schema.descriptions import documented
from schema.games import game_list
from schema.inputs.filters import GenreWhere
from schema.inputs.orders import GenreOrderBy
from schema.inputs.selections import SearchText, WholeName, selection
from schema.libraries import LibraryConnection, library_connection
from schema.precision import number
from schema.relay.connections import (
    After,
    Before,
    Connection,
    First,
    Last,
    connect,
    page_arguments,
)
from schema.relay.node import Node, node_of
from schema.relay.references import UserType

__all__ = ["Genre", "GenreQuery", "PlayerYearHours", "TopPlayer", "YearHours"]


@documented
@strawberry.type
class YearHours:
    """Hours in games of one release year."""

    counted: strawberry.Private[genres.YearHours]
    year: int | None = strawberry.field(description="Release year; null when unknown.")

    @number
    def hours(self) -> float:
        """Hours played."""
        return self.counted.hours


@documented
@strawberry.type
class PlayerYearHours(YearHours):
    """One player's hours in games of one genre and release year."""

    store: strawberry.Private[Store]
    genre: strawberry.Private[int]
    player: strawberry.Private[int]

    @cost(60, PAGE)
    @strawberry.field
    def games(
        self,
        first: First = UNSET,
        last: Last = UNSET,
        after: After = UNSET,
        before: Before = UNSET,
    ) -> LibraryConnection:
        """The games counted here, with the player's hours, most hours first."""
        rows = genres.played_in_year(self.store, self.genre, self.player, self.year)
        arguments = page_arguments(first, after, last, before)
        return library_connection(self.store, self.player, rows, arguments)


@documented
@strawberry.type
class TopPlayer:
    """One of the players with the most hours in a genre."""

    counted: strawberry.Private[genres.TopPlayer]
    user: UserType = strawberry.field(description="The player.")

    @number
    def hours(self) -> float:
        """The player's hours in games of the genre."""
        return self.counted.hours

    hours_by_release_year: list[PlayerYearHours] = strawberry.field(
        directives=[items(20)],
        description="These hours by release year of the games, newest first, unknown year last. "
        "Years without hours are left out.",
    )


@documented
@strawberry.type
class Genre(Node):
    """A genre of the catalogue."""

    @strawberry.field
    def name(self) -> str:
        """Full name."""
        return self.store.genres.name[self.row]

    @strawberry.field
    def game_count(self) -> int:
        """Number of catalogue games in this genre."""
        return len(self.store.genres.games.row(self.row))

    @cost(15)
    @strawberry.field
    def top_player(self) -> TopPlayer | None:
        """The player with the most hours in the genre, with hours per release year. Ties are broken
        by user id; null when nobody has played.

        Client's name: UserForGenre(genero)"""
        players = self._top_players(1)
        return players[0] if players else None

    @cost(10, sized_by("first", most=100))
    @strawberry.field
    def top_players(
        self,
        first: Annotated[
            int, strawberry.argument(description="At most this many players, 0 to 100.")
        ] = 10,
    ) -> list[TopPlayer]:
        """The players with the most hours in the genre, most hours first; ties are broken by user
        id."""
        return self._top_players(first)

    @cost(100, items(30))
    @strawberry.field
    def play_time(self) -> list[YearHours]:
        """Total hours of all players in the genre by release year of the games, newest first,
        unknown year last. Years without hours are left out."""
        return [
            YearHours(counted=row, year=row.year) for row in genres.play_time(self.store, self.row)
        ]

    @cost(20, PAGE, where=25, order_by=250, search=1500)
    @game_list
    def games(self) -> Rows:
        """Games of the genre."""
        return self.store.genres.games.row(self.row)

    def _top_players(self, first: int) -> list[TopPlayer]:
        return [
            TopPlayer(
                counted=player,
                user=node_of("User", self.store, player.user),
                hours_by_release_year=[
                    PlayerYearHours(
                        counted=row,
                        year=row.year,
                        store=self.store,
                        genre=self.row,
                        player=player.user,
                    )
                    for row in player.hours_by_release_year
                ],
            )
            for player in genres.top_players(self.store, self.row, first)
        ]


@documented
@strawberry.type
class GenreQuery:
    """Root fields about genres."""

    @cost(5)
    @strawberry.field
    def genre(self, info: Info, name: WholeName) -> Genre | None:
        """One genre; `topPlayer` is the player with the most hours in it. An unknown name returns
        null and a NOT_FOUND error with suggestions.

        Client's name: UserForGenre(genero)"""
        store = info.context.store
        return Genre(store=store, row=genres.find(store, name))

    @cost(20, PAGE, where=5, order_by=10, search=500)
    @strawberry.field
    def genres(
        self,
        info: Info,
        where: GenreWhere = UNSET,
        order_by: GenreOrderBy = UNSET,
        search: SearchText = UNSET,
        first: First = UNSET,
        last: Last = UNSET,
        after: After = UNSET,
        before: Before = UNSET,
    ) -> Connection[Genre]:
        """All genres."""
        store = info.context.store
        rows = select(
            range(len(store.genres)),
            lambda: spaces.genres(store),
            selection(where, order_by, search),
        )
        return connect(store, rows, page_arguments(first, after, last, before), Genre)
