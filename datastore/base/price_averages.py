"""datastore.base: prices estimated by averages: the mean of all, the median of the genre."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from datastore.base.price_estimates import Arrays, Estimates
from datastore.base.price_features import GENRES, Features, find_keys

__all__ = ["GENRE_MEDIAN", "MEAN", "GenreMedian", "Mean"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

GENRE_MEDIAN, MEAN = "GENRE_MEDIAN", "MEAN"


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

    def medians(self, games: Features) -> Floats:
        """The median of each game in USD; that of all prices where no genre is known."""
        is_genre = games.words < len(self.genre_medians)
        owners, genres = games.owners[is_genre], games.words[is_genre]
        medians = self.genre_medians[genres]
        known = ~np.isnan(medians)
        sums = np.bincount(owners[known], medians[known], len(games))
        counts = np.bincount(owners[known], minlength=len(games))
        median = np.where(counts > 0, sums / np.maximum(counts, 1), self.overall[1])
        found, known_sets = find_keys(self.sets, games.genre_sets)
        median[known_sets] = self.set_medians[found[known_sets]]
        return median

    def estimates(self, games: Features, codes: int) -> Estimates:
        """Medians; all that moves them are the genres."""
        price, baseline = self.medians(games), np.full(len(games), float(self.overall[1]))
        amounts = np.zeros((len(games), codes))
        amounts[:, GENRES] = price - baseline
        return Estimates(price, baseline, amounts)
