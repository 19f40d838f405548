"""Rows of libraries: distinct, in order, with the greatest minutes, however they come."""

from __future__ import annotations

from array import array

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.games import library_rows
from etl.games.library_lines import LibraryLine
from etl.games.library_rows import LibraryRowBuilder

Line = tuple[int, list[tuple[int, int]]]


def gathered(lines: list[Line]) -> tuple[LibraryRowBuilder, list[tuple[int, int, int]]]:
    """Users are renumbered as first seen, as a reader does."""
    found, numbers = LibraryRowBuilder(), dict[int, int]()
    for user, items in lines:
        games, minutes = (array("i", column).tobytes() for column in zip(*items, strict=True)) if (
            items
        ) else (b"", b"")  # fmt: skip
        library = LibraryLine("", None, len(items), games, minutes)
        found.add(numbers.setdefault(user, len(numbers)), library)
    columns = found.columns()
    assert {column.dtype for column in columns} == {np.dtype(np.int32)}
    size, *others = columns
    user = np.repeat(np.arange(len(numbers)), size)
    return found, list(zip(*(column.tolist() for column in (user, *others)), strict=True))


def expected(lines: list[Line]) -> list[tuple[int, int, int]]:
    numbers, most = dict[int, int](), dict[tuple[int, int], int]()
    for user, items in lines:
        number = numbers.setdefault(user, len(numbers))
        for game, minutes in items:
            most[number, game] = max(minutes, most.get((number, game), 0))
    return [(*pair, minutes) for pair, minutes in sorted(most.items())]


ITEM = st.tuples(st.integers(0, 5) | st.just(2**31 - 1), st.integers(0, 3) | st.just(2**31 - 1))
LINES = st.lists(st.tuples(st.integers(0, 6), st.lists(ITEM, max_size=4)), max_size=12)


@pytest.mark.parametrize("some", [1, 3, 1 << 18])
@given(lines=LINES)
@settings(max_examples=200)
def test_rows_are_the_greatest_minutes_of_each_pair_however_many_are_sorted_at_once(
    some: int, lines: list[Line]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(library_rows, "_SOME", some)
        found, columns = gathered(lines)
    assert columns == expected(lines)
    assert found.added == sum(len(items) for _, items in lines)
    assert found.repeated_lines == len(lines) - len({user for user, _ in lines})


def test_a_repeated_user_who_owns_nothing_stays_so() -> None:
    # The last user's number was once out of bounds.
    lines: list[Line] = [(0, [(1, 5)]), (1, []), (1, [])]
    assert gathered(lines)[1] == [(0, 1, 5)]
