"""Who owns what along the axes: the libraries by user."""

from __future__ import annotations

from random import Random

import numpy as np
import pyarrow as pa
import pytest

from datastore.base.library import Library
from dumps import libraries_of, rows_in
from etl.columns import arrow as columns
from etl.games.axes import Axes, axes
from etl.games.libraries import Libraries
from etl.games.play_rows import number_library, number_recent_starts

CATALOGUE = pa.table({"app_id": ["9", "10"], "title": ["G9", None]})
LIBRARIES = libraries_of(("bob", "570", 5), ("bob", "9", 5), ("bob", "10", 60), ("ann", "9", 0))


def axes_of(catalogue: pa.Table, libraries: Libraries = LIBRARIES) -> Axes:
    """With one review, of game 77 by zoe."""
    return axes(catalogue, libraries, pa.array(["zoe", "ann"]), pa.array(["77", "77"]))


def test_a_library_is_by_user_then_minutes_descending_then_game() -> None:
    rows: Library = number_library(axes_of(CATALOGUE), LIBRARIES)
    assert rows.offsets.tolist() == [0, 1, 4, 4]
    assert rows.user.tolist() == [0, 1, 1, 1]
    assert rows.game.tolist() == [0, 1, 0, 3]
    assert rows.minutes.tolist() == [0, 60, 5, 5]


@pytest.mark.parametrize("some", [1, 2, 5, 1 << 17])
def test_a_library_is_the_same_however_many_rows_are_sorted_at_once(
    some: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(7)
    rows = {(f"u{random.randrange(30)}", str(random.randrange(20))) for _ in range(200)}
    started = {pair for pair in rows if random.random() < 0.3}
    libraries = libraries_of(
        *((*pair, random.randrange(4)) for pair in sorted(rows)), started=started
    )
    monkeypatch.setattr(columns, "SOME", some)
    entities = axes_of(CATALOGUE, libraries)
    found = number_library(entities, libraries)
    users, games = entities.user_ids.to_pylist(), entities.app_ids.to_pylist()
    shown = zip(found.user.tolist(), (-found.minutes).tolist(), found.game.tolist(), strict=True)
    given = rows_in(libraries).items()
    assert list(shown) == sorted(
        (users.index(user), -minutes, games.index(game)) for (user, game), minutes in given
    )
    recent = number_recent_starts(entities, libraries, found)
    assert recent.dtype == np.int32
    pairs = zip(found.user[recent].tolist(), found.game[recent].tolist(), strict=True)
    assert list(pairs) == [
        (user, game)
        for user, game in zip(found.user.tolist(), found.game.tolist(), strict=True)
        if (users[user], games[game]) in started
    ]
    assert np.diff(found.offsets).tolist() == np.bincount(found.user, minlength=len(users)).tolist()
