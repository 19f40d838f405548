"""A column of texts: the sequence of its texts, and searched as bytes with the same results."""

from __future__ import annotations

from bisect import bisect_left

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from datastore.frame import Frame
from datastore.text_column import TextColumn

#: Few letters, so that texts contain each other; one of two bytes, one that NumPy strips.
TEXTS = st.lists(st.text("ab\0é", max_size=5), max_size=8)
PARTS = st.text("ab\0é", max_size=3)


def column(texts: list[str | None], start: int = 0) -> TextColumn:
    """The texts as a column that begins at `start` of a longer one."""
    array = pa.array([*["before"] * start, *texts], pa.string()).slice(start)
    return Frame("test", pa.table({"text": array})).text_column("text")


@given(st.lists(st.none() | st.text(max_size=5), max_size=8), st.integers(0, 2))
def test_a_column_is_the_sequence_of_its_texts(texts: list[str | None], start: int) -> None:
    shown = column(texts, start)
    assert len(shown) == len(texts)
    assert list(shown) == [text or "" for text in texts]
    assert [shown[row] for row in range(len(texts))] == list(shown)
    assert shown[1:3] == [text or "" for text in texts[1:3]]


@given(st.lists(st.text(max_size=5), max_size=8))
def test_a_column_is_made_of_any_texts(texts: list[str]) -> None:
    assert list(TextColumn.of(texts)) == texts


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


@given(TEXTS, PARTS, st.integers(0, 2))
@example(["ab", "ba"], "bb", 0)  # the end of one text and the beginning of the next
@example([""], "a", 0)
def test_a_text_contains_what_python_says(texts: list[str], part: str, start: int) -> None:
    mask = column([*texts], start).containing(part)
    assert mask.tolist() == [part in text and text != "" for text in texts]


@given(TEXTS, st.sets(PARTS.filter(bool)), st.integers(0, 2))
@example(["a\0", "a", "a\0\0"], {"a\0"}, 0)
def test_a_text_is_among_others_as_in_a_set(texts: list[str], wanted: set[str], start: int) -> None:
    mask = column([*texts], start).among(wanted)
    assert mask.tolist() == [text in wanted for text in texts]


def test_blank_texts_are_the_empty_ones() -> None:
    assert column(["", "a", None, " "]).blank().tolist() == [True, False, True, False]


def test_half_a_surrogate_pair_is_found_nowhere() -> None:
    texts = column(["a", "\U0001f600"])
    assert not texts.containing("\ud83d").any()
    assert not texts.among({"\ud83d"}).any()
