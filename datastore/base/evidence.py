"""datastore.base: what the ratings of one person say of a title, by each method.

`titles` are the titles that the person has rated, distinct and ascending, and `deviations` those
of the ratings from the person's shrunk mean, in stars. Ratings of others are deviations from the
shrunk mean of their viewer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from datastore.base.row_file import RowFile

__all__ = [
    "MOST_RATER_RATINGS",
    "Content",
    "Doubles",
    "Evidence",
    "Factors",
    "Raters",
    "Rows",
    "spans",
]

Rows: TypeAlias = npt.NDArray[np.integer[Any]]
Doubles: TypeAlias = npt.NDArray[np.float64]
Floats: TypeAlias = npt.NDArray[np.float32]
Arrays: TypeAlias = Mapping[str, npt.NDArray[Any]]

#: Most ratings of a neighbour that are compared with a person's: bounds the time of a look-up.
MOST_RATER_RATINGS = 1_024
#: Common ratings at which a correlation counts half: one of a few ratings is chance.
_OVERLAP = 10.0
#: Titles of a block. Arrays of this length are allocated from memory at hand; the system is asked
#: for longer ones each time, which takes longer than the arithmetic.
_BLOCK = 2_048
#: Penalty of a person's factors. The factors of titles are scaled for a noise of one star.
_RIDGE = 1.0


class Evidence(NamedTuple):
    """For each title: a sum of weighted deviations, and the sum of the weights' sizes."""

    sums: Doubles
    weights: Doubles


class Common(NamedTuple):
    """The ratings that a person and some raters of a title have in common, in any order.

    `raters` and `titles` are numbers: of a rater, and of a title among those of the person.
    """

    raters: npt.NDArray[np.intp]
    titles: npt.NDArray[np.int32]
    #: Deviations of the person and of the rater; and of each rater for the title in question.
    own: Doubles
    others: Doubles
    of_title: Doubles
    #: Of each title of the person.
    deviations: Doubles


class Raters:
    """Some viewers of each title and their ratings: neighbours among viewers and among titles."""

    def __init__(self, arrays: Arrays) -> None:
        self._offsets = arrays["rating_offsets"]
        self._titles = arrays["rating_titles"]
        self._values = arrays["rating_values"]
        self._means = arrays["viewer_means"]
        self._raters = arrays["title_raters"]
        self._rater_values = arrays["title_rater_values"]

    def common(
        self, titles: Rows, deviations: Doubles, targets: Rows, twins: Sequence[int] = ()
    ) -> Iterator[Common]:
        """The ratings in common with the raters of each target, leaving out some viewers."""
        rated = np.zeros(len(self._raters), bool)
        rated[titles] = True
        places = np.empty(len(self._raters), np.int32)  # among those rated; of others undefined
        places[titles] = np.arange(len(titles))
        for target in targets.tolist():
            raters = self._raters[target]
            kept = raters >= 0
            if twins:
                kept &= ~np.isin(raters, twins)
            raters = raters[kept]
            means = self._means[raters]
            of_title = self._rater_values[target][kept] / 2 - means
            starts, stops = self._offsets[raters], self._offsets[raters + 1]
            # Every n-th rating of a rater who has too many.
            steps = -((starts - stops) // MOST_RATER_RATINGS)
            raters_titles = self._titles_of(starts, stops, steps)
            lengths = -((starts - stops) // steps)
            ends = lengths.cumsum()
            hits = rated[raters_titles].nonzero()[0]
            counts = hits.searchsorted(ends)
            counts[1:] -= counts[:-1].copy()
            by = np.arange(len(raters)).repeat(counts)
            rows = starts[by] + (hits - (ends - lengths)[by]) * steps[by]
            others = self._values[rows] / 2 - means[by]
            own_titles = places[raters_titles[hits]]
            yield Common(by, own_titles, deviations[own_titles], others, of_title, deviations)

    def _titles_of(self, starts: Rows, stops: Rows, steps: Rows) -> Rows:
        """The titles of spans of ratings, of each every n-th."""
        titles, bounds = self._titles, list(zip(starts.tolist(), stops.tolist(), strict=True))
        if isinstance(titles, RowFile) and (steps == 1).all():
            return titles.spans(bounds)
        every = zip(bounds, steps.tolist(), strict=True)
        return np.concatenate(
            [titles[:0], *(titles[start:stop][::step] for (start, stop), step in every)]
        )

    def twins(self, titles: Rows, stars: Doubles, target: int) -> list[int]:
        """Raters of a title whose other ratings are exactly these; the title is not among `titles`.
        Nobody can tell them from the person, whose own rating of the title they would give away."""
        raters = self._raters[target]
        raters = raters[raters >= 0]
        starts, stops = self._offsets[raters], self._offsets[raters + 1]
        candidates = np.flatnonzero(stops - starts == len(titles) + 1)
        found = []
        for rater, start, stop in zip(
            *(each[candidates] for each in (raters, starts, stops)), strict=True
        ):
            rated = self._titles[start:stop]
            others = rated != target
            if np.array_equal(rated[others], titles) and np.array_equal(
                self._values[start:stop][others] / 2, stars
            ):
                found.append(int(rater))
        return found

    @staticmethod
    def by_viewers(common: Common) -> tuple[float, float]:
        """Sum and weight of the raters' deviations, each weighted by Pearson's correlation."""
        weights = _similarities(common.raters, common.own, common.others, len(common.of_title))
        return float(weights @ common.of_title), float(np.abs(weights).sum())

    @staticmethod
    def by_titles(common: Common) -> tuple[float, float]:
        """Sum and weight of the person's deviations, each weighted by the adjusted cosine of the
        title rated and the title in question."""
        of_title = common.of_title[common.raters]
        weights = _similarities(common.titles, of_title, common.others, len(common.deviations))
        return float(weights @ common.deviations), float(np.abs(weights).sum())


def _similarities(groups: Rows, x: Doubles, y: Doubles, count: int) -> Doubles:
    """Correlation of two deviations within each of `count` groups, shrunk by its number of pairs;
    0 where it is undefined."""
    products, squares_x, squares_y = (
        np.bincount(groups, values, count) for values in (x * y, x * x, y * y)
    )
    pairs = np.bincount(groups, minlength=count)
    norm = np.sqrt(squares_x * squares_y)
    correlations = np.divide(products, norm, out=np.zeros(count), where=norm > 0)
    shrunk: Doubles = correlations * (pairs / (pairs + _OVERLAP))
    return shrunk


class Content:
    """Genres, cast and directors of titles: features, each with its share of the title."""

    def __init__(self, arrays: Arrays) -> None:
        self._offsets = arrays["title_feature_offsets"]
        # NumPy converts any other type of index at each use, which takes most of the time.
        self._features = arrays["title_features"].astype(np.intp)
        self._shares = arrays["title_feature_shares"]
        self._count = int(self._features.max(initial=-1)) + 1

    def evidence(self, titles: Rows, deviations: Doubles, targets: Rows) -> Evidence:
        """Deviations of the titles rated, each weighted by the share of a target's features that
        it has, too."""
        profile = self._profile(titles, deviations)
        entries, owners = spans(self._offsets[targets], self._offsets[targets + 1])
        return self._weighted(profile, entries, owners, len(targets))

    def all_evidence(self, titles: Rows, deviations: Doubles) -> Iterator[Evidence]:
        """The evidence of all titles, block by block."""
        profile = self._profile(titles, deviations)
        for entries, owners, count in self._blocks:
            yield self._weighted(profile, entries, owners, count)

    def _profile(self, titles: Rows, deviations: Doubles) -> tuple[Doubles, Rows]:
        """Of each feature, the sum of the deviations of the titles rated that have it, and the
        number of these titles."""
        entries, owners = spans(self._offsets[titles], self._offsets[titles + 1])
        features = self._features[entries]
        sums = np.bincount(features, deviations[owners], self._count)
        return sums.astype(np.float64, copy=False), np.bincount(features, minlength=self._count)

    def _weighted(
        self, profile: tuple[Doubles, Rows], entries: Rows | slice, owners: Rows, count: int
    ) -> Evidence:
        features, shares = self._features[entries], self._shares[entries]
        sums, counts = (np.bincount(owners, shares * part[features], count) for part in profile)
        return Evidence(sums.astype(np.float64, copy=False), counts.astype(np.float64, copy=False))

    @cached_property
    def _blocks(self) -> list[tuple[slice, Rows, int]]:
        """Of each block of titles: its entries, the number of each one's title in the block, and
        the number of titles."""
        blocks = list[tuple[slice, Rows, int]]()
        for block in _blocks(len(self._offsets) - 1):
            offsets = self._offsets[block.start : block.stop + 1]
            _, owners = spans(offsets[:-1], offsets[1:])
            entries = slice(int(offsets[0]), int(offsets[-1]))
            blocks.append((entries, owners, len(offsets) - 1))
        return blocks


class Factors:
    """Latent factors of titles, and the effect of each title on everybody's rating."""

    def __init__(self, arrays: Arrays) -> None:
        self._effects = arrays["title_effects"]
        self._factors = arrays["title_factors"]

    def evidence(self, titles: Rows, deviations: Doubles, targets: Rows) -> Evidence:
        """Effect of each target, plus what its factors and those of the person give."""
        own = self._own(titles, deviations)
        return _of_factors(self._effects[targets], self._factors.take(targets, axis=0), own)

    def all_evidence(self, titles: Rows, deviations: Doubles) -> Iterator[Evidence]:
        """The evidence of all titles, block by block."""
        own = self._own(titles, deviations)
        for block in _blocks(len(self._effects)):
            yield _of_factors(self._effects[block], self._factors[block], own)

    def _own(self, titles: Rows, deviations: Doubles) -> Doubles:
        """The person's factors: the ridge regression of the deviations on the factors of the titles
        rated."""
        factors = self._factors[titles].astype(np.float64)
        gram = factors.T @ factors
        gram.flat[:: len(gram) + 1] += _RIDGE
        own = np.linalg.solve(gram, factors.T @ (deviations - self._effects[titles]))
        return own.astype(np.float64, copy=False)


def _of_factors(effects: Floats, factors: Floats, own: Doubles) -> Evidence:
    # Row by row: a matrix product may round differently for one row and for many.
    return Evidence(effects + np.einsum("ij,j->i", factors, own), np.ones(len(effects)))


def _blocks(count: int) -> list[slice]:
    """Consecutive blocks of titles."""
    return [slice(start, min(start + _BLOCK, count)) for start in range(0, count, _BLOCK)]


def spans(starts: Rows, stops: Rows) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """All indices of several spans, and the number of each one's span."""
    lengths = np.asarray(stops - starts, np.int64)
    owners = np.repeat(np.arange(len(lengths)), lengths)
    before = np.cumsum(lengths) - lengths
    return np.arange(len(owners)) + (starts - before)[owners], owners
