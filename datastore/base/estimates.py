"""datastore.base: estimates of a person's rating of a title: one calculation for the evaluation
in the build and for the server.

An estimate is the person's mean, shrunk to the mean of all ratings, plus a correction. Each method
except VIEWER_MEAN has evidence for its correction: a sum of deviations, and the weight of that sum.
The correction is sum / (weight + shrinkage), so that without evidence the mean remains, and every
pair of person and title has an estimate. Ratings are in stars, 0.5 to 5.
"""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from datastore.base.evidence import Content, Doubles, Evidence, Factors, Raters, Rows

__all__ = [
    "CONTENT",
    "FACTORS",
    "HIGHEST",
    "INTERVAL_BINS",
    "ITEM_NEIGHBOURS",
    "LOWEST",
    "METHODS",
    "NEIGHBOUR_METHODS",
    "PEARSON_VIEWERS",
    "RANKING_METHODS",
    "VIEWER_MEAN",
    "Estimate",
    "Estimator",
    "Parameters",
    "Person",
    "interval_bins",
    "shrunk_mean",
]

#: The methods; between equally good ones, the first is the best.
METHODS = ("VIEWER_MEAN", "PEARSON_VIEWERS", "ITEM_NEIGHBOURS", "CONTENT", "FACTORS")
VIEWER_MEAN, PEARSON_VIEWERS, ITEM_NEIGHBOURS, CONTENT, FACTORS = METHODS

#: Methods by which other viewers of the title are compared with the person.
NEIGHBOUR_METHODS = (PEARSON_VIEWERS, ITEM_NEIGHBOURS)

#: Methods that tell titles apart and estimate all of them for one person within milliseconds.
RANKING_METHODS = (CONTENT, FACTORS)

LOWEST, HIGHEST = 0.5, 5.0

#: Ratings at which a person's own spread counts as much as that of all viewers.
_SPREAD_SHRINKAGE = 5.0
#: Intervals are calibrated apart by the number of a person's ratings: least number of each bin.
_BIN_STARTS = (0, 5, 15, 50, 200)
INTERVAL_BINS = len(_BIN_STARTS)


class Parameters(msgspec.Struct, frozen=True):
    """The numbers of an estimator: means and spread in stars, shrinkage in ratings or weights.

    `intervals` has, per method and bin, the ends of an 80 % interval around the estimate, as
    multiples of the person's spread.
    """

    mean: float  # of all ratings
    spread: float  # standard deviation of ratings around the mean of their viewer
    mean_shrinkage: float
    shrinkage: dict[str, float] = {}
    intervals: dict[str, list[tuple[float, float]]] = {}
    best: str = VIEWER_MEAN
    #: The best of `RANKING_METHODS`.
    ranking: str = CONTENT


class Estimate(NamedTuple):
    """An estimated rating and its 80 % interval, in stars."""

    value: float
    low: float
    high: float


class Person:
    """The ratings of one person: distinct titles, ascending, and stars.

    `twins` are viewers who may be the person and do not count as neighbours: see `Raters.twins`.
    """

    def __init__(
        self, titles: Rows, stars: Doubles, parameters: Parameters, twins: Sequence[int] = ()
    ) -> None:
        self.titles = titles
        self.stars = stars
        self.twins = twins
        self._parameters = parameters
        #: Mean of the ratings, shrunk to that of all ratings.
        self.mean = shrunk_mean(float(stars.sum()), len(stars), parameters)

    @cached_property
    def deviations(self) -> Doubles:
        """Deviation of each rating from the mean."""
        return self.stars - self.mean

    @cached_property
    def spread(self) -> float:
        """Standard deviation of the ratings, shrunk to that of all viewers."""
        squares = float(self.deviations @ self.deviations)
        common = _SPREAD_SHRINKAGE * self._parameters.spread**2
        return math.sqrt((squares + common) / (len(self.stars) + _SPREAD_SHRINKAGE))

    def has_rated(self, title: int) -> bool:
        """Whether the title is among those rated."""
        return self.rating(title) is not None

    def rating(self, title: int) -> float | None:
        """The rating of a title, in stars; None without one."""
        place = int(self.titles.searchsorted(title))
        if place == len(self.titles) or self.titles[place] != title:
            return None
        return float(self.stars[place])

    def without(self, title: int) -> Person:
        """The same person before rating a title."""
        place = self.titles.searchsorted(title)
        titles, stars = np.delete(self.titles, place), np.delete(self.stars, place)
        return Person(titles, stars, self._parameters)

    def apart_from(self, twins: Sequence[int]) -> Person:
        """The same person without these viewers as neighbours."""
        return Person(self.titles, self.stars, self._parameters, twins) if twins else self


class Estimator:
    """Estimates by every method, from the arrays of a snapshot or of a part of its ratings."""

    def __init__(self, arrays: Mapping[str, npt.NDArray[Any]], parameters: Parameters) -> None:
        self.parameters = parameters
        self._offsets = arrays["rating_offsets"]
        self._titles = arrays["rating_titles"]
        self._values = arrays["rating_values"]
        self._raters = Raters(arrays)
        self._content = Content(arrays)
        self._factors = Factors(arrays)

    def viewer(self, viewer: int) -> Person:
        """A viewer of the data."""
        start, stop = self._offsets[viewer : viewer + 2].tolist()
        titles = self._titles[start:stop].astype(np.int64)
        return Person(titles, self._values[start:stop] / 2, self.parameters)

    def person(self, titles: Rows, stars: Doubles) -> Person:
        """Somebody who is not in the data: distinct titles, in any order, and stars."""
        order = np.argsort(titles)
        return Person(titles[order], stars[order], self.parameters)

    def estimate(self, person: Person, title: int, method: str) -> Estimate:
        """The rating that a person would give a title, by one of `METHODS`. The person's own rating
        of it never counts, whether it is in the list or that of a viewer with the same other
        ratings."""
        person = self.before(person, title)
        if method in NEIGHBOUR_METHODS:
            person = person.apart_from(self._raters.twins(person.titles, person.stars, title))
        value = float(self.estimates(person, np.array([title]), method)[0])
        return Estimate(value, *self.interval(person, value, method))

    def before(self, person: Person, title: int) -> Person:
        """The person without a rating of the title."""
        return person.without(title) if person.has_rated(title) else person

    def interval(self, person: Person, estimate: float, method: str) -> tuple[float, float]:
        """The ends of the 80 % interval around an estimate."""
        bins = self.parameters.intervals[method]
        below, above = bins[bisect(_BIN_STARTS, len(person.titles)) - 1]
        low, high = estimate + below * person.spread, estimate + above * person.spread
        return max(LOWEST, low), min(HIGHEST, high)

    def estimates(self, person: Person, titles: Rows, method: str) -> Doubles:
        """Estimated ratings of titles that the person has not rated."""
        return np.clip(person.mean + self.corrections(person, titles, method), LOWEST, HIGHEST)

    def corrections(self, person: Person, titles: Rows, method: str) -> Doubles:
        """By how much the estimates of titles differ from the person's mean, before they are
        limited to the scale."""
        if method == VIEWER_MEAN:
            return np.zeros(len(titles))
        return self._corrections(self.all_evidence(person, titles, [method])[method], method)

    def all_corrections(self, person: Person, method: str) -> Doubles:
        """The corrections of all titles, by one of `RANKING_METHODS`."""
        model: Content | Factors = self._content if method == CONTENT else self._factors
        blocks = model.all_evidence(person.titles, person.deviations)
        return np.concatenate([self._corrections(block, method) for block in blocks])

    def _corrections(self, evidence: Evidence, method: str) -> Doubles:
        return evidence.sums / (evidence.weights + self.parameters.shrinkage[method])

    def all_evidence(
        self, person: Person, titles: Rows, methods: Collection[str] = METHODS[1:]
    ) -> dict[str, Evidence]:
        """The evidence of several methods; two of them look at the same raters."""
        evidence = {}
        if CONTENT in methods:
            evidence[CONTENT] = self._content.evidence(person.titles, person.deviations, titles)
        if FACTORS in methods:
            evidence[FACTORS] = self._factors.evidence(person.titles, person.deviations, titles)
        by = {PEARSON_VIEWERS: Raters.by_viewers, ITEM_NEIGHBOURS: Raters.by_titles}
        by = {method: by[method] for method in by if method in methods}
        if by:
            evidence |= {method: Evidence(*np.zeros((2, len(titles)))) for method in by}
            common = self._raters.common(person.titles, person.deviations, titles, person.twins)
            for place, ratings in enumerate(common):
                for method, weigh in by.items():
                    sums, weights = evidence[method]
                    sums[place], weights[place] = weigh(ratings)
        return evidence


def shrunk_mean(total: float, count: int, parameters: Parameters) -> float:
    """Mean of ratings, shrunk to the mean of all ratings."""
    shrinkage = parameters.mean_shrinkage
    return (total + shrinkage * parameters.mean) / (count + shrinkage)


def interval_bins(counts: Rows) -> npt.NDArray[np.intp]:
    """The intervals of persons with a number of ratings: indices of a method's intervals."""
    return np.searchsorted(_BIN_STARTS, counts, side="right") - 1
