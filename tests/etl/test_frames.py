"""Sources joined into numbered entities: the order of the axes, and who owns what along them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from datastore.base.names import fold
from etl.frames import Library, axes, in_order, library, spellings
from etl.games import CatalogueGame
from etl.reviews import Review, Reviews
from etl.users import Libraries


def game(app_id: str) -> CatalogueGame:
    return CatalogueGame(app_id, f"G{app_id}", *[None] * 2, [], [], [], *[None] * 7)


def ints(*values: int) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.array(values, np.int32)


REVIEWS = Reviews(
    [Review("zoe", "77", True, None, None, None, False, 0, 0, 0)], {"zoe", "ann"}, None
)
LIBRARIES = Libraries(
    users=["bob", "ann"], games=["570", "9", "10"], names=["Dota 2", "nine", "ten"],
    user=ints(0, 0, 0, 1), game=ints(0, 1, 2, 1), minutes=ints(5, 5, 60, 0),
)  # fmt: skip


def test_catalogue_games_come_first_then_those_of_libraries_and_reviews() -> None:
    found = axes([game("9"), game("10")], REVIEWS, LIBRARIES)
    assert found.app_ids == ["9", "10", "77", "570"]
    assert found.titles == ["G9", "G10", None, "Dota 2"]
    assert found.game_number == {"9": 0, "10": 1, "77": 2, "570": 3}


def test_users_of_reviews_and_libraries_are_one_axis_by_code_point() -> None:
    found = axes([], REVIEWS, LIBRARIES)
    assert found.user_ids == ["ann", "bob", "zoe"]
    assert found.user_number == {"ann": 0, "bob": 1, "zoe": 2}


def test_a_library_is_by_user_then_minutes_descending_then_game() -> None:
    rows: Library = library(axes([game("9"), game("10")], REVIEWS, LIBRARIES), LIBRARIES)
    assert rows.offsets.tolist() == [0, 1, 4, 4]
    assert rows.user.tolist() == [0, 1, 1, 1]
    assert rows.game.tolist() == [0, 1, 0, 3]
    assert rows.minutes.tolist() == [0, 60, 5, 5]


@given(rows=st.lists(st.tuples(*[st.sampled_from([0, 1, 2, 40, 2**31 - 1])] * 3)))
def test_rows_are_ordered_as_tuples_are_whether_63_bits_hold_them_or_not(
    rows: list[tuple[int, int, int]],
) -> None:
    columns = [np.array([row[at] for row in rows], np.int32) for at in range(3)]
    found = in_order(*columns)
    assert list(zip(*(column.tolist() for column in found), strict=True)) == sorted(rows)


def test_the_spelling_used_most_is_shown_then_the_first_by_code_point() -> None:
    names = spellings({"Capcom": 2, "CAPCOM": 3, "valve": 1, "Valve": 1, " A  b": 1}, fold)
    assert names.shown == [" A  b", "CAPCOM", "Valve"]
    assert names.folded == ["a b", "capcom", "valve"]
    assert names.number == {" A  b": 0, "Capcom": 1, "CAPCOM": 1, "valve": 2, "Valve": 2}


def test_no_names_are_no_entities() -> None:
    assert spellings({}, fold) == type(spellings({}, fold))([], [], {})
