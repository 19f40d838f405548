"""etl.prices: chooses the parameters of the models on games that are then not used to measure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import TypeVar

import numpy as np

from datastore.base.price_bagging import BAGGING
from datastore.base.price_boosting import BOOSTING
from datastore.base.price_card import Trial
from datastore.base.price_estimates import PriceModel
from datastore.base.price_features import WORDS
from etl.prices.data import Sample
from etl.prices.models import (
    BaggingParameters,
    BoostingParameters,
    Parameters,
    boosted,
    fit_bagging,
    folds_of,
    prepare_boosting,
)

__all__ = ["FEWEST", "search"]

#: Fewest validation games for a search: with fewer, differences are chance.
FEWEST = 500

_BOOSTING = BoostingParameters()
#: What is tried besides the defaults: one parameter of the trees at a time.
_BOOSTING_TRIALS = (
    _BOOSTING,
    replace(_BOOSTING, leaves=63),
    replace(_BOOSTING, loss="squared_error"),
)
#: A trial replaces the defaults if its error is lower by this share: less is chance.
_CLEARLY = 0.02
#: One in this many training games is learned from: errors are larger, their order hardly differs.
_EVERY = 5
_BAGGING = BaggingParameters()
_BAGGING_TRIALS = (_BAGGING, BaggingParameters(trees=20, fewest_in_leaf=5))
P = TypeVar("P", BoostingParameters, BaggingParameters)


def search(
    training: Sample, validation: Sample, genres: int, words: int, seed: int
) -> tuple[Parameters, list[Trial]]:
    """The parameters with the lowest mean absolute error on the validation games if it is clearly
    lower than that of the defaults, and all that were tried, on a fifth of the training games; the
    defaults, and no trial, where there are too few games."""
    if len(validation) < FEWEST:
        return Parameters(), []

    def mae(model: PriceModel) -> float:
        price = model.estimates(validation.games, WORDS + words).price
        return float(np.mean(abs(price - validation.price)))

    training = training.take(np.arange(0, len(training), _EVERY))
    prepared = prepare_boosting(folds_of(training, words, _BOOSTING), _BOOSTING, seed)
    boosting, boosting_trials = _best(
        BOOSTING, _BOOSTING_TRIALS, lambda tried: mae(boosted(prepared, tried, seed))
    )
    bagging, bagging_trials = _best(
        BAGGING, _BAGGING_TRIALS, lambda tried: mae(fit_bagging(training, genres, tried, seed))
    )
    return Parameters(boosting, bagging), boosting_trials + bagging_trials


def _best(method: str, tried: tuple[P, ...], mae: Callable[[P], float]) -> tuple[P, list[Trial]]:
    """The parameters with the lowest error; the first, the defaults, if none is clearly better."""
    errors = [mae(parameters) for parameters in tried]
    best = int(np.argmin(errors))
    if errors[best] > errors[0] * (1 - _CLEARLY):
        best = 0
    trials = [
        Trial(method, asdict(parameters), error, number == best)
        for number, (parameters, error) in enumerate(zip(tried, errors, strict=True))
    ]
    return tried[best], trials
