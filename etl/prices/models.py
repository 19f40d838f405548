"""etl.prices: trains the four methods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import BaggingRegressor, HistGradientBoostingRegressor
from sklearn.tree import DecisionTreeRegressor

from datastore.base.price_features import KEY_CODES
from datastore.base.price_models import (
    Bagging,
    Boosting,
    GenreMedian,
    Mean,
    PriceModel,
)
from etl.prices import linear, trees
from etl.prices.data import FOLDS, Sample

__all__ = ["BaggingParameters", "BoostingParameters", "Models", "Parameters", "fit"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: Weight of the mean of all prices, in prices, when few of a developer are known.
_SHRINKAGE = 2.0
_KEYS = len(KEY_CODES)
#: Fewest prices of a set of genres for a median of its own.
_FEWEST = 5


@dataclass(frozen=True, slots=True)
class BoostingParameters:
    """Parameters of BOOSTING; see scikit-learn's HistGradientBoostingRegressor. `words` is the
    number of words that are columns of their own, `penalty` that of the linear score."""

    loss: str = "absolute_error"
    iterations: int = 80
    learning_rate: float = 0.2
    leaves: int = 63
    fewest_in_leaf: int = 20
    words: int = 25
    penalty: float = 2.0


@dataclass(frozen=True, slots=True)
class BaggingParameters:
    """Parameters of BAGGING: number of trees, and fewest bagged rows in a leaf."""

    trees: int = 20
    fewest_in_leaf: int = 5


@dataclass(frozen=True, slots=True)
class Parameters:
    """Parameters of the methods that have any."""

    boosting: BoostingParameters = field(default_factory=BoostingParameters)
    bagging: BaggingParameters = field(default_factory=BaggingParameters)


class Models(NamedTuple):
    """All methods, trained on the same games, in the order of METHODS."""

    bagging: Bagging
    boosting: Boosting
    genre_median: GenreMedian
    mean: Mean

    @property
    def all(self) -> Sequence[PriceModel]:
        """The methods in the order of METHODS."""
        return self


def fit(sample: Sample, genres: int, words: int, parameters: Parameters, seed: int) -> Models:
    """All methods trained on a sample of at least one game.

    `genres` and `words` are the numbers of genres, and of all words, of the snapshot.
    """
    mean = Mean(float(sample.price.mean()), float(np.median(sample.price)))
    return Models(
        fit_bagging(sample, genres, parameters.bagging, seed),
        fit_boosting(sample, words, parameters.boosting, seed),
        _genre_median(sample, genres, mean.arrays()["price_overall"]),
        mean,
    )


def fit_bagging(sample: Sample, genres: int, parameters: BaggingParameters, seed: int) -> Bagging:
    """Bagged regression trees: only the mean where no tree could be split."""
    if len(sample) < 2 * parameters.fewest_in_leaf:
        return Bagging(trees.constant(float(sample.price.mean())), genres)
    model = BaggingRegressor(
        DecisionTreeRegressor(min_samples_leaf=parameters.fewest_in_leaf),
        n_estimators=parameters.trees,
        random_state=seed,
    )
    model.fit(_with_values(Bagging.columns(sample.games, genres)), sample.price)
    return Bagging(trees.of_bagging(model), genres)


class Prepared(NamedTuple):
    """What BOOSTING knows besides its trees, and what these are trained on."""

    model: Boosting
    columns: Floats
    target: Floats


def fit_boosting(sample: Sample, words: int, parameters: BoostingParameters, seed: int) -> Boosting:
    """Gradient boosting on the linear score and the other columns."""
    return boosted(prepare_boosting(sample, words, parameters), parameters, seed)


def prepare_boosting(sample: Sample, words: int, parameters: BoostingParameters) -> Prepared:
    """The columns of the trees.

    The linear score of a training game, and the prices of its developer, come from folds without
    that game, so that the trees do not trust these columns too much (D. H. Wolpert, Stacked
    generalization, 1992).
    """
    size = len(sample)
    score, means, counts = np.empty(size), np.empty((size, _KEYS)), np.empty((size, _KEYS))
    fold = np.arange(size) % FOLDS
    for number in range(min(FOLDS, size)):
        own = np.flatnonzero(fold == number)
        others = np.flatnonzero(fold != number) if size > 1 else own
        part, games = sample.take(others), sample.games.take(own)
        model = _without_trees(part, words, parameters)
        score[own] = model.linear.score(games)
        means[own], counts[own] = model.of_keys(games)
    model = _without_trees(sample, words, parameters)
    columns = Boosting.columns(sample.games, score, means, counts, model.words)
    return Prepared(model, columns, np.log(sample.price))


def boosted(prepared: Prepared, parameters: BoostingParameters, seed: int) -> Boosting:
    """The model with its trees: only a constant where no tree could be split."""
    if len(prepared.target) < 2 * parameters.fewest_in_leaf:
        return replace(prepared.model, trees=trees.constant(float(np.median(prepared.target))))
    regressor = HistGradientBoostingRegressor(
        loss=parameters.loss,
        max_iter=parameters.iterations,
        learning_rate=parameters.learning_rate,
        max_leaf_nodes=parameters.leaves,
        min_samples_leaf=parameters.fewest_in_leaf,
        max_bins=64,
        max_depth=12,
        early_stopping=False,
        random_state=seed,
    )
    regressor.fit(_with_values(prepared.columns), prepared.target)
    return replace(prepared.model, trees=trees.of_boosting(regressor))


def _with_values(columns: Floats) -> Floats:
    """The columns, with 0 in those without any value: scikit-learn finds no bins there."""
    return np.where(np.isnan(columns).all(axis=0), 0.0, columns)


def _without_trees(sample: Sample, words: int, parameters: BoostingParameters) -> Boosting:
    """What BOOSTING knows besides its trees."""
    scored = linear.fit(sample, words, parameters.penalty)
    means, counts = _key_means(sample, scored.keys)
    uses = np.bincount(sample.games.words, minlength=words)
    common = np.argsort(-uses, kind="stable")[: parameters.words]
    return Boosting(scored, means, counts, common[uses[common] > 0], _NO_TREES)


_NO_TREES = trees.constant(0.0)


def _key_means(sample: Sample, keys: Ints) -> tuple[Floats, npt.NDArray[np.int32]]:
    """Mean logarithm of the prices of each key, shrunk to the mean of all; and their number."""
    logs = np.log(sample.price)
    game, slot = np.nonzero(sample.games.keys)
    place = np.searchsorted(keys, sample.games.keys[game, slot])
    counts = np.bincount(place, minlength=len(keys))
    sums = np.bincount(place, logs[game], len(keys))
    means = (sums + _SHRINKAGE * logs.mean()) / (counts + _SHRINKAGE)
    return means, counts.astype(np.int32)


def _genre_median(sample: Sample, genres: int, overall: Floats) -> GenreMedian:
    games, price = sample.games, sample.price
    medians = np.full(genres, np.nan)
    is_genre = games.words < genres
    owners, own = games.owners[is_genre], games.words[is_genre]
    for genre in np.unique(own).tolist():
        medians[genre] = np.median(price[owners[own == genre]])
    sets, place, counts = np.unique(games.genre_sets, return_inverse=True, return_counts=True)
    enough = np.flatnonzero(counts >= _FEWEST)
    set_medians = np.array([np.median(price[place == number]) for number in enough.tolist()])
    return GenreMedian(sets[enough], set_medians, medians, overall)
