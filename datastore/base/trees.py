"""datastore.base: regression trees as flat arrays, all of which are followed at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from datastore.base.columns import Array

__all__ = ["Trees", "tree_arrays"]

Floats = npt.NDArray[np.float64]

#: Most pairs of a row and a tree that are followed at once.
_PAIRS = 1 << 20


def tree_arrays(model: str) -> dict[str, Array]:
    """The arrays of a model's trees; nodes of all trees form one sequence."""
    parts = (
        ("roots", "int32", "trees: node at which the tree begins"),
        ("feature", "int16", "nodes: column that the node compares; 0 in a leaf"),
        ("threshold", "float64", "nodes: greatest value that goes left"),
        ("missing_left", "bool", "nodes: whether a missing value goes left"),
        ("left", "int32", "nodes: next node; a leaf's is the leaf itself"),
        ("right", "int32", "nodes: next node; a leaf's is the leaf itself"),
        ("value", "float64", "nodes: mean value of the training rows; a prediction is the sum"),
    )
    return {f"price_{model}_{part}": Array(dtype, axes) for part, dtype, axes in parts}


@dataclass(frozen=True, slots=True)
class Trees:
    """Trees whose leaf values add up to a prediction; see `tree_arrays`."""

    roots: npt.NDArray[np.int32]
    feature: npt.NDArray[np.int16]
    threshold: Floats
    missing_left: npt.NDArray[np.bool_]
    left: npt.NDArray[np.int32]
    right: npt.NDArray[np.int32]
    value: Floats

    @classmethod
    def of(cls, arrays: Mapping[str, npt.NDArray[Any]], model: str) -> Trees:
        """The trees of a model of the snapshot."""
        return cls(*(arrays[f"price_{model}_{field.name}"] for field in fields(cls)))

    def arrays(self, model: str) -> dict[str, npt.NDArray[Any]]:
        """The same trees as arrays of the snapshot."""
        return {f"price_{model}_{field.name}": getattr(self, field.name) for field in fields(self)}

    @property
    def baseline(self) -> float:
        """What the trees predict for a row of which nothing is known: the mean of training."""
        return float(self.value[self.roots].sum())

    def parts(self, columns: Floats) -> Floats:
        """What each column adds to the prediction of each row: rows x columns.

        `baseline` and the parts of a row add up to its prediction. A column is given the change of
        the mean value at the nodes that compare it, along the path of the row (A. Saabas,
        Interpreting random forests, 2014).
        """
        parts = np.zeros(columns.shape)
        rows = max(1, _PAIRS // max(1, len(self.roots)))
        for start in range(0, len(columns), rows):
            parts[start : start + rows] = self._parts(columns[start : start + rows])
        return parts

    def _parts(self, columns: Floats) -> Floats:
        rows, width = columns.shape
        flat, parts = columns.reshape(-1), np.zeros(rows * width)
        base = np.repeat(np.arange(rows) * width, len(self.roots))
        node = np.tile(self.roots, rows)
        while True:
            cell = base + self.feature[node]
            known = flat[cell]
            left = known <= self.threshold[node]
            left |= np.isnan(known) & self.missing_left[node]
            child = np.where(left, self.left[node], self.right[node])
            moved = child != node
            if not moved.all():
                if not moved.any():
                    return parts.reshape(rows, width)
                base, node, cell, child = base[moved], node[moved], cell[moved], child[moved]
            parts += np.bincount(cell, self.value[child] - self.value[node], len(parts))
            node = child
