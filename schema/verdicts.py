"""schema: verdicts on titles, and recommended titles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from operator import attrgetter, itemgetter
from typing import Annotated, Any, TypeAlias

import strawberry

from datastore.base.estimates import METHODS
from datastore.store import Store
from resolvers import verdicts
from schema.batches import Column, Entry, batch, each, part, values
from schema.context import Info
from schema.costs import cost
from schema.descriptions import documented, member
from schema.precision import number, numbers
from schema.relay.node import node_of
from schema.relay.references import TitleType

__all__ = [
    "EstimateMethod",
    "Interval",
    "Method",
    "RatedTitleId",
    "RatingThreshold",
    "RecommendedTitle",
    "Verdict",
    "VerdictQuery",
    "ends",
    "viewer_verdict",
]


@strawberry.enum(
    description="Methods of estimating how somebody would rate a title. Each gives an estimate for "
    "every viewer and title; without anything to go by it is the viewer's mean."
)
class EstimateMethod(Enum):
    """Values are the names of `datastore.base.estimates`, and BEST."""

    VIEWER_MEAN = member(
        "VIEWER_MEAN",
        "Mean of the viewer's ratings, shrunk to the mean of all ratings: the same for all titles.",
    )
    PEARSON_VIEWERS = member(
        "PEARSON_VIEWERS",
        "What viewers of the title gave it, compared with their own means and weighted by "
        "Pearson's correlation of their ratings with the viewer's.",
    )
    ITEM_NEIGHBOURS = member(
        "ITEM_NEIGHBOURS",
        "What the viewer gave other titles, weighted by how alike viewers rate them and this one.",
    )
    CONTENT = member(
        "CONTENT",
        "What the viewer gave titles with the same genres, cast and directors.",
    )
    FACTORS = member(
        "FACTORS", "Matrix factorization: latent factors of titles, fitted to all ratings."
    )
    BEST = member("BEST", "Whichever has the lowest error on held-out ratings of this snapshot.")


assert tuple(method.name for method in EstimateMethod) == (*METHODS, verdicts.BEST)

#: The ends of an interval that an estimate or a figure has.
ends: Callable[[Any], tuple[float, float]] = attrgetter("low", "high")

RatedTitleId: TypeAlias = Annotated[
    strawberry.ID,
    strawberry.argument(
        description="First letter of the platform, then the platform's own id: `as123`."
    ),
]
RatingThreshold: TypeAlias = Annotated[
    float,
    strawberry.argument(
        description="In stars: an estimate above it, not equal to it, recommends the title."
    ),
]
Method: TypeAlias = Annotated[
    EstimateMethod, strawberry.argument(description="How the rating is estimated.")
]


@documented
@strawberry.type
class Interval(Entry):
    """An interval with both ends."""

    row: strawberry.Private[tuple[float, float]]

    @numbers(float)
    def low(self) -> Column:
        """Lower end."""
        return itemgetter(0)

    @numbers(float)
    def high(self) -> Column:
        """Upper end."""
        return itemgetter(1)


@documented
@strawberry.type
class EstimateBasis(Entry):
    """The numbers behind the `reason` of an estimate, in stars."""

    row: strawberry.Private[verdicts.Evidence]
    ratings = part(int, "ratings", "Number of the person's other ratings.")

    @numbers(float)
    def mean(self) -> Column:
        """Their mean; without ratings, the mean of all ratings."""
        return attrgetter("mean")

    @numbers(float)
    def shrunk_mean(self) -> Column:
        """That mean, shrunk to the mean of all ratings: the estimate of VIEWER_MEAN."""
        return attrgetter("shrunk_mean")

    @numbers(float)
    def change(self) -> Column:
        """What the method adds to `shrunkMean` for this title."""
        return attrgetter("change")

    is_better_than_mean = part(
        bool | None,
        "is_better_than_mean",
        "Whether the method is measurably better than VIEWER_MEAN on held-out ratings; null for "
        "VIEWER_MEAN, and if nothing was measured.",
    )


@documented
@strawberry.type
class Verdict:
    """Whether somebody would like a title: the rating estimated from the person's other ratings.
    `reason` says what it rests on, and `titleModel` how far estimates are off."""

    store: strawberry.Private[Store]
    verdict: strawberry.Private[verdicts.Verdict]
    title: TitleType = strawberry.field(description="The title.")

    @strawberry.field
    def recommended(self) -> bool:
        """Whether the estimate is above the threshold."""
        return self.verdict.recommended

    @number
    def estimate(self) -> float:
        """Estimated rating, 0.5 to 5 stars."""
        return self.verdict.estimate

    @strawberry.field
    def threshold(self) -> float:
        """The threshold, in stars."""
        return self.verdict.threshold

    @strawberry.field
    def method(self) -> EstimateMethod:
        """Method of the estimate: if BEST is asked for, the method that is the best one."""
        return EstimateMethod[self.verdict.method]

    @cost(1)
    @each(Interval)
    def interval(self) -> tuple[float, float]:
        """Where 80 % of ratings with such an estimate are, 0.5 to 5 stars."""
        return self.verdict.low, self.verdict.high

    @cost(1)
    @each(EstimateBasis)
    def basis(self) -> verdicts.Evidence:
        """The numbers behind `reason`, for clients that write it in another language."""
        return verdicts.evidence(self.store, self.verdict)

    @number
    def own_rating(self) -> float | None:
        """What the person has rated the title, in stars, which the estimate leaves out; null if it
        is not rated."""
        return self.verdict.own_rating

    @cost(1)
    @strawberry.field
    def reason(self) -> str:
        """What the estimate rests on, in a sentence or two for display; if the title plays no part
        in it, this is said. Ratings given with the question are called yours."""
        return verdicts.reason(self.store, self.verdict)


@documented
@strawberry.type
class RecommendedTitle(Entry):
    """A title that a viewer has not rated."""

    row: strawberry.Private[verdicts.Recommended]
    title = part(TitleType, "title", "The title.")

    @numbers(float)
    def estimate(self) -> Column:
        """Estimated rating, 0.5 to 5 stars: that of `Viewer.verdict` by the same method."""
        return attrgetter("estimate")

    @values(EstimateMethod)
    def method(self) -> Column:
        """Method of the estimate: the best one, or, if that cannot rank all titles at once, the
        better of CONTENT and FACTORS."""
        return attrgetter("method")

    @cost(1)
    @values(Interval)
    def interval(self) -> Column:
        """Where 80 % of ratings with such an estimate are, 0.5 to 5 stars."""
        return ends

    @cost(1)
    @batch(EstimateBasis)
    def basis(self, rows: Sequence[verdicts.Recommended]) -> list[verdicts.Evidence]:
        """The numbers behind `reason`, for clients that write it in another language."""
        return [verdicts.evidence(self.store, row) for row in rows]

    @cost(1)
    @batch(str)
    def reason(self, rows: Sequence[verdicts.Recommended]) -> list[str]:
        """What the estimate rests on, and whether such an order is better than none, in a sentence
        or two for display."""
        return [verdicts.reason(self.store, row) for row in rows]


@documented
@strawberry.input
class TitleRating:
    """A rating of a title."""

    title_id: strawberry.ID = strawberry.field(
        description="First letter of the platform, then the platform's own id: `as123`."
    )
    rating: float = strawberry.field(description="0.5 to 5 stars, in steps of 0.5.")


@documented
@strawberry.type
class VerdictQuery:
    """The root field of verdicts: null, with UNAVAILABLE, without the data of titles."""

    @cost(150, ratings=1)
    @strawberry.field
    def verdict_for_ratings(
        self,
        info: Info,
        ratings: Annotated[
            list[TitleRating],
            strawberry.argument(
                description="The person's ratings, at most 1,000. The last of several ratings of a "
                "title counts; the rating of `titleId` itself is left out."
            ),
        ],
        title_id: RatedTitleId,
        threshold: RatingThreshold = verdicts.THRESHOLD,
        method: Method = EstimateMethod.BEST,
    ) -> Verdict | None:
        """Verdict on a title by somebody who is not in the data: the same as for a viewer with
        these ratings. An unknown title returns null and a NOT_FOUND error; an impossible rating is
        INVALID_ARGUMENT."""
        given = [verdicts.Rating(rating.title_id, rating.rating) for rating in ratings]
        answer = verdicts.for_ratings(info.context.store, given, title_id, threshold, method.value)
        return _verdict(info.context.store, answer)


def viewer_verdict(
    store: Store, viewer: int, title_id: str, threshold: float, method: EstimateMethod
) -> Verdict:
    """The verdict of a viewer on a title."""
    answer = verdicts.for_viewer(store, viewer, title_id, threshold, method.value)
    return _verdict(store, answer)


def _verdict(store: Store, answer: verdicts.Verdict) -> Verdict:
    return Verdict(store=store, verdict=answer, title=node_of("Title", store, answer.title))
