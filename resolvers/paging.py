"""resolvers: pages of rows by the Relay cursor connections specification.

A cursor is the global id of its entry. It is valid for any page size, filter, order and snapshot,
as long as the list contains the entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from datastore.base.errors import InvalidArgument, StaleCursor
from resolvers.arguments import check_first
from resolvers.ids import KINDS, Keys, decode, encode

__all__ = ["DEFAULT", "MOST", "Page", "PageArguments", "Rows", "page", "row_array"]

#: Distinct rows in the order of the list.
Rows = Sequence[int] | npt.NDArray[Any]

#: Entries per page when neither `first` nor `last` is given, and at most.
DEFAULT, MOST = 20, 100

#: Longest part of a cursor that an error quotes, in characters.
_SHOWN = 80


class PageArguments(NamedTuple):
    """The page arguments of a connection."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None


class Page(NamedTuple):
    """Consecutive rows of a list and their keys; `total` is the length of the list."""

    rows: list[int]
    keys: Keys
    has_previous: bool
    has_next: bool
    total: int

    @property
    def cursors(self) -> list[str]:
        """The cursor of each row."""
        return self.cursors_of(self.rows)

    @property
    def ends(self) -> tuple[str | None, str | None]:
        """The cursors of the first and of the last row; None for an empty page."""
        if not self.rows:
            return None, None
        first, last = self.cursors_of([self.rows[0], self.rows[-1]])
        return first, last

    def cursors_of(self, rows: list[int]) -> list[str]:
        """The cursors of some of the rows."""
        return [encode(self.keys.kind, key) for key in self.keys.of(rows)]


def page(rows: Rows, keys: Keys, arguments: PageArguments) -> Page:
    """The page of a list of distinct rows that the arguments select.

    Raises InvalidArgument for sizes outside 0 to 100, for malformed cursors and for cursors of
    another type; StaleCursor for cursors of entries that are not in the list.
    """
    first, after, last, before = arguments
    start, stop = 0, len(rows)
    if after is not None:
        start = _position(rows, keys, "after", after) + 1
    if before is not None:
        stop = max(start, _position(rows, keys, "before", before))
    if first is None and last is None:
        first = DEFAULT
    if first is not None:
        stop = min(stop, start + check_first(first, MOST))
    if last is not None:
        start = max(start, stop - check_first(last, MOST, "last"))
    part = rows[start:stop]
    page_rows = part.tolist() if isinstance(part, np.ndarray) else list(part)
    return Page(page_rows, keys, start > 0, stop < len(rows), len(rows))


def row_array(rows: Rows) -> npt.NDArray[np.int64]:
    """Rows as an array."""
    if isinstance(rows, range):  # a thousand times as fast as entry by entry
        return np.arange(rows.start, rows.stop, rows.step, dtype=np.int64)
    return np.asarray(rows, np.int64)


def _position(rows: Rows, keys: Keys, argument: str, cursor: str) -> int:
    """Index in `rows` of the entry of a cursor."""
    kind, key = decode(cursor) or ("", "")
    if kind not in KINDS:
        raise InvalidArgument(argument, cursor[:_SHOWN], "this is not a valid cursor.")
    if kind != keys.kind:
        rule = f"this is a cursor of a {kind}; the list needs one of a {keys.kind}."
        raise InvalidArgument(argument, cursor[:_SHOWN], rule)
    row = keys.find(key)
    if row is None:
        raise StaleCursor(argument)
    if keys.of([row]) != [key]:  # another spelling of the key: no page has such a cursor
        raise InvalidArgument(argument, cursor[:_SHOWN], "this is not a valid cursor.")
    position = _index(rows, row)
    if position is None:
        raise StaleCursor(argument)
    return position


def _index(rows: Rows, row: int) -> int | None:
    if isinstance(rows, range):
        return rows.index(row) if row in rows else None
    matches = np.flatnonzero(np.asarray(rows) == row)
    return int(matches[0]) if len(matches) else None
