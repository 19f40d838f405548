"""schema: the values of columns, for one row or for many.

Values of enums, dates and lists of texts are returned as JSON for many rows, which takes a fraction
of the time of any other way. JSON has a character for each byte of UTF-8.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import Enum
from functools import partial
from operator import itemgetter
from types import NoneType, UnionType
from typing import Annotated, Any, TypeAlias, Union, get_args, get_origin

import msgspec
import numpy as np
import numpy.typing as npt

__all__ = ["Column", "Reader", "Values", "itself", "named"]

#: The values of a field by row: a list, an array, or a function of the row.
Column: TypeAlias = Sequence[Any] | Mapping[Any, Any] | npt.NDArray[Any] | Callable[[Any], Any]
#: Returns the values of rows, in order.
Values: TypeAlias = Callable[[Sequence[Any]], Sequence[Any]]

_encoded = msgspec.json.encode


def itself(row: Any) -> Any:
    """The row: the column of entries that have the row of the object they are read from."""
    return row


class Reader:
    """Reads values of columns, for a field of one type."""

    def __init__(self, type_: Any, *, written: bool = False) -> None:
        """If `written`, the values are texts or null, and the JSON of all rows is kept."""
        inner = named(type_)
        is_enum = isinstance(inner, type) and issubclass(inner, Enum)
        self._is_nullable = get_origin(type_) in (Union, UnionType)
        self._is_whole = is_enum or inner is int
        self._members = {member.value: member for member in inner} if is_enum else None
        self._is_written = written
        self._json = self._json_of(type_)

    def _json_of(self, type_: Any) -> Values | None:
        if self._members is not None:
            return _names(self._members)
        if named(type_) is date:
            return _dates
        return _lists if type_ == list[str] else None

    @property
    def is_json(self) -> bool:
        """Whether values of many rows are JSON texts."""
        return self._is_written or self._json is not None

    def one(self, column: Column, row: Any) -> Any:
        """The value of a row. A missing value of an array is None, that of an enum its member."""
        if isinstance(column, np.ndarray):
            (value,) = self._known([column.item(row)])
        else:
            value = column(row) if callable(column) else column[row]
        return value if self._members is None or value is None else self._members[value]

    def single(self, column: Column) -> Callable[[Any], Any] | None:
        """A function that returns the value of a row; None for enums."""
        if self._members is not None:
            return None
        if callable(column):
            return column
        if isinstance(column, np.ndarray):
            return partial(self.one, column)
        return column.__getitem__

    def values(self, column: Column) -> Values:
        """A function that returns the values of rows, or their JSON: see `is_json`."""
        found = self._found(_texts(column) if self._is_written else column)
        as_json = self._json
        return found if as_json is None else lambda rows: as_json(found(rows))

    def _found(self, column: Column) -> Values:
        if column is itself:
            return itself
        if callable(column):
            return lambda rows: [*map(column, rows)]
        # Indexing a memoryview takes a fifth of the time of an array.
        items: Any = column.data if isinstance(column, np.ndarray) else column

        def found(rows: Sequence[Any]) -> Sequence[Any]:
            if len(rows) > 1:
                several: tuple[Any, ...] = itemgetter(*rows)(items)  # in half the time of a loop
                return several
            return [items[row] for row in rows]

        if isinstance(column, np.ndarray) and column.dtype.kind == "f" and self._is_nullable:
            return lambda rows: self._known(found(rows))
        return found

    def _known(self, found: Sequence[Any]) -> list[Any]:
        """Values of an array with None for missing ones."""
        if not self._is_nullable:
            return list(found)
        whole = self._is_whole
        return [None if value != value else int(value) if whole else value for value in found]


def named(type_: Any) -> Any:
    """The type within null and lists."""
    origin, arguments = get_origin(type_), get_args(type_)
    if origin in (Union, UnionType):
        return named(next(one for one in arguments if one is not NoneType))
    if origin is list or origin is Annotated:
        return named(arguments[0])
    return type_ if origin is None else origin


def _names(members: Mapping[Any, Enum]) -> Values:
    """Makes the texts of the members of an enum, from their values."""
    texts: dict[Any, str] = {value: f'"{member.name}"' for value, member in members.items()}
    texts[None] = "null"
    return lambda found: [*map(texts.__getitem__, found)]


def _dates(found: Sequence[Any]) -> Sequence[str]:
    return _encoded(found).decode("latin-1")[1:-1].split(",") if found else []


def _lists(found: Sequence[Any]) -> Sequence[str]:
    return [_encoded(texts).decode("latin-1") for texts in found]


def _texts(column: Any) -> list[str]:
    return [_encoded(text).decode("latin-1") for text in column]
