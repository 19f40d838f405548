"""etl.games: a line of a dump that has one user and a list of rows."""

from __future__ import annotations

from typing import Any

from etl.games import values
from etl.raw.literals import Unreadable
from etl.raw.records import RecordReader

__all__ = ["user_and_rows"]


def user_and_rows(record: Any, name: str, reader: RecordReader) -> tuple[str, list[Any]]:
    """The user of a line and the list of this name. Raises Unreadable if it lacks one of them."""
    if not isinstance(record, dict):
        raise Unreadable("the record is not an object")
    user = values.identifier(record.get("user_id"))
    rows = record.get(name)
    if user is not None and isinstance(rows, list):
        return user, rows
    reader.show_keys(record)
    raise Unreadable("no user_id" if user is None else f"no list of {name}")
