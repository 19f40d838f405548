"""resolvers: selection of a list's rows by search, filter and order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from datastore.search import NameIndex
from resolvers.filters import Column, Expression, mask, rows_at
from resolvers.filters import Rows as Candidates
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
    """What the rows of one noun can be selected by: columns for filters, sort keys, the index for
    searches and the popularity of each row. All are read on first use."""

    columns: Mapping[str, Callable[[], Column]]
    keys: Keys
    index: NameIndex | None = None
    weight: Callable[[], npt.NDArray[Any]] | None = None


def select(rows: Rows, make_space: Callable[[], Space], selection: Selection) -> Rows:
    """The matching rows, sorted by `orders`, else by the search, else in their previous order.

    If a search is combined with `orders`, only the best kind of result is kept: names that match
    the text, else names that resemble it, else names that contain it. So a likely typo never comes
    before a match. Raises InvalidArgument for an invalid search text.
    """
    if selection.where is None and not selection.orders and selection.text is None:
        return rows  # most nested lists: saves making a space for each
    selected: Candidates = rows if isinstance(rows, range) else row_array(rows)
    space = make_space()
    if selection.text is not None and space.index is not None and space.weight is not None:
        result = search(space.index, selection.text, space.weight)
        listed = _within(result.rows, selected)
        selected, kinds = result.rows[listed], result.kinds[listed]
        if selection.orders and len(selected):
            selected = selected[kinds == kinds.min()]
    if selection.where is not None:
        matching = mask(selection.where, _Columns(space.columns), selected)
        selected = rows_at(selected, np.flatnonzero(matching))
    return ordered(selected, selection.orders, space.keys)


def _within(rows: npt.NDArray[np.int64], candidates: Candidates) -> npt.NDArray[np.bool_]:
    """Which rows are among the candidates."""
    if isinstance(candidates, range):
        return (rows >= candidates.start) & (rows < candidates.stop)
    return np.isin(rows, candidates)


class _Columns(dict[str, Column]):
    """Columns, each made on first use by a filter."""

    def __init__(self, makers: Mapping[str, Callable[[], Column]]) -> None:
        super().__init__()
        self._makers = makers

    def __missing__(self, field: str) -> Column:
        column = self[field] = self._makers[field]()
        return column
