"""etl.columns: sorts rows of several whole numbers, packed into one where they fit; ranks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from etl.columns.arrow import SOME, nullable

__all__ = ["in_order", "ranks"]

Ints = npt.NDArray[np.int32]


def in_order(
    size: int, most: Sequence[int], parts: Iterable[tuple[Ints, ...]], last: int
) -> tuple[Ints, ...]:
    """Sort `size` rows of whole numbers, 0 to the `most` of each column, by the first column, then
    the second, and so on; return the `last` rightmost columns. `parts` hold some rows each.

    Packed into one number per row where 63 bits hold it, which sorts twenty times faster.
    """
    bits = [number.bit_length() for number in most]
    if sum(bits) > 63:
        columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
        order = np.lexsort(columns[::-1])
        return tuple(column[order] for column in columns[-last:])
    packed = np.empty(size, np.int64)
    end = 0
    for first, *others in parts:
        part = first.astype(np.int64)
        for column, width in zip(others, bits[1:], strict=True):
            part <<= width
            part |= column
        packed[end : end + len(part)] = part
        end += len(part)
    packed.sort()
    unpacked = [np.empty(size, np.int32) for _ in range(last)]
    for start in range(0, size, SOME):
        part = packed[start : start + SOME].copy()
        for width, column in zip(bits[: -last - 1 : -1], unpacked, strict=True):
            column[start : start + SOME] = part & ((1 << width) - 1)
            part >>= width
    return tuple(reversed(unpacked))


def ranks(texts: Sequence[str]) -> pa.Array:
    """Place of each text among all, by code point; equal texts share one; null for ""."""
    place = {text: at for at, text in enumerate(sorted(set(texts)))}
    return nullable(np.array([place[text] if text else -1 for text in texts], np.int32))
