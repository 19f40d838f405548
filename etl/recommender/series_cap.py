"""etl.recommender: similar games in an order in which no series takes the whole list."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from datastore.base.codes import POPULAR
from etl.recommender.lists import Lists

__all__ = ["spread"]

#: Games in a row ...
_SHOWN = 5
#: ... of which at most this number are of one series.
_MATES = 2


def spread(lists: Lists, coplay: npt.NDArray[np.float32], series: npt.NDArray[np.int32]) -> None:
    """Put games behind others where more than two of the first five, of the next five, and so on,
    would be of one series. Entries by popularity stay at the end."""
    placed = (lists.games >= 0) & (lists.sources != POPULAR)
    own = np.where(placed, series[lists.games], -1)
    for row in np.flatnonzero(_crowded(own)).tolist():
        count = int(np.count_nonzero(placed[row]))
        order = _spread(own[row, :count].tolist())
        for column in (lists.games, lists.scores, lists.sources, coplay):
            column[row, :count] = column[row, order]


def _crowded(series: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
    """Whether any five in a row of a list have more than two of one series."""
    crowded = np.zeros(len(series), np.bool_)
    for start in range(0, series.shape[1], _SHOWN):
        window = np.sort(series[:, start : start + _SHOWN], axis=1)
        same = (window[:, _MATES:] == window[:, :-_MATES]) & (window[:, _MATES:] >= 0)
        crowded |= same.any(axis=1)
    return crowded


def _spread(series: list[int]) -> list[int]:
    """Positions in the new order."""
    order: list[int] = []
    left = list(range(len(series)))
    while left:
        seen: dict[int, int] = {}
        window: list[int] = []
        for position in left:
            own = series[position]
            if own < 0 or seen.get(own, 0) < _MATES:
                seen[own] = seen.get(own, 0) + 1
                window.append(position)
                if len(window) == _SHOWN:
                    break
        order += window
        taken = set(window)
        left = [position for position in left if position not in taken]
        if len(window) < _SHOWN:
            return order + left
    return order
