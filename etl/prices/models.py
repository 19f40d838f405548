"""etl.prices: trains the four methods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from datastore.base.price_averages import GenreMedian, Mean
from datastore.base.price_bagging import Bagging
from datastore.base.price_boosting import Boosting, Scores
from datastore.base.price_estimates import PriceModel
from datastore.base.price_features import DETAILS, KEY_CODES, Features, set_key
from etl.prices import linear, trees
from etl.prices.data import FOLDS, Sample
from etl.process.memory import without_pandas
from etl.process.threads import one_thread

__all__ = ["BaggingParameters", "BoostingParameters", "Models", "Parameters", "fit"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: Weight of the mean of all prices, in prices, when few of a developer are known.
_SHRINKAGE = 2.0
_KEYS = len(KEY_CODES)
#: Details of a copy are hidden with a chance of up to this; above 1, all of some copies.
_MOST_HIDDEN = 1.2
#: Share of the copies of which only genres, tags and features may be left.
_ONLY_WORDS = 0.3
#: Fewest prices of a set of genres for a median of its own.
_FEWEST = 5


@dataclass(frozen=True, slots=True)
class BoostingParameters:
    """Parameters of BOOSTING; see scikit-learn's HistGradientBoostingRegressor. `words` is the
    number of words that are columns of their own, `penalty` that of the linear score. `hidden` is
    the share of games that are learned from once more without some of their details."""

    loss: str = "absolute_error"
    iterations: int = 60
    learning_rate: float = 0.25
    leaves: int = 63
    fewest_in_leaf: int = 20
    words: int = 15
    penalty: float = 2.0
    hidden: float = 0.5


@dataclass(frozen=True, slots=True)
class BaggingParameters:
    """Parameters of BAGGING: number of trees, and fewest bagged rows in a leaf."""

    trees: int = 10
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
    boosting = fit_boosting(sample, words, parameters.boosting, seed)
    return Models(
        fit_bagging(sample, genres, parameters.bagging, seed),
        boosting,
        boosting.genre_median,
        mean,
    )


def fit_bagging(sample: Sample, genres: int, parameters: BaggingParameters, seed: int) -> Bagging:
    """Bagged regression trees: only the mean where no tree could be split."""
    if len(sample) < 2 * parameters.fewest_in_leaf:
        return Bagging(trees.constant(float(sample.price.mean())), genres)
    with without_pandas():  # a second, which a catalogue of a few games does without
        from sklearn.ensemble import BaggingRegressor
        from sklearn.tree import DecisionTreeRegressor
    model = BaggingRegressor(
        DecisionTreeRegressor(min_samples_leaf=parameters.fewest_in_leaf),
        n_estimators=parameters.trees,
        random_state=seed,
    )
    with one_thread():  # of OpenMP, too, which scikit-learn has just loaded
        model.fit(_with_values(Bagging.columns(sample.games, genres)), sample.price)
    return Bagging(trees.of_bagging(model), genres)


class Prepared(NamedTuple):
    """What BOOSTING knows besides its trees, and what these are trained on."""

    model: Boosting
    columns: Floats
    target: Floats


def fit_boosting(sample: Sample, words: int, parameters: BoostingParameters, seed: int) -> Boosting:
    """Gradient boosting on the linear score and the other columns."""
    return boosted(prepare_boosting(sample, words, parameters, seed), parameters, seed)


def prepare_boosting(
    sample: Sample, words: int, parameters: BoostingParameters, seed: int
) -> Prepared:
    """The columns of the trees.

    The linear score of a training game, and the prices of its developer, come from folds without
    that game, so that the trees do not trust these columns too much (D. H. Wolpert, Stacked
    generalization, 1992). Some games come a second time with details hidden, so that the trees
    know what to expect where a detail is unknown.
    """
    size = len(sample)
    shown = _shown_twice(sample.games, parameters.hidden, seed)
    total = len(shown.games)
    scores = Scores(
        np.empty(total), np.empty(total), np.empty((total, _KEYS)), np.empty((total, _KEYS))
    )
    fold = np.arange(size) % FOLDS
    for number in range(min(FOLDS, size)):
        others = np.flatnonzero(fold != number) if size > 1 else np.arange(1)
        own = np.flatnonzero(fold[shown.rows] == number)
        model = _without_trees(sample.take(others), words, parameters)
        for whole, part in zip(scores, model.scores(shown.games.take(own)), strict=True):
            whole[own] = part
    model = _without_trees(sample, words, parameters)
    columns = Boosting.columns(shown.games, scores, model.words)
    return Prepared(model, columns, np.log(sample.price[shown.rows]))


class _Shown(NamedTuple):
    """Games as the trees see them, and the row of each in the sample."""

    games: Features
    rows: Ints


def _shown_twice(games: Features, share: float, seed: int) -> _Shown:
    """All games, and some of them once more with details hidden: few in some, all in others. Of
    some, only genres, tags and features are left: that is what a new game begins with."""
    rng = np.random.default_rng(seed)
    size = len(games)
    copied = np.sort(rng.permutation(size)[: int(size * share)])
    rows = np.concatenate([np.arange(size), copied])
    hide = rng.random((len(copied), DETAILS)) < rng.random((len(copied), 1)) * _MOST_HIDDEN
    only_words = rng.random(len(copied)) < _ONLY_WORDS
    hide[only_words, 3:] = True
    return _Shown(games.take(rows).hidden(np.vstack([np.zeros((size, DETAILS), bool), hide])), rows)


def boosted(prepared: Prepared, parameters: BoostingParameters, seed: int) -> Boosting:
    """The model with its trees: only a constant where no tree could be split."""
    if len(prepared.target) < 2 * parameters.fewest_in_leaf:
        return replace(prepared.model, trees=trees.constant(float(np.median(prepared.target))))
    with without_pandas():
        from sklearn.ensemble import HistGradientBoostingRegressor
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
    with one_thread():
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
    medians = _genre_median(sample)
    return Boosting(scored, medians, means, counts, common[uses[common] > 0], _NO_TREES)


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


def _genre_median(sample: Sample) -> GenreMedian:
    games, price = sample.games, sample.price
    genres = int(games.starts[0])
    overall = np.array([price.mean(), np.median(price)])
    medians = np.full(genres, np.nan)
    is_genre = games.words < genres
    owners, own = games.owners[is_genre], games.words[is_genre]
    for genre in np.unique(own).tolist():
        medians[genre] = np.median(price[owners[own == genre]])
    sets, place, counts = np.unique(games.genre_sets, return_inverse=True, return_counts=True)
    enough = np.flatnonzero((counts >= _FEWEST) & (sets != set_key(())))
    set_medians = np.array([np.median(price[place == number]) for number in enough.tolist()])
    return GenreMedian(sets[enough], set_medians, medians, overall)
