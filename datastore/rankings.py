"""datastore: the reviews of each game and developer by year, counted."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from datastore.frame import Frame

__all__ = ["Rankings", "YearCounts"]

Ints = npt.NDArray[np.int32]


class YearCounts(NamedTuple):
    """Games or developers (`row`) with reviews of one year: those that recommend and are positive
    (`best`), those that advise against and are negative (`worst`), and all of them."""

    row: Ints
    best: Ints
    worst: Ints
    reviews: Ints


class Rankings:
    """Rows by noun, basis and year; see `datastore.base.codes`."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self._counts = YearCounts(*(frame.array(name) for name in YearCounts._fields))
        noun, basis = (frame.array(name).astype(np.int64) for name in ("noun", "basis"))
        # Sorted by all three, so one number for them can be searched.
        self._key = _key(noun, basis, frame.array("year"))

    def of_year(self, noun: int, basis: int, year: int) -> YearCounts:
        """The counts of one year; without a row when there are no reviews."""
        key = _key(np.array(noun), np.array(basis), np.array(year))
        part = slice(*np.searchsorted(self._key, [key, key + 1]).tolist())
        return YearCounts(*(column[part] for column in self._counts))

    def years(self, noun: int, basis: int) -> dict[int, int]:
        """Reviews that recommend and are positive, of each year that has any reviews."""
        mine = self._key // _YEARS == noun * 2 + basis
        years, group = np.unique(self._key[mine] % _YEARS, return_inverse=True)
        sums = np.bincount(group, self._counts.best[mine]).astype(int)
        return dict(zip(years.tolist(), sums.tolist(), strict=True))


_YEARS = 100_000


def _key(
    noun: npt.NDArray[np.int64], basis: npt.NDArray[np.int64], year: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    return (noun * 2 + basis) * _YEARS + year
