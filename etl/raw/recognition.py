"""etl.raw: recognises the kind of a raw file by its first record or header, or what else it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import islice
from typing import Any

from datastore.base.errors import InputError
from etl.raw.formats import Form, text_format_of
from etl.raw.kinds import RawKind
from etl.raw.lines import RawFile, TooLong
from etl.raw.literals import Unreadable, decode
from etl.raw.tables import columns_of

__all__ = ["check", "kind_of"]

#: Unreadable lines that a file may begin with before it is given up.
_PATIENCE = 1_000
#: Longest list of columns in a message.
_SHOWN = 16


def check(raw: RawFile, kind: RawKind, kinds: Collection[RawKind]) -> None:
    """Raise InputError unless the header, or the first record that can be read, is of this one of
    the kinds; a table must have all columns that the kind needs."""
    columns = columns_of(raw)
    found = _marked(columns or (), kinds, tables=True)
    if found is kind:
        _check_columns(raw, kind, columns or [])
    elif columns and (found or kind.is_table):
        raise InputError(
            f"{raw.path} was given as --{kind.name}, but its header is not from {kind.label}. "
            f"{_columns(columns, found)}",
            path=raw.path,
        )
    else:
        _check_record(raw, kind, kinds, _first_record(raw, kind, kinds))


def kind_of(raw: RawFile, kinds: Collection[RawKind]) -> RawKind:
    """The kind of a file by its header or first record.

    Raises InputError if it has neither, if it is of none of these kinds, or if it is a table that
    lacks a column.
    """
    columns = columns_of(raw)
    kind = _marked(columns or (), kinds, tables=True)
    if kind is not None:
        _check_columns(raw, kind, columns or [])
        return kind
    record = _first_record(raw, None, kinds)
    kind = _marked(record, kinds)
    if kind is None:
        problem = f"not a known kind of dump or events file. {_contents(record, kinds)}"
        raise InputError(f"{raw.path} is {problem}", path=raw.path)
    return kind


def _check_columns(raw: RawFile, kind: RawKind, columns: list[str]) -> None:
    """Raise InputError unless a table of this kind is in one of its forms, with all its columns."""
    if raw.parquet and Form.PARQUET not in kind.forms:
        form = kind.forms[0].value
        problem = f"{raw.path} is a Parquet file: convert it to {form} first."
        raise InputError(problem, path=raw.path)
    missing = [name for name in kind.needs if name not in columns]
    if missing:
        named = f"column{'s' * (len(missing) > 1)} {', '.join(missing)}"
        raise InputError(
            f"{raw.path} looks like {kind.label}, but lacks the {named}. {_columns(columns)}",
            path=raw.path,
        )
    twice = next((name for name in kind.needs if columns.count(name) > 1), None)
    if twice:
        raise InputError(f"{raw.path} has two columns {twice}: remove one.", path=raw.path)


def _columns(columns: Iterable[str], found: RawKind | None = None) -> str:
    """The columns of a table, and what it looks like."""
    shown = ", ".join(sorted(name[:40] for name in columns)[:_SHOWN])
    looks = f" It looks like {found.label}: use --{found.name}." if found else ""
    return f"Columns found: {shown}.{looks}"


def _first_record(raw: RawFile, kind: RawKind | None, kinds: Collection[RawKind]) -> dict[Any, Any]:
    """The first record of a file given as this kind; None: as any."""
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
        named = text_format.instead_of(kind.forms[0] if kind else Form.RECORDS)
        if text_format.what.startswith("a table"):
            if kind is None:
                named = f"{text_format.what}, but {_no_known_table(raw, kinds)}"
            elif kind.is_table:
                named = f"{text_format.what}: separate its columns by commas first."
        raise InputError(f"{raw.path} is {named}", path=raw.path)
    if first:
        problem = f"The first problem is in {first}."
    else:
        empty = "It has no records." if raw.head else "It is empty when unpacked."
        problem = "It has only blank lines." if number else empty
    what = f"dump for --{kind.name}" if kind else "dump"
    expected_line = "no line is a JSON object or a Python dictionary"
    if kind and kind.is_table:
        expected_line = f"its first line is not a header with {', '.join(kind.needs[:4])}"
        problem = ""
    raise InputError(
        f"{raw.path} is not a {what}: {expected_line}. {problem}".strip(), path=raw.path
    )


def _no_known_table(raw: RawFile, kinds: Collection[RawKind]) -> str:
    """Why a table is of none of these kinds."""
    labels = [kind.label for kind in kinds if kind.is_table]
    columns = columns_of(raw)
    found = _columns(columns) if columns else "Columns are separated by commas."
    return f"neither {' nor '.join(labels)}. {found}"


def _check_record(
    raw: RawFile, kind: RawKind, kinds: Collection[RawKind], record: dict[Any, Any]
) -> None:
    if kind.is_table and set(kind.needs) <= record.keys():
        problem = f"{raw.path} is JSON lines: convert it to {kind.forms[0].value} first."
        raise InputError(problem, path=raw.path)
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
        if isinstance(value, dict) and _marked(value, kinds):
            looks = " The records seem to be its values: pass these on their own, one per line."
            break
    return f"Keys found: {shown}.{looks}"


def _holds_records(value: Any, kinds: Collection[RawKind]) -> bool:
    """Whether this is a list of records of a known kind."""
    return (
        isinstance(value, list)
        and isinstance(next(iter(value), None), dict)
        and (_marked(value[0], kinds) is not None)
    )


def _marked(
    keys: Iterable[Any], kinds: Collection[RawKind], *, tables: bool = False
) -> RawKind | None:
    """The kind of records, or of `tables`, with one of its marks among the keys: the fewer marks,
    the surer each is."""
    surest_first = sorted(kinds, key=lambda kind: len(kind.marks))
    found = set(keys)
    return next(
        (kind for kind in surest_first if kind.is_table is tables and kind.marks & found), None
    )


def _named(record: Any) -> str:
    kinds = {
        "list": "a list",
        "str": "a string",
        "int": "a number",
        "float": "a number",
        "NoneType": "null",
    }
    return kinds.get(type(record).__name__, "another value")
