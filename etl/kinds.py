"""etl: is this file the dump it is said to be? Asked before any work is done."""

from __future__ import annotations

from itertools import islice
from typing import Any

from datastore.base.errors import InputError
from etl.lines import RawFile, TooLong
from etl.literals import Unreadable, parse

__all__ = ["check"]

#: A record with this key is of that kind; the catalogue is recognised by any of several.
_MARKS = {
    "items": {"items"},
    "reviews": {"reviews"},
    "games": {"app_name", "title", "genres", "specs", "release_date", "price", "developer"},
}
_WHAT = {
    "games": "a catalogue (records with app_name, genres, price, ...)",
    "reviews": "reviews (records with user_id and reviews)",
    "items": "libraries (records with user_id and items)",
}
#: Unreadable lines that a file may begin with before it is given up.
_PATIENCE = 1_000


def check(raw: RawFile, kind: str) -> None:
    """Raise InputError unless the first record that can be read is of this kind."""
    first: str | None = None
    for number, line in islice(raw.lines(), _PATIENCE):
        if not line:
            continue
        try:
            if isinstance(line, TooLong):
                raise Unreadable(str(line))
            record = parse(line)
        except Unreadable as error:
            first = first or f"line {number:,}: {error}"
            continue
        _check_record(raw, kind, record)
        return
    problem = f"The first problem is {first}." if first else "It holds blank lines only."
    raise InputError(
        f"{raw.path} is no dump of {kind}: no line is a JSON or Python-literal record. {problem}"
    )


def _check_record(raw: RawFile, kind: str, record: Any) -> None:
    keys = record.keys() if isinstance(record, dict) else set()
    found = next((name for name, marks in _MARKS.items() if marks & keys), None)
    if found == kind:
        return
    looks = f"It looks like {_WHAT[found]}: --{found} is its option." if found else ""
    shown = ", ".join(sorted(map(str, keys))[:8]) or type(record).__name__
    raise InputError(
        f"{raw.path} was given as --{kind}, but its first record is not of "
        f"{_WHAT[kind]}. It has: {shown}. {looks}".rstrip()
    )
