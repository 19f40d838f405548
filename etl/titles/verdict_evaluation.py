"""etl.titles: measures the methods of verdicts on held-out ratings, and sets their shrinkage and
intervals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

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
from datastore.base.evidence import Evidence
from datastore.base.verdict_evaluation import GLOBAL_MEAN, VerdictEvaluation, VerdictMetrics
from etl.titles.estimators import Features, Ratings, fit

__all__ = ["evaluate"]

Doubles = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_HELD_OUT = 0.2
#: Most pairs that are estimated: a look-up of neighbours takes about 0.1 ms, and the RMSE of
#: half as many is known to half a per cent.
_MOST_PAIRS = 60_000
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


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Held-out pairs of viewer and title, with what is known of the viewer and of the pair."""

    viewers: npt.NDArray[np.int32]
    stars: Doubles
    means: Doubles
    spreads: Doubles
    bins: npt.NDArray[np.intp]
    evidence: dict[str, Evidence]

    def __len__(self) -> int:
        return len(self.stars)

    def where(self, mask: Mask) -> _Pairs:
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
        )

    def estimates(self, method: str, shrinkage: float) -> Doubles:
        if method == VIEWER_MEAN:
            return np.clip(self.means, LOWEST, HIGHEST)
        sums, weights = self.evidence[method]
        total = weights + shrinkage
        correction = np.divide(sums, total, out=np.zeros(len(sums)), where=total > 0)
        return np.clip(self.means + correction, LOWEST, HIGHEST)


def evaluate(
    ratings: Ratings, content: Features, seed: int, advance: Callable[[int], object]
) -> tuple[Parameters, VerdictEvaluation]:
    """Fit the methods to four fifths of the ratings and measure them on others. Returns the
    parameters, of which the means are those of the four fifths. `advance` counts pairs."""
    rng = np.random.default_rng(seed)
    chances = rng.random(len(ratings.values), np.float32)
    held_out = chances < _HELD_OUT
    count = int(np.count_nonzero(held_out))
    training = ratings.subset(~held_out)
    arrays, parameters = fit(training, content, seed)
    estimator = Estimator({**training.arrays(), **arrays}, parameters)
    sample = np.flatnonzero(chances < _HELD_OUT * min(1.0, _MOST_PAIRS / max(1, count)))
    pairs = _pairs(estimator, ratings, sample, advance)
    calibrating = rng.random(len(pairs)) < 0.5
    calibration, measured = pairs.where(calibrating), pairs.where(~calibrating)
    shrinkage = {method: _shrinkage(calibration, method) for method in METHODS[1:]}
    estimates = {method: _each(calibration, method, shrinkage) for method in METHODS}
    intervals = {
        method: _intervals(calibration, estimates[method], calibration.spreads)
        for method in METHODS
    }
    metrics = [_metrics(measured, method, shrinkage, intervals) for method in METHODS]
    rmse = {entry.method: entry.rmse.value for entry in metrics}
    best = min(METHODS, key=lambda method: rmse[method])
    ranking = min(RANKING_METHODS, key=lambda method: rmse[method])
    parameters = msgspec.structs.replace(
        parameters, shrinkage=shrinkage, intervals=intervals, best=best, ranking=ranking
    )
    evaluation = VerdictEvaluation(
        seed=seed,
        held_out=count,
        calibrated=len(calibration),
        measured=len(measured),
        viewers=len(np.unique(measured.viewers)),
        best=best,
        ranking=ranking,
        global_mean=_baseline(calibration, measured, parameters.mean),
        methods=metrics,
    )
    return parameters, evaluation


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
    return _Pairs(viewers, stars, means, spreads, interval_bins(counts), evidence)


def _shrinkage(pairs: _Pairs, method: str) -> float:
    """The shrinkage with the lowest error; the strongest if there is nothing to choose by."""
    return min(
        reversed(_SHRINKAGES),
        key=lambda shrinkage: float(
            np.square(pairs.stars - pairs.estimates(method, shrinkage)).sum()
        ),
    )


def _each(pairs: _Pairs, method: str, shrinkage: dict[str, float]) -> Doubles:
    return pairs.estimates(method, shrinkage.get(method, 0.0))


def _intervals(pairs: _Pairs, estimates: Doubles, spreads: Doubles) -> list[tuple[float, float]]:
    """Split-conformal intervals by bin, in spreads of the viewer (Lei et al. 2018)."""
    scores = (pairs.stars - estimates) / spreads
    common = _ends(scores)
    by_bin = (scores[pairs.bins == number] for number in range(INTERVAL_BINS))
    return [_ends(part) if len(part) >= _FEWEST_PAIRS else common for part in by_bin]


def _ends(scores: Doubles) -> tuple[float, float]:
    ordered = np.sort(scores)
    outside = int((len(ordered) + 1) * (1 - _COVERAGE) / 2)
    if not outside:
        return -_UNKNOWN, _UNKNOWN
    low, high = float(ordered[outside - 1]), float(ordered[-outside])
    return min(low, 0.0) - _ROUNDING, max(high, 0.0) + _ROUNDING


def _metrics(
    pairs: _Pairs,
    method: str,
    shrinkage: dict[str, float],
    intervals: dict[str, list[tuple[float, float]]],
) -> VerdictMetrics:
    """Errors of a method, paired with those of VIEWER_MEAN."""
    estimates = _each(pairs, method, shrinkage)
    ends = np.array(intervals[method])[pairs.bins] * pairs.spreads[:, None]
    unshrunk = None
    if method != VIEWER_MEAN:
        squares = np.square(pairs.stars - pairs.estimates(method, 0.0))
        unshrunk = _root(float(squares.sum()) / max(1, len(pairs)))
    return _figures(pairs, method, estimates, ends, unshrunk)


def _baseline(calibration: _Pairs, measured: _Pairs, mean: float) -> VerdictMetrics:
    """Errors of the mean of all ratings."""
    estimates, ends = np.full(len(measured), mean), _ends(calibration.stars - mean)
    return _figures(measured, GLOBAL_MEAN, estimates, np.tile(ends, (len(measured), 1)), None)


def _figures(
    pairs: _Pairs, method: str, estimates: Doubles, ends: Doubles, unshrunk: float | None
) -> VerdictMetrics:
    low, high = (np.clip(estimates + end, LOWEST, HIGHEST) for end in ends.T)
    errors = pairs.stars - estimates
    plain = np.square(pairs.stars - pairs.estimates(VIEWER_MEAN, 0.0))
    squares = _mean(pairs.viewers, np.square(errors))
    lead = _mean(pairs.viewers, np.square(errors) - plain)
    root = _root(squares.value)
    # By the derivative of the root; the difference of roots is that of squares over their sum.
    both = root + _root(plain.mean()) if len(plain) else 0.0
    return VerdictMetrics(
        method,
        _scaled(squares, root, 1 / (2 * root) if root else 0.0),
        _mean(pairs.viewers, np.abs(errors)),
        _mean(pairs.viewers, ((low <= pairs.stars) & (pairs.stars <= high)).astype(np.float64)),
        float((high - low).mean()) if len(pairs) else 0.0,
        _scaled(lead, lead.value / both if both else 0.0, 1 / both if both else 0.0),
        unshrunk,
    )


def _mean(viewers: npt.NDArray[np.int32], values: Doubles) -> figures.Estimate:
    """Mean and its 95 % interval, with viewers as clusters (ratio estimator)."""
    if not len(values):
        return figures.Estimate(0.0, 0.0, 0.0)
    mean = float(values.mean())
    by_viewer = np.bincount(viewers, values - mean)
    half = 1.96 * _root(np.square(by_viewer).sum()) / len(values)
    return figures.Estimate(mean, mean - half, mean + half)


def _scaled(mean: figures.Estimate, value: float, factor: float) -> figures.Estimate:
    half = factor * (mean.high - mean.low) / 2
    return figures.Estimate(value, value - half, value + half)


def _root(square: float) -> float:
    return float(np.sqrt(square))
