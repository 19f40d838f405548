"""etl.parts: ranges of keys with about as many rows each, chosen by samples."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

__all__ = ["Sample", "bounds", "cuts", "sample", "spread", "targets_of"]

T = TypeVar("T")

#: Samples of one file or part.
_SAMPLED = 256


class Sample(NamedTuple):
    """A key, and the number of rows that it represents."""

    key: Any
    weight: int


def sample(keys: Sequence[str], weights: npt.NDArray[Any]) -> list[Sample]:
    """Some of the keys, so that each represents about as many rows: its own, and those of the keys
    before it, in order."""
    if not len(keys):
        return []
    order = sorted(range(len(keys)), key=keys.__getitem__)
    ends = np.cumsum(weights[order], dtype=np.int64)
    aims = np.linspace(0, ends[-1], min(_SAMPLED, len(keys)) + 1)[1:]
    places = np.unique(np.searchsorted(ends, aims).clip(max=len(keys) - 1))
    shares = np.diff(ends[places], prepend=0)
    return [
        Sample(keys[order[place]], int(share)) for place, share in zip(places, shares, strict=True)
    ]


def bounds(samples: Iterable[Sample], ranges: int) -> list[Any]:
    """The last key of each range but the last, ascending; at most this number of ranges."""
    ordered = sorted(samples)
    ends = np.cumsum([each.weight for each in ordered], dtype=np.int64)
    if not len(ends):
        return []
    aims = np.arange(1, ranges) * (ends[-1] / ranges)
    chosen = {ordered[place].key for place in np.searchsorted(ends, aims)}
    return sorted(chosen - {ordered[-1].key})


def cuts(ends: Iterable[int], size: int) -> list[tuple[int, int]]:
    """First and end of each range, by the ends of all but the last."""
    inner = [int(end) for end in ends]
    return list(zip([0, *inner], [*inner, size], strict=True))


def spread(items: Sequence[T], groups: int) -> list[Sequence[T]]:
    """The items in at most this number of groups, in their order; sizes differ by one at most."""
    count = min(groups, len(items))
    ends = [len(items) * number // count for number in range(count + 1)] if count else [0]
    return [items[start:end] for start, end in pairwise(ends)]


def targets_of(keys: pa.Array, bounds: Sequence[str]) -> npt.NDArray[np.int64]:
    """The range of each key. Texts compare by code point, as Arrow sorts them."""
    return np.array([bisect_left(bounds, key) for key in keys.to_pylist()], np.int64)
