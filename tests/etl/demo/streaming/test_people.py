"""Invented names of actors and directors."""

from __future__ import annotations

import random

from etl.demo.streaming.people import people


def test_names_are_distinct_and_some_have_a_suffix_after_a_comma() -> None:
    names = people(random.Random(1), 2000, "")
    assert len(set(names)) == 2000
    suffixes = {name.partition(", ")[2] for name in names}
    assert {"", "Jr.", "III"} <= suffixes


def test_names_that_are_taken_are_not_invented() -> None:
    names = people(random.Random(1), 50, "")
    taken = names[7].upper()
    assert names[7] not in people(random.Random(1), 50, f"{taken}, Somebody Else")
