"""Lists by offsets."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from datastore.base.lists import distinct


@given(st.lists(st.lists(st.integers(0, 4), max_size=6), max_size=8))
def test_each_value_of_a_list_remains_once_at_its_first_place(lists: list[list[int]]) -> None:
    offsets = np.cumsum([0, *map(len, lists)]).astype(np.int32)
    values = np.array([value for each in lists for value in each], np.int32)
    ends, kept = distinct(offsets, values)
    found = [kept[start:stop].tolist() for start, stop in pairwise(ends)]
    assert found == [list(dict.fromkeys(each)) for each in lists]
    assert (ends.dtype, kept.dtype) == (np.int32, np.int32)


def test_lists_without_repetition_are_not_copied() -> None:
    offsets, values = np.array([0, 2, 4]), np.array([1, 0, 0, 1])
    ends, kept = distinct(offsets, values)
    assert ends is offsets
    assert kept is values
