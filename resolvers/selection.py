"""resolvers: what a list shows: its rows, after search and filter, in the order asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from datastore.search import NameIndex
from resolvers.filters import Column, Expression, mask
from resolvers.ordering import Keys, Order, ordered
from resolvers.paging import Rows, row_array
from resolvers.search import search

__all__ = ["Selection", "Space", "select"]


@dataclass(frozen=True, slots=True)
class Selection:
    """The arguments of a list, except for the page."""

    where: Expression | None = None
    orders: Sequence[Order] = ()
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Space:
    """What can be asked of one noun: its columns to filter, keys to order, names to search, and
    how well known each is. Nothing is read before it is asked for."""

    columns: Mapping[str, Callable[[], Column]]
    keys: Keys
    index: NameIndex | None = None
    weight: Callable[[], npt.NDArray[Any]] | None = None


def select(rows: Rows, make_space: Callable[[], Space], wanted: Selection) -> Rows:
    """Rows that match, in order: that of `orders`, else that of the search, else as they were.

    A search whose rows are ordered by something else keeps only those of the best kind that the
    list has: names that match, else names that resemble the text, else names that hold it. A
    likely typing error never comes before a match. Raises InvalidArgument for a text that cannot
    be searched for.
    """
    if wanted.where is None and not wanted.orders and wanted.text is None:
        return rows  # most lists below an entry: without the cost of a space for each
    chosen, space = row_array(rows), make_space()
    if wanted.text is not None and space.index is not None and space.weight is not None:
        result = search(space.index, wanted.text, space.weight)
        listed = np.isin(result.rows, chosen)
        chosen, kinds = result.rows[listed], result.kinds[listed]
        if wanted.orders and len(chosen):
            chosen = chosen[kinds == kinds.min()]
    if wanted.where is not None:
        chosen = chosen[mask(wanted.where, _Columns(space.columns), chosen)]
    return ordered(chosen, wanted.orders, space.keys)


class _Columns(dict[str, Column]):
    """Columns, made when a filter first asks for them."""

    def __init__(self, makers: Mapping[str, Callable[[], Column]]) -> None:
        super().__init__()
        self._makers = makers

    def __missing__(self, field: str) -> Column:
        column = self[field] = self._makers[field]()
        return column
