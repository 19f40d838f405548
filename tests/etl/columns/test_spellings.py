"""Spellings that fold alike are one name."""

from __future__ import annotations

from datastore.base.names import fold
from etl.columns.spellings import spellings


def test_the_spelling_used_most_is_shown_then_the_first_by_code_point() -> None:
    names = spellings({"Capcom": 2, "CAPCOM": 3, "valve": 1, "Valve": 1, " A  b": 1}, fold)
    assert names.shown == [" A  b", "CAPCOM", "Valve"]
    assert names.folded == ["a b", "capcom", "valve"]
    assert names.number == {" A  b": 0, "Capcom": 1, "CAPCOM": 1, "valve": 2, "Valve": 2}


def test_without_names_there_are_no_entities() -> None:
    assert spellings({}, fold) == type(spellings({}, fold))([], [], {})
