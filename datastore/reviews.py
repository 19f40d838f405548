"""datastore: reviews, by user, then game."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from datastore.frame import Frame
from datastore.games import Games
from datastore.people import Mentions
from datastore.pseudonyms import Pseudonyms
from datastore.users import Users

__all__ = ["Reviews"]


class Reviews:
    """Columns with one entry per review; texts stay in the memory map.

    `pseudonyms`, if any, are the keys of reviews whose authors nobody may see; `mentions` masks the
    users that texts mention.
    """

    def __init__(
        self,
        frame: Frame,
        users: Users,
        games: Games,
        pseudonyms: Pseudonyms | None = None,
        mentions: Mentions | None = None,
    ) -> None:
        self.frame = frame
        self.user = frame.array("user")
        self.game = frame.array("game")
        self.sentiment = frame.array("sentiment")
        self.helpful = frame.array("helpful")
        self.helpful_total = frame.array("helpful_total")
        self.funny = frame.array("funny")
        #: Day on which a review was posted; None if unknown.
        self.posted: Callable[[int], date | None] = frame.lookup("posted")
        self.pseudonyms = pseudonyms
        self._text = frame.lookup("text")
        self._mentions = mentions
        self._games = games
        self._order = users.order
        self._of_users = np.searchsorted(self.user, np.arange(len(users) + 1))

    def __len__(self) -> int:
        return len(self.frame)

    def find(self, user: int, game: int) -> int | None:
        """Row of a user's review of a game; None if there is none."""
        rows = self.of_user(user)
        row = rows.start + int(np.searchsorted(self.game[rows.start : rows.stop], game))
        return row if row < rows.stop and self.game[row] == game else None

    def of_user(self, user: int) -> range:
        """Rows of a user's reviews."""
        return range(*self._of_users[user : user + 2].tolist())

    def of_game(self, game: int) -> npt.NDArray[np.int64]:
        """Rows of the reviews of a game."""
        order, starts = self._by_game
        return order[starts[game] : starts[game + 1]]

    def of_developer(self, developer: int) -> npt.NDArray[np.int64]:
        """Rows of the reviews of a developer's games."""
        order, starts = self._by_developer
        return order[starts[developer] : starts[developer + 1]]

    def text(self, row: int) -> str | None:
        """Text of a review; None if missing, blank, or hidden like its author."""
        if self.pseudonyms is not None:
            return None
        text: str | None = self._text(row)
        return text if text is None or self._mentions is None else self._mentions.masked(text)

    def by_author(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The rows by the id of their author; by their own key if authors are hidden."""
        if self.pseudonyms is not None:
            return rows[np.argsort(self.pseudonyms.order.places(rows))]
        if self._order.is_of_rows:
            return rows
        return rows[np.argsort(self._order.places(self.user[rows]), kind="stable")]

    @cached_property
    def developer(self) -> npt.NDArray[np.int64]:
        """Developer of each review's game; -1 if unknown."""
        developers: npt.NDArray[np.int64] = self._games.developer_rows[self.game]
        return developers

    @cached_property
    def recommend(self) -> npt.NDArray[np.bool_]:
        """Whether each review recommends its game."""
        return np.asarray(self.frame.numbers("recommend") == 1)

    @cached_property
    def inferred(self) -> npt.NDArray[np.bool_]:
        """Whether each review shows no year, so that the crawl year is assumed."""
        return np.asarray(self.frame.numbers("posted_year_inferred") == 1)

    @cached_property
    def years(self) -> npt.NDArray[np.float64]:
        """Year of each review; NaN if unknown."""
        return self.frame.numbers("posted_year")

    @cached_property
    def release_years(self) -> npt.NDArray[np.float64]:
        """Release year of each review's game; NaN if unknown."""
        years: npt.NDArray[np.float64] = self._games.years[self.game]
        return years

    @cached_property
    def compound(self) -> npt.NDArray[np.float64]:
        """VADER compound of each text; NaN without a text."""
        return self.frame.numbers("compound")

    @cached_property
    def learned(self) -> npt.NDArray[np.float64]:
        """Learned sentiment of each text; NaN without a text or without learned sentiment."""
        return self.frame.numbers("learned")

    @cached_property
    def has_learned(self) -> bool:
        """Whether the snapshot has learned sentiment: there were enough reviews to learn from."""
        return bool(np.isfinite(self.learned).any())

    @cached_property
    def days(self) -> npt.NDArray[np.float64]:
        """Day of each review, in days since 1970; NaN if unknown."""
        return self.frame.numbers("posted")

    @cached_property
    def _by_game(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        return _grouped(self.game, len(self._games))

    @cached_property
    def _by_developer(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        return _grouped(self.developer, int(self._games.developer_rows.max(initial=-1)) + 1)


def _grouped(
    owner: npt.NDArray[Any], size: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    order = np.argsort(owner, kind="stable")
    return order, np.searchsorted(owner[order], np.arange(size + 1))
