"""etl.games: library rows, gathered line by line; distinct, in order, in little memory."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np
import numpy.typing as npt

from etl.games.library_lines import LibraryLine

__all__ = ["LibraryRowBuilder"]

#: Rows that are sorted at once: enough for NumPy, and little memory.
_SOME = 1 << 18

_Ints = npt.NDArray[np.int32]
_Playtimes = npt.NDArray[np.uint32]
_Columns = tuple[_Ints, _Ints, _Playtimes]


class LibraryRowBuilder:
    """Distinct (user, game) rows, ascending, with the greatest playtime of each.

    A user's first line comes after those of all users with a smaller number, so rows are final
    except for the few users who have several lines: these are merged at the end. Until then the
    number of rows of each user replaces the users' column.
    """

    def __init__(self) -> None:
        self.added = 0
        self._size = array("i")  # rows of each user
        self._game: Any = array("i")
        self._playtime: Any = array("I")
        self._first, self._further = _LineBuffer(), _LineBuffer()

    @property
    def repeated_lines(self) -> int:
        """Lines of users who had one already."""
        return len(self._further.user)

    def add(self, user: int, library: LibraryLine) -> None:
        """Add a line of a user, whose number is the next one or that of an earlier line."""
        is_new = user == len(self._size) + len(self._first.user)
        self.added += (self._first if is_new else self._further).add(user, library)
        if len(self._first.game) >= _SOME:
            self._sort_first()

    def columns(self) -> tuple[_Ints, _Ints, _Ints, _Ints]:
        """How many rows each user has, and game and minutes of each row, after the last line was
        added; then the rows that were played in the last two weeks only, ascending."""
        self._sort_first()
        size = np.asarray(self._size)
        if self.repeated_lines:
            size = self._merge_further(size)
        playtime = np.asarray(self._playtime)
        starts = range(0, len(playtime), _SOME)
        recent = [start + np.flatnonzero(~playtime[start : start + _SOME] & 1) for start in starts]
        playtime >>= 1
        rows = np.concatenate([np.zeros(0, np.int64), *recent]).astype(np.int32)
        return size, np.asarray(self._game), playtime.view(np.int32), rows

    def _sort_first(self) -> None:
        lines, self._first = self._first, _LineBuffer()
        user, game, playtime = _distinct(*lines.columns())
        size = np.bincount(user - len(self._size), minlength=len(lines.user))
        self._size.frombytes(size.astype(np.int32).tobytes())
        self._game.frombytes(game.tobytes())
        self._playtime.frombytes(playtime.tobytes())

    def _merge_further(self, size: _Ints) -> _Ints:
        ends = np.cumsum(size)
        users = np.unique(np.asarray(self._further.user))
        cuts = np.stack([ends - size, ends], axis=1)[users].ravel()
        games, playtimes = (
            np.concatenate(np.split(np.asarray(column), cuts)[1::2])
            for column in (self._game, self._playtime)
        )
        existing = np.repeat(users, size[users]), games, playtimes
        columns_of_both = zip(existing, self._further.columns(), strict=True)
        user, *columns = _distinct(*(np.concatenate(column) for column in columns_of_both))
        merged = size.copy()
        merged[users] = np.bincount(user, minlength=len(size))[users]
        bounds = np.cumsum(merged[users])[:-1]
        self._game = _replaced(self._game, cuts, np.split(columns[0], bounds))
        self._playtime = _replaced(self._playtime, cuts, np.split(columns[1], bounds))
        return merged


class _LineBuffer:
    """Lines as they come: user and number of rows of each, games and playtimes of all."""

    def __init__(self) -> None:
        self.user, self.size = array("i"), array("i")
        self.game, self.playtime = array("i"), array("I")

    def add(self, user: int, library: LibraryLine) -> int:
        before = len(self.game)
        self.game.frombytes(library.games)
        self.playtime.frombytes(library.playtimes)
        self.user.append(user)
        self.size.append(len(self.game) - before)
        return self.size[-1]

    def columns(self) -> _Columns:
        user = np.repeat(np.asarray(self.user), np.asarray(self.size))
        return user, np.asarray(self.game), np.asarray(self.playtime)


def _distinct(user: _Ints, game: _Ints, playtime: _Playtimes) -> _Columns:
    pair = user.astype(np.int64) << 32 | game
    order = np.argsort(pair)
    pair = pair[order]
    first = np.flatnonzero(np.diff(pair, prepend=-1))
    most = np.maximum.reduceat(playtime[order], first) if len(first) else playtime
    return user[order[first]], game[order[first]], most


def _replaced(column: Any, cuts: npt.NDArray[np.int64], parts: list[npt.NDArray[Any]]) -> Any:
    """The column with every second of the pieces between the cuts replaced."""
    pieces = np.split(np.asarray(column), cuts)
    pieces[1::2] = parts
    return np.concatenate(pieces)
