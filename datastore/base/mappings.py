"""datastore.base: memory-mapped files whose resident pages can be released.

Pages of mapped files count as memory of the process once they were touched, although they are
shared by all processes and the system can drop them at any time. Released pages stay in the
system's cache and come back at the next touch, within microseconds.
"""

from __future__ import annotations

import mmap
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Mappings"]

#: Smaller files are not released: there are many, and they hardly count.
_SMALLEST = 2**18


class Mappings:
    """Read-only maps of files, shared with other processes."""

    def __init__(self) -> None:
        self._maps: deque[mmap.mmap] = deque()
        #: Calls the function it is given, `release`, if too many pages are resident.
        self.relieve: Callable[[Callable[[int], None]], object] | None = None

    def between_steps(self) -> None:
        """Release pages if too many are resident: to be called between steps of a calculation that
        touch many pages each."""
        if self.relieve is not None:
            self.relieve(self.release)

    def open(self, path: Path) -> mmap.mmap:
        """Map a file. Raises OSError if it cannot be read and ValueError if it is empty."""
        with path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._add(mapped)
        return mapped

    def array(self, path: Path) -> npt.NDArray[Any]:
        """Map the array of a `.npy` file, in half of the time of `numpy.load`; nothing is mapped of
        an empty one. Raises OSError if it cannot be read and ValueError if it is not an array of
        plain values."""
        with path.open("rb") as file:
            version = np.lib.format.read_magic(file)
            if version != (1, 0):
                raise ValueError(f"its format {version} is not supported")
            shape, by_column, dtype = np.lib.format.read_array_header_1_0(file)
            if dtype.hasobject:
                raise ValueError("it holds Python objects")
            if 0 in shape:
                array: npt.NDArray[Any] = np.empty(shape, dtype)
                array.flags.writeable = False
                return array
            start = file.tell()
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        try:
            array = np.ndarray(shape, dtype, mapped, start, order="F" if by_column else "C")
        except TypeError as error:  # the buffer is too small
            raise ValueError("it has been cut") from error
        self._add(mapped)
        return array

    def _add(self, mapped: mmap.mmap) -> None:
        # Windows has no madvise.
        if len(mapped) >= _SMALLEST and hasattr(mapped, "madvise"):
            self._maps.append(mapped)

    def release(self, size: int) -> None:
        """Release the pages of the maps that were not released for longest: files of at least
        `size` bytes in all. Values that were read from them stay valid."""
        for _ in range(len(self._maps)):
            mapped = self._maps[0]
            self._maps.rotate(-1)
            mapped.madvise(mmap.MADV_DONTNEED)
            size -= len(mapped)
            if size <= 0:
                return
