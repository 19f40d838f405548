"""datastore: viewers, by viewer id."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from datastore.frame import Frame
from datastore.id_index import IdIndex
from datastore.order import Order
from datastore.ratings import Ratings
from datastore.search import NameIndex

__all__ = ["Viewers"]


class Viewers:
    """Columns with one entry per viewer. Ids stay in the memory map: there are 100,000."""

    def __init__(
        self, frame: Frame, arrays: dict[str, npt.NDArray[Any]], ratings: Ratings, order: Order
    ) -> None:
        self.frame = frame
        self.viewer_id = frame.text_column("viewer_id")
        self.rating_count = frame.array("rating_count")
        self._ids = IdIndex(self.viewer_id)
        self.order = order
        self.index = NameIndex(frame, arrays, "viewers", order)
        self._ratings = ratings

    def __len__(self) -> int:
        return len(self.viewer_id)

    def find(self, viewer_id: str) -> int | None:
        """Row of a viewer id, ignoring surrounding whitespace; None if unknown."""
        return self._ids.find(viewer_id.strip())

    @cached_property
    def mean_ratings(self) -> npt.NDArray[np.float64]:
        """Mean of each viewer's ratings, 0.5 to 5."""
        return self._ratings.means()
