"""datastore.base: the quality figures of verdicts: `verdicts.json` of a snapshot.

A fifth of each viewer's ratings is held out and the methods are fitted to the rest. Each half of
the held-out ratings is measured with the shrinkage and intervals that the other half gives.
"""

from __future__ import annotations

import msgspec

from datastore.base.evaluation import Estimate

__all__ = ["FILE", "GLOBAL_MEAN", "VerdictEvaluation", "VerdictMetrics"]

FILE = "verdicts.json"

#: The baseline: the mean of all ratings, the same for all viewers and titles.
GLOBAL_MEAN = "GLOBAL_MEAN"


class VerdictMetrics(msgspec.Struct, frozen=True):
    """Errors of one method on held-out ratings, in stars. Intervals count viewers, not ratings, as
    independent."""

    method: str  # one of `estimates.METHODS`, or GLOBAL_MEAN
    rmse: Estimate
    mae: Estimate
    #: Share of the ratings within the method's 80 % interval, and the mean length of the interval.
    coverage: Estimate
    interval_length: float
    #: RMSE minus that of VIEWER_MEAN on the same pairs.
    difference: Estimate
    #: RMSE without shrinkage of the method's correction; None for a method that has none.
    unshrunk_rmse: float | None


class VerdictEvaluation(msgspec.Struct, frozen=True):
    """Content of `verdicts.json`. All figures are 0 if no rating is held out."""

    seed: int
    #: Ratings held out, those of them that are measured, and the viewers of these.
    held_out: int
    measured: int
    viewers: int
    best: str
    ranking: str
    global_mean: VerdictMetrics
    methods: list[VerdictMetrics]

    def of(self, method: str) -> VerdictMetrics:
        """Figures of one method."""
        return next(metrics for metrics in self.methods if metrics.method == method)
