"""datastore.base: the libraries of all users: the games they own, with playtimes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Library"]

Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Library:
    """Library rows by user; each user's rows by minutes descending, then by game.

    Users and games are row numbers of the tables `users` and `games`.
    """

    offsets: npt.NDArray[np.int64]  # users + 1: where each user's rows begin
    game: Ints  # rows
    minutes: Ints  # rows

    @property
    def user(self) -> Ints:
        """The user of each row; computed on every access."""
        users = np.arange(len(self.offsets) - 1, dtype=np.int32)
        return np.repeat(users, np.diff(self.offsets))
