"""schema.relay: connections over pages of rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar

import strawberry

from datastore.store import Store
from resolvers.ids import PEOPLE, Keys, all_of, keys
from resolvers.paging import Page, PageArguments, Rows, page
from schema.batches import Column, Entry, each, itself, values
from schema.descriptions import documented
from schema.relay.node import Node

__all__ = [
    "Connection",
    "Edge",
    "Listed",
    "PageInfo",
    "connect",
    "cursor",
    "edges",
    "nodes",
    "page_info",
    "shown_page",
    "total_count",
]

T = TypeVar("T")
N = TypeVar("N", bound=Node)
#: The type of the nodes, as an object.
_NODE: Any = T

_CURSOR = (
    "Opaque cursor for `after` and `before`. It stays valid in later snapshots as long as the list "
    "contains the entry; for people and reviews only if `dataset.people` is OPEN."
)


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
class Edge(Entry, Generic[T]):
    """One entry of a page."""

    is_of_table = True
    #: The row of an edge is that of its node, whose type this is.
    kind: strawberry.Private[str]

    @classmethod
    def of(cls, source: Any, row: Any) -> Self:
        """The edge of a row of the type of nodes that `source` has."""
        return cls(store=source.store, row=row, kind=source.kind)

    @values(_NODE)
    def node(self) -> Column:
        """The entry."""
        return itself

    @values(str, _CURSOR)
    def cursor(self) -> Column:
        return all_of(self.store, self.kind)


def cursor(kind: str) -> Any:
    """The field `cursor` of edges whose rows are records that begin with the row of the node."""

    def of_records(self: Any) -> Callable[[tuple[int, ...]], str]:
        ids = all_of(self.store, kind)
        return lambda record: ids[record[0]]

    return values(str, _CURSOR)(of_records)


@strawberry.type
class Listed:
    """What connections have in common: a page of a list, and how its rows are those of edges and
    nodes. Nobody reads those of people who are hidden."""

    store: strawberry.Private[Store]
    page: strawberry.Private[Page]

    @property
    def kind(self) -> str:
        """The type of the nodes."""
        return self.page.keys.kind

    def rows(self) -> list[int]:
        """The rows of the page. Raises Forbidden for people who are hidden."""
        if self.kind in PEOPLE:
            self.store.people.require()
        return self.page.rows

    def position(self) -> PageInfo:
        """The position of the page in the list."""
        first, last = self.page.ends
        return PageInfo(
            has_next_page=self.page.has_next,
            has_previous_page=self.page.has_previous,
            start_cursor=first,
            end_cursor=last,
        )

    def edge_rows(self) -> list[Any]:
        """The row of each edge: here, that of its node."""
        return self.rows()

    def node_rows(self) -> list[int]:
        """The row of each node."""
        return self.rows()


def edges(edge: Any, description: str) -> Any:
    """The field `edges` of a connection."""
    return each(list[edge], description)(lambda self: self.edge_rows())


def nodes(node: Any, description: str) -> Any:
    """The field `nodes` of a connection."""
    return each(list[node], description)(lambda self: self.node_rows())


def page_info() -> Any:
    """The field `pageInfo` of a connection."""
    return each(PageInfo, "Position of the page in the list.")(lambda self: self.position())


def total_count(description: str) -> Any:
    """The field `totalCount` of a connection."""
    return each(int, description)(lambda self: self.page.total)


@documented
@strawberry.type
class Connection(Listed, Generic[T]):
    """A page of a list: 20 entries unless `first` or `last` is given."""

    edges = edges(Edge[T], "The entries with their cursors.")
    page_info = page_info()
    total_count = total_count("Number of entries in the whole list, not just this page.")
    nodes = nodes(_NODE, "The entries without their cursors.")

    #: All rows of the list.
    list_rows: strawberry.Private[Rows]


def shown_page(store: Store, rows: Rows, row_keys: Keys, arguments: PageArguments) -> Page:
    """The page of a list that the arguments select; an empty one of people who are hidden.

    Raises InvalidArgument and StaleCursor as `resolvers.paging.page` does.
    """
    if row_keys.kind in PEOPLE and store.people.are_hidden:
        return Page([], row_keys, False, False, len(rows))
    return page(rows, row_keys, arguments)


def connect(store: Store, rows: Rows, arguments: PageArguments, node: type[N]) -> Connection[N]:
    """A page of the entries in `rows`, as a connection of a node type.

    Raises InvalidArgument and StaleCursor as `resolvers.paging.page` does.
    """
    cut = shown_page(store, rows, keys(store, node.__name__), arguments)
    return Connection(store=store, page=cut, list_rows=rows)
