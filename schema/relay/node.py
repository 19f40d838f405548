"""schema.relay: the Relay Node interface."""

from __future__ import annotations

import strawberry

from datastore.store import Store
from resolvers import ids
from schema.documented import documented

__all__ = ["Node"]


@documented
@strawberry.interface
class Node:
    """An entry with a global id, by which `node(id)` finds it again."""

    store: strawberry.Private[Store]
    row: strawberry.Private[int]

    @strawberry.field
    def id(self) -> strawberry.ID:
        """Relay global id: opaque, the same in every snapshot."""
        return strawberry.ID(ids.of(self.store, type(self).__name__, self.row))
