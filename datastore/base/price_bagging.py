"""datastore.base: prices estimated by bagged regression trees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from datastore.base.price_estimates import Arrays, Estimates, codes_of_words, sums_by_code
from datastore.base.price_features import Features
from datastore.base.trees import Trees

__all__ = ["BAGGING", "Bagging"]

Floats = npt.NDArray[np.float64]

BAGGING = "BAGGING"


@dataclass(frozen=True, slots=True)
class Bagging:
    """Bagged regression trees over genres, release year and early access, in USD."""

    trees: Trees
    genres: int
    method: ClassVar[str] = BAGGING

    @classmethod
    def of(cls, arrays: Arrays) -> Self:
        """The model in the arrays of a snapshot."""
        return cls(Trees.of(arrays, "price_bagging"), len(arrays["price_genre_medians"]))

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The model as arrays of a snapshot."""
        return self.trees.arrays("price_bagging")

    @staticmethod
    def columns(games: Features, genres: int) -> Floats:
        """What the trees compare: each genre, the release year, early access."""
        return np.column_stack([games.marks(np.arange(genres)), games.year, games.early_access])

    def estimates(self, games: Features, codes: int) -> Estimates:
        """Means over the trees."""
        columns = self.columns(games.with_nothing(), self.genres)
        parts = self.trees.parts(columns)
        parts, nothing = parts[:-1], parts[-1]
        baseline = np.full(len(games), max(self.trees.baseline + nothing.sum(), 0))
        named = np.column_stack(
            [
                codes_of_words(columns[:-1, :-2], np.arange(self.genres)),
                games.codes_of_details()[:, 2:4],
            ]
        )
        amounts = sums_by_code(parts - nothing, named, codes)
        return Estimates(np.maximum(baseline + amounts.sum(axis=1), 0), baseline, amounts)
