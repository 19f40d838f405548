"""schema: Genre."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry import UNSET

from datastore.store import Store
from resolvers import genres
from resolvers.paging import Rows
from schema.documented import documented
from schema.games import game_list
from schema.relay.connections import After, Before, First, Last, asked
from schema.relay.node import Node

if TYPE_CHECKING:
    from schema.users import LibraryConnection, User

__all__ = ["Genre", "PlayerYearHours", "TopPlayer", "YearHours"]


@documented
@strawberry.type
class YearHours:
    """Hours in games of one release year."""

    year: int | None = strawberry.field(description="Release year; null where it is unknown.")
    hours: float = strawberry.field(description="Hours played.")


@documented
@strawberry.type
class PlayerYearHours(YearHours):
    """One player's hours in games of one genre and release year."""

    store: strawberry.Private[Store]
    genre: strawberry.Private[int]
    player: strawberry.Private[int]

    @strawberry.field
    def games(
        self,
        first: First = UNSET,
        last: Last = UNSET,
        after: After = UNSET,
        before: Before = UNSET,
    ) -> Annotated[LibraryConnection, strawberry.lazy("schema.users")]:
        """The games that are counted here, with the player's hours, most first."""
        from schema.users import library_connection

        rows = genres.played_in_year(self.store, self.genre, self.player, self.year)
        return library_connection(self.store, self.player, rows, asked(first, after, last, before))


@documented
@strawberry.type
class TopPlayer:
    """The player of a genre with most hours."""

    user: Annotated[User, strawberry.lazy("schema.users")] = strawberry.field(
        description="The player."
    )
    hours: float = strawberry.field(description="The player's hours in the games of the genre.")
    hours_by_release_year: list[PlayerYearHours] = strawberry.field(
        description="The same hours by release year of the games, newest first, unknown year last; "
        "years without hours are left out."
    )


@documented
@strawberry.type
class Genre(Node):
    """A genre of the catalogue."""

    @strawberry.field
    def name(self) -> str:
        """Whole name."""
        return self.store.genres.name[self.row]

    @strawberry.field
    def game_count(self) -> int:
        """Games of the catalogue in this genre."""
        return len(self.store.genres.games.row(self.row))

    @strawberry.field
    def top_player(self) -> TopPlayer | None:
        """The player with most hours in the genre, of equals the one with the smallest id, and
        those hours per release year; null when nobody has played.

        Client's name: UserForGenre(genero)"""
        players = self._top_players(1)
        return players[0] if players else None

    @strawberry.field
    def top_players(
        self,
        first: Annotated[
            int, strawberry.argument(description="At most this many players, 0 to 100.")
        ] = 10,
    ) -> list[TopPlayer]:
        """The players with most hours in the genre, most first, of equals those with the smallest
        ids first."""
        return self._top_players(first)

    @strawberry.field
    def play_time(self) -> list[YearHours]:
        """Hours that all players together spent in the genre, by release year of the games, newest
        first, unknown year last; years without hours are left out."""
        return [
            YearHours(year=row.year, hours=row.hours)
            for row in genres.play_time(self.store, self.row)
        ]

    @game_list
    def games(self) -> Rows:
        """Games of the genre."""
        return self.store.genres.games.row(self.row)

    def _top_players(self, first: int) -> list[TopPlayer]:
        from schema.users import User

        return [
            TopPlayer(
                user=User(store=self.store, row=player.user),
                hours=player.hours,
                hours_by_release_year=[
                    PlayerYearHours(
                        year=row.year,
                        hours=row.hours,
                        store=self.store,
                        genre=self.row,
                        player=player.user,
                    )
                    for row in player.hours_by_release_year
                ],
            )
            for player in genres.top_players(self.store, self.row, first)
        ]
