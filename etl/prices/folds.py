"""etl.prices: what BOOSTING knows besides its trees, of the games outside of some folds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from datastore.base.price_averages import GenreMedian
from datastore.base.price_boosting import Boosting
from datastore.base.price_features import set_key
from etl.prices import trees
from etl.prices.data import FOLDS, Sample
from etl.prices.linear import Design

__all__ = ["Folds"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: Weight of the mean of all prices, in prices, when few of a developer are known.
_SHRINKAGE = 2.0
#: Fewest prices of a set of genres for a median of its own.
_FEWEST = 5
_NO_TREES = trees.constant(0.0)


class Folds:
    """Games to learn from, in folds by their place.

    Two models share what is said by the games outside of two folds: each of them leaves out one of
    these folds, and needs it for the games of the other. It is calculated once.
    """

    def __init__(self, sample: Sample, words: int, penalty: float, common_words: int) -> None:
        """`words` is the number of words of the snapshot, `penalty` that of the linear score,
        `common_words` the number of words that are columns of their own."""
        self.sample = sample
        self.fold = np.arange(len(sample)) % FOLDS
        self._words, self._penalty, self._common_words = words, penalty, common_words
        self._design = Design.of(sample.games, words)
        self._known: dict[tuple[int, ...], Boosting] = {}

    def rows(self, *left_out: int) -> Ints:
        """The games outside of some folds."""
        return np.flatnonzero(~np.isin(self.fold, left_out))

    def without(self, *left_out: int) -> Boosting:
        """What the games outside of some folds say, without any trees."""
        key = tuple(sorted(left_out))
        if key not in self._known:
            self._known[key] = self._of(self.rows(*key))
        return self._known[key]

    def _of(self, rows: Ints) -> Boosting:
        sample = self.sample.take(rows)
        logs = np.log(sample.price)
        counts = self._design.key_counts(rows)
        sums = self._design.key_sums(rows, logs)
        means = (sums + _SHRINKAGE * logs.mean()) / (counts + _SHRINKAGE)
        uses = np.bincount(sample.games.words, minlength=self._words)
        common = np.argsort(-uses, kind="stable")[: self._common_words]
        return Boosting(
            self._design.fit(rows, logs, self._penalty),
            _genre_median(sample),
            means[counts > 0],
            counts[counts > 0].astype(np.int32),
            common[uses[common] > 0],
            _NO_TREES,
        )


def _genre_median(sample: Sample) -> GenreMedian:
    games, price = sample.games, sample.price
    genres = int(games.starts[0])
    is_genre = games.words < genres
    by_genre = _medians(price[games.owners[is_genre]], games.words[is_genre], genres)
    sets, place, counts = np.unique(games.genre_sets, return_inverse=True, return_counts=True)
    enough = (counts >= _FEWEST) & (sets != set_key(()))
    by_set = _medians(price, place, len(sets))
    overall = np.array([price.mean(), np.median(price)])
    return GenreMedian(sets[enough], by_set[enough], by_genre, overall)


def _medians(values: Floats, groups: Ints, count: int) -> Floats:
    """The median of the values of each group; NaN of a group without any."""
    if not len(values):
        return np.full(count, np.nan)
    ordered = values[np.lexsort((values, groups))]
    sizes = np.bincount(groups, minlength=count)
    starts = np.cumsum(sizes) - sizes
    last = len(values) - 1  # where empty groups may begin
    lower = ordered[np.minimum(starts + np.maximum(sizes - 1, 0) // 2, last)]
    upper = ordered[np.minimum(starts + sizes // 2, last)]
    return np.where(sizes > 0, (lower + upper) / 2, np.nan)
