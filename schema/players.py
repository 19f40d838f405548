"""schema: the connection of the users who have played a game."""

from __future__ import annotations

import numpy as np
import strawberry

from datastore.store import Store
from resolvers.paging import PageArguments, page
from resolvers.users import player_keys, players
from schema.descriptions import documented
from schema.precision import number
from schema.relay.connections import CURSOR, NO_PAGE, Hidden, PageInfo, page_info
from schema.relay.node import node_of
from schema.relay.references import UserType

__all__ = ["PlayerConnection", "PlayerEdge", "player_connection"]


@documented
@strawberry.type
class PlayerEdge:
    """A user who has played a game."""

    node: UserType = strawberry.field(description="The player.")
    cursor: str = strawberry.field(description=CURSOR)
    minutes: strawberry.Private[int]

    @number
    def hours(self) -> float:
        """Hours the player has played the game."""
        return self.minutes / 60


@documented
@strawberry.type
class PlayerConnection:
    """A page of a game's players: 20 entries unless `first` or `last` is given."""

    edges: list[PlayerEdge] = strawberry.field(description="The players with hours and cursors.")
    page_info: PageInfo = strawberry.field(description="Position of the page in the list.")
    total_count: int = strawberry.field(description="Number of players of the game.")

    @strawberry.field
    def nodes(self) -> list[UserType]:
        """The players without hours and cursors."""
        return [edge.node for edge in self.edges]


def player_connection(store: Store, game: int, arguments: PageArguments) -> PlayerConnection:
    """A page of a game's players, most hours first."""
    rows = players(store, game)
    if store.people.are_hidden:
        return PlayerConnection(edges=Hidden(), page_info=NO_PAGE, total_count=len(rows))
    cut = page(rows, player_keys(store, game), arguments)
    users, minutes = store.users.owners(np.array(cut.rows, np.int64))
    edges = [
        PlayerEdge(node=node_of("User", store, user), cursor=cursor, minutes=own_minutes)
        for user, cursor, own_minutes in zip(
            users.tolist(), cut.cursors, minutes.tolist(), strict=True
        )
    ]
    return PlayerConnection(edges=edges, page_info=page_info(cut), total_count=cut.total)
