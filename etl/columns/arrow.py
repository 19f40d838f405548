"""etl.columns: Arrow and NumPy columns: distinct values, places of keys, lists by offsets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from datastore.base.names import LONGEST_NUMBER

__all__ = [
    "SOME",
    "Column",
    "coded",
    "distinct",
    "in_natural_order",
    "last_of_each",
    "lists",
    "mapped",
    "members_of",
    "nullable",
    "numbers",
    "order_of",
    "slices",
    "spans",
    "table_of",
    "whole",
]

Column: TypeAlias = pa.Array | pa.ChunkedArray
Ints = npt.NDArray[np.int32]
Places = npt.NDArray[np.intp]

#: Rows processed at a time: few enough for the processor's cache.
SOME = 1 << 17


def table_of(schema: pa.Schema, rows: Iterable[tuple[Any, ...]]) -> pa.Table:
    """A table from rows (tuples in the order of the schema)."""
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.table(
        [pa.array(c, field.type) for c, field in zip(columns, schema, strict=True)], schema=schema
    )


def whole(column: Column) -> pa.Array:
    """A column as one contiguous array."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def coded(column: Column) -> tuple[list[Any], Ints]:
    """The distinct values of a column followed by None, and the index of each value in them."""
    encoded = whole(column).dictionary_encode()
    values = encoded.dictionary.to_pylist()
    return [*values, None], _int32(encoded.indices.fill_null(len(values)))


def mapped(column: Column, of: Callable[[Any], Any], kind: Any) -> npt.NDArray[Any]:
    """The result of a function for each value, also None; called once per distinct value."""
    values, place = coded(column)
    return np.array([of(value) for value in values], kind)[place]


def distinct(*columns: Column) -> pa.Array:
    """The distinct values of all these columns, in order of first occurrence."""
    return pc.unique(pa.chunked_array([whole(column) for column in columns], columns[0].type))


def numbers(column: Column, keys: Column) -> Ints:
    """The index of each value in distinct keys, -1 for other values."""
    return _int32(pc.fill_null(pc.index_in(whole(column), value_set=whole(keys)), -1))


def order_of(*columns: Column) -> Places:
    """Indices that sort rows by the first column, then the second, and so on; null last. Strings
    sort by code point."""
    names = [str(number) for number in range(len(columns))]
    table = pa.table([whole(column) for column in columns], names=names)
    return _places(pc.sort_indices(table, sort_keys=[(name, "ascending") for name in names]))


def in_natural_order(ids: Column) -> Places:
    """Indices that sort product ids by `datastore.base.names.natural_order`."""
    digits = pc.match_substring_regex(ids, "^[0-9]+$")
    short = pc.less_equal(pc.utf8_length(ids), LONGEST_NUMBER)
    value = pc.if_else(pc.and_(digits, short), pc.utf8_ltrim(ids, "0"), None)
    return order_of(pc.utf8_length(value), value, ids)


def last_of_each(key: npt.NDArray[Any], *age: npt.NDArray[Any]) -> Places:
    """The index of the last row of each key, by age, then by position; keys ascending."""
    order = np.lexsort((*age[::-1], key))
    return order[np.flatnonzero(np.diff(key[order], append=-1))]


def nullable(column: npt.NDArray[Any]) -> pa.Array:
    """Numbers with null for negative ones."""
    return pa.array(column, mask=column < 0)


def lists(offsets: npt.NDArray[Any], values: Column | npt.NDArray[Any]) -> pa.ListArray:
    """Lists from contiguous values and offsets."""
    flat = pa.array(values) if isinstance(values, np.ndarray) else whole(values)
    return pa.ListArray.from_arrays(pa.array(offsets.astype(np.int32)), flat)


def members_of(owner: Ints, member: Ints, size: int) -> pa.ListArray:
    """Members of each of `size` owners, in order, as lists."""
    order = np.argsort(owner, kind="stable")
    return lists(np.searchsorted(owner[order], np.arange(size + 1)), member[order])


def slices(offsets: npt.NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Ranges of owners (first, end) with about `SOME` rows each, or one owner with more; `offsets`
    (owners + 1) are the first rows of the owners."""
    first = 0
    while first < len(offsets) - 1:
        end = np.searchsorted(offsets, offsets[first] + SOME, "right") - 1
        last = max(first + 1, int(end))
        yield first, last
        first = last


def spans(start: npt.NDArray[Any], size: npt.NDArray[Any]) -> tuple[Ints, Places]:
    """The rows of several spans, concatenated: the span and the index of each row."""
    span = np.repeat(np.arange(len(size), dtype=np.int32), size)
    shift = start - (np.cumsum(size) - size)
    return span, np.arange(len(span)) + shift[span]


def _int32(values: pa.Array) -> Ints:
    converted: Ints = values.to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    return converted


def _places(values: pa.Array) -> Places:
    converted: Places = values.to_numpy(zero_copy_only=False).astype(np.intp)
    return converted
