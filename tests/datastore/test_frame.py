"""Columns of texts that are decoded one by one."""

from __future__ import annotations

from bisect import bisect_left

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastore.frame import Frame, TextColumn


def column(texts: list[str | None], start: int = 0) -> TextColumn:
    """The texts as a column that begins at `start` of a longer one."""
    array = pa.array([*["before"] * start, *texts], pa.string()).slice(start)
    return Frame("test", pa.table({"text": array})).text_column("text")


@given(st.lists(st.none() | st.text(max_size=5), max_size=8), st.integers(0, 2))
def test_a_column_is_the_sequence_of_its_texts(texts: list[str | None], start: int) -> None:
    shown = column(texts, start)
    assert len(shown) == len(texts)
    assert list(shown) == [text or "" for text in texts]
    assert shown[1:3] == [text or "" for text in texts[1:3]]


@given(st.lists(st.text(max_size=4), min_size=1, unique=True))
def test_a_sorted_column_is_searched_as_a_list_is(texts: list[str]) -> None:
    ordered = sorted(texts)
    shown = column([*ordered])
    for text in [*texts, "", "m", "\U0010ffff"]:
        assert bisect_left(shown, text) == bisect_left(ordered, text)


@pytest.mark.parametrize("row", [-1, 2, 10**12])
def test_there_is_no_text_outside_of_the_column(row: int) -> None:
    with pytest.raises(IndexError):
        column(["a", "b"])[row]
