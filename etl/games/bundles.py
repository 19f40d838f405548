"""etl.games: the bundles of a store: which games are sold together.

They are a measure for similar games, not an input of the build.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from datastore.base.errors import InputError
from etl.games import values
from etl.raw.lines import RawFile, TooLong
from etl.raw.literals import Unreadable, parse

__all__ = ["read_bundles"]


def read_bundles(path: Path, max_line_bytes: int) -> list[list[str]]:
    """The product ids of each bundle in a file of records with `items`, each with an `item_id`.

    Records without items, and items without id, are left out. Raises InputError when a line cannot
    be read, and when there is no bundle.
    """
    bundles = []
    for number, line in RawFile(path, max_line_bytes).lines():
        if line:
            bundles.append(_ids(path, number, line))
    bundles = [ids for ids in bundles if ids]
    if not bundles:
        raise InputError(
            f"{path} has no bundles: records with items that have an item_id.", path=path
        )
    return bundles


def _ids(path: Path, number: int, line: bytes | TooLong) -> list[str]:
    try:
        if isinstance(line, TooLong):
            raise Unreadable(str(line))
        record: Any = parse(line)
        if not isinstance(record, dict):
            raise Unreadable("the record is not an object")
    except Unreadable as error:
        raise InputError(f"Line {number:,} of {path}: {error}.", path=path) from error
    items = record.get("items")
    rows = [row for row in items if isinstance(row, dict)] if isinstance(items, list) else []
    ids = (values.identifier(row.get("item_id")) for row in rows)
    return list(dict.fromkeys(app_id for app_id in ids if app_id is not None))
