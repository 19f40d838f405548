"""datastore: the search index of one noun's names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from datastore.base.search_keys import search_key, trigrams

__all__ = ["NameIndex"]

Rows = npt.NDArray[np.int64]

#: Searches whose rows are remembered: some 100 KB each at most.
_REMEMBERED = 64


class NameIndex:
    """Finds names that share three-letter pieces with a query."""

    def __init__(
        self, names: Sequence[str | None], arrays: dict[str, npt.NDArray[Any]], noun: str
    ) -> None:
        self._names = names
        # Filled as names are met: all of them at once would be the better part of a second.
        self._keys: list[str | None] = [None] * len(names)
        self._found: dict[str, Rows] = {}  # the one used last is last
        self._codes = arrays[f"search_{noun}_codes"]
        self._offsets = arrays[f"search_{noun}_offsets"]
        self._rows = arrays[f"search_{noun}_rows"]

    def key(self, row: int) -> str:
        """The searchable form of one name."""
        found = self._keys[row]
        if found is None:
            name = self._names[row]
            found = self._keys[row] = search_key(name) if name else ""
        return found

    def remembered(self, key: str, find: Callable[[], Rows]) -> Rows:
        """What was found for a key: the last keys are remembered, for the next page and for the
        same search in every entry of a list."""
        rows = self._found.pop(key, None)
        if rows is None:
            rows = find()
            rows.flags.writeable = False
        self._found[key] = rows
        if len(self._found) > _REMEMBERED:
            del self._found[next(iter(self._found))]
        return rows

    def overlaps(self, key: str) -> npt.NDArray[np.float64]:
        """Share of the key's distinct pieces that each name holds, 0 to 1."""
        pieces = np.unique(trigrams(key))
        counts = np.zeros(len(self._names), np.int32)
        at = np.searchsorted(self._codes, pieces)
        for piece, position in zip(pieces.tolist(), at.tolist(), strict=True):
            if position < len(self._codes) and self._codes[position] == piece:
                counts[self._rows[self._offsets[position] : self._offsets[position + 1]]] += 1
        return counts / max(1, len(pieces))
