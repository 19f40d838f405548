"""Trees as arrays: the path of a row, and what each column adds along it."""

from __future__ import annotations

import numpy as np

from datastore.base.trees import Trees, tree_arrays

# One tree: column 0 up to 1.5 is worth 2; above it, column 1 decides, and what is missing goes
# left there: 4 or 10. Another tree is a constant of 1.
TREES = Trees(
    roots=np.array([0, 5], np.int32),
    feature=np.array([0, 0, 1, 0, 0, 0], np.int16),
    threshold=np.array([1.5, 0, 7.0, 0, 0, 0]),
    missing_left=np.array([False, False, True, False, False, False]),
    left=np.array([1, 1, 3, 3, 4, 5], np.int32),
    right=np.array([2, 1, 4, 3, 4, 5], np.int32),
    value=np.array([5.0, 2.0, 8.0, 4.0, 10.0, 1.0]),
)


def test_parts_follow_the_path_of_each_row() -> None:
    rows = np.array([[1.5, 9.0], [1.6, 7.0], [2.0, 7.1]])
    assert TREES.baseline == 6.0
    assert TREES.parts(rows).tolist() == [[-3.0, 0.0], [3.0, -4.0], [3.0, 2.0]]


def test_a_missing_value_goes_the_way_of_its_node() -> None:
    missing = np.array([[np.nan, np.nan]])
    assert TREES.parts(missing).tolist() == [[3.0, -4.0]]  # right, then left


def test_no_rows_have_no_parts() -> None:
    assert TREES.parts(np.zeros((0, 2))).shape == (0, 2)


def test_many_rows_are_followed_like_single_ones() -> None:
    rows = np.random.default_rng(1).normal(2, 3, (600_000, 2))
    parts = TREES.parts(rows)
    some = [0, 1, 524_287, 524_288, 599_999]  # on both sides of where the rows are divided
    assert parts[some].tolist() == [TREES.parts(rows[[row]])[0].tolist() for row in some]


def test_trees_come_back_from_their_arrays() -> None:
    arrays = TREES.arrays("price_bagging")
    assert arrays.keys() == tree_arrays("price_bagging").keys()
    assert all(
        array.dtype == tree_arrays("price_bagging")[name].dtype for name, array in arrays.items()
    )
    again = Trees.of(arrays, "price_bagging")
    assert again.parts(np.ones((1, 2))).tolist() == TREES.parts(np.ones((1, 2))).tolist()


def test_no_trees_add_nothing() -> None:
    trees = Trees.joined([])
    assert trees.baseline == 0
    assert trees.parts(np.ones((2, 3))).tolist() == [[0, 0, 0]] * 2
