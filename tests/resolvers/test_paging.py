"""Pages against a plain reading of the Relay cursor connections specification."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastore.base.errors import InvalidArgument
from resolvers.paging import DEFAULT, MOST, PageArguments, page

VERSION = "0123456789abcdef"
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
    cursors = [page([row], VERSION, "Game", PageArguments()).cursors[0] for row in rows]

    cut = page(
        rows,
        VERSION,
        "Game",
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
    given_before = page(rows, VERSION, "Game", PageArguments()).cursors
    if text in given_before:
        return
    with pytest.raises(InvalidArgument):
        page(rows, VERSION, "Game", PageArguments(after=text))


@pytest.mark.parametrize("size", [-1, MOST + 1, 2**31 - 1])
def test_sizes_outside_of_the_limits_are_refused(size: int) -> None:
    with pytest.raises(InvalidArgument, match=r"^Argument 'first' is .* between 0 and 100"):
        page(range(10), VERSION, "Game", PageArguments(first=size))
    with pytest.raises(InvalidArgument, match=r"^Argument 'last' is .* between 0 and 100"):
        page(range(10), VERSION, "Game", PageArguments(last=size))
