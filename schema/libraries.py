"""schema: connections of the games that a user owns."""

from __future__ import annotations

import numpy as np
import strawberry

from datastore.store import Store
from resolvers.ids import keys
from resolvers.paging import PageArguments, Rows, page
from schema.aggregates import GameAggregates
from schema.costs import cost
from schema.descriptions import documented
from schema.precision import number
from schema.relay.connections import CURSOR, PageInfo, page_info
from schema.relay.node import node_of
from schema.relay.references import GameType

__all__ = ["LibraryConnection", "LibraryEdge", "library_connection"]


@documented
@strawberry.type
class LibraryEdge:
    """A game that a user owns."""

    node: GameType = strawberry.field(description="The game.")
    cursor: str = strawberry.field(description=CURSOR)
    minutes: strawberry.Private[int]

    @number
    def hours(self) -> float:
        """Hours the user has played the game; 0 when never played or when no playtime is
        recorded."""
        return self.minutes / 60


@documented
@strawberry.type
class LibraryConnection:
    """A page of a library: 20 entries unless `first` or `last` is given."""

    edges: list[LibraryEdge] = strawberry.field(description="The games with hours and cursors.")
    page_info: PageInfo = strawberry.field(description="Position of the page in the list.")
    total_count: int = strawberry.field(
        description="Number of games in the whole list, not just this page."
    )
    store: strawberry.Private[Store]
    rows: strawberry.Private[Rows]

    @strawberry.field
    def nodes(self) -> list[GameType]:
        """The games without hours and cursors."""
        return [edge.node for edge in self.edges]

    @cost(1)
    @strawberry.field
    def aggregates(self) -> GameAggregates:
        """Count, prices and facets of the whole list, after filter and search."""
        return GameAggregates(store=self.store, rows=self.rows)


def library_connection(
    store: Store, user: int, rows: Rows, arguments: PageArguments
) -> LibraryConnection:
    """A page of the user's games in `rows`."""
    cut = page(rows, keys(store, "Game"), arguments)
    minutes = store.users.minutes(user, np.array(cut.rows, np.int64)).tolist()
    edges = [
        LibraryEdge(node=node_of("Game", store, row), cursor=cursor, minutes=own_minutes)
        for row, cursor, own_minutes in zip(cut.rows, cut.cursors, minutes, strict=True)
    ]
    return LibraryConnection(
        edges=edges, page_info=page_info(cut), total_count=cut.total, store=store, rows=rows
    )
