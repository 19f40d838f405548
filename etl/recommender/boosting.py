"""etl.recommender: small trees that correct the order of the second stage's curves.

Gradient boosting by LightGBM (G. Ke and others, NIPS 2017), which starts from the curves, so trees
learn only what curves cannot say. They minimise the loss that the curves do, the listwise softmax
(Z. Cao and others, ICML 2007): LambdaMART ranks as well and takes five times as long.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from datastore.base.tree_sums import MOST_LEAVES
from datastore.base.trees import Nodes, Trees, means
from etl.process.memory import without

__all__ = ["boosted"]

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

#: Found on the validation part: docs/recommender.md. One thread, and sums in the order of the rows:
#: the same bits on each run.
_SETTINGS: dict[str, Any] = {
    "num_leaves": MOST_LEAVES,
    "learning_rate": 0.1,
    "min_data_in_leaf": 50,
    "lambda_l2": 1.0,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
}
#: Least curvature of a candidate: that of one which is hardly ever the hidden one.
_FLATTEST = 1e-6


def boosted(
    rows: list[Floats], start: Doubles, hits: npt.NDArray[np.bool_], count: int, seed: int
) -> Trees:
    """At most `count` trees that move the hit of each example ahead of the other candidates.

    `start` and `hits` are examples x candidates, -inf where there is no candidate; `rows` are the
    candidates of all examples x columns, in parts, none of which is missing; the list is emptied.
    """
    # Its optional parts take 75 MB and 0.5 s; that for Dask needs docstrings (PYTHONOPTIMIZE=2).
    with without("pandas", "sklearn", "lightgbm.dask"):
        import lightgbm

    valid = np.isfinite(start)
    settings = _SETTINGS | {"seed": seed % (1 << 31)}
    data = lightgbm.Dataset(
        rows, hits[valid].astype(np.int32), init_score=start[valid], params=settings
    ).construct()
    rows.clear()  # a hundred megabytes, of which LightGBM has a quarter now
    settings["objective"] = _Softmax(valid, hits)
    model = lightgbm.train(settings, data, count).dump_model()
    return Trees.joined([_nodes(tree["tree_structure"]) for tree in model["tree_info"]])


class _Softmax:
    """Slopes and curvatures of the softmax loss by the score of each candidate."""

    def __init__(self, valid: npt.NDArray[np.bool_], hits: npt.NDArray[np.bool_]) -> None:
        self._valid, self._hits = valid, hits[valid]
        self._scores = np.full(valid.shape, -np.inf)  # of no candidate

    def __call__(self, scores: Doubles, _data: object) -> tuple[Floats, Floats]:
        of_each = self._scores
        of_each[self._valid] = scores
        of_each -= of_each.max(axis=1, keepdims=True)
        power = np.exp(of_each)
        power /= power.sum(axis=1, keepdims=True)
        share = power[self._valid]
        slope, curvature = share - self._hits, np.maximum(share * (1 - share), _FLATTEST)
        return slope.astype(np.float32), curvature.astype(np.float32)


def _nodes(root: dict[str, Any]) -> Nodes:
    """The nodes of a tree, each before its children; an inner node has the mean of its leaves, by
    training rows."""
    rows = list[list[float]]()  # feature, threshold, left, right, value, training rows

    def add(node: dict[str, Any]) -> int:
        number = len(rows)
        if "leaf_value" in node:
            rows.append([0, 0, -1, -1, node["leaf_value"], node.get("leaf_count", 1)])
            return number
        own = [node["split_feature"], node["threshold"], 0, 0, 0, node["internal_count"]]
        rows.append(own)
        own[2], own[3] = add(node["left_child"]), add(node["right_child"])
        return number

    add(root)
    feature, threshold, left, right, value, counts = np.array(rows, np.float64).T
    left, right = left.astype(np.int64), right.astype(np.int64)
    values = means(value.tolist(), counts.tolist(), left, right, left < 0)
    return feature, threshold, np.zeros(len(rows), np.bool_), left, right, values
