"""A list of the graph as plain Python: how it is queried, and the entries of its pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from harness import Ask

__all__ = ["Entry", "List", "entries", "every", "invalid", "only_page"]

Entry = dict[str, Any]


@dataclass(frozen=True)
class List:
    """A connection that can be filtered and ordered, over the demo world."""

    name: str
    filter_type: str
    order_type: str
    around: str  # `%s`: the arguments, then the selection on an edge
    node: str
    values: dict[str, Callable[[Entry], Any]]
    keys: dict[str, Callable[[Entry], Any]]
    edge: str = ""
    searched: bool = True

    def ask(
        self, ask: Ask, what: str = "", node: str | None = None, **arguments: Any
    ) -> dict[str, Any]:
        """The connection, or the whole answer when there are errors."""
        given = {name: value for name, value in arguments.items() if value is not ...}
        types = {
            "filter": self.filter_type,
            "orderBy": f"[{self.order_type}!]",
            "search": "String",
            "first": "Int",
            "last": "Int",
            "after": "String",
            "before": "String",
        }
        head = ", ".join(f"${name}: {types[name]}" for name in given)
        passed = ", ".join(f"{name}: ${name}" for name in given)
        page = "totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } "
        body = f"{page} {what} edges {{ cursor {self.edge} node {{ {node or self.node} }} }}"
        query = self.around % (f"({passed})" if passed else "", body)
        answer = ask(f"query ({head}) {query}" if head else query, **given)
        return answer if "errors" in answer else only_page(answer["data"])


def only_page(found: Any) -> dict[str, Any]:
    """The one page in an answer's data, however deep it stands."""
    while isinstance(found, list) or "edges" not in found:
        (found,) = found if isinstance(found, list) else found.values()
    return dict(found)


def entries(page: dict[str, Any]) -> list[Entry]:
    """The nodes of a page, with what their edges say."""
    return [{**edge["node"], **_own(edge)} for edge in page["edges"]]


def _own(edge: dict[str, Any]) -> Entry:
    return {f"edge.{name}": value for name, value in edge.items() if name not in ("node", "cursor")}


def every(ask: Ask, listing: List, **arguments: Any) -> list[Entry]:
    """All entries of a list, a hundred at a time."""
    return list(_walk(ask, listing, arguments))


def _walk(ask: Ask, listing: List, arguments: dict[str, Any]) -> Iterator[Entry]:
    after: Any = ...
    while True:
        page = listing.ask(ask, first=100, after=after, **arguments)
        assert "edges" in page, page
        yield from entries(page)
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def invalid(error: dict[str, Any]) -> str:
    """The argument that an INVALID_ARGUMENT error is about."""
    assert error["extensions"]["code"] == "INVALID_ARGUMENT", error
    return str(error["extensions"]["argument"])
