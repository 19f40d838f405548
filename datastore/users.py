"""datastore: users, by user id, and their libraries."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from datastore.base.playtimes import Playtimes
from datastore.frame import Frame, percent
from datastore.id_index import IdIndex
from datastore.order import Order
from datastore.search import NameIndex

__all__ = ["Users"]


class Users:
    """Columns with one entry per user. Money is in USD, playtime in minutes.

    Ids stay in the memory map: there are 90,000.
    """

    def __init__(
        self,
        frame: Frame,
        arrays: dict[str, npt.NDArray[Any]],
        playtimes: Playtimes,
        order: Order,
    ) -> None:
        self.frame = frame
        self.user_id = frame.text_column("user_id")
        self.order = order
        self.index = NameIndex(frame, arrays, "users", order)
        self._ids = IdIndex(self.user_id)
        self.items = frame.array("items")
        self.priced_items = frame.array("priced_items")
        self.money = frame.array("money")
        self.reviews = frame.array("reviews")
        self.recommended = frame.array("recommended")
        self._offsets = arrays["library_offsets"]
        self._starts = self._offsets.data  # indexing it takes a fifth of the time of an array
        self._games = arrays["library_games"]
        self._playtimes = playtimes

    def __len__(self) -> int:
        return len(self.user_id)

    def find(self, user_id: str) -> int | None:
        """Row of a user id, ignoring surrounding whitespace; None if unknown."""
        return self._ids.find(user_id.strip())

    def library(self, user: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """Games and minutes of a user, most minutes first."""
        return self.owned(user), self._playtimes.of_user(user)

    def owns_something(self, user: int) -> bool:
        """Whether a user owns a game."""
        return bool(self._starts[user] < self._starts[user + 1])

    def owned(self, user: int) -> npt.NDArray[np.int32]:
        """Games of a user, most minutes first."""
        games: npt.NDArray[np.int32] = self._games[self._offsets[user] : self._offsets[user + 1]]
        return games.astype(np.int32)

    def library_row(self, user: int, game: int) -> int | None:
        """Library row of a game that a user owns; None if the user does not own it."""
        start, stop = self._offsets[user : user + 2].tolist()
        matches = np.flatnonzero(self._games[start:stop] == game)
        return start + int(matches[0]) if len(matches) else None

    def minutes(self, user: int, games: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
        """Minutes of a user in games of the user's library."""
        owned, minutes = self.library(user)
        order = np.argsort(owned)
        positions = order[np.searchsorted(owned, games, sorter=order)]
        game_minutes: npt.NDArray[np.int32] = minutes[positions]
        return game_minutes

    @cached_property
    def recommend_percent(self) -> npt.NDArray[np.float64]:
        """Share of each user's reviews that recommend, 0 to 100; NaN without reviews."""
        return percent(self.recommended, self.reviews)

    def owner(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Users of library rows."""
        return np.searchsorted(self._offsets, rows, side="right") - 1

    def owners(
        self, rows: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
        """Users and minutes of played library rows."""
        return self.owner(rows), self._playtimes.of_played_rows(rows)
