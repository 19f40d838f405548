"""The price models: estimates, and amounts that add up to them."""

from __future__ import annotations

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from datastore.base.price_estimates import MOST_REASONS, strongest
from datastore.base.price_features import (
    DETAILS,
    DEVELOPER,
    GENRES,
    NUMBER_OF_WORDS,
    OTHER_WORDS,
    UNKNOWN,
    WORDS,
    Details,
    features,
)
from datastore.base.price_models import ARRAYS, METHODS, MODELS
from etl.prices.data import Sample
from etl.prices.models import Models
from market import CODES, VOCABULARY, sample, trained


@pytest.fixture(scope="module")
def models() -> Models:
    with threadpool_limits(1):  # as in a build
        return trained(sample(900))


@pytest.fixture(scope="module")
def arrays(models: Models) -> dict[str, np.ndarray]:
    return {name: array for model in models.all for name, array in model.arrays().items()}


def test_the_arrays_are_those_of_the_contract(arrays: dict[str, np.ndarray]) -> None:
    assert arrays.keys() == ARRAYS.keys()


@pytest.mark.parametrize("method", METHODS)
def test_a_model_comes_back_from_its_arrays(
    models: Models, arrays: dict[str, np.ndarray], method: str
) -> None:
    games = sample(50, seed=9).games
    fitted = dict(zip(METHODS, models.all, strict=True))[method]
    assert fitted.method == method
    served = MODELS[method].of(arrays).estimates(games, CODES)
    for one, two in zip(served, fitted.estimates(games, CODES), strict=True):
        assert one.tolist() == two.tolist()


@pytest.mark.parametrize("method", METHODS)
def test_baseline_and_amounts_add_up_to_the_price(
    arrays: dict[str, np.ndarray], method: str
) -> None:
    games = features(
        [Details(), Details([0], [0, 3], [1], "nobody", "nobody", 1.0, 1970.0, 0.0)],
        VOCABULARY,
    )
    for some in (games, sample(200, seed=11).games):
        price, baseline, amounts = MODELS[method].of(arrays).estimates(some, CODES)
        assert (price > 0).all()
        np.testing.assert_allclose(baseline + amounts.sum(axis=1), price, atol=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_a_game_is_estimated_alike_alone_and_among_others(
    arrays: dict[str, np.ndarray], method: str
) -> None:
    model, games = MODELS[method].of(arrays), sample(40, seed=5).games
    together = model.estimates(games, CODES).price
    alone = [model.estimates(games.take(np.array([row])), CODES).price[0] for row in range(40)]
    np.testing.assert_allclose(together, alone, rtol=1e-12)


def test_a_set_of_genres_with_few_prices_has_the_mean_of_the_medians(models: Models) -> None:
    games = [Details([0], [], [])] * 6 + [Details([1], [], [])] * 6 + [Details([0, 1], [], [])]
    prices = np.array([5.0] * 6 + [9.0] * 6 + [50.0])

    median = trained(Sample(features(games, VOCABULARY), prices)).genre_median
    asked = features([Details(g, [], []) for g in ([0], [1], [1, 0], [2], [])], VOCABULARY)
    price, baseline, amounts = median.estimates(asked, CODES)
    assert price.tolist() == [5.0, 9.0, 7.0, 9.0, 9.0]
    assert baseline.tolist() == [9.0] * 5
    assert amounts[:, GENRES].tolist() == [-4.0, 0.0, -2.0, 0.0, 0.0]


def test_the_terms_of_the_linear_score_add_up_to_its_distance_from_the_average_game(
    models: Models,
) -> None:
    training, linear = sample(900), models.boosting.linear
    score, terms = linear.score(training.games), linear.terms(training.games, CODES)
    shares = (linear.key_shares, linear.word_shares, linear.other_shares)
    average = linear.other_weights[0] + sum(part.sum() for part in shares)
    np.testing.assert_allclose(terms.sum(axis=1), score - average, atol=1e-9)
    absent = np.ones((900, len(VOCABULARY)), bool)
    absent[training.games.owners, training.games.words] = False
    assert (terms[:, WORDS:][absent] == 0).all()  # their sum is the term of the other words
    assert (terms[:, OTHER_WORDS] != 0).any()


def test_an_expensive_developer_moves_the_estimate_up(models: Models) -> None:
    games = features([Details([1], [], [0], f"maker {n}") for n in (0, 5)], VOCABULARY)
    price, _, amounts = models.boosting.estimates(games, CODES)
    assert price[0] < price[1]
    assert amounts[0, DEVELOPER] < 0 < amounts[1, DEVELOPER]


def test_known_prices_of_a_developer_are_counted(models: Models) -> None:
    training = sample(900)
    games = features([Details([], [], [], name) for name in ("maker 0", "nobody", "")], VOCABULARY)
    key = games.keys[0, 0]
    known = int((training.games.keys[:, 0] == key).sum())
    assert models.boosting.known_prices(games).tolist() == [known, 0, 0]


def test_the_strongest_reasons_come_first_and_less_than_a_cent_is_none() -> None:
    amounts = np.zeros((2, CODES))
    amounts[0, [3, 9, 12]] = 0.004, -2.0, 1.0
    codes, kept = strongest(amounts)
    assert codes[0].tolist() == [9, 12] + [-1] * (MOST_REASONS - 2)
    assert kept[0].tolist() == [-2.0, 1.0] + [0.0] * (MOST_REASONS - 2)
    assert codes[1].tolist() == [-1] * MOST_REASONS


def test_at_most_eight_reasons_are_kept_of_equal_ones_those_of_the_first_codes() -> None:
    amounts = np.tile([0.5, -0.5, 0.7], (3, 5))
    codes, kept = strongest(amounts)
    assert codes[2].tolist() == [2, 5, 8, 11, 14, 0, 1, 3]
    assert kept[2].tolist() == [0.7] * 5 + [0.5, -0.5, 0.5]


def test_games_of_which_nothing_is_known_can_be_learned_from() -> None:
    games = features([Details()] * 2, VOCABULARY)
    for model in trained(Sample(games, np.array([4.0, 6.0]))).all:
        assert not model.estimates(games, CODES).amounts.any()


@pytest.mark.parametrize("method", METHODS)
def test_an_estimate_without_details_is_the_baseline_of_every_other(
    arrays: dict[str, np.ndarray], method: str
) -> None:
    model = MODELS[method].of(arrays)
    nothing = model.estimates(features([Details()], VOCABULARY), CODES)
    assert nothing.price.tolist() == nothing.baseline.tolist()
    assert not nothing.amounts.any()
    others = model.estimates(sample(20, seed=3).games, CODES).baseline
    np.testing.assert_allclose(others, nothing.price[0], rtol=1e-12)


@pytest.mark.parametrize("method", ["BOOSTING", "BAGGING"])
def test_only_what_is_known_of_a_game_has_a_reason_of_its_own(
    arrays: dict[str, np.ndarray], method: str
) -> None:
    """Genres are given: tags, features, names and numbers count together, as unknown."""
    games = features([Details([1])], VOCABULARY)
    amounts = MODELS[method].of(arrays).estimates(games, CODES).amounts
    own = {WORDS + 1, OTHER_WORDS, NUMBER_OF_WORDS, GENRES, UNKNOWN}
    assert set(np.flatnonzero(amounts[0]).tolist()) <= own
    assert set(np.flatnonzero(amounts[0]).tolist()) & {WORDS + 1, OTHER_WORDS, GENRES}


def test_an_estimate_with_details_left_out_is_neither_too_high_nor_too_low(
    models: Models,
) -> None:
    others = sample(800, seed=8)
    hide = np.random.default_rng(1).random((800, DETAILS)) < 0.6
    estimates = models.boosting.estimates(others.games.hidden(hide), CODES).price
    assert 0.42 < np.mean(estimates > others.price) < 0.58
    typical = abs(np.median(others.price) - others.price).mean()
    assert abs(estimates - others.price).mean() < 0.9 * typical
