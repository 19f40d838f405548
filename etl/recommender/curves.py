"""etl.recommender: curves of signals that put hidden games first among the candidates.

They minimise the listwise softmax loss (Z. Cao and others, Learning to Rank, ICML 2007: ListNet),
which is convex in the values of the curves. They are fitted to some hidden games first; a step of
Newton's method, whose sums are added up part by part, then brings them close to the best for all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from datastore.base.second_stage import KNOTS, SIGNALS, Curves

__all__ = ["Listed", "fitted", "refined"]

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

#: Regularisation: the sum of squares of the curves' values, times this.
_L2 = 1e-4
#: Quantiles at which a curve has its points: most of them in the tail, where the best games are.
_LEVELS = (0, 0.25, 0.5, 0.75, 0.9, 0.97, 0.99, 1)
#: The loss hardly changes after half as many steps.
_STEPS = 100
#: Least distance of two points, as a share of the whole range.
_CLOSEST = 0.005
#: Hidden games whose candidates are multiplied at once.
_AT_ONCE = 500


class Listed(NamedTuple):
    """Candidates of hidden games, hidden games x candidates: blended scores (-inf for none),
    whether each is the hidden one, and the signals of the curves."""

    scores: Floats
    hits: npt.NDArray[np.bool_]
    signals: Mapping[str, Floats]


def fitted(signals: dict[str, Floats], scores: Floats, hits: npt.NDArray[np.bool_]) -> Curves:
    """The curves that put the hits first among the candidates of each player.

    Arrays are players x candidates; a score of -inf means no candidate.
    """
    valid = np.isfinite(scores)
    from scipy.optimize import minimize  # a sixth of a second, not needed by few players

    points, matrix = _basis(signals, valid)
    transposed = matrix.T  # the same numbers, seen the other way round
    start = np.where(valid, scores, -1e9).astype(np.float64)
    target = hits / hits.sum(axis=1, keepdims=True)

    def loss(values: Doubles) -> tuple[float, Doubles]:
        total = start + (matrix @ values).reshape(start.shape)
        total -= total.max(axis=1, keepdims=True)
        power = np.exp(total)
        sums = power.sum(axis=1, keepdims=True)
        mean = -float((target * (total - np.log(sums))).sum()) / len(hits)
        slope = transposed @ ((power / sums - target).ravel() / len(hits))
        return mean + _L2 * float(values @ values), slope + 2 * _L2 * values

    found = minimize(
        loss, np.zeros(matrix.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}
    ).x.reshape(len(SIGNALS), KNOTS)
    used = np.array([len(own) for own in points])
    knots = np.stack(
        [np.append(own, own[-1] + np.arange(1, KNOTS - len(own) + 1)) for own in points]
    )
    last = np.take_along_axis(found, used[:, None] - 1, 1)
    level = np.arange(KNOTS) >= used[:, None]  # behind the last point of a signal of few values
    return Curves(knots, np.where(level, last, found))


def refined(curves: Curves, parts: Sequence[Listed]) -> Curves:
    """The curves after a step of Newton's method towards the best for all parts; the same if that
    does not lower the loss.

    Regularisation is by the change of the values, not by their size: a point that no candidate is
    near to stays where it is.
    """
    slope, bend = np.zeros(curves.values.size), np.zeros((curves.values.size,) * 2)
    count = sum(len(part.scores) for part in parts)
    before = after = 0.0
    for part in _pieces(parts):
        shape, basis = part.scores.shape, _weights(curves, part.signals)
        power, loss = _softmax(part, curves.values.ravel(), basis)
        before += loss
        slope += basis.T @ (power - part.hits).ravel()
        weighted = basis * power.reshape(-1, 1)
        means = weighted.reshape(*shape, -1).sum(axis=1)
        bend += basis.T @ weighted - means.T @ means
    bend[np.diag_indices_from(bend)] += 2 * _L2 * count
    values = curves.values - np.linalg.solve(bend, slope).reshape(curves.values.shape)
    for part in _pieces(parts):
        after += _softmax(part, values.ravel(), _weights(curves, part.signals))[1]
    return Curves(curves.knots, values) if after < before else curves


def _pieces(parts: Sequence[Listed]) -> Iterator[Listed]:
    """The same hidden games, a few at a time."""
    for part in parts:
        for start in range(0, len(part.scores), _AT_ONCE):
            some = slice(start, start + _AT_ONCE)
            signals = {name: places[some] for name, places in part.signals.items()}
            yield Listed(part.scores[some], part.hits[some], signals)


def _weights(curves: Curves, signals: Mapping[str, Floats]) -> Doubles:
    """How much each point counts for each candidate: entries x (signals x points)."""
    count = next(iter(signals.values())).size
    entries, weights = np.arange(count), np.zeros((count, curves.values.size))
    for number, (name, points) in enumerate(zip(SIGNALS, curves.knots, strict=True)):
        places = np.clip(signals[name].ravel().astype(np.float64), points[0], points[-1])
        left = np.clip(np.searchsorted(points, places, side="right") - 1, 0, len(points) - 2)
        share = (places - points[left]) / (points[left + 1] - points[left])
        column = number * len(points) + left
        weights[entries, column], weights[entries, column + 1] = 1 - share, share
    return weights


def _softmax(part: Listed, values: Doubles, basis: Doubles) -> tuple[Doubles, float]:
    """The share of each candidate by values of the curves, and the sum of the loss."""
    total = part.scores + (basis @ values).reshape(part.scores.shape)
    total -= total.max(axis=1, keepdims=True)
    power = np.exp(total)
    sums = power.sum(axis=1, keepdims=True)
    return power / sums, float(np.log(sums).sum() - total[part.hits].sum())


def _basis(
    signals: dict[str, Floats], valid: npt.NDArray[np.bool_]
) -> tuple[list[Doubles], sparse.csr_matrix]:
    """The points of each curve; and a matrix that interpolates between the values of all points,
    entries x (signals x points)."""
    entries, sides = valid.size, 2 * len(signals)
    columns = np.empty((entries, sides), np.int32)
    # Doubles of the rounded shares: products with doubles would convert all of them each time.
    shares = np.empty((entries, sides))
    all_points = []
    for number, places in enumerate(signals.values()):
        points = _points(places[valid].astype(np.float64))
        flat = np.clip(places.ravel().astype(np.float64), points[0], points[-1])
        left = np.clip(np.searchsorted(points, flat, side="right") - 1, 0, max(len(points) - 2, 0))
        right = np.minimum(left + 1, len(points) - 1)
        width = np.maximum(points[right] - points[left], 1e-12)
        side = slice(2 * number, 2 * number + 2)
        share = ((flat - points[left]) / width).astype(np.float32)
        shares[:, side.start + 1], shares[:, side.start] = share, 1 - share
        columns[:, side] = np.stack([left, right], axis=1) + number * KNOTS
        all_points.append(points)
    rows = np.arange(entries + 1, dtype=np.int32) * sides
    shape = entries, len(signals) * KNOTS
    matrix = sparse.csr_matrix((shares.ravel(), columns.ravel(), rows), shape)
    return all_points, matrix


def _points(places: Doubles) -> Doubles:
    """Quantiles of a signal, ascending, without those too close to the previous one: a steep curve
    would tell apart what differs by rounding only."""
    points = np.quantile(places, _LEVELS)
    kept = points[:1]
    for point in points[1:]:
        if point - kept[-1] > _CLOSEST * (points[-1] - points[0]):
            kept = np.append(kept, point)
    return kept
