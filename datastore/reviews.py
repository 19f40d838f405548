"""datastore: the reviews, by user, then game."""

from __future__ import annotations

import numpy as np

from datastore.frame import Frame

__all__ = ["Reviews"]


class Reviews:
    """One entry a review; texts stay in the memory map until one is asked for."""

    def __init__(self, frame: Frame, users: int) -> None:
        self.frame = frame
        self.game = frame.array("game")
        self._rows = np.searchsorted(frame.array("user"), np.arange(users + 1))

    def __len__(self) -> int:
        return len(self.frame)

    def of_user(self, user: int) -> range:
        """Rows of the reviews that a user wrote."""
        return range(*self._rows[user : user + 2].tolist())
