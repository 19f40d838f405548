"""schema: the card of the model behind verdicts, and its root field."""

from __future__ import annotations

from enum import Enum

import strawberry

from datastore.base.verdict_evaluation import GLOBAL_MEAN, VerdictMetrics
from datastore.store import Store
from resolvers import verdicts
from schema.batches import each
from schema.context import Info
from schema.costs import cost, items
from schema.descriptions import documented, member
from schema.precision import number
from schema.verdicts import EstimateMethod, Interval, ends

__all__ = ["TitleModelQuery"]


@documented
@strawberry.type
class EstimateMetrics:
    """How far the estimates of one method are off, in stars, on held-out ratings. Intervals are
    95 % intervals, with viewers as the independent units."""

    store: strawberry.Private[Store]
    metrics: strawberry.Private[VerdictMetrics]
    own_shrinkage: strawberry.Private[float | None]

    @strawberry.field
    def method(self) -> EstimateMethod | None:
        """The method; null for the mean of all ratings."""
        name = self.metrics.method
        return None if name == GLOBAL_MEAN else EstimateMethod[name]

    @number
    def rmse(self) -> float:
        """Root of the mean squared error."""
        return self.metrics.rmse.value

    @cost(1)
    @each(Interval)
    def rmse_interval(self) -> tuple[float, float]:
        """Interval of `rmse`."""
        return ends(self.metrics.rmse)

    @number
    def mae(self) -> float:
        """Mean absolute error."""
        return self.metrics.mae.value

    @cost(1)
    @each(Interval)
    def mae_interval(self) -> tuple[float, float]:
        """Interval of `mae`."""
        return ends(self.metrics.mae)

    @number
    def coverage(self) -> float:
        """Share of the ratings within the method's 80 % interval, 0 to 1."""
        return self.metrics.coverage.value

    @cost(1)
    @each(Interval)
    def coverage_interval(self) -> tuple[float, float]:
        """Interval of `coverage`."""
        return ends(self.metrics.coverage)

    @number
    def interval_length(self) -> float:
        """Mean length of the method's 80 % interval."""
        return self.metrics.interval_length

    @number
    def difference(self) -> float:
        """`rmse` minus that of VIEWER_MEAN on the same ratings; below 0 is better."""
        return self.metrics.difference.value

    @cost(1)
    @each(Interval)
    def difference_interval(self) -> tuple[float, float]:
        """Interval of `difference`, by pairs. If it contains 0, the difference is not
        measurable."""
        return ends(self.metrics.difference)

    @number
    def shrinkage(self) -> float | None:
        """How much the method's correction of the viewer's mean is shrunk, in units of its weight:
        of 0.1, 0.3, 1, 3 and 10 the one with the lowest error. 10 means that the correction is
        worth little. Null for a method without correction."""
        return self.own_shrinkage

    @number
    def unshrunk_rmse(self) -> float | None:
        """`rmse` without that shrinkage. Null for a method without correction."""
        return self.metrics.unshrunk_rmse


@strawberry.enum(description="Findings about the use of ratings.")
class TitleFinding(Enum):
    """Values are those of `resolvers.verdicts.Finding`."""

    NOT_MEASURED = member("NOT_MEASURED", "There are too few ratings to measure it.")
    TITLE_MATTERS = member(
        "TITLE_MATTERS", "The best method is measurably better than the viewer's own mean."
    )
    VIEWER_MATTERS = member(
        "VIEWER_MATTERS",
        "Nothing is better than the viewer's own mean: a verdict says whether the viewer is "
        "generous.",
    )
    NOTHING_MATTERS = member("NOTHING_MATTERS", "Nothing is better than the mean of all ratings.")


assert [found.name for found in TitleFinding] == [found.name for found in verdicts.Finding]


@documented
@strawberry.type
class TitleModel:
    """The card of the model behind verdicts: how good each method is on held-out ratings.

    A fifth of each viewer's ratings is held out, and the methods are fitted to the rest. Each half
    of the held-out ratings is measured with the shrinkage and intervals that the other half
    gives."""

    summary: str = strawberry.field(
        description="What the ratings can tell about titles, in plain words."
    )
    finding: TitleFinding = strawberry.field(description="The same as a value.")
    best: EstimateMethod = strawberry.field(
        description="The method with the lowest `rmse`: that of BEST."
    )
    held_out: int = strawberry.field(description="Number of ratings held out.")
    measured: int = strawberry.field(
        description="Number of these that the errors are measured on: all, or a random part of "
        "very many; 0 if none is held out, or if the figures are unavailable."
    )
    viewers: int = strawberry.field(description="Number of viewers of the measured ratings.")
    global_mean: EstimateMetrics | None = strawberry.field(
        description="The baseline: the mean of all ratings. Null when nothing was measured."
    )
    methods: list[EstimateMetrics] = strawberry.field(
        directives=[items(5)],
        description="All methods except BEST; empty when nothing was measured.",
    )
    limits: list[str] = strawberry.field(
        directives=[items(5)], description="What the data cannot show."
    )


@documented
@strawberry.type
class TitleModelQuery:
    """The root field about the model behind verdicts: null, with UNAVAILABLE, without the data of
    titles."""

    @cost(20)
    @strawberry.field
    def title_model(self, info: Info) -> TitleModel | None:
        """The card of the model behind verdicts."""
        store = info.context.store
        evaluation, parameters = store.verdicts.evaluation, store.verdicts.parameters
        measured = evaluation is not None and evaluation.measured > 0
        return TitleModel(
            summary=verdicts.summary(evaluation),
            finding=TitleFinding[verdicts.finding(evaluation).name],
            best=EstimateMethod[parameters.best],
            held_out=evaluation.held_out if evaluation else 0,
            measured=evaluation.measured if evaluation else 0,
            viewers=evaluation.viewers if evaluation else 0,
            global_mean=EstimateMetrics(
                store=store, metrics=evaluation.global_mean, own_shrinkage=None
            )
            if evaluation and measured
            else None,
            methods=[
                EstimateMetrics(
                    store=store,
                    metrics=metrics,
                    own_shrinkage=parameters.shrinkage.get(metrics.method),
                )
                for metrics in (evaluation.methods if evaluation and measured else [])
            ],
            limits=verdicts.LIMITS,
        )
