"""schema: the type Viewer and the root fields about viewers."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import strawberry

from resolvers import spaces, verdicts, viewers
from schema.batches import Column, each, values
from schema.context import Info
from schema.costs import PAGE, cost, sized_by
from schema.descriptions import documented
from schema.inputs.filters import RatedTitleWhere, ViewerWhere
from schema.inputs.orders import RatedTitleOrderBy, ViewerOrderBy
from schema.precision import numbers
from schema.ratings import ViewerRatingConnection, viewer_rating_connection
from schema.relay.connections import Connection, connect
from schema.relay.lists import Asked, listing
from schema.relay.node import Node
from schema.verdicts import (
    EstimateMethod,
    Method,
    RatedTitleId,
    RatingThreshold,
    RecommendedTitle,
    Verdict,
    viewer_verdict,
)

__all__ = ["Viewer", "ViewerQuery"]


@documented
@strawberry.type
class Viewer(Node):
    """Somebody who has rated streaming titles."""

    def __post_init__(self) -> None:
        self.store.people.require()

    @values(strawberry.ID)
    def viewer_id(self) -> Column:
        """The viewer's number in the ratings, or a pseudonym: see `dataset.people`."""
        return self.store.viewers.viewer_id

    @values(int)
    def rating_count(self) -> Column:
        """Number of titles rated; of several ratings for one title the last counts."""
        return self.store.viewers.rating_count

    @cost(2)
    @numbers(float)
    def mean_rating(self) -> Column:
        """Mean of the viewer's ratings, 0.5 to 5 stars; of several for one title the last
        counts."""
        return self.store.ratings.mean

    @cost(40, PAGE, where=3, order_by=20, search=1500)
    @listing(RatedTitleWhere, RatedTitleOrderBy)
    def ratings(self, asked: Asked) -> ViewerRatingConnection:
        """The titles that the viewer has rated, last rated first unless `orderBy` is given."""
        titles = viewers.rated_titles(self.store, self.row)
        rows = asked.of(self.store, titles, partial(spaces.rated_titles, viewer=self.row))
        return viewer_rating_connection(self.store, self.row, rows, asked.page)

    @cost(100)
    @strawberry.field
    def verdict(
        self,
        title_id: RatedTitleId,
        threshold: RatingThreshold = verdicts.THRESHOLD,
        method: Method = EstimateMethod.BEST,
    ) -> Verdict | None:
        """Verdict on a title, by the viewer's other ratings: a rating of the title itself does not
        count. An unknown title returns null and a NOT_FOUND error."""
        return viewer_verdict(self.store, self.row, title_id, threshold, method)

    @cost(600, sized_by("first", most=50))
    @each(list[RecommendedTitle])
    def recommendations(
        self,
        first: Annotated[
            int, strawberry.argument(description="At most this many titles, 0 to 50.")
        ] = 10,
    ) -> list[verdicts.Recommended]:
        """Titles that the viewer has not rated, highest estimate first, then by title id.
        `titleModel` says how little or much such an order is worth."""
        return verdicts.recommended(self.store, self.row, first)


@documented
@strawberry.type
class ViewerQuery:
    """Root fields about viewers. Each is null, with UNAVAILABLE, without the data of titles."""

    @cost(5)
    @strawberry.field
    def viewer(
        self,
        info: Info,
        viewer_id: Annotated[
            strawberry.ID,
            strawberry.argument(description="Number in the ratings, matched exactly."),
        ],
    ) -> Viewer | None:
        """One viewer. An unknown id returns null and a NOT_FOUND error."""
        store = info.context.store
        return Viewer(store=store, row=viewers.find(store, viewer_id))

    @cost(20, PAGE, where=100, order_by=1500, search=1500)
    @listing(ViewerWhere, ViewerOrderBy)
    def viewers(self, info: Info, asked: Asked) -> Connection[Viewer] | None:
        """All viewers."""
        store = info.context.store
        rows = asked.of(store, store.viewers.order.rows, spaces.viewers)
        return connect(store, rows, asked.page, Viewer)
