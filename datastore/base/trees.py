"""datastore.base: regression trees as flat arrays, all of which are followed at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from datastore.base.columns import Array

__all__ = ["Nodes", "Trees", "means", "tree_arrays"]

Floats = npt.NDArray[np.float64]
#: Feature, threshold, missing_left, left, right and value of each node of a tree; a child of -1 is
#: the node itself.
Nodes = tuple[npt.NDArray[Any], ...]

#: Most pairs of a row and a tree that are followed at once.
_PAIRS = 1 << 20


def tree_arrays(prefix: str) -> dict[str, Array]:
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
    return {f"{prefix}_{part}": Array(dtype, axes) for part, dtype, axes in parts}


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
    def of(cls, arrays: Mapping[str, npt.NDArray[Any]], prefix: str) -> Trees:
        """The trees of a model of the snapshot."""
        return cls(*(arrays[f"{prefix}_{field.name}"] for field in fields(cls)))

    @classmethod
    def joined(cls, parts: Sequence[Nodes]) -> Trees:
        """Trees in one sequence of nodes."""
        if not parts:
            nothing = np.zeros(0)
            parts, sizes = [(nothing,) * 6], list[int]()
        else:
            sizes = [len(value) for *_, value in parts]
        roots = (np.cumsum(sizes) - sizes).astype(np.int32)
        start = np.repeat(roots, sizes)
        own = np.arange(sum(sizes))
        feature, threshold, missing_left, left, right, value = map(
            np.concatenate, zip(*parts, strict=True)
        )
        return cls(
            roots,
            feature.astype(np.int16),
            threshold.astype(np.float64),
            missing_left.astype(np.bool_),
            np.where(left < 0, own, left + start).astype(np.int32),
            np.where(right < 0, own, right + start).astype(np.int32),
            value,
        )

    def arrays(self, prefix: str) -> dict[str, npt.NDArray[Any]]:
        """The same trees as arrays of the snapshot."""
        return {f"{prefix}_{field.name}": getattr(self, field.name) for field in fields(self)}

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
            if not moved.any():
                return parts.reshape(rows, width)
            if not moved.all():
                base, node, cell, child = base[moved], node[moved], cell[moved], child[moved]
            parts += np.bincount(cell, self.value[child] - self.value[node], len(parts))
            node = child


def means(
    values: list[float],
    counts: list[int],
    left: npt.NDArray[np.int64],
    right: npt.NDArray[np.int64],
    leaf: npt.NDArray[np.bool_],
) -> Floats:
    """Values of nodes; of an inner node, the mean of its children's by training rows."""
    for node in np.flatnonzero(~leaf)[::-1].tolist():  # children stand behind their parent
        pair = (left[node], right[node])
        values[node] = sum(values[child] * counts[child] for child in pair) / counts[node]
    return np.array(values)
