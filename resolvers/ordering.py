"""resolvers: sorting of rows by columns; unknown values last, ties in the order of the rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["Order", "ordered"]


class Order(NamedTuple):
    """One sort key."""

    field: str
    descending: bool


Keys = Mapping[str, Callable[[], npt.NDArray[np.float64]]]


def ordered(
    rows: npt.NDArray[np.int64], orders: Sequence[Order], keys: Keys
) -> npt.NDArray[np.int64]:
    """Rows sorted by the first key, ties by the second, and so on."""
    if not orders or not len(rows):
        return rows
    columns: list[npt.NDArray[np.float64]] = [np.arange(len(rows), dtype=np.float64)]
    for order in reversed(orders):
        values = keys[order.field]()[rows]
        # NaN sorts last either way, because -NaN is NaN.
        columns.append(-values if order.descending else values)
    result: npt.NDArray[np.int64] = rows[np.lexsort(columns)]
    return result
