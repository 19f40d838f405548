"""Playtimes on disk: packed and back, whatever they are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastore.base import plays

_MINUTES = st.sampled_from([0, 0, 1, 60, 65_534, 65_535, 65_536, 700_000, 2**31 - 1])


def on_disk(libraries: list[list[int]]) -> dict[str, np.ndarray]:
    """Each user's minutes as the snapshot has them."""
    rows = [sorted(own, reverse=True) for own in libraries]
    offsets = np.concatenate([[0], np.cumsum([len(own) for own in rows])]).astype(np.int64)
    minutes = np.array([minutes for own in rows for minutes in own], np.int32)
    games = np.arange(len(minutes))
    packed = plays.packed(offsets, minutes)
    packed["played_minutes"] = packed["played_minutes"].astype(np.uint16)
    return packed | {"library_offsets": offsets, "library_games": games, "wanted": minutes}


@given(libraries=st.lists(st.lists(_MINUTES, max_size=6), max_size=6))
def test_what_was_packed_comes_back(libraries: list[list[int]]) -> None:
    arrays = on_disk(libraries)
    assert plays.minutes(arrays).tolist() == arrays["wanted"].tolist()


def test_only_played_rows_take_room_and_long_ones_stand_apart() -> None:
    arrays = on_disk([[0, 5, 0], [], [70_000, 0]])
    assert arrays["played_offsets"].tolist() == [0, 1, 1, 2]
    assert arrays["played_minutes"].tolist() == [5, 65_535]
    assert (arrays["long_rows"].tolist(), arrays["long_minutes"].tolist()) == ([1], [70_000])


@pytest.mark.parametrize("name", ["played_offsets", "long_rows"])
def test_arrays_that_do_not_fit_are_an_error(name: str) -> None:
    arrays = on_disk([[1, 2], [70_000]])
    arrays[name] = arrays[name] + 9
    with pytest.raises((ValueError, IndexError)):
        plays.minutes(arrays)
