"""stock.py PORT DATA: this project's schema and resolvers in plain Strawberry, on uvicorn."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import strawberry
import uvicorn
from strawberry.asgi import GraphQL
from threadpoolctl import threadpool_limits

from datastore.store import Store
from schema.context import Context
from schema.query import Query
from schema.relay.node import Node


class Plain(GraphQL):
    """Strawberry's own ASGI application, with this project's context."""

    def __init__(self, store: Store) -> None:
        super().__init__(
            strawberry.Schema(query=Query, types=list(Node.types.values())), graphql_ide=None
        )
        self._context = Context(store)

    async def get_context(self, request: Any, response: Any) -> Any:
        """The context of every request."""
        return self._context


def main() -> None:
    port, data = sys.argv[1:]
    threadpool_limits(1, "blas")
    store = Store.open_current(Path(data))
    assert store is not None
    uvicorn.run(Plain(store), port=int(port), log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
