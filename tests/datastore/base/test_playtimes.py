"""Playtimes on disk: whatever was packed is what is read, by user, by row or all together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastore.base.playtimes import Playtimes, packed

_MINUTES = st.sampled_from([0, 0, 1, 60, 65_534, 65_535, 65_536, 700_000, 2**31 - 1])
#: Some libraries longer than the 64 rows that one word of the ranks counts.
_LIBRARIES = st.lists(
    st.lists(_MINUTES, max_size=6) | st.lists(_MINUTES, min_size=60, max_size=140), max_size=6
)


def arrays_of(libraries: list[list[int]]) -> dict[str, np.ndarray]:
    """Each user's minutes as the snapshot has them: most first."""
    rows = [sorted(library, reverse=True) for library in libraries]
    offsets = np.concatenate([[0], np.cumsum([len(library) for library in rows])]).astype(np.int64)
    minutes = np.array([minutes for library in rows for minutes in library], np.int32)
    arrays = packed(offsets, minutes)
    return arrays | {
        "played_minutes": arrays["played_minutes"].astype(np.uint16),
        "long_rows": arrays["long_rows"].astype(np.int32),
        "library_offsets": offsets,
        "library_games": np.arange(len(minutes)),
    }


@given(libraries=_LIBRARIES)
def test_what_was_packed_is_read_user_by_user_and_all_together(libraries: list[list[int]]) -> None:
    playtimes = Playtimes(arrays_of(libraries))
    wanted = [sorted(library, reverse=True) for library in libraries]
    assert [playtimes.of_user(user).tolist() for user in range(len(libraries))] == wanted
    assert playtimes.of_all().tolist() == [minutes for library in wanted for minutes in library]


@given(libraries=_LIBRARIES, data=st.data())
def test_played_rows_are_read_in_any_order(libraries: list[list[int]], data: Any) -> None:
    playtimes = Playtimes(arrays_of(libraries))
    minutes = playtimes.of_all()
    played = np.flatnonzero(minutes)
    places = st.integers(0, max(0, len(played) - 1))
    chosen = data.draw(st.lists(places, max_size=20)) if len(played) else []
    rows = played[np.array(chosen, np.int64)]
    assert playtimes.of_played_rows(rows).tolist() == minutes[rows].tolist()
    assert playtimes.of_played_rows(rows.astype(np.int32)).tolist() == minutes[rows].tolist()


def test_only_played_rows_take_room_and_long_playtimes_are_separate() -> None:
    arrays = arrays_of([[0, 5, 0], [], [70_000, 0]])
    assert arrays["played_offsets"].tolist() == [0, 1, 1, 2]
    assert arrays["played_minutes"].tolist() == [5, 65_535]
    assert (arrays["long_rows"].tolist(), arrays["long_minutes"].tolist()) == ([1], [70_000])


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("library_games", [0, 1], "offsets do not cover the library rows"),
        ("played_offsets", [0, 2], "offsets do not cover the library rows"),
        ("played_offsets", [0, 3, 3], "a user has more played rows than library rows"),
        ("played_offsets", [1, 2, 3], "offsets do not cover the played rows"),
        ("played_offsets", [0, 2, 2], "offsets do not cover the played rows"),
        (
            "long_minutes",
            [70_000, 70_000],
            "long playtimes and their rows differ in number or order",
        ),
        ("long_rows", [3], "a long playtime has no played row"),
        ("long_rows", [-1], "a long playtime has no played row"),
        ("long_rows", [0], "a long playtime is not marked as one"),
    ],
)
def test_arrays_that_do_not_fit_together_are_an_error(
    name: str, values: list[int], message: str
) -> None:
    arrays = arrays_of([[1, 2], [70_000]])
    Playtimes(arrays)
    arrays[name] = np.array(values)
    with pytest.raises(ValueError, match=message):
        Playtimes(arrays)
