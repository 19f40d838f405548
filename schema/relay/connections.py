"""schema.relay: connections over pages of rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Generic, TypeAlias, TypeVar

import strawberry
from strawberry import UNSET

from datastore.people import People
from datastore.store import Store
from resolvers.ids import PEOPLE, keys
from resolvers.paging import Page, PageArguments, Rows, page
from schema.descriptions import documented
from schema.relay.node import Node

__all__ = [
    "CURSOR",
    "NO_PAGE",
    "After",
    "Before",
    "Connection",
    "Edge",
    "First",
    "Hidden",
    "Last",
    "PageInfo",
    "connect",
    "page_arguments",
    "page_info",
]

T = TypeVar("T")
N = TypeVar("N", bound=Node)

CURSOR = (
    "Opaque cursor for `after` and `before`. It stays valid in later snapshots as long as the list "
    "contains the entry; for people and reviews only if `dataset.people` is OPEN."
)

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
    """Position of a page in its list."""

    has_next_page: bool = strawberry.field(description="Whether entries follow the page.")
    has_previous_page: bool = strawberry.field(description="Whether entries precede the page.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first entry.")
    end_cursor: str | None = strawberry.field(description="Cursor of the last entry.")


@documented
@strawberry.type
class Edge(Generic[T]):
    """One entry of a page."""

    node: T = strawberry.field(description="The entry.")
    cursor: str = strawberry.field(description=CURSOR)


@documented
@strawberry.type
class Connection(Generic[T]):
    """A page of a list: 20 entries unless `first` or `last` is given."""

    edges: list[Edge[T]] = strawberry.field(description="The entries with their cursors.")
    page_info: PageInfo = strawberry.field(description="Position of the page in the list.")
    total_count: int = strawberry.field(
        description="Number of entries in the whole list, not just this page."
    )

    @strawberry.field
    def nodes(self) -> list[T]:
        """The entries without their cursors."""
        return [edge.node for edge in self.edges]


#: The page of a list whose entries are hidden.
NO_PAGE = PageInfo(has_next_page=False, has_previous_page=False, start_cursor=None, end_cursor=None)


class Hidden(list[Any]):
    """The edges of a list of people who are hidden: reading them raises Forbidden."""

    def __iter__(self) -> Iterator[Any]:
        People("off").require()
        return iter(())


def page_arguments(first: Any, after: Any, last: Any, before: Any) -> PageArguments:
    """The arguments of a connection; omitted arguments are the same as null."""
    arguments = (first, after, last, before)
    return PageArguments(*(None if value is UNSET else value for value in arguments))


def connect(store: Store, rows: Rows, arguments: PageArguments, node: type[N]) -> Connection[N]:
    """A page of the entries in `rows`, as a connection of a node type.

    Raises InvalidArgument and StaleCursor as `resolvers.paging.page` does.
    """
    if node.__name__ in PEOPLE and store.people.are_hidden:
        return Connection(edges=Hidden(), page_info=NO_PAGE, total_count=len(rows))
    cut = page(rows, keys(store, node.__name__), arguments)
    edges = [
        Edge(node=node(store=store, row=row), cursor=cursor)
        for row, cursor in zip(cut.rows, cut.cursors, strict=True)
    ]
    return Connection(edges=edges, page_info=page_info(cut), total_count=cut.total)


def page_info(cut: Page) -> PageInfo:
    """Position of a page in its list."""
    return PageInfo(
        has_next_page=cut.has_next,
        has_previous_page=cut.has_previous,
        start_cursor=cut.cursors[0] if cut.cursors else None,
        end_cursor=cut.cursors[-1] if cut.cursors else None,
    )
