"""datastore: an index of ids in 12 bytes per id; a dictionary takes 75, and its texts as many."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

__all__ = ["IdIndex"]


class IdIndex:
    """Finds the row of an id by its hash."""

    def __init__(self, ids: Sequence[str]) -> None:
        self._ids = ids
        hashes = np.fromiter(map(hash, ids), np.int64, len(ids))
        rows = np.argsort(hashes, kind="stable")
        # Indexing a memoryview takes a fifth of the time of an array.
        self._hashes = hashes[rows].data
        self._rows = rows.astype(np.int32).data

    def find(self, text: str) -> int | None:
        """Row of an id; None if unknown."""
        hashed = hash(text)
        for place in range(bisect_left(self._hashes, hashed), len(self._hashes)):
            if self._hashes[place] != hashed:
                return None
            row: int = self._rows[place]
            if self._ids[row] == text:
                return row
        return None
