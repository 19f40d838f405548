"""The arrays of the trees estimate what scikit-learn's models predict."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import BaggingRegressor, HistGradientBoostingRegressor
from sklearn.tree import DecisionTreeRegressor

from datastore.base.trees import Trees
from etl.prices import trees


@pytest.fixture(scope="module")
def data() -> tuple[np.ndarray, np.ndarray]:
    """Rows with missing values, and what is to be predicted."""
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(900, 5))
    target = np.sin(rows[:, 0] * 3) + rows[:, 1] * (rows[:, 2] > 0) + rng.normal(0, 0.1, 900)
    rows[:, 4] = np.round(rows[:, 4])
    rows[rng.random(rows.shape) < 0.15] = np.nan
    return rows, target


def predicted(found: Trees, rows: np.ndarray) -> np.ndarray:
    return found.baseline + found.parts(rows).sum(axis=1)


@pytest.mark.parametrize("loss", ["absolute_error", "squared_error"])
def test_boosting(data: tuple[np.ndarray, np.ndarray], loss: str) -> None:
    rows, target = data
    model = HistGradientBoostingRegressor(
        loss=loss, max_iter=30, max_leaf_nodes=20, early_stopping=False
    ).fit(rows[:600], target[:600])
    found = trees.of_boosting(model)
    assert len(found.roots) == 31  # the constant, too
    np.testing.assert_allclose(predicted(found, rows), model.predict(rows), rtol=0, atol=1e-12)


def test_the_baseline_of_boosting_is_the_mean_prediction(
    data: tuple[np.ndarray, np.ndarray],
) -> None:
    rows, target = data
    model = HistGradientBoostingRegressor(max_iter=30, early_stopping=False).fit(rows, target)
    assert trees.of_boosting(model).baseline == pytest.approx(model.predict(rows).mean(), abs=1e-9)


def test_bagging(data: tuple[np.ndarray, np.ndarray]) -> None:
    rows, target = np.round(data[0], 1), data[1]  # halves would be rounded to single precision
    rows = np.float32(rows).astype(np.float64)
    tree = DecisionTreeRegressor(min_samples_leaf=5)
    model = BaggingRegressor(tree, n_estimators=7, random_state=1).fit(rows[:600], target[:600])
    found = trees.of_bagging(model.estimators_)
    assert len(found.roots) == 7
    np.testing.assert_allclose(predicted(found, rows), model.predict(rows), rtol=0, atol=1e-12)


def test_a_constant_is_a_tree_of_one_leaf() -> None:
    found = trees.constant(4.5)
    assert predicted(found, np.array([[1.0], [np.nan]])).tolist() == [4.5, 4.5]
