"""etl.recommender: curves of signals that put hidden games first among the candidates.

They minimise the listwise softmax loss (Z. Cao and others, Learning to Rank, ICML 2007: ListNet),
which is convex in the values of the curves.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import sparse

from datastore.base.second_stage import KNOTS, SIGNALS, Curves

__all__ = ["fitted"]

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
