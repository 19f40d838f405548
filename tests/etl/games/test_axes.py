"""Sources joined into numbered entities: the order of the axes, and who owns what along them."""

from __future__ import annotations

from random import Random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastore.base.names import fold
from dumps import libraries_of, rows_in
from etl.columns import arrow as columns
from etl.games.axes import Axes, Library, axes, in_order, library, spellings
from etl.games.libraries import Libraries

CATALOGUE = pa.table({"app_id": ["9", "10"], "title": ["G9", None]})
NO_CATALOGUE = pa.table([pa.array([], pa.string())] * 2, ["app_id", "title"])
LIBRARIES = libraries_of(("bob", "570", 5), ("bob", "9", 5), ("bob", "10", 60), ("ann", "9", 0))


def axes_of(catalogue: pa.Table, libraries: Libraries = LIBRARIES) -> Axes:
    """With one review, of game 77 by zoe."""
    return axes(catalogue, libraries, pa.array(["zoe", "ann"]), pa.array(["77", "77"]))


def test_catalogue_games_come_first_then_those_of_libraries_and_reviews() -> None:
    found = axes_of(CATALOGUE)
    assert found.app_ids.to_pylist() == ["9", "10", "77", "570"]
    assert found.titles.to_pylist() == ["G9", None, None, "Game 570"]
    assert found.listed == 2


def test_users_of_reviews_and_libraries_are_one_axis_by_code_point() -> None:
    assert axes_of(NO_CATALOGUE).user_ids.to_pylist() == ["ann", "bob", "zoe"]


def test_a_library_is_by_user_then_minutes_descending_then_game() -> None:
    rows: Library = library(axes_of(CATALOGUE), LIBRARIES)
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
    libraries = libraries_of(*((*pair, random.randrange(4)) for pair in sorted(rows)))
    monkeypatch.setattr(columns, "SOME", some)
    entities = axes_of(CATALOGUE, libraries)
    found = library(entities, libraries)
    users, games = entities.user_ids.to_pylist(), entities.app_ids.to_pylist()
    shown = zip(found.user.tolist(), (-found.minutes).tolist(), found.game.tolist(), strict=True)
    given = rows_in(libraries).items()
    assert list(shown) == sorted(
        (users.index(user), -minutes, games.index(game)) for (user, game), minutes in given
    )
    assert np.diff(found.offsets).tolist() == np.bincount(found.user, minlength=len(users)).tolist()


@pytest.mark.parametrize("last", [1, 2, 3])
@given(rows=st.lists(st.tuples(*[st.sampled_from([0, 1, 2, 40, 2**31 - 1])] * 3)))
def test_rows_are_ordered_as_tuples_are_whether_63_bits_hold_them_or_not(
    last: int, rows: list[tuple[int, int, int]]
) -> None:
    columns = [np.array([row[at] for row in rows], np.int32) for at in range(3)]
    most = [int(column.max(initial=0)) for column in columns]
    parts = [tuple(c[some] for c in columns) for some in (slice(2), slice(2, None))]
    found = in_order(len(rows), most, parts, last)
    shown = list(zip(*(column.tolist() for column in found), strict=True))
    assert shown == [row[-last:] for row in sorted(rows)]


def test_the_spelling_used_most_is_shown_then_the_first_by_code_point() -> None:
    names = spellings({"Capcom": 2, "CAPCOM": 3, "valve": 1, "Valve": 1, " A  b": 1}, fold)
    assert names.shown == [" A  b", "CAPCOM", "Valve"]
    assert names.folded == ["a b", "capcom", "valve"]
    assert names.number == {" A  b": 0, "Capcom": 1, "CAPCOM": 1, "valve": 2, "Valve": 2}


def test_no_names_are_no_entities() -> None:
    assert spellings({}, fold) == type(spellings({}, fold))([], [], {})
