"""schema: connections of the games that a user owns."""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Any

import numpy as np
import strawberry

from datastore.store import Store
from resolvers.ids import keys
from resolvers.paging import PageArguments, Rows
from schema.aggregates import GameAggregates
from schema.batches import Entry, values
from schema.costs import cost
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
from schema.relay.references import GameType

__all__ = ["LibraryConnection", "LibraryEdge", "library_connection"]


@documented
@strawberry.type
class LibraryEdge(Entry):
    """A game that a user owns."""

    row: strawberry.Private[tuple[int, int]]  # game, minutes

    @values(GameType)
    def node(self) -> Callable[[Any], int]:
        """The game."""
        return itemgetter(0)

    cursor = cursor("Game")

    @numbers(float)
    def hours(self) -> Callable[[Any], float]:
        """Hours the user has played the game; 0 when never played or when no playtime is
        recorded."""
        return lambda row: row[1] / 60


@documented
@strawberry.type
class LibraryConnection(Listed):
    """A page of a library: 20 entries unless `first` or `last` is given."""

    edges = edges(LibraryEdge, "The games with hours and cursors.")
    page_info = page_info()
    total_count = total_count("Number of games in the whole list, not just this page.")
    nodes = nodes(GameType, "The games without hours and cursors.")
    user: strawberry.Private[int]
    list_rows: strawberry.Private[Rows]

    @cost(1)
    @strawberry.field
    def aggregates(self) -> GameAggregates:
        """Count, prices and facets of the whole list, after filter and search."""
        return GameAggregates(store=self.store, rows=self.list_rows)

    def edge_rows(self) -> list[tuple[int, int]]:
        """Game and minutes of each edge."""
        games = self.rows()
        minutes = self.store.users.minutes(self.user, np.array(games, np.int64)).tolist()
        return list(zip(games, minutes, strict=True))


def library_connection(
    store: Store, user: int, rows: Rows, arguments: PageArguments
) -> LibraryConnection:
    """A page of the user's games in `rows`."""
    cut = shown_page(store, rows, keys(store, "Game"), arguments)
    return LibraryConnection(store=store, page=cut, user=user, list_rows=rows)
