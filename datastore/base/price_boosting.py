"""datastore.base: prices estimated by gradient boosting."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from datastore.base.price_averages import GenreMedian
from datastore.base.price_estimates import Arrays, Estimates, codes_of_words, sums_by_code
from datastore.base.price_features import (
    GENRES,
    KEY_CODES,
    NUMBER_OF_WORDS,
    UNKNOWN,
    Features,
    find_keys,
)
from datastore.base.price_linear import Linear
from datastore.base.trees import Trees

__all__ = ["BOOSTING", "Boosting", "Scores"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

BOOSTING = "BOOSTING"


class Scores(NamedTuple):
    """What the prices of other games say of games: the linear score, the logarithm of the median
    price of the genres, and mean and number of the prices of each key (games x KEY_CODES)."""

    linear: Floats
    genres: Floats
    means: Floats
    counts: Floats


@dataclass(frozen=True, slots=True)
class Boosting:
    """Gradient boosting of the logarithm of the price over the linear score, the median price of
    the genres, the other prices of the developer and publisher, year, early access, metascore and
    the most common words.

    Trained on absolute errors, it estimates the median; so does its exponential.
    """

    linear: Linear
    genre_median: GenreMedian
    key_means: Floats
    key_counts: npt.NDArray[np.int32]
    words: Ints
    trees: Trees
    method: ClassVar[str] = BOOSTING

    @classmethod
    def of(cls, arrays: Arrays) -> Self:
        """The model in the arrays of a snapshot."""
        linear = Linear(*(arrays[f"price_{field.name}"] for field in fields(Linear)))
        return cls(
            linear,
            GenreMedian.of(arrays),
            arrays["price_key_means"],
            arrays["price_key_counts"],
            arrays["price_tree_words"],
            Trees.of(arrays, "price_boosting"),
        )

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The model as arrays of a snapshot, except for the medians of genres, which are those of
        GENRE_MEDIAN."""
        linear = {
            f"price_{field.name}": getattr(self.linear, field.name) for field in fields(Linear)
        }
        return (
            linear
            | self.trees.arrays("price_boosting")
            | {
                "price_key_means": self.key_means,
                "price_key_counts": self.key_counts,
                "price_tree_words": self.words,
            }
        )

    def known_prices(self, games: Features) -> Ints:
        """Number of prices of each game's developer in the training data."""
        return self.of_keys(games)[1][:, 0].astype(np.int64)

    def of_keys(self, games: Features) -> tuple[Floats, Floats]:
        """Mean and number of the prices of each key; NaN and 0 without any."""
        found, known = find_keys(self.linear.keys, games.keys)
        means, counts = np.full(found.shape, np.nan), np.zeros(found.shape)
        means[known], counts[known] = self.key_means[found[known]], self.key_counts[found[known]]
        return means, counts

    def of_genres(self, games: Features) -> Floats:
        """Logarithm of the median price of each game's genres; NaN where they are unknown."""
        medians = self.genre_median.medians(games)
        return np.where(games.sizes[:, 0] > 0, np.log(medians), np.nan)

    def scores(self, games: Features) -> Scores:
        """What the training games say of each game."""
        return Scores(self.linear.score(games), self.of_genres(games), *self.of_keys(games))

    @staticmethod
    def columns(games: Features, scores: Scores, words: Ints) -> Floats:
        """What the trees compare: the scores, year, early access, metascore, number of genres, tags
        and features, and each of `words`."""
        sizes = np.where(games.sizes > 0, games.sizes, np.nan)
        numbers = (games.year, games.early_access, games.metascore, sizes)
        return np.column_stack([*scores, *numbers, games.marks(words)])

    def estimates(self, games: Features, codes: int) -> Estimates:
        """The exponential of what the trees add up to. The baseline is the estimate of a game of
        which nothing is known, and a part of the logarithm is the difference from that. Amounts are
        parts of the logarithm times the logarithmic mean of price and baseline, so that they add up
        (B. W. Ang, The LMDI approach to decomposition analysis, 2005)."""
        all_games = games.with_nothing()
        columns = self.columns(all_games, self.scores(all_games), self.words)
        parts = self.trees.parts(columns)
        base = self.trees.baseline + parts[-1].sum()
        parts = parts[:-1] - parts[-1]
        log_price = base + parts.sum(axis=1)
        price, baseline = np.exp(log_price), np.full(len(games), np.exp(base))
        difference = log_price - base
        level = abs(difference) < 1e-9
        logarithmic_mean = np.where(
            level, price, (price - baseline) / np.where(level, 1, difference)
        )
        amounts = _split(parts[:, 0], self.linear.terms(games, codes))
        amounts += sums_by_code(parts[:, 1:], self._codes(games), codes)
        amounts *= logarithmic_mean[:, None]
        return Estimates(price, baseline, amounts)

    def _codes(self, games: Features) -> Ints:
        """The code of each column but the linear score, for each game."""
        details = games.codes_of_details()
        keys = details[:, list(KEY_CODES)]
        sizes = np.where(games.sizes > 0, NUMBER_OF_WORDS, UNKNOWN)
        words = codes_of_words(games.marks(self.words), self.words)
        genres = np.where(games.sizes[:, 0] > 0, GENRES, UNKNOWN)
        return np.column_stack([genres, keys, keys, details[:, 2:], sizes, words])


def _split(part: Floats, terms: Floats) -> Floats:
    """The part of the linear score, split over those of its terms that go the same way; over all
    terms where none does."""
    same = np.where(terms * np.sign(part)[:, None] > 0, abs(terms), 0)
    lost = same.sum(axis=1) == 0
    same[lost] = abs(terms[lost])
    sums = same.sum(axis=1)
    same[sums == 0, UNKNOWN] = 1  # a linear score without any term
    shares: Floats = same / np.where(sums == 0, 1, sums)[:, None]
    return shares * part[:, None]
