"""schema.relay: the Node interface, and the registry of its types.

Types refer to each other by name, so that their modules need not import each other.
"""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from datastore.base.errors import NotFound, TooMany, Unavailable
from datastore.store import Store
from resolvers import ids
from schema.batches import Column, Entry, values
from schema.context import Info
from schema.costs import cost, sized_by
from schema.descriptions import documented

__all__ = ["Node", "NodeQuery", "node_of"]

#: Most global ids per call of `nodes`.
_MOST_NODES = 100


@documented
@strawberry.interface
class Node(Entry):
    """An entry that `node(id)` returns by its global id."""

    is_of_table = True
    row: strawberry.Private[int]

    @values(strawberry.ID)
    def id(self) -> Column:
        """Relay global id: opaque, and the same in every snapshot; of people and reviews only if
        `dataset.people` is OPEN."""
        return ids.all_of(self.store, type(self).__name__)


def node_of(kind: str, store: Store, row: int) -> Any:
    """The entry of a row, as an instance of the node type `kind`."""
    return Entry.types[kind](store=store, row=row)


@documented
@strawberry.type
class NodeQuery:
    """Root fields that return any entry by its global id."""

    @cost(8)
    @strawberry.field
    def node(
        self,
        info: Info,
        global_id: Annotated[
            strawberry.ID, strawberry.argument(name="id", description="Relay global id.")
        ],
    ) -> Node | None:
        """The entry with this global id. An unknown id returns null and a NOT_FOUND error."""
        return _find(info.context.store, global_id)

    @cost(3, sized_by("ids", most=100), global_ids=15)
    @strawberry.field
    def nodes(
        self,
        info: Info,
        global_ids: Annotated[
            list[strawberry.ID],
            strawberry.argument(name="ids", description="Relay global ids, at most 100."),
        ],
    ) -> list[Node | None]:
        """The entries with these global ids, in the same order. Each unknown id returns null and a
        NOT_FOUND error, each id of data that the snapshot lacks null and UNAVAILABLE."""
        if len(global_ids) > _MOST_NODES:
            raise TooMany("ids", f"{len(global_ids):,} ids", _MOST_NODES)
        entries: list[Any] = []
        for global_id in global_ids:
            try:
                entries.append(_find(info.context.store, global_id))
            except (NotFound, Unavailable) as error:
                entries.append(error)  # an error in a list is reported for its own entry
        return entries


def _find(store: Store, global_id: str) -> Node:
    kind, row = ids.find(store, global_id)
    entry: Node = node_of(kind, store, row)
    return entry
