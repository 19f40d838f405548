"""The order in which games and users are numbered."""

from __future__ import annotations

import pyarrow as pa

from dumps import libraries_of
from etl.games.axes import Axes, axes
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
