"""The search of parameters: by validation games, and with a report."""

from __future__ import annotations

import numpy as np

from datastore.base.price_bagging import BAGGING
from datastore.base.price_boosting import BOOSTING
from etl.prices.models import Parameters
from etl.prices.search import FEWEST, search
from market import VOCABULARY, sample

SIZES = (len(VOCABULARY.genres), len(VOCABULARY))


def test_a_clearly_lower_error_is_chosen_and_all_trials_are_reported() -> None:
    parameters, trials = search(sample(900), sample(FEWEST, seed=8), *SIZES, seed=1)
    for method, chosen in ((BOOSTING, parameters.boosting), (BAGGING, parameters.bagging)):
        tried = [trial for trial in trials if trial.method == method]
        assert len(tried) >= 2
        (best,) = (trial for trial in tried if trial.chosen)
        lowest = min(trial.mae for trial in tried)
        assert best.mae == lowest if best != tried[0] else lowest > 0.98 * best.mae
        assert all(getattr(chosen, name) == value for name, value in best.parameters.items())


def test_one_parameter_differs_from_the_defaults_in_each_trial_of_boosting() -> None:
    _, trials = search(sample(300), sample(FEWEST, seed=8), *SIZES, seed=1)
    first, *others = (trial.parameters for trial in trials if trial.method == BOOSTING)
    assert [sum(first[n] != one[n] for n in first) for one in others] == [1] * len(others)


def test_nothing_is_tried_with_too_few_games() -> None:
    few = sample(FEWEST - 1, seed=8)
    assert search(sample(300), few, *SIZES, seed=1) == (Parameters(), [])


def test_the_same_games_and_seed_give_the_same_report() -> None:
    one, two = (search(sample(300), sample(FEWEST, seed=8), *SIZES, seed=3) for _ in range(2))
    assert one == two
    assert all(np.isfinite(trial.mae) for trial in one[1])
