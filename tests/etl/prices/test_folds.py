"""What is known of games outside of some folds."""

from __future__ import annotations

import numpy as np

from datastore.base.price_boosting import Boosting
from datastore.base.price_features import Details, features
from etl.prices.data import FOLDS, Sample
from etl.prices.folds import Folds
from market import VOCABULARY, details, sample

WORDS = len(VOCABULARY)


def folds(of: Sample) -> Folds:
    return Folds(of, WORDS, penalty=2.0, common_words=4)


def assert_equal(one: Boosting, two: Boosting) -> None:
    arrays, others = (model.arrays() | model.genre_median.arrays() for model in (one, two))
    for name, array in arrays.items():
        np.testing.assert_allclose(array, others[name], rtol=0, atol=1e-6, err_msg=name)


def test_games_of_folds_that_are_left_out_say_nothing() -> None:
    training = sample(300)
    one = folds(training)
    assert sorted(set(range(300)) - set(one.rows(1, 3).tolist())) == sorted(
        [*range(1, 300, FOLDS), *range(3, 300, FOLDS)]
    )
    others = folds(training.take(one.rows(1, 3)))
    assert_equal(one.without(3, 1), others.without())


def test_what_two_models_need_is_calculated_once() -> None:
    one = folds(sample(60))
    assert one.without(1, 2) is one.without(2, 1)
    assert one.without(1) is not one.without(1, 2)


def test_means_of_developers_are_nearer_to_the_mean_of_all_the_fewer_prices_are_known() -> None:
    games = [Details([0], [], [], "often")] * 9 + [Details([0], [], [], "once")]
    training = Sample(features(games, VOCABULARY), np.array([3.0] * 9 + [3.0]))
    training.price[:9] = 10.0
    known = folds(training).without()
    mean = np.log(training.price).mean()
    asked = features([Details([], [], [], name) for name in ("often", "once")], VOCABULARY)
    means, counts = known.of_keys(asked)
    assert counts[:, 0].tolist() == [9, 1]
    expected = [
        (9 * np.log(10.0) + 2 * mean) / 11,
        (np.log(3.0) + 2 * mean) / 3,
    ]
    np.testing.assert_allclose(means[:, 0], expected)


def test_medians_are_of_genres_and_of_sets_with_enough_prices() -> None:
    games, prices = details(200)
    median = folds(Sample(features(games, VOCABULARY), prices)).without().genre_median
    for genre in range(len(VOCABULARY.genres)):
        of_genre = [p for game, p in zip(games, prices, strict=True) if genre in game.genres]
        assert median.genre_medians[genre] == np.median(of_genre)
    alike = [p for game, p in zip(games, prices, strict=True) if game.genres == games[0].genres]
    assert median.medians(features(games[:1], VOCABULARY)).tolist() == [np.median(alike)]
    assert median.overall.tolist() == [prices.mean(), np.median(prices)]


def test_a_genre_without_a_price_has_no_median() -> None:
    games = [Details([1], [], [])] * 4  # too few for the median of a set
    median = folds(Sample(features(games, VOCABULARY), np.arange(1.0, 5.0))).without().genre_median
    assert np.isnan(median.genre_medians[[0, 2]]).all()
    assert median.genre_medians[1] == 2.5
    assert len(median.sets) == 0
