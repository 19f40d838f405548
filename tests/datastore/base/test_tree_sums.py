"""Sums of trees by the leaves that are left are those of following each path."""

from __future__ import annotations

import numpy as np
import pytest

from datastore.base.tree_sums import MOST_LEAVES, TreeSums
from datastore.base.trees import Nodes, Trees

COLUMNS = 4


def grown(rng: np.random.Generator, leaves: int) -> Nodes:
    """A tree of random comparisons with this number of leaves; thresholds repeat."""
    nodes: list[list[float]] = []

    def grow(count: int) -> int:
        number = len(nodes)
        nodes.append([0, 0, -1, -1, float(rng.normal())])
        if count > 1:
            left = int(rng.integers(1, count))
            nodes[number][:2] = int(rng.integers(COLUMNS)), float(rng.integers(5))
            nodes[number][2:4] = grow(left), grow(count - left)
        return number

    grow(leaves)
    feature, threshold, left, right, value = np.array(nodes).T
    return feature, threshold, np.zeros(len(nodes)), left, right, value


def forest(seed: int, sizes: list[int]) -> Trees:
    rng = np.random.default_rng(seed)
    return Trees.joined([grown(rng, size) for size in sizes])


@pytest.mark.parametrize("seed", range(5))
def test_the_sum_of_all_trees_is_that_of_their_paths(seed: int) -> None:
    rng = np.random.default_rng(seed)
    trees = forest(seed, [*rng.integers(1, MOST_LEAVES + 1, 30).tolist(), 1, MOST_LEAVES])
    rows = rng.integers(-1, 6, (5_000, COLUMNS)).astype(np.float32)  # also on the thresholds
    rows[::3] += rng.normal(size=rows[::3].shape)
    expected = trees.parts(rows.astype(np.float64)).sum(axis=1) + trees.baseline
    assert TreeSums.of(trees).total(rows) == pytest.approx(expected)


def test_a_row_has_the_same_bits_alone_as_among_others() -> None:
    sums = TreeSums.of(forest(3, [8] * 100))
    rows = np.random.default_rng(1).normal(2, 2, (3_000, COLUMNS)).astype(np.float32)
    found = sums.total(rows)
    for row in (0, 1, 2_047, 2_048, 2_999):
        assert sums.total(rows[[row]]).tobytes() == found[[row]].tobytes()


def test_without_trees_the_sum_is_zero() -> None:
    sums = TreeSums.of(Trees.joined([]))
    assert sums.total(np.ones((3, COLUMNS))).tolist() == [0, 0, 0]
    assert sums.total(np.ones((0, COLUMNS))).tolist() == []


def test_a_tree_of_too_many_leaves_is_refused() -> None:
    with pytest.raises(ValueError, match="9 leaves"):
        TreeSums.of(forest(1, [MOST_LEAVES + 1]))
