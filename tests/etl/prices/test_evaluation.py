"""Estimates by models that have not seen a price, and the errors of each method."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from datastore.base.price_averages import MEAN
from datastore.base.price_boosting import BOOSTING
from datastore.base.price_models import METHODS
from etl.prices.data import FOLDS, Catalogue
from etl.prices.evaluation import HELD_OUT, Estimated, Trainer, cross_fit, measure
from etl.prices.models import Parameters
from market import catalogue

BEST = METHODS.index(BOOSTING)


def trainer(of: Catalogue) -> Trainer:
    return Trainer(of, Parameters(), seed=1)


@pytest.fixture(scope="module")
def market() -> Catalogue:
    return catalogue(600, free=50)


@pytest.fixture(scope="module")
def estimated(market: Catalogue) -> Estimated:
    return cross_fit(trainer(market))[0]


def test_every_game_is_estimated_by_every_method(estimated: Estimated) -> None:
    assert np.isfinite(estimated.price).all()
    assert (estimated.price > 0).all()


def test_no_price_is_known_to_the_estimate_of_its_own_game(
    market: Catalogue, estimated: Estimated
) -> None:
    fold = market.fold
    game, of_its_fold, of_another = (
        market.priced[fold == n][i] for n, i in ((2, 0), (2, 1), (3, 0))
    )
    price = market.price.copy()
    price[game] = 900.0
    changed, _ = cross_fit(trainer(replace(market, price=price)))
    same = estimated.price == changed.price
    assert same[:, game].all() and same[:, of_its_fold].all()
    assert not same[METHODS.index(MEAN), of_another]
    free = np.setdiff1d(np.arange(len(market.games)), market.priced)
    assert not same[METHODS.index(MEAN), free].any()


def test_free_games_are_estimated_by_models_of_all_priced_ones(
    market: Catalogue, estimated: Estimated
) -> None:
    free = np.setdiff1d(np.arange(len(market.games)), market.priced)
    assert len(free) == 50
    mean = estimated.price[METHODS.index(MEAN), free]
    np.testing.assert_allclose(mean, market.price[market.priced].mean())


def test_figures_are_those_of_the_held_out_games(market: Catalogue, estimated: Estimated) -> None:
    found = measure(trainer(market), estimated)
    assert [errors.method for errors in found] == list(METHODS)
    held_out = market.priced[market.fold == HELD_OUT]
    for number, errors in enumerate(found):
        random, newest = errors.random, errors.newest
        assert random is not None and newest is not None
        error = estimated.price[number, held_out] - market.price[held_out]
        assert random.games == len(held_out)
        assert random.mae == pytest.approx(abs(error).mean())
        assert random.rmse == pytest.approx(np.sqrt((error**2).mean()))
        assert random.median_absolute_error == pytest.approx(np.median(abs(error)))
        assert 0.7 < random.coverage < 0.9
        dated = np.sum(~np.isnan(market.day[market.priced]))
        assert newest.games == dated // FOLDS
    assert found[BEST].random.mae < found[METHODS.index(MEAN)].random.mae


def test_games_above_100_usd_are_left_out_of_the_second_figures() -> None:
    market = catalogue(300)
    market.price[market.priced[:10]] = 500.0
    found = measure(trainer(market), cross_fit(trainer(market))[0])
    dear = int((market.price[market.priced[market.fold == HELD_OUT]] == 500.0).sum())
    for errors in found:
        assert errors.random is not None and errors.random_up_to_100 is not None
        assert errors.random.games - errors.random_up_to_100.games == dear > 0
        assert errors.random_up_to_100.rmse < errors.random.rmse


@pytest.mark.parametrize("count", [1, 2, 3, 6])
def test_a_handful_of_games_is_estimated_and_measured(count: int) -> None:
    market = catalogue(count, free=2)
    estimated, _ = cross_fit(trainer(market))
    assert np.isfinite(estimated.price).all()
    errors = measure(trainer(market), estimated)
    assert all((one.random is None) == (count == 1) for one in errors)


def test_a_single_game_is_estimated_by_itself() -> None:
    market = catalogue(1)
    estimated, _ = cross_fit(trainer(market))
    np.testing.assert_allclose(estimated.price[:, 0], market.price[0])
