"""datastore: one immutable, memory-mapped table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from datastore.base.lists import distinct
from datastore.text_column import TextColumn

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Frame", "Ragged", "percent"]

List = list[Any]  # within `Frame`, `list` is a method
_EPOCH = date(1970, 1, 1).toordinal()


class Ragged(NamedTuple):
    """A list column: row `i` is `values[offsets[i]:offsets[i + 1]]`."""

    offsets: npt.NDArray[np.int32]
    values: npt.NDArray[np.int32]

    def row(self, number: int) -> npt.NDArray[np.int32]:
        """The entries of one row."""
        return self.values[self.offsets[number] : self.offsets[number + 1]]

    def lists(self) -> Callable[[int], list[int]]:
        """A function that returns the entries of one row as a list."""
        offsets, values = self.offsets.data, self.values.data  # a third of the time of arrays
        return lambda number: values[offsets[number] : offsets[number + 1]].tolist()

    def names(self, names: Sequence[str]) -> Callable[[int], list[str]]:
        """A function that returns the names of the entries of one row."""
        entries = self.lists()
        return lambda number: [names[entry] for entry in entries(number)]

    def gather(
        self, numbers: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
        """The entries of several rows, and for each entry the index of its row in `numbers`."""
        starts = self.offsets[numbers].astype(np.int64)
        sizes = self.offsets[numbers + 1] - starts
        owners = np.repeat(np.arange(len(numbers)), sizes)
        firsts = np.cumsum(sizes) - sizes
        return self.values[np.arange(len(owners)) + (starts - firsts)[owners]], owners

    def sizes(self) -> Callable[[int], int]:
        """A function that returns the number of entries of one row."""
        offsets = self.offsets.data
        return lambda number: offsets[number + 1] - offsets[number]

    def distinct(self) -> Ragged:
        """The same rows with each entry once, at its first place."""
        return Ragged(*distinct(self.offsets, self.values))


class Frame:
    """A table of the snapshot. Columns are read on first use."""

    def __init__(self, name: str, table: pa.Table) -> None:
        self.name = name
        self._table = table
        self._values: dict[str, List] = {}
        self._numbers: dict[str, npt.NDArray[np.float64]] = {}

    def __len__(self) -> int:
        return int(self._table.num_rows)

    @property
    def table(self) -> pa.Table:
        """The columns as they are stored, or as the store shows them: people may be pseudonyms."""
        return self._table

    def list(self, column: str) -> List:
        """A column as Python objects, with None for missing values."""
        values: List = self._table.column(column).to_pylist()
        return values

    def values(self, column: str) -> List:
        """A column as Python objects, read once and shared. Equal values are one object."""
        if column not in self._values:
            objects: dict[Any, Any] = {}
            self._values[column] = [objects.setdefault(each, each) for each in self.list(column)]
        return self._values[column]

    def array(self, column: str) -> npt.NDArray[Any]:
        """A column of numbers without missing values as a NumPy array; not copied."""
        return _numbers(self._chunk(column))

    def numbers(self, column: str) -> npt.NDArray[np.float64]:
        """A column of numbers, flags or days (since 1970) as floats, with NaN for missing values.

        Columns with missing values are cached, because converting them is slow.
        """
        if column in self._numbers:
            return self._numbers[column]
        chunk = self._chunk(column)
        validity, data = chunk.buffers()
        stop = chunk.offset + len(chunk)
        if pa.types.is_boolean(chunk.type):
            values: npt.NDArray[Any] = _bits(data, stop)
        else:
            kind = np.int32 if pa.types.is_date32(chunk.type) else chunk.type.to_pandas_dtype()
            values = np.frombuffer(data, kind, stop) if stop else np.zeros(0)
        numbers = values[chunk.offset :].astype(np.float64)
        if validity is not None:
            numbers[~_bits(validity, stop)[chunk.offset :]] = np.nan
            numbers.flags.writeable = False
            self._numbers[column] = numbers
        return numbers

    def ragged(self, column: str) -> Ragged:
        """A column of row numbers as offsets and values."""
        chunk = self._chunk(column)
        return Ragged(_numbers(chunk.offsets), _numbers(chunk.values))

    def sizes(self, column: str) -> npt.NDArray[np.int32]:
        """Length of each text of a column, in bytes (UTF-8)."""
        sizes: npt.NDArray[np.int32] = np.diff(self._text_offsets(column))
        return sizes

    def texts(self, column: str, rows: npt.NDArray[np.int64]) -> Sequence[str]:
        """The texts of some rows of a column without missing values."""
        # Not by Arrow: its `take` and `array` import pandas, and its scalars are slow.
        offsets, data = self._text_offsets(column), self._chunk(column).buffers()[2]
        pairs = zip(offsets[rows].tolist(), offsets[rows + 1].tolist(), strict=True)
        return [str(data[start:stop], "utf-8") for start, stop in pairs]

    def text_column(self, column: str) -> TextColumn:
        """A column of texts that is too big to be kept as Python objects; "" for missing values."""
        return TextColumn(self._text_offsets(column), self._chunk(column).buffers()[2])

    def value(self, column: str, row: int) -> Any:
        """One value, for columns too big to be kept as Python objects."""
        return self.lookup(column)(row)

    def lookup(self, column: str) -> Callable[[int], Any]:
        """A function that returns one value, for columns too big to be kept as Python objects."""
        chunk = self._chunk(column)
        read = self._reader(column, chunk)
        if not chunk.null_count:
            return read
        is_known = _bit(chunk.buffers()[0], chunk.offset)
        return lambda row: read(row) if is_known(row) else None

    def _reader(self, column: str, chunk: Any) -> Callable[[int], Any]:
        """A function that returns one value that is not missing."""
        if pa.types.is_string(chunk.type):
            return self.text_column(column).__getitem__
        data = chunk.buffers()[1]
        if pa.types.is_boolean(chunk.type) and data is not None:
            return _bit(data, chunk.offset)
        if pa.types.is_date32(chunk.type) and data is not None:
            days = np.frombuffer(data, np.int32)[chunk.offset :].data
            return lambda row: date.fromordinal(_EPOCH + days[row])
        return lambda row: chunk[row].as_py()

    def to_pandas(self) -> pd.DataFrame:
        """The whole table as a DataFrame, for exploration."""
        frame: pd.DataFrame = self._table.to_pandas()
        return frame

    def _text_offsets(self, column: str) -> npt.NDArray[np.int32]:
        chunk = self._chunk(column)
        if not len(chunk):
            return np.zeros(1, np.int32)
        stop = chunk.offset + len(chunk) + 1
        return np.frombuffer(chunk.buffers()[1], np.int32, stop)[chunk.offset :]

    def _chunk(self, column: str) -> Any:
        chunked = self._table.column(column)
        return chunked.chunk(0) if chunked.num_chunks else pa.array([], chunked.type)


def percent(part: npt.NDArray[Any], total: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """100 * part / total; NaN if the total is 0."""
    percents = np.full(len(total), np.nan)
    np.divide(100.0 * part, total, out=percents, where=total > 0)
    return percents


def _bit(buffer: Any, offset: int) -> Callable[[int], bool]:
    """A function that returns one bit."""
    packed = memoryview(buffer)

    def bit(row: int) -> bool:
        place = row + offset
        return packed[place >> 3] >> (place & 7) & 1 == 1

    return bit


def _bits(buffer: Any, count: int) -> npt.NDArray[np.bool_]:
    packed = np.frombuffer(buffer, np.uint8) if count else np.zeros(0, np.uint8)
    return np.unpackbits(packed, count=count, bitorder="little").astype(bool)


def _numbers(array: Any) -> npt.NDArray[Any]:
    # `to_numpy` would import pandas, which takes half a second and 40 MB.
    numbers: npt.NDArray[Any] = np.from_dlpack(array)
    return numbers
