"""schema.relay: Relay connections over pages of rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Generic, TypeAlias, TypeVar

import strawberry
from strawberry import UNSET

from datastore.store import Store
from resolvers.paging import Page, PageArguments, Rows, page
from schema.documented import documented

__all__ = [
    "After",
    "Before",
    "Connection",
    "Edge",
    "First",
    "Last",
    "PageInfo",
    "asked",
    "connect",
    "page_info",
]

T = TypeVar("T")

First: TypeAlias = Annotated[
    int | None, strawberry.argument(description="At most this many entries, 0 to 100.")
]
After: TypeAlias = Annotated[
    str | None, strawberry.argument(description="Only entries after this cursor.")
]
Last: TypeAlias = Annotated[
    int | None, strawberry.argument(description="At most this many entries from the end, 0 to 100.")
]
Before: TypeAlias = Annotated[
    str | None, strawberry.argument(description="Only entries before this cursor.")
]


@documented
@strawberry.type
class PageInfo:
    """Where a page stands in its list."""

    has_next_page: bool = strawberry.field(description="Whether entries follow the page.")
    has_previous_page: bool = strawberry.field(description="Whether entries precede the page.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first entry.")
    end_cursor: str | None = strawberry.field(description="Cursor of the last entry.")


@documented
@strawberry.type
class Edge(Generic[T]):
    """One entry of a page."""

    node: T = strawberry.field(description="The entry.")
    cursor: str = strawberry.field(
        description="Opaque position of the entry in lists of this snapshot."
    )


@documented
@strawberry.type
class Connection(Generic[T]):
    """A page of a list. Without `first` and `last` it has 20 entries."""

    edges: list[Edge[T]] = strawberry.field(description="The entries with their cursors.")
    page_info: PageInfo = strawberry.field(description="Where the page stands.")
    total_count: int = strawberry.field(description="Entries of the whole list, not of the page.")

    @strawberry.field
    def nodes(self) -> list[T]:
        """The entries without their cursors."""
        return [edge.node for edge in self.edges]


def asked(first: Any, after: Any, last: Any, before: Any) -> PageArguments:
    """The arguments of a connection; what is left out is the same as null."""
    given = (first, after, last, before)
    return PageArguments(*(None if value is UNSET else value for value in given))


def connect(
    store: Store, rows: Rows, arguments: PageArguments, make: Callable[..., T]
) -> Connection[T]:
    """Cut a page out of rows and make an entry of each; `make` is a type with a global id."""
    cut = page(rows, store.manifest.version, make.__name__, arguments)
    edges = [
        Edge(node=make(store=store, row=row), cursor=cursor)
        for row, cursor in zip(cut.rows, cut.cursors, strict=True)
    ]
    return Connection(edges=edges, page_info=page_info(cut), total_count=cut.total)


def page_info(cut: Page) -> PageInfo:
    """Describe a page."""
    return PageInfo(
        has_next_page=cut.has_next,
        has_previous_page=cut.has_previous,
        start_cursor=cut.cursors[0] if cut.cursors else None,
        end_cursor=cut.cursors[-1] if cut.cursors else None,
    )
