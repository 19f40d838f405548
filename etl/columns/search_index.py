"""etl.columns: the index that search reads: which names hold which three-letter pieces."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from datastore.base.search_keys import search_key, trigrams_of

__all__ = ["index", "keys"]


def keys(names: Sequence[str | None]) -> list[str]:
    """The searchable form of each name; "" where there is none."""
    return [search_key(name) if name else "" for name in names]


def index(keys: Sequence[str]) -> dict[str, npt.NDArray[np.generic]]:
    """Arrays `codes` (ascending, distinct), `offsets` (codes + 1) and `rows` (keys per code)."""
    pieces, owner = trigrams_of(keys)
    packed = pieces.astype(np.int64) << 31 | owner  # sorts twenty times faster than two columns
    packed.sort()
    packed = packed[np.diff(packed, prepend=-1) != 0]
    codes = packed >> 31
    starts = np.flatnonzero(np.diff(codes, prepend=-1))
    return {
        "codes": codes[starts].astype(np.uint32),
        "offsets": np.append(starts, len(codes)),
        "rows": (packed & 0x7FFFFFFF).astype(np.int32),
    }
