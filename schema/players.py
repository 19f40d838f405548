"""schema: the connection of the users who have played a game."""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Any

import numpy as np
import strawberry

from datastore.store import Store
from resolvers.paging import PageArguments
from resolvers.users import player_keys, players
from schema.batches import Entry, values
from schema.descriptions import documented
from schema.precision import numbers
from schema.relay.connections import (
    Listed,
    cursor,
    edges,
    nodes,
    page_info,
    shown_page,
    total_count,
)
from schema.relay.references import UserType

__all__ = ["PlayerConnection", "PlayerEdge", "player_connection"]


@documented
@strawberry.type
class PlayerEdge(Entry):
    """A user who has played a game."""

    row: strawberry.Private[tuple[int, int]]  # user, minutes

    @values(UserType)
    def node(self) -> Callable[[Any], int]:
        """The player."""
        return itemgetter(0)

    cursor = cursor("User")

    @numbers(float)
    def hours(self) -> Callable[[Any], float]:
        """Hours the player has played the game."""
        return lambda row: row[1] / 60


@documented
@strawberry.type
class PlayerConnection(Listed):
    """A page of a game's players: 20 entries unless `first` or `last` is given."""

    edges = edges(PlayerEdge, "The players with hours and cursors.")
    page_info = page_info()
    total_count = total_count("Number of players of the game.")
    nodes = nodes(UserType, "The players without hours and cursors.")

    def edge_rows(self) -> list[tuple[int, int]]:
        """User and minutes of each edge."""
        users, minutes = self.store.users.owners(np.array(self.rows(), np.int64))
        return list(zip(users.tolist(), minutes.tolist(), strict=True))

    def node_rows(self) -> list[int]:
        """The users."""
        users: list[int] = self.store.users.owner(np.array(self.rows(), np.int64)).tolist()
        return users


def player_connection(store: Store, game: int, arguments: PageArguments) -> PlayerConnection:
    """A page of a game's players, most hours first."""
    cut = shown_page(store, players(store, game), player_keys(store, game), arguments)
    return PlayerConnection(store=store, page=cut)
