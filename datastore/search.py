"""datastore: the search index of one noun's names."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from datastore.base.search_keys import search_key, trigrams

__all__ = ["NameIndex"]


class NameIndex:
    """Finds names that share three-letter pieces with a query."""

    def __init__(
        self, names: Sequence[str | None], arrays: dict[str, npt.NDArray[Any]], noun: str
    ) -> None:
        self._names = names
        self._codes = arrays[f"search_{noun}_codes"]
        self._offsets = arrays[f"search_{noun}_offsets"]
        self._rows = arrays[f"search_{noun}_rows"]

    @cached_property
    def keys(self) -> list[str]:
        """The searchable form of each name."""
        return [search_key(name) if name else "" for name in self._names]

    def key(self, row: int) -> str:
        """The searchable form of one name."""
        name = self._names[row]
        return search_key(name) if name else ""

    def overlaps(self, key: str) -> npt.NDArray[np.float64]:
        """Share of the key's distinct pieces that each name holds, 0 to 1."""
        pieces = np.unique(trigrams(key))
        counts = np.zeros(len(self._names), np.int32)
        at = np.searchsorted(self._codes, pieces)
        for piece, position in zip(pieces.tolist(), at.tolist(), strict=True):
            if position < len(self._codes) and self._codes[position] == piece:
                counts[self._rows[self._offsets[position] : self._offsets[position + 1]]] += 1
        return counts / max(1, len(pieces))
