"""etl.games: the library rows over the axes: sorted by user, and by game."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from datastore.base.library import Library
from etl.columns.arrow import numbers, slices, spans
from etl.columns.sorting import in_order
from etl.games.axes import Axes
from etl.games.libraries import Libraries

__all__ = ["number_library", "number_recent_starts", "players_of_games"]

Ints = npt.NDArray[np.int32]


def number_library(axes: Axes, libraries: Libraries) -> Library:
    """The rows of the libraries with users and games numbered by the axes, sorted.

    Sorting ascends, so minutes are sorted by how far they are below the longest playtime.
    """
    game_numbers = numbers(libraries.games, axes.app_ids)
    # Users without a library are at -1: the appended entry, which has no rows.
    positions = numbers(axes.user_ids, libraries.users)
    size = np.append(libraries.size, 0)[positions]
    begin = np.append(libraries.begin, 0)[positions]
    offsets = _offsets(size)
    longest = int(libraries.minutes.max(initial=0))
    game, minutes = (np.empty(offsets[-1], np.int32) for _ in range(2))
    for first, last in slices(offsets):
        target = slice(offsets[first], offsets[last])
        user, source = spans(begin[first:last], size[first:last])
        below_longest = longest - libraries.minutes[source]
        unsorted = user, below_longest, game_numbers[libraries.game[source]]
        limits = last - first, longest, len(axes.app_ids)
        below_longest, game[target] = in_order(len(source), limits, [unsorted], last=2)
        minutes[target] = longest - below_longest
    return Library(offsets, game, minutes)


def number_recent_starts(axes: Axes, libraries: Libraries, numbered: Library) -> Ints:
    """The rows of the numbered libraries that are recent starts, ascending."""
    starts = libraries.recent_starts
    filled = np.flatnonzero(libraries.size)
    by_row = filled[np.argsort(libraries.begin[filled])]
    owners = by_row[np.searchsorted(libraries.begin[by_row], starts, "right") - 1]
    user = numbers(libraries.users.take(pa.array(owners)), axes.user_ids)
    game = numbers(libraries.games.take(pa.array(libraries.game[starts])), axes.app_ids)
    started = np.sort(user.astype(np.int64) << 32 | game)
    users = np.unique(user)
    begin = numbered.offsets[users]
    span, rows = spans(begin, numbered.offsets[users + 1] - begin)
    owned = users[span].astype(np.int64) << 32 | numbered.game[rows]
    return rows[np.isin(owned, started)].astype(np.int32)


def _offsets(size: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(size)]).astype(np.int64)


def players_of_games(library: Library, games: int) -> tuple[npt.NDArray[np.int64], Ints]:
    """The played rows of each game: offsets (games + 1), and the numbers of the rows.

    Rows are by game, then minutes descending, then user.
    """
    longest = int(library.minutes.max(initial=0))
    players = np.zeros(games, np.int64)

    def played_rows() -> Iterator[tuple[Ints, ...]]:
        for first, last in slices(library.offsets):
            part = slice(library.offsets[first], library.offsets[last])
            rows = np.flatnonzero(library.minutes[part]) + part.start
            game = library.game[rows]
            players[:] += np.bincount(game, minlength=games)
            # Rows are by user already, so the row number breaks ties by user.
            yield game, longest - library.minutes[rows], rows.astype(np.int32)

    count = int(np.count_nonzero(library.minutes))
    limits = games, longest, len(library.game)
    (rows_by_game,) = in_order(count, limits, played_rows(), last=1)
    return _offsets(players), rows_by_game
