from collections import Counter

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from etl.parts.ranges import Sample, bounds, cuts, sample, spread, targets_of


def test_ranges_hold_about_as_many_rows_each() -> None:
    users = [f"user {number:04}" for number in range(1_000)]
    found = bounds(sample(users, np.ones(1_000)), 4)
    sizes = Counter(targets_of(pa.array(users), found).tolist())
    assert sorted(sizes) == [0, 1, 2, 3]
    assert all(240 <= size <= 260 for size in sizes.values())


def test_a_user_with_most_of_the_rows_has_a_range_of_their_own() -> None:
    found = bounds(sample(["a", "b", "c"], np.array([1, 1_000, 1])), 3)
    assert targets_of(pa.array(["a", "b", "c"]), found).tolist() == [0, 0, 1]


def test_ranges_ascend_by_code_point_as_arrow_sorts() -> None:
    keys = ["Z", "a", "é", "z", "\U0001f600", "\uffee"]
    ordered = pa.array(keys).take(pa.compute.sort_indices(pa.array(keys)))
    found = bounds(sample(keys, np.ones(6)), 6)
    targets = targets_of(ordered, found).tolist()
    assert targets == sorted(targets)
    assert targets == [0, 1, 2, 3, 4, 5]


@given(
    weights=st.dictionaries(st.text(max_size=3), st.integers(1, 50), min_size=1),
    ranges=st.integers(1, 9),
)
def test_no_range_is_empty_and_none_too_many(weights: dict[str, int], ranges: int) -> None:
    found = bounds(sample(list(weights), np.array([*weights.values()])), ranges)
    assert len(found) < ranges
    targets = set(targets_of(pa.array(list(weights)), found).tolist())
    assert targets == set(range(len(found) + 1))


def test_samples_of_several_files_count_together() -> None:
    first, second = sample(["a", "b"], np.array([5, 5])), sample(["b", "c"], np.array([5, 5]))
    assert first == [Sample("a", 5), Sample("b", 5)]
    assert bounds([*first, *second], 2) == ["b"]


def test_nothing_is_one_range() -> None:
    assert sample([], np.zeros(0)) == []
    assert bounds([], 5) == []
    assert cuts([], 7) == [(0, 7)]
    assert cuts([2, 2], 7) == [(0, 2), (2, 2), (2, 7)]


@given(items=st.lists(st.integers()), groups=st.integers(1, 9))
def test_groups_are_of_about_one_size_and_in_order(items: list[int], groups: int) -> None:
    found = spread(items, groups)
    assert [item for group in found for item in group] == items
    assert len(found) == min(groups, len(items))
    sizes = [len(group) for group in found]
    assert max(sizes, default=0) - min(sizes, default=0) <= 1
