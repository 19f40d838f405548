"""schema: the type Genre, its top players, and the root fields about genres."""

from __future__ import annotations

from operator import attrgetter
from typing import Annotated

import strawberry

from resolvers import genres, spaces
from resolvers.paging import Rows
from schema.batches import Column, Entry, each, part, values
from schema.context import Info
from schema.costs import PAGE, cost, items, sized_by
from schema.descriptions import documented
from schema.games import game_list
from schema.inputs.filters import GenreWhere
from schema.inputs.orders import GenreOrderBy
from schema.inputs.selections import WholeName
from schema.libraries import LibraryConnection, library_connection
from schema.precision import numbers
from schema.relay.connections import Connection, connect
from schema.relay.lists import Asked, listing
from schema.relay.node import Node
from schema.relay.references import UserType

__all__ = ["Genre", "GenreQuery", "PlayerYearHours", "TopPlayer", "YearHours"]


@documented
@strawberry.type
class YearHours(Entry):
    """Hours in games of one release year."""

    year = part(int | None, "year", "Release year; null when unknown.")

    @numbers(float)
    def hours(self) -> Column:
        """Hours played."""
        return attrgetter("hours")


@documented
@strawberry.type
class PlayerYearHours(YearHours):
    """One player's hours in games of one genre and release year."""

    row: strawberry.Private[genres.PlayerYearHours]

    @cost(60, PAGE)
    @listing()
    def games(self, asked: Asked) -> LibraryConnection:
        """The games counted here, with the player's hours, most hours first."""
        counted = self.row
        rows = genres.played_in_year(self.store, counted.genre, counted.user, counted.year)
        return library_connection(self.store, counted.user, rows, asked.page)


@documented
@strawberry.type
class TopPlayer(Entry):
    """One of the players with the most hours in a genre."""

    user = part(UserType, "user", "The player.")
    hours_by_release_year = part(
        list[PlayerYearHours],
        "hours_by_release_year",
        "These hours by release year of the games, newest first, unknown year last. Years without "
        "hours are left out.",
        items(20),
    )

    @numbers(float)
    def hours(self) -> Column:
        """The player's hours in games of the genre."""
        return attrgetter("hours")


@documented
@strawberry.type
class Genre(Node):
    """A genre of the catalogue."""

    @values(str)
    def name(self) -> Column:
        """Full name."""
        return self.store.genres.name

    @values(int)
    def game_count(self) -> Column:
        """Number of catalogue games in this genre."""
        return self.store.genres.games.sizes()

    @cost(15)
    @each(TopPlayer | None)
    def top_player(self) -> genres.TopPlayer | None:
        """The player with the most hours in the genre, with hours per release year. Ties are broken
        by user id; null when nobody has played.

        Client's name: UserForGenre(genero)"""
        return next(iter(genres.top_players(self.store, self.row, 1)), None)

    @cost(10, sized_by("first", most=100))
    @each(list[TopPlayer])
    def top_players(
        self,
        first: Annotated[
            int, strawberry.argument(description="At most this many players, 0 to 100.")
        ] = 10,
    ) -> list[genres.TopPlayer]:
        """The players with the most hours in the genre, most hours first; ties are broken by user
        id."""
        return genres.top_players(self.store, self.row, first)

    @cost(100, items(30))
    @each(list[YearHours])
    def play_time(self) -> list[genres.YearHours]:
        """Total hours of all players in the genre by release year of the games, newest first,
        unknown year last. Years without hours are left out."""
        return genres.play_time(self.store, self.row)

    @cost(20, PAGE, where=25, order_by=250, search=1500)
    @game_list
    def games(self) -> Rows:
        """Games of the genre."""
        return self.store.genres.games.row(self.row)


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
    @listing(GenreWhere, GenreOrderBy)
    def genres(self, info: Info, asked: Asked) -> Connection[Genre]:
        """All genres."""
        store = info.context.store
        rows = asked.of(store, range(len(store.genres)), spaces.genres)
        return connect(store, rows, asked.page, Genre)
