"""The linear score: a ridge regression of the logarithm of the price."""

from __future__ import annotations

import numpy as np

from datastore.base.price_features import Details, features
from etl.prices import linear
from etl.prices.data import Sample
from market import VOCABULARY, sample

WORDS = len(VOCABULARY)


def test_it_explains_most_of_the_prices_of_the_market() -> None:
    training, others = sample(800), sample(300, seed=8)
    score = linear.fit(training, WORDS, penalty=2.0).score(others.games)
    logs = np.log(others.price)
    assert np.corrcoef(score, logs)[0, 1] > 0.7
    assert np.mean(abs(score - logs)) < 0.7 * np.mean(abs(logs - logs.mean()))


def test_a_greater_penalty_keeps_it_nearer_to_the_mean() -> None:
    training = sample(300)
    free, held = (linear.fit(training, WORDS, p).score(training.games) for p in (0.1, 100.0))
    assert held.std() < free.std()


def test_games_of_a_developer_that_is_not_known_have_the_score_of_the_rest() -> None:
    games = [Details([0], [], [], name) for name in ("cheap", "dear") for _ in range(20)]
    prices = np.repeat([2.0, 30.0], 20)
    found = linear.fit(Sample(features(games, VOCABULARY), prices), WORDS, penalty=1.0)
    asked = features([Details([0], [], [], name) for name in ("cheap", "?", "dear")], VOCABULARY)
    cheap, unknown, dear = found.score(asked).tolist()
    assert cheap < unknown < dear
    assert unknown == found.score(features([Details([0], [], [])], VOCABULARY))[0]


def test_years_beyond_all_that_it_distinguishes_count_as_the_nearest() -> None:
    found = linear.fit(sample(300), WORDS, penalty=2.0)
    years = features([Details([], [], [], year=year) for year in (1.0, 1990.0)], VOCABULARY)
    first, nearest = found.score(years).tolist()
    assert first == nearest


def test_games_without_words_or_names_are_accepted() -> None:
    games = features([Details([], [], [])] * 3, VOCABULARY)
    found = linear.fit(Sample(games, np.array([2.0, 4.0, 8.0])), WORDS, penalty=2.0)
    np.testing.assert_allclose(found.score(games), np.log(4.0))
