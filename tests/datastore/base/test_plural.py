"""Counts and lists in words."""

from __future__ import annotations

from datastore.base.plural import counted, listed


def test_a_count_has_its_noun_in_singular_or_plural() -> None:
    assert [counted(n, "row") for n in (0, 1, 1_200)] == ["0 rows", "1 row", "1,200 rows"]
    assert counted(2, "entry", "entries") == "2 entries"


def test_the_last_name_of_a_list_follows_an_and() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b"]) == "a and b"
    assert listed(["a", "b", "c"]) == "a, b and c"
