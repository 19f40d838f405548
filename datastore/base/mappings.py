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
        self.add(mapped)
        return mapped

    def add(self, mapped: mmap.mmap) -> None:
        """Add a map opened elsewhere."""
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
