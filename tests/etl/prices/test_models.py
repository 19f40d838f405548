"""The four methods, trained on an invented market."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from datastore.base.price_boosting import BOOSTING
from datastore.base.price_models import METHODS
from etl.prices.models import (
    BoostingParameters,
    Models,
    Parameters,
    boosted,
    fit,
    prepare_boosting,
)
from market import CODES, VOCABULARY, sample

SIZES = (len(VOCABULARY.genres), len(VOCABULARY))


def errors(models: Models, seed: int = 8) -> dict[str, float]:
    """Mean absolute errors on games that were not trained on."""
    others = sample(400, seed)
    return {
        model.method: float(np.mean(abs(model.estimates(others.games, CODES).price - others.price)))
        for model in models.all
    }


def test_boosting_is_better_than_what_knows_less() -> None:
    mae = errors(fit(sample(1_500), *SIZES, Parameters(), seed=1))
    assert list(mae) == list(METHODS)
    assert mae[BOOSTING] < 0.8 * min(mae[method] for method in METHODS if method != BOOSTING)


@pytest.mark.parametrize("size", [1, 2, 3, 9, 39, 40])
def test_a_handful_of_games_can_be_learned_from(size: int) -> None:
    training = sample(size)
    models = fit(training, *SIZES, Parameters(), seed=1)
    for model in models.all:
        price = model.estimates(sample(20, seed=8).games, CODES).price
        assert np.isfinite(price).all() and (price > 0).all(), model.method


def test_so_few_games_need_no_scikit_learn(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("sklearn.ensemble", "sklearn.tree"):
        monkeypatch.setitem(sys.modules, name, None)  # its import fails
    assert fit(sample(9), *SIZES, Parameters(), seed=1).boosting.trees.roots.tolist() == [0]
    with pytest.raises(ImportError):
        fit(sample(40), *SIZES, Parameters(), seed=1)


def test_with_one_game_every_method_estimates_its_price() -> None:
    training = sample(1)
    for model in fit(training, *SIZES, Parameters(), seed=1).all:
        price = model.estimates(sample(5, seed=8).games, CODES).price
        np.testing.assert_allclose(price, training.price[0], err_msg=model.method)


def test_the_columns_of_a_training_game_do_not_contain_its_own_price() -> None:
    training = sample(300)
    columns = prepare_boosting(training, SIZES[1], BoostingParameters(), seed=1).columns
    training.price[17] *= 50
    changed = prepare_boosting(training, SIZES[1], BoostingParameters(), seed=1).columns
    same = (columns == changed) | (np.isnan(columns) & np.isnan(changed))
    assert same[17].all()
    assert not same.all()


def test_the_seed_decides_the_bags() -> None:
    one, same, other = (fit(sample(200), *SIZES, Parameters(), seed).bagging for seed in (1, 1, 2))
    asked = sample(30, seed=8).games
    prices = [model.estimates(asked, CODES).price.tolist() for model in (one, same, other)]
    assert prices[0] == prices[1] != prices[2]


def test_the_number_of_iterations_is_the_number_of_trees() -> None:
    prepared = prepare_boosting(sample(200), SIZES[1], BoostingParameters(), seed=1)
    model = boosted(prepared, BoostingParameters(iterations=7), seed=1)
    assert len(model.trees.roots) == 1 + 7  # after a constant


def test_the_most_common_words_are_columns() -> None:
    training = sample(200)
    words = prepare_boosting(training, SIZES[1], BoostingParameters(words=3), seed=1).model.words
    uses = np.bincount(training.games.words, minlength=SIZES[1])
    assert sorted(uses[words].tolist()) == sorted(uses.tolist())[-3:]
