"""schema: Genre."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry import UNSET

from resolvers import genres
from schema.connections import After, Before, Connection, First, Last, asked, connect
from schema.documented import documented
from schema.node import Node

if TYPE_CHECKING:
    from schema.games import Game
    from schema.users import User

__all__ = ["Genre", "TopPlayer", "YearHours"]


@documented
@strawberry.type
class YearHours:
    """Hours in games of one release year."""

    year: int | None = strawberry.field(description="Release year; null where it is unknown.")
    hours: float = strawberry.field(description="Hours played.")


@documented
@strawberry.type
class TopPlayer:
    """The player of a genre with most hours."""

    user: Annotated[User, strawberry.lazy("schema.users")] = strawberry.field(
        description="The player."
    )
    hours: float = strawberry.field(description="The player's hours in the games of the genre.")
    hours_by_release_year: list[YearHours] = strawberry.field(
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
        from schema.users import User

        answer = genres.top_player(self.store, self.row)
        if answer is None:
            return None
        return TopPlayer(
            user=User(store=self.store, row=answer.user),
            hours=answer.hours,
            hours_by_release_year=[
                YearHours(year=row.year, hours=row.hours) for row in answer.hours_by_release_year
            ],
        )

    @strawberry.field
    def games(
        self, first: First = UNSET, last: Last = UNSET, after: After = UNSET, before: Before = UNSET
    ) -> Connection[Annotated[Game, strawberry.lazy("schema.games")]]:
        """Games of the genre, by product id."""
        from schema.games import Game

        rows = self.store.genres.games.row(self.row).tolist()
        arguments = asked(first, after, last, before)
        return connect(self.store, rows, arguments, lambda row: Game(store=self.store, row=row))
