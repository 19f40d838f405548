"""etl: the index that search reads: which names hold which three-letter pieces."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from datastore.base.search_keys import search_key, trigrams

__all__ = ["index", "keys"]


def keys(names: Sequence[str | None]) -> list[str]:
    """The searchable form of each name; "" where there is none."""
    return [search_key(name) if name else "" for name in names]


def index(keys: Sequence[str]) -> dict[str, npt.NDArray[np.generic]]:
    """Arrays `codes` (ascending, distinct), `offsets` (codes + 1) and `rows` (keys per code)."""
    pieces = [np.unique(trigrams(key)) for key in keys]
    codes = np.concatenate([*pieces, _NONE])
    rows = np.repeat(np.arange(len(pieces), dtype=np.int32), [len(own) for own in pieces])
    order = np.argsort(codes, kind="stable")
    distinct, starts = np.unique(codes[order], return_index=True)
    offsets = np.concatenate([starts, [len(codes)]]).astype(np.int64)
    return {"codes": distinct, "offsets": offsets, "rows": rows[order]}


_NONE = np.zeros(0, np.uint32)
