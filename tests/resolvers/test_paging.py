"""Pages against a plain reading of the Relay cursor connections specification."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastore.base.errors import InvalidArgument, StaleCursor
from resolvers.ids import Keys, encode
from resolvers.paging import DEFAULT, MOST, PageArguments, page

#: Entries whose key is the name of their row; rows from 1000 on have none.
KEYS = Keys(
    "Game",
    lambda rows: [f"game {row}" for row in rows],
    lambda key: int(key[5:]) if key[5:].isdecimal() and int(key[5:]) < 1000 else None,
)
SIZES = st.none() | st.integers(0, 12)


def by_the_specification(
    rows: list[int], first: int | None, after: int | None, last: int | None, before: int | None
) -> list[int]:
    """ApplyCursorsToEdges, then EdgesToReturn, word by word; cursors as positions."""
    edges = list(enumerate(rows))
    if after is not None:
        edges = [edge for edge in edges if edge[0] > after]
    if before is not None:
        edges = [edge for edge in edges if edge[0] < before]
    if first is None and last is None:
        first = DEFAULT
    if first is not None:
        edges = edges[:first]
    if last is not None:
        edges = edges[-last:] if last else []
    return [row for _, row in edges]


@given(st.lists(st.integers(0, 500), unique=True, max_size=30), SIZES, SIZES, st.data())
def test_every_page_is_that_of_the_specification(
    rows: list[int], first: int | None, last: int | None, data: st.DataObject
) -> None:
    places = st.none() | st.integers(0, len(rows) - 1) if rows else st.none()
    after, before = data.draw(places), data.draw(places)
    cursors = [page([row], KEYS, PageArguments()).cursors[0] for row in rows]

    cut = page(
        rows,
        KEYS,
        PageArguments(
            first,
            None if after is None else cursors[after],
            last,
            None if before is None else cursors[before],
        ),
    )

    expected = by_the_specification(rows, first, after, last, before)
    assert list(cut.rows) == expected
    assert cut.cursors == [cursors[rows.index(row)] for row in expected]
    assert cut.total == len(rows)
    if expected:
        assert cut.has_previous is (rows.index(expected[0]) > 0)
        assert cut.has_next is (rows.index(expected[-1]) < len(rows) - 1)


@given(st.text())
def test_no_text_is_a_cursor_unless_a_page_has_given_it(text: str) -> None:
    rows = range(10)
    given_before = page(rows, KEYS, PageArguments()).cursors
    if text in given_before:
        return
    with pytest.raises(InvalidArgument, match=r"not a valid cursor"):
        page(rows, KEYS, PageArguments(after=text))


@pytest.mark.parametrize("row", [10, 1000])
def test_a_cursor_of_an_entry_that_is_gone_is_stale(row: int) -> None:
    # 10 is an entry outside the list; 1000 is not an entry any more.
    cursor = encode("Game", f"game {row}")
    with pytest.raises(StaleCursor, match=r"'before' is stale.*first page") as raised:
        page(range(10), KEYS, PageArguments(before=cursor))
    assert raised.value.extensions() == {
        "code": "STALE_CURSOR",
        "classification": "BAD_REQUEST",
        "argument": "before",
    }


def test_a_cursor_of_another_type_is_invalid_and_names_both_types() -> None:
    with pytest.raises(InvalidArgument, match=r"a cursor of a User; the list needs one of a Game"):
        page(range(10), KEYS, PageArguments(after=encode("User", "game 1")))


@pytest.mark.parametrize("key", ["game 01", "name 1"])
def test_another_spelling_of_a_key_is_not_a_cursor(key: str) -> None:
    with pytest.raises(InvalidArgument, match=r"not a valid cursor"):
        page(range(10), KEYS, PageArguments(after=encode("Game", key)))


@pytest.mark.parametrize("size", [-1, MOST + 1, 2**31 - 1])
def test_sizes_outside_of_the_limits_are_refused(size: int) -> None:
    with pytest.raises(InvalidArgument, match=r"^Argument 'first' is .* between 0 and 100"):
        page(range(10), KEYS, PageArguments(first=size))
    with pytest.raises(InvalidArgument, match=r"^Argument 'last' is .* between 0 and 100"):
        page(range(10), KEYS, PageArguments(last=size))
