"""etl.raw: recognises the kind of a raw file by its first record, or what else it is."""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice
from typing import Any

from datastore.base.errors import InputError
from etl.raw.formats import text_format_of
from etl.raw.kinds import RawKind
from etl.raw.lines import RawFile, TooLong
from etl.raw.literals import Unreadable, decode

__all__ = ["check", "kind_of"]

#: Unreadable lines that a file may begin with before it is given up.
_PATIENCE = 1_000


def check(raw: RawFile, kind: RawKind, kinds: Collection[RawKind]) -> None:
    """Raise InputError unless the first record that can be read is of this one of the kinds."""
    _check_record(raw, kind, kinds, _first_record(raw, f"dump for --{kind.name}"))


def kind_of(raw: RawFile, kinds: Collection[RawKind]) -> RawKind:
    """The kind of a file by its first record.

    Raises InputError if no line is a record, or if the first one is of none of these kinds.
    """
    record = _first_record(raw, "dump")
    kind = _marked(record, kinds)
    if kind is None:
        problem = f"not a known kind of dump or events file. {_contents(record, kinds)}"
        raise InputError(f"{raw.path} is {problem}", path=raw.path)
    return kind


def _first_record(raw: RawFile, what: str) -> dict[Any, Any]:
    first: str | None = None
    number = 0
    for number, line in islice(raw.lines(), _PATIENCE):
        if not line:
            continue
        try:
            if isinstance(line, TooLong):
                raise Unreadable(str(line))
            record = decode(line)
            if isinstance(record, dict):
                return record
            raise Unreadable(f"{_named(record)}, not an object {{...}}")
        except Unreadable as error:
            first = first or f"line {number:,}: {error}"
    text_format = text_format_of(raw.head)
    if text_format is not None:
        raise InputError(f"{raw.path} is {text_format.what}: {text_format.remedy}.", path=raw.path)
    if first:
        problem = f"The first problem is in {first}."
    else:
        empty = "It has no records." if raw.head else "It is empty when unpacked."
        problem = "It has only blank lines." if number else empty
    raise InputError(
        f"{raw.path} is not a {what}: no line is a JSON object or a Python dictionary. {problem}",
        path=raw.path,
    )


def _check_record(
    raw: RawFile, kind: RawKind, kinds: Collection[RawKind], record: dict[Any, Any]
) -> None:
    if _marked(record, kinds) is kind:
        return
    raise InputError(
        f"{raw.path} was given as --{kind.name}, but its first record is not from "
        f"{kind.label}. {_contents(record, kinds)}",
        path=raw.path,
    )


def _contents(record: dict[Any, Any], kinds: Collection[RawKind]) -> str:
    """The keys of a record, and what it looks like."""
    shown = ", ".join(sorted(str(key)[:40] for key in record)[:8]) or "no keys"
    looks = ""
    if found := _marked(record, kinds):
        looks = f" It looks like {found.label}: use --{found.name}."
    for key, value in record.items():
        if _holds_records(value, kinds):
            looks = f" The records seem to be in {key!s:.40}: pass that list on its own."
            break
    return f"Keys found: {shown}.{looks}"


def _holds_records(value: Any, kinds: Collection[RawKind]) -> bool:
    """Whether this is a list of records of a known kind."""
    return (
        isinstance(value, list)
        and isinstance(next(iter(value), None), dict)
        and (_marked(value[0], kinds) is not None)
    )


def _marked(record: dict[Any, Any], kinds: Collection[RawKind]) -> RawKind | None:
    """The kind with one of its marks among the keys: the fewer marks, the surer each is."""
    surest_first = sorted(kinds, key=lambda kind: len(kind.marks))
    return next((kind for kind in surest_first if kind.marks & record.keys()), None)


def _named(record: Any) -> str:
    kinds = {
        "list": "a list",
        "str": "a string",
        "int": "a number",
        "float": "a number",
        "NoneType": "null",
    }
    return kinds.get(type(record).__name__, "another value")
