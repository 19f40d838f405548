"""datastore: genres, by folded name, and their top players."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from datastore.base.names import fold
from datastore.frame import Frame, Ragged
from datastore.search import NameIndex

__all__ = ["Genres"]


class Genres:
    """Columns with one entry per genre; `player_*` have one per genre and top player, `year` and
    `year_minutes` one per top player and release year."""

    def __init__(
        self, frame: Frame, players: Frame, years: Frame, arrays: dict[str, npt.NDArray[Any]]
    ) -> None:
        self.frame = frame
        self.name: list[str] = frame.list("name")
        self.folded: list[str] = frame.values("folded")
        self.games: Ragged = frame.ragged("games")
        self.index = NameIndex(frame, arrays, "genres")
        self._number = {folded: number for number, folded in enumerate(self.folded)}
        self.player_user = players.array("user")
        self.player_minutes = players.array("minutes")
        self.year: list[int | None] = years.values("year")
        self.year_minutes = years.array("minutes")
        self._player_rows = np.searchsorted(players.array("genre"), np.arange(len(self.name) + 1))
        self._year_rows = np.searchsorted(years.array("genre_player"), np.arange(len(players) + 1))

    def __len__(self) -> int:
        return len(self.name)

    def find(self, name: str) -> int | None:
        """Row of a full name in any spelling; None if unknown."""
        return self._number.get(fold(name))

    @cached_property
    def game_counts(self) -> npt.NDArray[np.float64]:
        """Number of games of each genre."""
        return np.diff(self.games.offsets).astype(np.float64)

    def player_rows(self, genre: int) -> range:
        """Rows of a genre's top players, most minutes first."""
        return range(*self._player_rows[genre : genre + 2].tolist())

    def year_rows(self, player: int) -> range:
        """Rows of the release years of a top player, given as a row of `player_rows`."""
        return range(*self._year_rows[player : player + 2].tolist())
