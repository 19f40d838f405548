"""etl.games: the rows of the libraries over the axes: by user, and by game."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from datastore.base.library import Library
from etl.columns.arrow import numbers, slices, spans
from etl.columns.sorting import in_order
from etl.games.axes import Axes
from etl.games.libraries import Libraries

__all__ = ["library", "players_of_games"]

Ints = npt.NDArray[np.int32]


def library(axes: Axes, libraries: Libraries) -> Library:
    """Renumber the rows of the libraries and sort them."""
    game_number = numbers(libraries.games, axes.app_ids)
    place = numbers(axes.user_ids, libraries.users)  # -1 for who has no library: see the append
    size, begin = np.append(libraries.size, 0)[place], np.append(libraries.begin, 0)[place]
    offsets = _offsets(size)
    most = int(libraries.minutes.max(initial=0))
    game, minutes = (np.empty(offsets[-1], np.int32) for _ in range(2))
    for first, last in slices(offsets):
        rows = slice(offsets[first], offsets[last])
        own, at = spans(begin[first:last], size[first:last])
        part = own, most - libraries.minutes[at], game_number[libraries.game[at]]
        limits = last - first, most, len(axes.app_ids)
        fewer, game[rows] = in_order(len(at), limits, [part], last=2)
        minutes[rows] = most - fewer
    return Library(offsets, game, minutes)


def _offsets(size: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(size)]).astype(np.int64)


def players_of_games(rows: Library, games: int) -> tuple[npt.NDArray[np.int64], Ints]:
    """Row numbers of the played pairs by game, minutes descending, then user; and where each
    game's start (games + 1)."""
    most = int(rows.minutes.max(initial=0))
    size = np.zeros(games, np.int64)

    def played() -> Iterator[tuple[Ints, ...]]:
        for first, last in slices(rows.offsets):
            part = slice(rows.offsets[first], rows.offsets[last])
            at = np.flatnonzero(rows.minutes[part]) + part.start
            game = rows.game[at]
            size[:] += np.bincount(game, minlength=games)
            yield game, most - rows.minutes[at], at.astype(np.int32)  # rows are by user already

    count = int(np.count_nonzero(rows.minutes))
    (order,) = in_order(count, (games, most, len(rows.game)), played(), last=1)
    return _offsets(size), order
