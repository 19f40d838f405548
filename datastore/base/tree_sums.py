"""datastore.base: sums of many small trees for many rows, without following any path.

Each value of a column rules out the leaves that it does not lead to. The leaf of the row is the
first that all columns leave over, as bits (C. Lucchese and others, QuickScorer, SIGIR 2015). A
column is compared once for all trees.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import Self

import numpy as np
import numpy.typing as npt

from datastore.base.trees import Trees

__all__ = ["MOST_LEAVES", "TreeSums"]

#: Leaves of a tree at most: one bit each.
MOST_LEAVES = 8
#: Rows that are computed at once.
_ROWS = 2_048

#: Of each column: threshold, tree, and the leaves that a value above the threshold rules out.
_Rules = dict[int, list[tuple[float, int, int]]]


@dataclass(frozen=True, slots=True)
class TreeSums:
    """Trees of at most `MOST_LEAVES` leaves, none of which knows missing values.

    `columns` have, for each column that is compared, its number, its thresholds, ascending, and
    (thresholds + 1 x trees) the leaves that are left. `values` are trees x states the values of the
    first leaf left.
    """

    columns: list[tuple[int, npt.NDArray[np.float64], npt.NDArray[np.uint8]]]
    values: npt.NDArray[np.float64]

    @classmethod
    def of(cls, trees: Trees) -> Self:
        """Raises ValueError for a tree of too many leaves."""
        values = np.zeros((len(trees.roots), 1 << MOST_LEAVES))
        rules: _Rules = {}
        for tree, root in enumerate(trees.roots.tolist()):
            leaves = list[float]()
            _walk(trees, tree, root, leaves, rules)
            if len(leaves) > MOST_LEAVES:
                raise ValueError(f"A tree has {len(leaves)} leaves, not {MOST_LEAVES}.")
            for number, value in enumerate(leaves):
                values[tree, 1 << number :: 1 << number] = value  # no leaf is left before it
        columns = []
        for column, own in sorted(rules.items()):
            thresholds = np.unique([threshold for threshold, *_ in own])
            kept = np.full((len(thresholds) + 1, len(trees.roots)), 255, np.uint8)
            for threshold, tree, ruled_out in own:
                kept[np.searchsorted(thresholds, threshold) + 1 :, tree] &= 255 - ruled_out
            columns.append((column, thresholds, kept))
        return cls(columns, values)

    def total(self, rows: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        """The sum of the trees for each row; rows are rows x columns."""
        sums = np.zeros(len(rows))
        if len(self.values):
            for start in range(0, len(rows), _ROWS):
                part = slice(start, start + _ROWS)
                sums[part] = self._total(rows[part])
        return sums

    def _total(self, rows: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        count, states = self.values.shape
        parts = [
            kept.take(np.searchsorted(thresholds, rows[:, column].astype(np.float64)), axis=0)
            for column, thresholds, kept in self.columns
        ]
        whole = np.full((len(rows), count), 255, np.uint8)
        left = reduce(lambda one, other: np.bitwise_and(one, other, out=one), parts, whole)
        entries = left + np.arange(0, count * states, states, dtype=np.int32)
        sums: npt.NDArray[np.float64] = self.values.take(entries).sum(axis=1)
        return sums


def _walk(trees: Trees, tree: int, node: int, leaves: list[float], rules: _Rules) -> None:
    """Number the leaves behind a node from left to right, and note what comparisons rule out."""
    if trees.left[node] == node:
        leaves.append(float(trees.value[node]))
        return
    first = len(leaves)
    _walk(trees, tree, int(trees.left[node]), leaves, rules)
    left = (1 << len(leaves)) - (1 << first)
    rule = float(trees.threshold[node]), tree, left
    rules.setdefault(int(trees.feature[node]), []).append(rule)
    _walk(trees, tree, int(trees.right[node]), leaves, rules)
