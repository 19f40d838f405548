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
from datastore.base.price_features import DETAILS, KEY_CODES, Features
from etl.prices import trees
from etl.prices.data import Sample
from etl.prices.folds import Folds
from etl.process.memory import without_pandas
from etl.process.threads import one_thread

__all__ = ["BaggingParameters", "BoostingParameters", "Models", "Parameters", "fit", "folds_of"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_KEYS = len(KEY_CODES)
#: Details of a copy are hidden with a chance of up to this; above 1, all of some copies.
_MOST_HIDDEN = 1.2
#: Share of the copies of which only genres, tags and features may be left.
_ONLY_WORDS = 0.3


@dataclass(frozen=True, slots=True)
class BoostingParameters:
    """Parameters of BOOSTING; see scikit-learn's HistGradientBoostingRegressor. `words` is the
    number of words that are columns of their own, `penalty` that of the linear score. `hidden` is
    the share of games that are learned from once more without some of their details."""

    loss: str = "absolute_error"
    iterations: int = 30
    learning_rate: float = 0.25
    leaves: int = 127
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


def folds_of(sample: Sample, words: int, parameters: BoostingParameters) -> Folds:
    """Games to learn from with some parameters, in folds; `words` is the number of words of the
    snapshot."""
    return Folds(sample, words, parameters.penalty, parameters.words)


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


def fit(
    folds: Folds, genres: int, parameters: Parameters, seed: int, left_out: int | None = None
) -> Models:
    """All methods trained on the games of all folds but the one that is left out; these are at
    least one. `genres` is the number of genres of the snapshot."""
    sample = folds.sample.take(folds.rows(*_given(left_out)))
    boosting = fit_boosting(folds, parameters.boosting, seed, left_out)
    return Models(
        fit_bagging(sample, genres, parameters.bagging, seed),
        boosting,
        boosting.genre_median,
        Mean(float(sample.price.mean()), float(np.median(sample.price))),
    )


def _given(left_out: int | None) -> tuple[int, ...]:
    return () if left_out is None else (left_out,)


def fit_bagging(sample: Sample, genres: int, parameters: BaggingParameters, seed: int) -> Bagging:
    """Bagged regression trees: only the mean where no tree could be split.

    Many games look alike to these trees: they are learned from as one, with a weight.
    """
    size = len(sample)
    if size < 2 * parameters.fewest_in_leaf:
        return Bagging(trees.constant(float(sample.price.mean())), genres)
    with without_pandas():  # a second, which a catalogue of a few games does without
        from sklearn.tree import DecisionTreeRegressor
    first, kind = _alike(sample.games)
    columns = _with_values(Bagging.columns(sample.games.take(first), genres))
    rng = np.random.default_rng(seed)
    grown = []
    for _ in range(parameters.trees):
        bag = rng.integers(size, size=size)
        weight = np.bincount(kind[bag], minlength=len(first))
        inside = weight > 0
        price = np.bincount(kind[bag], sample.price[bag], len(first))[inside] / weight[inside]
        tree = DecisionTreeRegressor(
            # Half a game less than the least weight: it is compared after rounding.
            min_weight_fraction_leaf=(parameters.fewest_in_leaf - 0.5) / size,
            random_state=seed,
        )
        grown.append(tree.fit(columns[inside], price, sample_weight=weight[inside]))
    return Bagging(trees.of_bagging(grown), genres)


def _alike(games: Features) -> tuple[Ints, Ints]:
    """The first of the games with the same genres, release year and early access, and for each game
    the place of its like among these."""
    kinds = np.zeros(len(games), np.int64)
    for values in (games.genre_sets, games.year, games.early_access):
        distinct, place = np.unique(values, return_inverse=True)
        kinds = kinds * len(distinct) + place
    _, first, kind = np.unique(kinds, return_index=True, return_inverse=True)
    return first, kind


class Prepared(NamedTuple):
    """What BOOSTING knows besides its trees, and what these are trained on: no columns where no
    tree could be split."""

    model: Boosting
    columns: Floats | None
    target: Floats


def fit_boosting(
    folds: Folds, parameters: BoostingParameters, seed: int, left_out: int | None = None
) -> Boosting:
    """Gradient boosting on the linear score and the other columns."""
    return boosted(prepare_boosting(folds, parameters, seed, left_out), parameters, seed)


def prepare_boosting(
    folds: Folds, parameters: BoostingParameters, seed: int, left_out: int | None = None
) -> Prepared:
    """The columns of the trees.

    The linear score of a training game, and the prices of its developer, come from folds without
    that game, so that the trees do not trust these columns too much (D. H. Wolpert, Stacked
    generalization, 1992). A share of the games, `hidden`, come a second time with details hidden,
    so that the trees know what to expect where a detail is unknown.
    """
    rows = folds.rows(*_given(left_out))
    sample, fold = folds.sample.take(rows), folds.fold[rows]
    shown = _shown_twice(sample.games, parameters.hidden, seed)
    model = folds.without(*_given(left_out))
    target = np.log(sample.price[shown.rows])
    total = len(target)
    if total < 2 * parameters.fewest_in_leaf:
        return Prepared(model, None, target)
    scores = Scores(
        np.empty(total), np.empty(total), np.empty((total, _KEYS)), np.empty((total, _KEYS))
    )
    numbers = np.unique(fold).tolist()
    for number in numbers:
        own = np.flatnonzero(fold[shown.rows] == number)
        others = folds.without(number, *_given(left_out)) if len(numbers) > 1 else model
        for whole, part in zip(scores, others.scores(shown.games.take(own)), strict=True):
            whole[own] = part
    return Prepared(model, Boosting.columns(shown.games, scores, model.words), target)


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
    if prepared.columns is None:
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
        max_depth=14,
        early_stopping=False,
        random_state=seed,
    )
    with one_thread():
        regressor.fit(_with_values(prepared.columns), prepared.target)
    return replace(prepared.model, trees=trees.of_boosting(regressor))


def _with_values(columns: Floats) -> Floats:
    """The columns, with 0 in those without any value: scikit-learn finds no bins there."""
    return np.where(np.isnan(columns).all(axis=0), 0.0, columns)
