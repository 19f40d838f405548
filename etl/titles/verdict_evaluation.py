"""etl.titles: measures the methods of verdicts on held-out ratings, and sets their shrinkage and
intervals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from datastore.base import evaluation as figures
from datastore.base.estimates import (
    HIGHEST,
    INTERVAL_BINS,
    LOWEST,
    METHODS,
    RANKING_METHODS,
    VIEWER_MEAN,
    Estimator,
    Parameters,
    interval_bins,
)
from datastore.base.evidence import MOST_RATER_RATINGS, Evidence
from datastore.base.verdict_evaluation import GLOBAL_MEAN, VerdictEvaluation, VerdictMetrics
from etl.titles.estimators import Features, Ratings, fit

__all__ = ["evaluate"]

Doubles = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_HELD_OUT = 0.2
#: Most ratings of neighbours that are compared with those of viewers: about ten seconds of work.
_MOST_COMPARED = 1_700_000_000
#: Candidates for the shrinkage of corrections, in units of their weight. More than the last one
#: would repeat VIEWER_MEAN under another name.
_SHRINKAGES = (0.1, 0.3, 1.0, 3.0, 10.0)
#: Share of the ratings within an interval; what is outside is divided evenly.
_COVERAGE = 0.8
#: A bin with fewer pairs gets the interval of all.
_FEWEST_PAIRS = 100
#: Ends of an interval too wide to be known, in spreads of the viewer: the whole scale.
_UNKNOWN = 100.0
#: Keeps a rating at the very end of an interval inside.
_ROUNDING = 1e-9


class _Setting(NamedTuple):
    """What a method takes from held-out pairs: its shrinkage, and its intervals by bin in spreads
    of the viewer."""

    shrinkage: float
    intervals: list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Held-out pairs of viewer and title, with what is known of the viewer and of the pair, and
    the mean of all ratings."""

    viewers: npt.NDArray[np.int32]
    stars: Doubles
    means: Doubles
    spreads: Doubles
    bins: npt.NDArray[np.intp]
    evidence: dict[str, Evidence]
    mean: float

    def __len__(self) -> int:
        return len(self.stars)

    def where(self, mask: Mask) -> _Pairs:
        """Some of the pairs."""
        return _Pairs(
            self.viewers[mask],
            self.stars[mask],
            self.means[mask],
            self.spreads[mask],
            self.bins[mask],
            {
                method: Evidence(sums[mask], weights[mask])
                for method, (sums, weights) in self.evidence.items()
            },
            self.mean,
        )

    def estimates(self, method: str, shrinkage: float) -> Doubles:
        """Estimates of a method or the baseline."""
        if method == GLOBAL_MEAN:
            return np.full(len(self), self.mean)
        if method == VIEWER_MEAN:
            return np.clip(self.means, LOWEST, HIGHEST)
        sums, weights = self.evidence[method]
        total = weights + shrinkage
        correction = np.divide(sums, total, out=np.zeros(len(sums)), where=total > 0)
        return np.clip(self.means + correction, LOWEST, HIGHEST)

    def squared_errors(self, method: str, shrinkage: float) -> Doubles:
        """Squared error of each estimate."""
        return np.square(self.stars - self.estimates(method, shrinkage))


def evaluate(
    ratings: Ratings, content: Features, seed: int, advance: Callable[[int], object]
) -> tuple[Parameters, VerdictEvaluation]:
    """Fit the methods to four fifths of the ratings and measure them on others. Returns the
    parameters, of which the means are those of the four fifths. `advance` counts pairs."""
    rng = np.random.default_rng(seed)
    chances = rng.random(len(ratings.values), np.float32)
    held_out = chances < _HELD_OUT
    training = ratings.subset(~held_out)
    arrays, parameters = fit(training, content, seed)
    estimator = Estimator({**training.arrays(), **arrays}, parameters)
    count = int(np.count_nonzero(held_out))
    share = min(1.0, _most_pairs(training, arrays["title_raters"]) / max(1, count))
    pairs = _pairs(estimator, ratings, np.flatnonzero(chances < _HELD_OUT * share), advance)
    half = rng.random(len(pairs)) < 0.5
    metrics = {method: _metrics(pairs, half, method) for method in (GLOBAL_MEAN, *METHODS)}
    rmse = {method: metrics[method].rmse.value for method in METHODS}
    settings = {method: _setting(pairs, method) for method in METHODS}
    parameters = msgspec.structs.replace(
        parameters,
        shrinkage={method: settings[method].shrinkage for method in METHODS[1:]},
        intervals={method: setting.intervals for method, setting in settings.items()},
        best=min(METHODS, key=rmse.__getitem__),
        ranking=min(RANKING_METHODS, key=rmse.__getitem__),
    )
    evaluation = VerdictEvaluation(
        seed=seed,
        held_out=count,
        measured=len(pairs),
        viewers=len(np.unique(pairs.viewers)),
        best=parameters.best,
        ranking=parameters.ranking,
        global_mean=metrics.pop(GLOBAL_MEAN),
        methods=list(metrics.values()),
    )
    return parameters, evaluation


def _most_pairs(ratings: Ratings, raters: npt.NDArray[np.int32]) -> float:
    """The number of pairs that can be estimated with the work allowed."""
    counts = np.minimum(np.diff(ratings.offsets), MOST_RATER_RATINGS)
    compared = int(counts[raters[raters >= 0]].sum())
    return _MOST_COMPARED * len(raters) / max(1, compared)


def _pairs(
    estimator: Estimator,
    ratings: Ratings,
    sample: npt.NDArray[np.intp],
    advance: Callable[[int], object],
) -> _Pairs:
    """Rows of ratings as pairs, estimated from the ratings that the estimator knows."""
    viewers = np.asarray(ratings.offsets.searchsorted(sample, side="right") - 1, np.int32)
    titles = ratings.titles[sample].astype(np.int64)
    means, spreads = np.zeros(len(sample)), np.zeros(len(sample))
    counts = np.zeros(len(sample), np.int64)
    evidence = {method: Evidence(*np.zeros((2, len(sample)))) for method in METHODS[1:]}
    starts = np.flatnonzero(np.diff(viewers, prepend=-1)).tolist()
    for start, stop in pairwise([*starts, len(sample)]):
        person = estimator.viewer(int(viewers[start]))
        means[start:stop], spreads[start:stop] = person.mean, person.spread
        counts[start:stop] = len(person.titles)
        for method, (sums, weights) in estimator.all_evidence(person, titles[start:stop]).items():
            evidence[method].sums[start:stop] = sums
            evidence[method].weights[start:stop] = weights
        advance(stop - start)
    stars = ratings.values[sample] / 2
    mean = estimator.parameters.mean
    return _Pairs(viewers, stars, means, spreads, interval_bins(counts), evidence, mean)


def _setting(pairs: _Pairs, method: str) -> _Setting:
    """The shrinkage with the lowest error, or the strongest if there is nothing to choose by; and
    split-conformal intervals (Lei et al. 2018)."""
    shrinkage = min(
        reversed(_SHRINKAGES), key=lambda value: pairs.squared_errors(method, value).sum()
    )
    scores = (pairs.stars - pairs.estimates(method, shrinkage)) / pairs.spreads
    common = _ends(scores)
    by_bin = (scores[pairs.bins == number] for number in range(INTERVAL_BINS))
    intervals = [_ends(part) if len(part) >= _FEWEST_PAIRS else common for part in by_bin]
    return _Setting(shrinkage, intervals)


def _ends(scores: Doubles) -> tuple[float, float]:
    ordered = np.sort(scores)
    outside = int((len(ordered) + 1) * (1 - _COVERAGE) / 2)
    if not outside:
        return -_UNKNOWN, _UNKNOWN
    low, high = float(ordered[outside - 1]), float(ordered[-outside])
    return min(low, 0.0) - _ROUNDING, max(high, 0.0) + _ROUNDING


def _metrics(pairs: _Pairs, half: Mask, method: str) -> VerdictMetrics:
    """Errors of a method, paired with those of VIEWER_MEAN. Each half of the pairs is measured with
    what the method takes from the other half."""
    estimates, low, high = np.zeros((3, len(pairs)))
    for measured in (half, ~half):
        part, setting = pairs.where(measured), _setting(pairs.where(~measured), method)
        estimates[measured] = part.estimates(method, setting.shrinkage)
        ends = np.array(setting.intervals)[part.bins].T * part.spreads
        low[measured], high[measured] = np.clip(estimates[measured] + ends, LOWEST, HIGHEST)
    errors = pairs.stars - estimates
    plain = pairs.squared_errors(VIEWER_MEAN, 0.0)
    squares = _mean(pairs.viewers, np.square(errors))
    lead = _mean(pairs.viewers, np.square(errors) - plain)
    root, plain_root = _root(squares.value), _root(_mean(pairs.viewers, plain).value)
    unshrunk = _mean(pairs.viewers, pairs.squared_errors(method, 0.0)).value
    return VerdictMetrics(
        method,
        # By the derivative of the root; a difference of roots is that of squares over their sum.
        _scaled(squares, root, 2 * root),
        _mean(pairs.viewers, np.abs(errors)),
        _mean(pairs.viewers, ((low <= pairs.stars) & (pairs.stars <= high)).astype(np.float64)),
        _mean(pairs.viewers, high - low).value,
        _scaled(lead, root - plain_root, root + plain_root),
        _root(unshrunk) if method in pairs.evidence else None,
    )


def _mean(viewers: npt.NDArray[np.int32], values: Doubles) -> figures.Estimate:
    """Mean and its 95 % interval, with viewers as clusters (ratio estimator)."""
    if not len(values):
        return figures.Estimate(0.0, 0.0, 0.0)
    mean = float(values.mean())
    by_viewer = np.bincount(viewers, values - mean)
    half = 1.96 * _root(np.square(by_viewer).sum()) / len(values)
    return figures.Estimate(mean, mean - half, mean + half)


def _scaled(mean: figures.Estimate, value: float, divisor: float) -> figures.Estimate:
    """A value with the interval of a mean, divided."""
    half = (mean.high - mean.low) / 2 / divisor if divisor else 0.0
    return figures.Estimate(value, value - half, value + half)


def _root(square: float) -> float:
    return float(np.sqrt(square))
