"""datastore: the order of a table's rows by their ids."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Order"]


class Order:
    """The rows of a table by id: the rows as they are, unless others are given."""

    def __init__(self, size: int, rows: npt.NDArray[np.int64] | None = None) -> None:
        self.rows: range | npt.NDArray[np.int64] = range(size) if rows is None else rows
        self._places: npt.NDArray[np.int64] | None = None
        if rows is not None:
            self._places = np.empty(size, np.int64)
            self._places[rows] = np.arange(size)

    @property
    def is_of_rows(self) -> bool:
        """Whether the rows themselves are sorted by id."""
        return self._places is None

    def places(self, rows: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """The place of each of these rows in the order."""
        return rows if self._places is None else self._places[rows]
