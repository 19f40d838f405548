"""etl.raw: is this file the dump it is said to be? Asked before any work is done."""

from __future__ import annotations

from itertools import islice
from typing import Any

from datastore.base.errors import InputError
from etl.raw.lines import RawFile, TooLong
from etl.raw.literals import Unreadable, decode

__all__ = ["check", "kind_of"]

#: A record with this key is of that kind; the catalogue is recognised by any of several.
_MARKS = {
    "items": {"items"},
    "events": {"userId", "appId", "at"},
    "reviews": {"reviews"},
    "games": {"app_name", "title", "genres", "specs", "release_date", "price", "developer"},
}
_WHAT = {
    "games": "a catalogue (records with app_name, genres, price, ...)",
    "reviews": "reviews (records with user_id and reviews)",
    "items": "libraries (records with user_id and items)",
    "events": "events (records with userId, appId, at, and what happened)",
}
#: Unreadable lines that a file may begin with before it is given up.
_PATIENCE = 1_000


def check(raw: RawFile, kind: str) -> None:
    """Raise InputError unless the first record that can be read is of this kind."""
    _check_record(raw, kind, _first_record(raw, f"dump of {kind}"))


def kind_of(raw: RawFile) -> str | None:
    """The kind of a file by its first record; None when it is of no known kind.

    Raises InputError when no line is a record.
    """
    record = _first_record(raw, "dump")
    return _marked(record) if isinstance(record, dict) else None


def _first_record(raw: RawFile, what: str) -> Any:
    first: str | None = None
    number = 0
    for number, line in islice(raw.lines(), _PATIENCE):
        if not line:
            continue
        try:
            if isinstance(line, TooLong):
                raise Unreadable(str(line))
            return decode(line)
        except Unreadable as error:
            first = first or f"line {number:,}: {error}"
    if first:
        problem = f"The first problem is in {first}."
    else:
        problem = "It holds blank lines only." if number else "It is empty when unpacked."
    raise InputError(
        f"{raw.path} is no {what}: no line is a record, in JSON or as a Python literal. {problem}"
    )


def _check_record(raw: RawFile, kind: str, record: Any) -> None:
    if not isinstance(record, dict):
        raise InputError(
            f"{raw.path} is no dump of {kind}: a line must hold one record, {{...}}, but the first "
            f"one holds {_named(record)}."
        )
    keys = record.keys()
    found = _marked(record)
    if found == kind:
        return
    looks = f"It looks like {_WHAT[found]}: --{found} is its option." if found else ""
    shown = ", ".join(sorted(str(key)[:40] for key in keys)[:8]) or "no keys"
    raise InputError(
        f"{raw.path} was given as --{kind}, but its first record is not from "
        f"{_WHAT[kind]}. It has: {shown}. {looks}".rstrip()
    )


def _marked(record: dict[Any, Any]) -> str | None:
    return next((name for name, marks in _MARKS.items() if marks & record.keys()), None)


def _named(record: Any) -> str:
    if isinstance(record, list):  # a table of comma-separated values reads as a tuple
        return "a list (comma-separated values, or an array of all records?)"
    return {"str": "a text", "int": "a number", "float": "a number"}.get(
        type(record).__name__, "something else"
    )
