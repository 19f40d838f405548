"""etl.prices: the trees of scikit-learn's models as flat arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from datastore.base.trees import Nodes, Trees, means

if TYPE_CHECKING:
    from sklearn.ensemble import HistGradientBoostingRegressor
    from sklearn.tree import DecisionTreeRegressor

__all__ = ["constant", "of_bagging", "of_boosting"]


def constant(value: float) -> Trees:
    """A single tree that predicts the same for all."""
    return Trees.joined([_leaf(value)])


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
    return Trees.joined(parts)


def of_boosting(model: HistGradientBoostingRegressor) -> Trees:
    """The trees of gradient boosting; a tree of one leaf before them is the constant to which the
    others add. An inner node has the mean of its leaves, by training rows."""
    parts = [_leaf(float(np.ravel(model._baseline_prediction)[0]))]
    for (predictor,) in model._predictors:
        nodes = predictor.nodes
        leaf = nodes["is_leaf"].astype(bool)
        left, right = nodes["left"].astype(np.int64), nodes["right"].astype(np.int64)
        value = means(nodes["value"].tolist(), nodes["count"].tolist(), left, right, leaf)
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
    return Trees.joined(parts)


def _leaf(value: float) -> Nodes:
    none = np.array([-1])
    return np.zeros(1), np.zeros(1), np.zeros(1, bool), none, none, np.array([value])
