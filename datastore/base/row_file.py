"""datastore.base: arrays that are read row by row from their files instead of being mapped.

The system maps much more of a file than is touched, up to 2 MB at each place, and all of it counts
as memory of the process. A few rows from anywhere in a big file are read for about 1 µs each.
"""

from __future__ import annotations

import os
import sys
import threading
import weakref
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["RowFile"]

if sys.platform == "win32":
    _lock = threading.Lock()

    def _read(descriptor: int, size: int, offset: int) -> bytes:
        with _lock:
            os.lseek(descriptor, offset, os.SEEK_SET)
            return os.read(descriptor, size)
else:
    _read = os.pread


class RowFile:
    """The rows of a `.npy` file. Each read copies the rows; the copies cannot be written."""

    def __init__(self, path: Path) -> None:
        """Raises OSError if the file cannot be read and ValueError if it is not an array."""
        header = np.load(path, mmap_mode="r", allow_pickle=False)
        if not header.flags.c_contiguous:
            raise ValueError("its rows are not stored one after the other")
        self.shape: tuple[int, ...] = header.shape
        self.dtype: np.dtype[Any] = header.dtype
        self._offset = int(header.offset)
        self._row_bytes = self.dtype.itemsize * int(np.prod(self.shape[1:], dtype=np.int64))
        self._format: Any = self.dtype.char
        self._descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        weakref.finalize(self, os.close, self._descriptor)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: int | slice | npt.NDArray[np.integer]) -> npt.NDArray[Any]:
        """One row, consecutive rows, or any rows in their order."""
        if isinstance(rows, np.ndarray):
            return self.take(rows)
        if isinstance(rows, slice):
            start, stop, step = rows.indices(len(self))
            if step != 1:
                raise IndexError(rows)
            size = max(0, stop - start)
            return self._array(self._bytes(start, size)).reshape(size, *self.shape[1:])
        if not 0 <= rows < len(self):
            raise IndexError(rows)
        return self._array(self._bytes(int(rows), 1)).reshape(self.shape[1:])

    def start(self, row: int, count: int) -> list[Any]:
        """The first numbers of one row of a table, in a fraction of the time of an array."""
        if not 0 <= row < len(self):
            raise IndexError(row)
        size = min(count * self.dtype.itemsize, self._row_bytes)
        values = _read(self._descriptor, size, self._offset + row * self._row_bytes)
        return memoryview(values).cast(self._format).tolist()

    def spans(self, bounds: Iterable[tuple[int, int]]) -> npt.NDArray[Any]:
        """Consecutive rows of several places, one after the other; `bounds` are starts and stops
        within the file."""
        file, first, size, read = self._descriptor, self._offset, self._row_bytes, _read
        values = [read(file, (stop - start) * size, first + start * size) for start, stop in bounds]
        return self._array(b"".join(values)).reshape(-1, *self.shape[1:])

    def take(self, rows: npt.NDArray[np.integer]) -> npt.NDArray[Any]:
        """Any rows, in this order."""
        numbers = rows.tolist()
        if min(numbers, default=0) < 0:  # of others the file has too few bytes
            raise IndexError(min(numbers))
        values = b"".join(self._bytes(row, 1) for row in numbers)
        return self._array(values).reshape(len(rows), *self.shape[1:])

    def _array(self, values: bytes) -> npt.NDArray[Any]:
        return np.frombuffer(values, self.dtype)

    def _bytes(self, row: int, count: int) -> bytes:
        size = self._row_bytes
        return _read(self._descriptor, count * size, self._offset + row * size)
