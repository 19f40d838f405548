"""datastore: a column of texts as bytes, which are decoded or searched when they are asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, overload

import numpy as np
import numpy.typing as npt

__all__ = ["TextColumn"]

Mask = npt.NDArray[np.bool_]

#: Bytes after the first one that are compared everywhere at once: it is faster to compare few bytes
#: everywhere than to collect the many places of a single one.
_TOGETHER = 2


class TextColumn(Sequence[str]):
    """A column of texts, "" for missing ones. Masks have one entry per text."""

    def __init__(self, offsets: npt.NDArray[np.int32], data: Any) -> None:
        """`data` are texts in UTF-8, one after the other; `offsets` say where each starts."""
        # Indexing a memoryview takes a fifth of the time of an array.
        self._offsets = offsets.data
        self._data = memoryview(b"") if data is None else memoryview(data)

    @classmethod
    def of(cls, texts: Iterable[str]) -> TextColumn:
        """A column of these texts."""
        encoded = [text.encode() for text in texts]
        sizes = np.fromiter(map(len, encoded), np.int32, len(encoded))
        offsets = np.concatenate([np.zeros(1, np.int32), np.cumsum(sizes, dtype=np.int32)])
        return cls(offsets, b"".join(encoded))

    def __len__(self) -> int:
        return len(self._offsets) - 1

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[str]: ...
    def __getitem__(self, row: int | slice) -> str | Sequence[str]:
        if isinstance(row, slice):
            return [self[number] for number in range(len(self))[row]]
        if not 0 <= row < len(self._offsets) - 1:
            raise IndexError(row)
        return str(self._data[self._offsets[row] : self._offsets[row + 1]], "utf-8")

    def __iter__(self) -> Iterator[str]:
        ends = self._offsets.tolist()
        return (str(self._data[start:stop], "utf-8") for start, stop in pairwise(ends))

    def blank(self) -> Mask:
        """Which texts are empty."""
        offsets, _ = self._bytes()
        return np.equal(np.diff(offsets), 0)

    def containing(self, part: str) -> Mask:
        """Which texts contain a text; if that is empty, all that are not empty do."""
        offsets, data = self._bytes()
        first, *rest = _encoded(part) or [None]
        if first is None:
            return ~self.blank()
        count = max(0, len(data) - len(rest))
        matching = data[:count] == first
        for distance, byte in enumerate(rest[:_TOGETHER], 1):
            matching &= data[distance : distance + count] == byte
        places = np.flatnonzero(matching)
        for distance, byte in enumerate(rest[_TOGETHER:], 1 + _TOGETHER):
            if not len(places):  # after a few bytes of most parts, which may be long
                break
            places = places[data[places + distance] == byte]
        rows = np.searchsorted(offsets, places, side="right") - 1
        mask = np.zeros(len(self), bool)
        mask[rows[places + len(rest) < offsets[rows + 1]]] = True
        return mask

    def among(self, texts: Collection[str]) -> Mask:
        """Which texts are one of these, which are not empty."""
        offsets, data = self._bytes()
        sizes, mask = np.diff(offsets), np.zeros(len(self), bool)
        by_size: defaultdict[int, list[bytes]] = defaultdict(list)
        for text in map(_encoded, texts):
            by_size[len(text)].append(text)
        for size, wanted in by_size.items():
            rows = np.flatnonzero(sizes == size)
            if len(rows):
                windows = np.lib.stride_tricks.sliding_window_view(data, size)
                # NumPy ignores zero bytes at the end, which cannot tell apart texts of one length.
                found = windows[offsets[rows]].view(f"S{size}").ravel()
                mask[rows] = np.isin(found, np.array(wanted))
        return mask

    def _bytes(self) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint8]]:
        """Where each text starts in the bytes of all, and these bytes."""
        offsets = np.asarray(self._offsets)
        start, stop = int(offsets[0]), int(offsets[-1])
        return offsets - offsets[0], np.asarray(self._data[start:stop], np.uint8)


def _encoded(text: str) -> bytes:
    # Requests may contain halves of surrogate pairs; no stored text does.
    return text.encode(errors="surrogatepass")
