"""Rows of libraries: distinct, in order, with the longest playtime, however they come."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.games import library_rows
from etl.games.library_lines import LibraryLine, int32, playtime
from etl.games.library_rows import LibraryRowBuilder
from thorough import examples

#: A user's games, each with its minutes and those of the last two weeks.
Line = tuple[int, list[tuple[int, int, int | None]]]
#: User, game, minutes, and whether they are all of the last two weeks.
Row = tuple[int, int, int, bool]


def gathered(lines: list[Line]) -> tuple[LibraryRowBuilder, list[Row]]:
    """Users are renumbered as first seen, as a reader does."""
    found, numbers = LibraryRowBuilder(), dict[int, int]()
    for user, items in lines:
        games = b"".join(int32(game) for game, *_ in items)
        playtimes = b"".join(playtime(*minutes) for _, *minutes in items)
        library = LibraryLine("", None, len(items), games, playtimes)
        found.add(numbers.setdefault(user, len(numbers)), library)
    columns = found.columns()
    assert {column.dtype for column in columns} == {np.dtype(np.int32)}
    size, game, minutes, recent = columns
    user = np.repeat(np.arange(len(numbers)), size)
    started = np.isin(np.arange(len(game)), recent)
    assert recent.tolist() == np.flatnonzero(started).tolist()
    rows = zip(*(column.tolist() for column in (user, game, minutes, started)), strict=True)
    return found, list(rows)


def expected(lines: list[Line]) -> list[Row]:
    """The longest playtime of each pair; it is of the last two weeks if it is by all lines with
    it."""
    numbers, lines_of = dict[int, int](), dict[tuple[int, int], list[tuple[int, int | None]]]()
    for user, items in lines:
        number = numbers.setdefault(user, len(numbers))
        for game, *both in items:
            minutes, recent = both
            lines_of.setdefault((number, game), []).append((minutes, recent))
    rows = []
    for pair, own in sorted(lines_of.items()):
        longest = max(minutes for minutes, _ in own)
        recents = {recent for minutes, recent in own if minutes == longest}
        rows.append((*pair, longest, longest > 0 and recents == {longest}))
    return rows


MINUTES = st.integers(0, 3) | st.just(2**31 - 1)
ITEM = st.tuples(st.integers(0, 5) | st.just(2**31 - 1), MINUTES, st.none() | MINUTES)
LINES = st.lists(st.tuples(st.integers(0, 6), st.lists(ITEM, max_size=4)), max_size=12)


@pytest.mark.parametrize("some", [1, 3, 1 << 18])
@given(lines=LINES)
@settings(max_examples=examples(200))
def test_rows_are_the_longest_playtime_of_each_pair_however_many_are_sorted_at_once(
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
    lines: list[Line] = [(0, [(1, 5, 0)]), (1, []), (1, [])]
    assert gathered(lines)[1] == [(0, 1, 5, False)]
