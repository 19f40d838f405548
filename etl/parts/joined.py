"""etl.parts: tables of all parts as one file, byte for byte as if they had been one table.

A file is written with empty buffers of the right sizes, memory that is never touched; then their
contents are copied into their places, some rows at a time. So no table is ever in memory.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from datastore.base.errors import SnapshotError
from etl.parts.folder import WorkFolder

__all__ = ["join_table", "write_joined"]

#: A function that yields the batches of all parts, in order.
Batches = Callable[[], Iterable[pa.RecordBatch]]

#: Bytes of texts in a column, whose offsets have 32 bits.
_MOST_TEXT = 2**31 - 1

_Bytes = npt.NDArray[np.uint8]


def write_joined(path: Path, schema: pa.Schema, batches: Batches) -> int:
    """Write the batches as a file with one batch; returns its rows. Columns are numbers, dates,
    flags and texts. The batches are read once to count, and once for each column. Raises
    SnapshotError for a column with more than 2 GB of texts."""
    sizes = [_Size(kind.type) for kind in schema]
    rows = 0
    for batch in batches():
        rows += batch.num_rows
        for size, column in zip(sizes, batch.columns, strict=True):
            size.add(column)
    for column, size in zip(schema, sizes, strict=True):
        if size.text > _MOST_TEXT:
            raise SnapshotError(
                f"The column {column.name} of {path.name} cannot be written: its texts take "
                f"{size.text:,} bytes, and the format has room for {_MOST_TEXT:,}."
            )
    empty = pa.record_batch([size.empty(rows) for size in sizes], schema=schema)
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        writer.write_table(pa.Table.from_batches([empty]) if rows else schema.empty_table())
    if rows:
        places = _places(path)
        with path.open("r+b") as file:
            for number, of_column in enumerate(places):
                for place, pieces in zip(of_column, _contents(sizes[number]), strict=True):
                    if place is not None:
                        columns = (batch.column(number) for batch in batches())
                        _fill(cast(BinaryIO, file), place, pieces(columns))
    return rows


def join_table(
    folder: WorkFolder, name: str, parts: Sequence[int], path: Path, schema: pa.Schema
) -> int:
    """Write the tables of parts as one file; returns its rows."""
    return write_joined(path, schema, lambda: folder.batches(name, parts))


@dataclass(slots=True)
class _Size:
    """How much room a column takes."""

    kind: pa.DataType
    nulls: int = 0
    text: int = field(default=0)

    @property
    def is_text(self) -> bool:
        return bool(pa.types.is_string(self.kind))

    def add(self, column: pa.Array) -> None:
        if column.type != self.kind:
            raise TypeError(f"{column.type} in place of {self.kind}")
        self.nulls += column.null_count
        if self.is_text:
            first, last = _ends(column)
            self.text += last - first

    def empty(self, rows: int) -> pa.Array:
        """A column of this size, in memory that is never touched: the last offset of texts, by
        which Arrow knows how many bytes there are, is all that is written."""
        validity = _untouched(-(-rows // 8)) if self.nulls else None
        if self.is_text:
            offsets = _untouched(4 * (rows + 1))
            np.frombuffer(offsets, np.int32, rows + 1)[rows] = self.text
            values = [pa.py_buffer(offsets), pa.py_buffer(_untouched(self.text))]
        else:
            values = [pa.py_buffer(_untouched(-(-rows * self.kind.bit_width // 8)))]
        known = None if validity is None else pa.py_buffer(validity)
        return pa.Array.from_buffers(self.kind, rows, [known, *values], self.nulls)


def _untouched(size: int) -> mmap.mmap | bytes:
    return mmap.mmap(-1, size) if size else b""


def _places(path: Path) -> list[list[int | None]]:
    """Where the buffers of each column begin in a file of one batch; None for those it lacks."""
    with pa.memory_map(str(path)) as source:
        whole = source.read_buffer(source.size())
        [batch] = (pa.ipc.open_file(pa.BufferReader(whole)).get_batch(0),)
        return [
            [buffer.address - whole.address if buffer else None for buffer in column.buffers()]
            for column in batch.columns
        ]


def _fill(file: BinaryIO, place: int, pieces: Iterable[_Bytes]) -> None:
    file.seek(place)
    for piece in pieces:
        file.write(piece.data)


def _contents(size: _Size) -> list[Callable[[Iterable[pa.Array]], Iterator[_Bytes]]]:
    """How each buffer of a column is made of the columns of all parts."""
    if size.is_text:
        return [_validity, _offsets, _texts]
    if pa.types.is_boolean(size.kind):
        return [_validity, _flags]
    return [_validity, _numbers]


def _validity(columns: Iterable[pa.Array]) -> Iterator[_Bytes]:
    return _packed(column.is_valid().to_numpy(zero_copy_only=False) for column in columns)


def _flags(columns: Iterable[pa.Array]) -> Iterator[_Bytes]:
    return _packed(column.fill_null(False).to_numpy(zero_copy_only=False) for column in columns)


def _packed(flags: Iterable[npt.NDArray[np.bool_]]) -> Iterator[_Bytes]:
    """Eight flags in a byte; bytes go over the borders of parts."""
    rest = np.zeros(0, np.bool_)
    for part in flags:
        both = np.concatenate([rest, part])
        full = len(both) // 8 * 8
        yield np.packbits(both[:full], bitorder="little")
        rest = both[full:]
    yield np.packbits(rest, bitorder="little")


def _numbers(columns: Iterable[pa.Array]) -> Iterator[_Bytes]:
    for column in columns:
        buffer, width = column.buffers()[1], column.type.bit_width // 8
        values = np.frombuffer(buffer, np.uint8)
        yield values[column.offset * width : (column.offset + len(column)) * width]


def _offsets(columns: Iterable[pa.Array]) -> Iterator[_Bytes]:
    end = 0
    yield np.zeros(1, np.int32).view(np.uint8)
    for column in columns:
        offsets = _offsets_of(column)
        yield (offsets[1:] - offsets[0] + end).astype(np.int32).view(np.uint8)
        end += int(offsets[-1] - offsets[0])


def _texts(columns: Iterable[pa.Array]) -> Iterator[_Bytes]:
    for column in columns:
        first, last = _ends(column)
        if last > first:
            yield np.frombuffer(column.buffers()[2], np.uint8)[first:last]


def _offsets_of(column: pa.Array) -> npt.NDArray[Any]:
    if not len(column):
        return np.zeros(1, np.int32)
    all_offsets = np.frombuffer(column.buffers()[1], np.int32)
    return all_offsets[column.offset : column.offset + len(column) + 1]


def _ends(column: pa.Array) -> tuple[int, int]:
    offsets = _offsets_of(column)
    return int(offsets[0]), int(offsets[-1])
