"""datastore: the search index of one noun's names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from datastore.base.search_keys import trigrams

__all__ = ["NameIndex"]

Rows = npt.NDArray[np.int64]

#: Searches whose rows are remembered: some 100 KB each at most.
_REMEMBERED = 64


class NameIndex:
    """Finds names that share three-letter pieces with a query."""

    def __init__(
        self, keys: Callable[[], Sequence[str]], arrays: dict[str, npt.NDArray[Any]], noun: str
    ) -> None:
        self._read_keys = keys
        self._found: dict[str, Rows] = {}  # the one used last is last
        self._codes = arrays[f"search_{noun}_codes"]
        self._offsets = arrays[f"search_{noun}_offsets"]
        self._rows = arrays[f"search_{noun}_rows"]

    @cached_property
    def keys(self) -> Sequence[str]:
        """The searchable form of each name, "" where there is none."""
        return self._read_keys()

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
        counts = np.zeros(len(self.keys), np.int32)
        at = np.searchsorted(self._codes, pieces)
        for piece, position in zip(pieces.tolist(), at.tolist(), strict=True):
            if position < len(self._codes) and self._codes[position] == piece:
                counts[self._rows[self._offsets[position] : self._offsets[position + 1]]] += 1
        return counts / max(1, len(pieces))
