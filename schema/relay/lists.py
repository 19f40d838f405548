"""schema.relay: fields that return a page of a list, with their arguments."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any, NamedTuple, TypeAlias

import strawberry
from strawberry import UNSET

from datastore.store import Store
from resolvers.paging import PageArguments, Rows
from resolvers.selection import Selection, Space, select
from schema.docstrings import docstring
from schema.inputs.selections import SearchText, selection

__all__ = ["Asked", "list_of", "listing"]

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


_KEYWORD = inspect.Parameter.KEYWORD_ONLY
#: The selection without any argument.
_EVERYTHING = Selection()


class Asked(NamedTuple):
    """The arguments of a list."""

    selection: Selection
    page: PageArguments

    def of(self, store: Store, rows: Rows, space: Callable[[Store], Space]) -> Rows:
        """The rows that are asked for, in the order that is asked for: see
        `resolvers.selection.select`."""
        return select(rows, lambda: space(store), self.selection)


def listing(
    where: Any = None, order_by: Any = None, *, searched: bool = True
) -> Callable[[Callable[..., Any]], Any]:
    """Make a field of a method that returns a connection, with page arguments and, if `where` and
    `order_by` are given, a filter, sort keys and, if it is `searched`, a search.

    The method has them as one argument, `asked`, and may have others. Its docstring is the
    description.
    """
    selected = {} if where is None else {"where": where, "order_by": order_by}
    search = {"search": SearchText} if selected and searched else {}
    page = {"first": First, "last": Last, "after": After, "before": Before}
    offered = [
        inspect.Parameter(name, _KEYWORD, default=UNSET, annotation=annotation)
        for name, annotation in (selected | search | page).items()
    ]

    def declare(method: Callable[..., Any]) -> Any:
        signature = inspect.signature(method)
        own = [
            parameter if name == "self" else parameter.replace(kind=_KEYWORD)
            for name, parameter in signature.parameters.items()
            if name != "asked"
        ]
        others = [parameter.name for parameter in own]

        def resolve(self: Any, **arguments: Any) -> Any:
            given = {name: arguments.pop(name) for name in others if name in arguments}
            return method(self, asked=_asked(**arguments), **given)

        resolver: Any = resolve
        resolver.__signature__ = signature.replace(parameters=own + offered)
        resolver.__module__ = method.__module__  # where Strawberry looks annotations up
        return strawberry.field(resolver=resolver, description=docstring(method))

    return declare


def _asked(
    where: Any = UNSET,
    order_by: Any = UNSET,
    search: Any = UNSET,
    first: Any = None,
    last: Any = None,
    after: Any = None,
    before: Any = None,
) -> Asked:
    everything = where is UNSET and order_by is UNSET and search is UNSET
    chosen = _EVERYTHING if everything else selection(where, order_by, search)
    page = (first, after, last, before)
    return Asked(chosen, PageArguments(*[None if one is UNSET else one for one in page]))


def list_of(
    connect: Callable[[Store, Rows, Asked], Any],
    where: Any,
    order_by: Any,
    declared_cost: Callable[[Any], Any],
    *,
    searched: bool = True,
) -> Callable[[Callable[[Any], Rows]], Any]:
    """Make a decorator of methods that return rows, for fields that return their connection. The
    class of the method must have a `store`; the method's docstring is the description."""

    def declare(rows: Callable[[Any], Rows]) -> Any:
        def page(self: Any, asked: Asked) -> Any:
            return connect(self.store, rows(self), asked)

        page.__annotations__["return"] = connect.__annotations__["return"]
        page.__module__ = connect.__module__
        declared = declared_cost(listing(where, order_by, searched=searched)(page))
        declared.description = docstring(rows)
        return declared

    return declare
