"""datastore: counts of the reviews of each game and developer by year."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from datastore.base.codes import DEVELOPER, REVIEW
from datastore.frame import Frame

__all__ = ["Rankings", "YearCounts"]

Ints = npt.NDArray[np.int32]


class YearCounts(NamedTuple):
    """Games or developers (`row`) with reviews in one year, and their numbers of reviews: those
    that recommend and are positive (`best`), those that do not recommend and are negative
    (`worst`), and all."""

    row: Ints
    best: Ints
    worst: Ints
    reviews: Ints


class Rankings:
    """Review counts by noun, basis and year; see `datastore.base.codes`."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self._counts = YearCounts(*(frame.array(name) for name in YearCounts._fields))
        noun, basis = (frame.array(name).astype(np.int64) for name in ("noun", "basis"))
        # Rows are sorted by all three, so one number that combines them can be searched.
        self._key = _key(noun, basis, frame.array("year"))

    def of_year(self, noun: int, basis: int, year: int) -> YearCounts:
        """The counts of one year; empty without reviews."""
        key = _key(np.array(noun), np.array(basis), np.array(year))
        part = slice(*np.searchsorted(self._key, [key, key + 1]).tolist())
        return YearCounts(*(column[part] for column in self._counts))

    def years(self, noun: int, basis: int) -> dict[int, int]:
        """Number of reviews that recommend and are positive, by year with any reviews."""
        selected = self._key // _YEARS == noun * 2 + basis
        years, group = np.unique(self._key[selected] % _YEARS, return_inverse=True)
        sums = np.bincount(group, self._counts.best[selected]).astype(int)
        return dict(zip(years.tolist(), sums.tolist(), strict=True))

    @cached_property
    def review_years(self) -> list[int]:
        """Years in which games of known developers were reviewed, oldest first."""
        return sorted(self.years(DEVELOPER, REVIEW))


_YEARS = 100_000


def _key(
    noun: npt.NDArray[np.int64], basis: npt.NDArray[np.int64], year: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    return (noun * 2 + basis) * _YEARS + year
