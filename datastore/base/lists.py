"""datastore.base: lists by offsets: list `i` is `values[offsets[i]:offsets[i + 1]]`."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

__all__ = ["distinct"]

Offsets = TypeVar("Offsets", bound=npt.NDArray[np.integer[Any]])
Values = TypeVar("Values", bound=npt.NDArray[np.integer[Any]])


def distinct(offsets: Offsets, values: Values) -> tuple[Offsets, Values]:
    """The same lists with each value once, at its first place; values are not negative. The arrays
    themselves if no list has a value twice."""
    owners = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    keys = owners * (int(values.max(initial=-1)) + 1) + values
    first = np.unique(keys, return_index=True)[1]
    if len(first) == len(values):
        return offsets, values
    first.sort()
    counts = np.bincount(owners[first], minlength=len(offsets) - 1)
    ends = np.concatenate([[0], np.cumsum(counts)])
    return ends.astype(offsets.dtype), values[first]  # type: ignore[return-value]
