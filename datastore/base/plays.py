"""datastore.base: how playtimes lie on disk: two bytes a played row, nothing for the others.

A user's rows begin with the played ones, most minutes first. What two bytes do not hold (1,092
hours and more) stands apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["ARRAYS", "minutes", "packed"]

#: The arrays of a snapshot that hold them.
ARRAYS = (
    "library_offsets",
    "library_games",
    "played_offsets",
    "played_minutes",
    "long_rows",
    "long_minutes",
)

#: Stands for itself and everything above it.
_MOST = 2**16 - 1


def packed(
    offsets: npt.NDArray[np.int64], minutes: npt.NDArray[np.int32]
) -> dict[str, npt.NDArray[Any]]:
    """The arrays `played_*` and `long_*` of a snapshot, from the minutes of all library rows."""
    played = np.flatnonzero(minutes)
    own = minutes[played]
    long = np.flatnonzero(own >= _MOST)
    return {
        "played_offsets": np.searchsorted(played, offsets),
        "played_minutes": np.minimum(own, _MOST),
        "long_rows": long,
        "long_minutes": own[long],
    }


def minutes(arrays: Mapping[str, npt.NDArray[Any]]) -> npt.NDArray[np.int32]:
    """Minutes of all library rows, from the arrays of a snapshot.

    Raises ValueError or IndexError when these do not fit each other.
    """
    own = arrays["played_minutes"].astype(np.int32)
    own[arrays["long_rows"]] = arrays["long_minutes"]
    offsets, before = arrays["library_offsets"], arrays["played_offsets"]
    found = np.zeros(len(arrays["library_games"]), np.int32)
    found[np.arange(len(own)) + np.repeat(offsets[:-1] - before[:-1], np.diff(before))] = own
    return found
