"""datastore.base: stored playtimes: two bytes per played row, none for unplayed rows.

A user's library rows start with the played ones, most minutes first. `played_minutes` holds the
played rows of all users, one user after the other; `long_minutes` holds those of 65,535 minutes
and more, which do not fit two bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["ARRAYS", "Playtimes", "packed"]

#: Names of the snapshot's arrays that playtimes are read from.
ARRAYS = (
    "library_offsets",
    "library_games",
    "played_offsets",
    "played_minutes",
    "long_rows",
    "long_minutes",
)

#: Marks a playtime of this many minutes or more, which is in `long_minutes`.
_LONG = 2**16 - 1

Minutes = npt.NDArray[np.int32]
Rows = npt.NDArray[np.integer]


def packed(
    offsets: npt.NDArray[np.int64], minutes: npt.NDArray[np.int32]
) -> dict[str, npt.NDArray[Any]]:
    """The arrays `played_*` and `long_*` of a snapshot, from the minutes of all library rows."""
    played = np.flatnonzero(minutes)
    played_minutes = minutes[played]
    long = np.flatnonzero(played_minutes >= _LONG)
    return {
        "played_offsets": np.searchsorted(played, offsets),
        "played_minutes": np.minimum(played_minutes, _LONG),
        "long_rows": long,
        "long_minutes": played_minutes[long],
    }


class Playtimes:
    """Minutes of library rows, unpacked from a snapshot's arrays on demand."""

    def __init__(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Raises ValueError if the arrays are inconsistent."""
        self._offsets = arrays["library_offsets"]
        self._played = arrays["played_offsets"]
        self._minutes = arrays["played_minutes"]
        self._long_rows = arrays["long_rows"]
        self._long_minutes = arrays["long_minutes"]
        self._check(len(arrays["library_games"]))

    def of_user(self, user: int) -> Minutes:
        """Minutes of a user's library rows, most minutes first."""
        start, stop = self._played[user : user + 2]
        minutes = np.zeros(self._offsets[user + 1] - self._offsets[user], np.int32)
        minutes[: stop - start] = self._minutes[start:stop]
        if stop > start and minutes[0] == _LONG:
            first, last = self._long_place(np.array((start, stop)))
            minutes[: last - first] = self._long_minutes[first:last]
        return minutes

    def of_played_rows(self, rows: Rows) -> Minutes:
        """Minutes of played library rows, in the order of `rows`."""
        words, before = self._ranks
        places = rows >> 6
        bits = (rows & 63).astype(np.uint64)
        lower = words.take(places) & ((np.uint64(1) << bits) - np.uint64(1))
        return self._of_played(before.take(places) + np.bitwise_count(lower))

    def of_all(self) -> Minutes:
        """Minutes of all library rows; takes 4 bytes per row."""
        played = self._minutes.astype(np.int32)
        played[self._long_rows] = self._long_minutes
        minutes = np.zeros(self._offsets[-1], np.int32)
        minutes[self._is_played()] = played
        return minutes

    def _is_played(self) -> npt.NDArray[np.bool_]:
        """Whether each library row was played."""
        played, owned = np.diff(self._played), np.diff(self._offsets)
        lengths = np.stack([played, owned - played], axis=1).ravel()
        return np.repeat(np.resize([True, False], len(lengths)), lengths)

    @cached_property
    def _ranks(self) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
        """One bit per library row, set if it was played, in words of 64 bits; and the number of
        set bits before each word. A row's position among the played rows is the number of set bits
        before it. Takes 0.3 bytes per row, and is several times as fast as searching for the row's
        user."""
        packed = np.packbits(self._is_played(), bitorder="little")
        words = np.zeros(len(packed) // 8 + 1, "<u8")
        words.view(np.uint8)[: len(packed)] = packed
        words = words.astype(np.uint64, copy=False)
        counts = np.bitwise_count(words)
        return words, np.cumsum(counts, dtype=np.int64) - counts

    def _of_played(self, rows: Rows) -> Minutes:
        """Minutes of rows of `played_minutes`."""
        packed = self._minutes.take(rows)
        minutes = packed.astype(np.int32)
        if packed.max(initial=0) == _LONG:
            long = np.flatnonzero(packed == _LONG)
            minutes[long] = self._long_minutes[self._long_place(rows[long])]
        return minutes

    def _long_place(self, rows: Rows) -> npt.NDArray[np.int64]:
        # Keys of another type would make NumPy copy the searched array.
        return self._long_rows.searchsorted(rows.astype(self._long_rows.dtype))

    def _check(self, rows: int) -> None:
        offsets, played, long = self._offsets, self._played, self._long_rows
        counts = np.diff(played)
        if len(played) != len(offsets) or offsets[-1] != rows:
            raise ValueError("offsets do not cover the library rows")
        if (counts < 0).any() or (counts > np.diff(offsets)).any():
            raise ValueError("a user has more played rows than library rows")
        if played[0] != 0 or played[-1] != len(self._minutes):
            raise ValueError("offsets do not cover the played rows")
        if len(long) != len(self._long_minutes) or (np.diff(long) <= 0).any():
            raise ValueError("long playtimes and their rows differ in number or order")
        if len(long) and not (long[0] >= 0 and long[-1] < len(self._minutes)):
            raise ValueError("a long playtime has no played row")
        if (self._minutes[long] != _LONG).any():
            raise ValueError("a long playtime is not marked as one")
