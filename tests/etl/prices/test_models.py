"""The four methods, trained on an invented market."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from sklearn.tree import DecisionTreeRegressor

from datastore.base.price_bagging import Bagging
from datastore.base.price_boosting import BOOSTING
from datastore.base.price_models import METHODS
from etl.prices.data import Sample
from etl.prices.models import (
    BaggingParameters,
    BoostingParameters,
    Models,
    Prepared,
    boosted,
    fit_bagging,
    folds_of,
    prepare_boosting,
)
from market import CODES, VOCABULARY, sample, trained


def prepared(training: Sample, parameters: BoostingParameters | None = None) -> Prepared:
    parameters = parameters or BoostingParameters()
    return prepare_boosting(folds_of(training, len(VOCABULARY), parameters), parameters, seed=1)


def errors(models: Models, seed: int = 8) -> dict[str, float]:
    """Mean absolute errors on games that were not trained on."""
    others = sample(400, seed)
    return {
        model.method: float(np.mean(abs(model.estimates(others.games, CODES).price - others.price)))
        for model in models.all
    }


def test_boosting_is_better_than_what_knows_less() -> None:
    mae = errors(trained(sample(1_500)))
    assert list(mae) == list(METHODS)
    assert mae[BOOSTING] < 0.8 * min(mae[method] for method in METHODS if method != BOOSTING)


@pytest.mark.parametrize("size", [1, 2, 3, 9, 39, 40])
def test_a_handful_of_games_can_be_learned_from(size: int) -> None:
    training = sample(size)
    models = trained(training)
    for model in models.all:
        price = model.estimates(sample(20, seed=8).games, CODES).price
        assert np.isfinite(price).all() and (price > 0).all(), model.method


def test_so_few_games_need_no_scikit_learn(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("sklearn.ensemble", "sklearn.tree"):
        monkeypatch.setitem(sys.modules, name, None)  # its import fails
    assert trained(sample(9)).boosting.trees.roots.tolist() == [0]
    with pytest.raises(ImportError):
        trained(sample(40))


def test_with_one_game_every_method_estimates_its_price() -> None:
    training = sample(1)
    for model in trained(training).all:
        price = model.estimates(sample(5, seed=8).games, CODES).price
        np.testing.assert_allclose(price, training.price[0], err_msg=model.method)


def test_the_columns_of_a_training_game_do_not_contain_its_own_price() -> None:
    training = sample(300)
    columns = prepared(training).columns
    training.price[17] *= 50
    changed = prepared(training).columns
    assert columns is not None and changed is not None
    same = (columns == changed) | (np.isnan(columns) & np.isnan(changed))
    assert same[17].all()
    assert not same.all()


def test_the_seed_decides_the_bags() -> None:
    one, same, other = (trained(sample(200), seed).bagging for seed in (1, 1, 2))
    asked = sample(30, seed=8).games
    prices = [model.estimates(asked, CODES).price.tolist() for model in (one, same, other)]
    assert prices[0] == prices[1] != prices[2]


def test_the_number_of_iterations_is_the_number_of_trees() -> None:
    model = boosted(prepared(sample(200)), BoostingParameters(iterations=7), seed=1)
    assert len(model.trees.roots) == 1 + 7  # after a constant


def test_the_most_common_words_are_columns() -> None:
    training = sample(200)
    words = prepared(training, BoostingParameters(words=3)).model.words
    uses = np.bincount(training.games.words, minlength=len(VOCABULARY))
    assert sorted(uses[words].tolist()) == sorted(uses.tolist())[-3:]


def test_games_that_look_alike_count_as_often_as_they_are_in_a_bag() -> None:
    training = sample(600)
    genres, seed, fewest = len(VOCABULARY.genres), 3, 9
    found = fit_bagging(training, genres, BaggingParameters(1, fewest), seed)
    bag = np.random.default_rng(seed).integers(600, size=600)
    columns = Bagging.columns(training.games, genres)
    tree = DecisionTreeRegressor(min_samples_leaf=fewest, random_state=seed)
    tree.fit(columns[bag], training.price[bag])
    assert found.trees.value.size < 2 * len(np.unique(columns[bag], axis=0))
    asked = sample(200, seed=8).games
    prices = found.estimates(asked, CODES).price
    np.testing.assert_allclose(prices, tree.predict(Bagging.columns(asked, genres)))
