"""resolvers: pages of rows, by the Relay cursor connections specification.

A cursor names its snapshot and the row it stands on, so it keeps its place whatever the page
size. Cursors of another snapshot are refused: the row may be another entity there.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import NamedTuple

from datastore.base.errors import InvalidArgument
from resolvers.arguments import check_first, shown

__all__ = ["DEFAULT", "MOST", "Page", "PageArguments", "page"]

#: Entries of a page when neither `first` nor `last` is given, and at most.
DEFAULT, MOST = 20, 100


class PageArguments(NamedTuple):
    """What a client asks of a connection."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None


class Page(NamedTuple):
    """A stretch of rows with the cursor of each; `total` counts all rows, not the page's."""

    rows: Sequence[int]
    cursors: list[str]
    has_previous: bool
    has_next: bool
    total: int


def page(rows: Sequence[int], version: str, arguments: PageArguments) -> Page:
    """Cut a page out of distinct rows.

    Raises InvalidArgument for sizes outside of 0 to 100 and for a cursor that is none of ours,
    is of another snapshot, or stands on a row that is not listed.
    """
    first, after, last, before = arguments
    start, stop = 0, len(rows)
    if after is not None:
        start = _position(rows, version, "after", after) + 1
    if before is not None:
        stop = max(start, _position(rows, version, "before", before))
    if first is None and last is None:
        first = DEFAULT
    if first is not None:
        stop = min(stop, start + check_first(first, MOST))
    if last is not None:
        start = max(start, stop - check_first(last, MOST, "last"))
    cut = rows[start:stop]
    cursors = [_cursor(version, row) for row in cut]
    return Page(cut, cursors, start > 0, stop < len(rows), len(rows))


def _cursor(version: str, row: int) -> str:
    return urlsafe_b64encode(f"{version}:{row}".encode("ascii")).decode("ascii")


def _position(rows: Sequence[int], version: str, argument: str, cursor: str) -> int:
    try:
        text = urlsafe_b64decode(cursor.encode("ascii")).decode("ascii")
        of_version, _, row = text.rpartition(":")
        number = int(row)
    except (ValueError, binascii.Error):
        raise InvalidArgument(argument, cursor[:80], "it is no cursor of this API.") from None
    if _cursor(of_version, number) != cursor:
        raise InvalidArgument(argument, cursor[:80], "it is no cursor of this API.")
    if of_version != version:
        rule = (
            f"it is a cursor of snapshot {shown(of_version)}, now {version} is served. Start again."
        )
        raise InvalidArgument(argument, cursor[:80], rule)
    try:
        return rows.index(number)
    except ValueError:
        rule = "it is a cursor of another list."
        raise InvalidArgument(argument, cursor[:80], rule) from None
