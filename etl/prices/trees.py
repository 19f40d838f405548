"""etl.prices: the trees of scikit-learn's models as flat arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from datastore.base.trees import Trees

if TYPE_CHECKING:
    from sklearn.ensemble import HistGradientBoostingRegressor
    from sklearn.tree import DecisionTreeRegressor

__all__ = ["constant", "of_bagging", "of_boosting"]


#: Feature, threshold, missing_left, left, right and value of each node of a tree; a child of -1 is
#: the node itself.
_Nodes = tuple[npt.NDArray[Any], ...]


def constant(value: float) -> Trees:
    """A single tree that predicts the same for all."""
    return _joined([_leaf(value)])


def of_bagging(models: Sequence[DecisionTreeRegressor]) -> Trees:
    """The trees of bagged regression trees; each has its share of the mean."""
    parts = []
    for model in models:
        tree = model.tree_
        leaf = tree.children_left < 0
        missing_left = tree.__getstate__()["nodes"]["missing_go_to_left"].astype(bool)
        value = tree.value[:, 0, 0] / len(models)
        parts.append(
            (
                np.where(leaf, 0, tree.feature),
                np.where(leaf, 0, tree.threshold),
                missing_left,
                tree.children_left,
                tree.children_right,
                value,
            )
        )
    return _joined(parts)


def of_boosting(model: HistGradientBoostingRegressor) -> Trees:
    """The trees of gradient boosting; a tree of one leaf before them is the constant to which the
    others add. An inner node has the mean of its leaves, by training rows."""
    parts = [_leaf(float(np.ravel(model._baseline_prediction)[0]))]
    for (predictor,) in model._predictors:
        nodes = predictor.nodes
        leaf = nodes["is_leaf"].astype(bool)
        left, right = nodes["left"].astype(np.int64), nodes["right"].astype(np.int64)
        value = _means(nodes["value"].tolist(), nodes["count"].tolist(), left, right, leaf)
        parts.append(
            (
                np.where(leaf, 0, nodes["feature_idx"]),
                np.where(leaf, 0, nodes["num_threshold"]),
                nodes["missing_go_to_left"].astype(bool),
                np.where(leaf, -1, left),
                np.where(leaf, -1, right),
                value,
            )
        )
    return _joined(parts)


def _leaf(value: float) -> _Nodes:
    none = np.array([-1])
    return np.zeros(1), np.zeros(1), np.zeros(1, bool), none, none, np.array([value])


def _means(
    values: list[float],
    counts: list[int],
    left: npt.NDArray[np.int64],
    right: npt.NDArray[np.int64],
    leaf: npt.NDArray[np.bool_],
) -> npt.NDArray[np.float64]:
    """Values of nodes; of an inner node, the mean of its children's by training rows."""
    for node in np.flatnonzero(~leaf)[::-1].tolist():  # children stand behind their parent
        pair = (left[node], right[node])
        values[node] = sum(values[child] * counts[child] for child in pair) / counts[node]
    return np.array(values)


def _joined(parts: Sequence[_Nodes]) -> Trees:
    """Trees in one sequence of nodes."""
    sizes = [len(value) for *_, value in parts]
    roots = np.concatenate([[0], np.cumsum(sizes)])[:-1]
    start = np.repeat(roots, sizes)
    own = np.arange(sum(sizes))
    feature, threshold, missing_left, left, right, value = map(
        np.concatenate, zip(*parts, strict=True)
    )
    return Trees(
        roots.astype(np.int32),
        feature.astype(np.int16),
        threshold.astype(np.float64),
        missing_left,
        np.where(left < 0, own, left + start).astype(np.int32),
        np.where(right < 0, own, right + start).astype(np.int32),
        value,
    )
