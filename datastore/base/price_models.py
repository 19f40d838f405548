"""datastore.base: the price models as arrays: estimates, and what moves them, in USD.

The build measures its models by this same code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, NamedTuple, Protocol, Self

import numpy as np
import numpy.typing as npt

from datastore.base.columns import Array
from datastore.base.price_features import (
    DEVELOPER,
    EARLY_ACCESS,
    GENRES,
    KEY_CODES,
    METASCORE,
    NUMBER_OF_WORDS,
    OTHER_WORDS,
    PUBLISHER,
    WORDS,
    YEAR,
    Features,
)
from datastore.base.trees import Trees, tree_arrays

__all__ = [
    "ARRAYS",
    "BAGGING",
    "BOOSTING",
    "FIRST_YEAR",
    "GENRE_MEDIAN",
    "LAST_YEAR",
    "MEAN",
    "METHODS",
    "MODELS",
    "MOST_REASONS",
    "Bagging",
    "Boosting",
    "Estimates",
    "GenreMedian",
    "Linear",
    "Mean",
    "PriceModel",
    "Strongest",
    "strongest",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Arrays = Mapping[str, npt.NDArray[Any]]

BAGGING, BOOSTING, GENRE_MEDIAN, MEAN = "BAGGING", "BOOSTING", "GENRE_MEDIAN", "MEAN"
#: In the order in which the arrays have them.
METHODS = (BAGGING, BOOSTING, GENRE_MEDIAN, MEAN)
#: Most reasons of an estimate, and the least amount of one, in USD.
MOST_REASONS, _LEAST_AMOUNT = 8, 0.005
#: Years that the linear score distinguishes; earlier and later ones count as the first and last.
FIRST_YEAR, LAST_YEAR = 1990, 2030

ARRAYS: dict[str, Array] = {
    "price_keys": Array("int64", "keys: of developers and publishers with prices, ascending"),
    "price_key_weights": Array("float64", "keys: addition to the linear score"),
    "price_key_means": Array("float64", "keys: mean logarithm of the prices, shrunk"),
    "price_key_counts": Array("int32", "keys: number of prices"),
    "price_key_shares": Array("float64", "2: mean addition of developers, of publishers"),
    "price_word_weights": Array("float64", "2 x words: addition; of downloadable content, besides"),
    "price_word_shares": Array("float64", "words: mean addition to the score of a game"),
    "price_other_weights": Array(
        "float64", "intercept, then additions: early access, metascore / 100, each year"
    ),
    "price_other_shares": Array("float64", "3: mean addition by year, early access, metascore"),
    "price_tree_words": Array("int64", "words that are columns of the boosted trees"),
    "price_genre_sets": Array("int64", "sets of genres with enough prices: key, ascending"),
    "price_set_medians": Array("float64", "sets of genres with enough prices: median in USD"),
    "price_genre_medians": Array("float64", "genres: median in USD, NaN without a price"),
    "price_overall": Array("float64", "2: mean and median of all prices, in USD"),
    **tree_arrays("boosting"),
    **tree_arrays("bagging"),
}


class Estimates(NamedTuple):
    """Prices of games in USD, and the amount by which each code of `price_features` moved them:
    games x codes. `baseline` and the amounts of a game add up to its price."""

    price: Floats
    baseline: Floats
    amounts: Floats


class PriceModel(Protocol):
    """One method, trained."""

    method: ClassVar[str]

    @classmethod
    def of(cls, arrays: Arrays) -> Self:
        """The model in the arrays of a snapshot."""
        ...

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The model as arrays of a snapshot."""
        ...

    def estimates(self, games: Features, codes: int) -> Estimates:
        """The estimates of games; `codes` is the number of codes."""
        ...


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of all prices."""

    mean: float
    median: float
    method: ClassVar[str] = MEAN

    @classmethod
    def of(cls, arrays: Arrays) -> Self:
        """The model in the arrays of a snapshot."""
        return cls(*arrays["price_overall"].tolist())

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The model as arrays of a snapshot."""
        return {"price_overall": np.array([self.mean, self.median])}

    def estimates(self, games: Features, codes: int) -> Estimates:
        """The same price for every game."""
        price = np.full(len(games), self.mean)
        return Estimates(price, price, np.zeros((len(games), codes)))


@dataclass(frozen=True, slots=True)
class GenreMedian:
    """The median price of games with the same genres, if there are enough; else the mean of the
    medians of the game's genres; else the median of all prices."""

    sets: Ints
    set_medians: Floats
    genre_medians: Floats
    overall: Floats  # of `price_overall`
    method: ClassVar[str] = GENRE_MEDIAN

    @classmethod
    def of(cls, arrays: Arrays) -> Self:
        """The model in the arrays of a snapshot."""
        names = ("price_genre_sets", "price_set_medians", "price_genre_medians", "price_overall")
        return cls(*(arrays[name] for name in names))

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The model as arrays of a snapshot."""
        return {
            "price_genre_sets": self.sets,
            "price_set_medians": self.set_medians,
            "price_genre_medians": self.genre_medians,
        }

    def estimates(self, games: Features, codes: int) -> Estimates:
        """Medians; all that moves them are the genres."""
        size, median = len(games), float(self.overall[1])
        is_genre = games.words < len(self.genre_medians)
        owners, genres = games.owners[is_genre], games.words[is_genre]
        medians = self.genre_medians[genres]
        known = ~np.isnan(medians)
        sums = np.bincount(owners[known], medians[known], size)
        counts = np.bincount(owners[known], minlength=size)
        price = np.where(counts > 0, sums / np.maximum(counts, 1), median)
        found, known_sets = _found(self.sets, games.genre_sets)
        price[known_sets] = self.set_medians[found[known_sets]]
        amounts = np.zeros((size, codes))
        amounts[:, GENRES] = price - median
        return Estimates(price, np.full(size, median), amounts)


@dataclass(frozen=True, slots=True)
class Bagging:
    """Bagged regression trees over genres, release year and early access, in USD."""

    trees: Trees
    genres: int
    method: ClassVar[str] = BAGGING

    @classmethod
    def of(cls, arrays: Arrays) -> Self:
        """The model in the arrays of a snapshot."""
        return cls(Trees.of(arrays, "bagging"), len(arrays["price_genre_medians"]))

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The model as arrays of a snapshot."""
        return self.trees.arrays("bagging")

    @staticmethod
    def columns(games: Features, genres: int) -> Floats:
        """What the trees compare: each genre, the release year, early access."""
        columns = np.zeros((len(games), genres + 2))
        is_genre = games.words < genres
        columns[games.owners[is_genre], games.words[is_genre]] = 1
        columns[:, genres], columns[:, genres + 1] = games.year, games.early_access
        return columns

    def estimates(self, games: Features, codes: int) -> Estimates:
        """Means over the trees."""
        parts = self.trees.parts(self.columns(games, self.genres))
        amounts = np.zeros((len(games), codes))
        amounts[:, WORDS : WORDS + self.genres] = parts[:, : self.genres]
        amounts[:, YEAR], amounts[:, EARLY_ACCESS] = parts[:, -2], parts[:, -1]
        baseline = np.full(len(games), self.trees.baseline)
        return Estimates(np.maximum(baseline + parts.sum(axis=1), 0), baseline, amounts)


@dataclass(frozen=True, slots=True)
class Linear:
    """A ridge regression of the logarithm of the price on developers, publishers, words, year,
    early access and metascore; what it gives is called the linear score."""

    keys: Ints
    key_weights: Floats
    key_shares: Floats
    word_weights: Floats
    word_shares: Floats
    other_weights: Floats
    other_shares: Floats

    def score(self, games: Features) -> Floats:
        """The linear score of each game."""
        by_key, by_word, by_other = self._additions(games)
        words = np.bincount(games.owners, by_word, len(games))
        score: Floats = self.other_weights[0] + by_key.sum(axis=1) + words + by_other.sum(axis=1)
        return score

    def terms(self, games: Features, codes: int) -> Floats:
        """By how much each code puts the score of a game above or below the mean score of the
        training games: games x codes."""
        by_key, by_word, by_other = self._additions(games)
        terms = np.zeros((len(games), codes))
        for slot, code in enumerate(KEY_CODES):
            terms[:, code] += by_key[:, slot]
        own_shares = self.word_shares[games.words]
        terms[games.owners, WORDS + games.words] = by_word - own_shares
        terms[:, OTHER_WORDS] = np.bincount(games.owners, own_shares, len(games))
        terms[:, OTHER_WORDS] -= self.word_shares.sum()
        terms[:, [YEAR, EARLY_ACCESS, METASCORE]] = by_other
        terms[:, [YEAR, EARLY_ACCESS, METASCORE]] -= self.other_shares
        terms[:, [DEVELOPER, PUBLISHER]] -= self.key_shares
        return terms

    def _additions(self, games: Features) -> tuple[Floats, Floats, Floats]:
        """What is added for each key, for each entry of the words, and for year, early access and
        metascore."""
        found, known = _found(self.keys, games.keys)
        by_key = np.zeros(found.shape)
        by_key[known] = self.key_weights[found[known]]
        plain, content = self.word_weights
        by_word = plain[games.words] + content[games.words] * games.content[games.owners]
        _, early_access, metascore, *years = self.other_weights
        place = np.clip(np.nan_to_num(games.year), FIRST_YEAR, LAST_YEAR).astype(int) - FIRST_YEAR
        by_year = np.where(np.isnan(games.year), 0, np.array(years)[place])
        by_other = np.stack(
            [
                by_year,
                np.nan_to_num(games.early_access) * early_access,
                np.nan_to_num(games.metascore) / 100 * metascore,
            ],
            axis=1,
        )
        return by_key, by_word, by_other


@dataclass(frozen=True, slots=True)
class Boosting:
    """Gradient boosting of the logarithm of the price over the linear score, the other prices of
    the developer and publisher, year, early access, metascore and the most common words.

    Trained on absolute errors, it estimates the median; so does its exponential.
    """

    linear: Linear
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
            arrays["price_key_means"],
            arrays["price_key_counts"],
            arrays["price_tree_words"],
            Trees.of(arrays, "boosting"),
        )

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The model as arrays of a snapshot."""
        linear = {
            f"price_{field.name}": getattr(self.linear, field.name) for field in fields(Linear)
        }
        return (
            linear
            | self.trees.arrays("boosting")
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
        found, known = _found(self.linear.keys, games.keys)
        means, counts = np.full(found.shape, np.nan), np.zeros(found.shape)
        means[known], counts[known] = self.key_means[found[known]], self.key_counts[found[known]]
        return means, counts

    @staticmethod
    def columns(
        games: Features, score: Floats, means: Floats, counts: Floats, words: Ints
    ) -> Floats:
        """What the trees compare: the linear score, mean and number of the prices of each key,
        year, early access, metascore, number of genres, tags and features, and each of `words`."""
        place = np.full(1 + max(words.max(initial=-1), games.words.max(initial=-1)), -1)
        place[words] = np.arange(len(words))
        column = place[games.words]
        marks = np.zeros((len(games), len(words)))
        marks[games.owners[column >= 0], column[column >= 0]] = 1
        numbers = (games.year, games.early_access, games.metascore, *games.sizes.T)
        return np.column_stack([score, means, counts, *numbers, marks])

    def estimates(self, games: Features, codes: int) -> Estimates:
        """The exponential of the baseline and all parts. Amounts are parts of the logarithm times
        the logarithmic mean of price and baseline, so that they add up (B. W. Ang, The LMDI
        approach to decomposition analysis, 2005)."""
        columns = self.columns(games, self.linear.score(games), *self.of_keys(games), self.words)
        parts = self.trees.parts(columns)
        base = self.trees.baseline
        log_price = base + parts.sum(axis=1)
        price, baseline = np.exp(log_price), np.full(len(games), np.exp(base))
        difference = log_price - base
        level = abs(difference) < 1e-9
        logarithmic_mean = np.where(
            level, price, (price - baseline) / np.where(level, 1, difference)
        )
        numbers = [YEAR, EARLY_ACCESS, METASCORE, *[NUMBER_OF_WORDS] * 3, *(WORDS + self.words)]
        named = np.array([*KEY_CODES, *KEY_CODES, *numbers])
        amounts = _split(parts[:, 0], self.linear.terms(games, codes))
        cells = np.arange(len(games))[:, None] * codes + named
        sums = np.bincount(cells.ravel(), parts[:, 1:].ravel(), amounts.size)
        amounts += sums.reshape(amounts.shape)
        amounts *= logarithmic_mean[:, None]
        return Estimates(price, baseline, amounts)


class Strongest(NamedTuple):
    """What moved estimates most, most first: codes (-1 for none) and amounts in USD, each games x
    MOST_REASONS."""

    codes: npt.NDArray[np.int16]
    amounts: Floats


def strongest(amounts: Floats) -> Strongest:
    """What moved estimates most, of amounts that are games x codes; less than a cent is nothing."""
    order = np.argsort(-abs(amounts), axis=1, kind="stable")[:, :MOST_REASONS]
    kept = np.take_along_axis(amounts, order, axis=1)
    nothing = abs(kept) < _LEAST_AMOUNT
    return Strongest(np.where(nothing, -1, order).astype(np.int16), np.where(nothing, 0, kept))


MODELS: dict[str, type[PriceModel]] = {
    model.method: model for model in (Bagging, Boosting, GenreMedian, Mean)
}


def _split(part: Floats, terms: Floats) -> Floats:
    """The part of the linear score, split over those of its terms that go the same way; over all
    terms where none does."""
    same = np.where(terms * np.sign(part)[:, None] > 0, abs(terms), 0)
    lost = same.sum(axis=1) == 0
    same[lost] = abs(terms[lost])
    sums = same.sum(axis=1)
    same[sums == 0, NUMBER_OF_WORDS] = 1  # a linear score without any term
    shares: Floats = same / np.where(sums == 0, 1, sums)[:, None]
    return shares * part[:, None]


def _found(keys: Ints, wanted: Ints) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Places of `wanted` in `keys`, which ascend, and whether each is there; places of others are
    meaningless. Key 0 means none."""
    if not len(keys):
        return np.full(wanted.shape, -1), np.zeros(wanted.shape, bool)
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return places, (keys[places] == wanted) & (wanted != 0)
