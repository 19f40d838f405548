"""schema: connections of ratings: the titles that a viewer has rated, and a title's viewers."""

from __future__ import annotations

from datetime import datetime

import strawberry

from datastore.store import Store
from resolvers import viewers
from resolvers.paging import PageArguments, Rows, page
from schema.costs import cost
from schema.descriptions import documented
from schema.relay.connections import CURSOR, NO_PAGE, Hidden, PageInfo, page_info
from schema.relay.node import node_of
from schema.relay.references import TitleType, ViewerType
from schema.title_aggregates import TitleAggregates

__all__ = [
    "TitleRatingConnection",
    "TitleRatingEdge",
    "ViewerRatingConnection",
    "ViewerRatingEdge",
    "title_rating_connection",
    "viewer_rating_connection",
]

_STARS = "Stars, 0.5 to 5 in steps of 0.5."
_RATED_AT = "When the rating was given, in UTC; null when that is not a date."
_TOTAL = "Number of ratings in the whole list, not just this page."
_POSITION = "Position of the page in the list."


@documented
@strawberry.type
class ViewerRatingEdge:
    """A title that a viewer has rated."""

    node: TitleType = strawberry.field(description="The title.")
    cursor: str = strawberry.field(description=CURSOR)
    rating: float = strawberry.field(description=_STARS)
    rated_at: datetime | None = strawberry.field(description=_RATED_AT)

    @cost(1)
    @strawberry.field
    def title(self) -> TitleType:
        """The title, as in `node`."""
        return self.node


@documented
@strawberry.type
class ViewerRatingConnection:
    """A page of a viewer's ratings: 20 entries unless `first` or `last` is given."""

    edges: list[ViewerRatingEdge] = strawberry.field(
        description="The titles with ratings and cursors."
    )
    page_info: PageInfo = strawberry.field(description=_POSITION)
    total_count: int = strawberry.field(description=_TOTAL)
    store: strawberry.Private[Store]
    titles: strawberry.Private[Rows]

    @strawberry.field
    def nodes(self) -> list[TitleType]:
        """The titles without ratings and cursors."""
        return [edge.node for edge in self.edges]

    @cost(1)
    @strawberry.field
    def aggregates(self) -> TitleAggregates:
        """Count, scores and facets of the whole list, after filter and search."""
        return TitleAggregates(store=self.store, rows=self.titles)


@documented
@strawberry.type
class TitleRatingEdge:
    """A viewer who has rated a title."""

    node: ViewerType = strawberry.field(description="The viewer.")
    cursor: str = strawberry.field(description=CURSOR)
    rating: float = strawberry.field(description=_STARS)
    rated_at: datetime | None = strawberry.field(description=_RATED_AT)

    @cost(1)
    @strawberry.field
    def viewer(self) -> ViewerType:
        """The viewer, as in `node`."""
        return self.node


@documented
@strawberry.type
class TitleRatingConnection:
    """A page of a title's ratings: 20 entries unless `first` or `last` is given."""

    edges: list[TitleRatingEdge] = strawberry.field(
        description="The viewers with ratings and cursors."
    )
    page_info: PageInfo = strawberry.field(description=_POSITION)
    total_count: int = strawberry.field(description=_TOTAL)

    @strawberry.field
    def nodes(self) -> list[ViewerType]:
        """The viewers without ratings and cursors."""
        return [edge.node for edge in self.edges]


def viewer_rating_connection(
    store: Store, viewer: int, titles: Rows, arguments: PageArguments
) -> ViewerRatingConnection:
    """A page of a viewer's ratings of `titles`, all of which the viewer has rated."""
    rows = viewers.rows_of(store, viewer, titles)
    cut = page(rows, viewers.title_keys(store, viewer), arguments)
    edges = [
        ViewerRatingEdge(
            node=node_of("Title", store, store.ratings.title(row)),
            cursor=cursor,
            rating=rated.stars,
            rated_at=rated.rated_at,
        )
        for row, cursor, rated in zip(
            cut.rows, cut.cursors, viewers.ratings(store, cut.rows), strict=True
        )
    ]
    return ViewerRatingConnection(
        edges=edges, page_info=page_info(cut), total_count=cut.total, store=store, titles=titles
    )


def title_rating_connection(
    store: Store, title: int, arguments: PageArguments
) -> TitleRatingConnection:
    """A page of a title's ratings, by viewer id.

    In the order of their times they would be read from all over a file of 90 MB.
    """
    rows = viewers.of_title(store, title)
    if store.people.are_hidden:
        return TitleRatingConnection(edges=Hidden(), page_info=NO_PAGE, total_count=len(rows))
    cut = page(rows, viewers.viewer_keys(store, title), arguments)
    edges = [
        TitleRatingEdge(
            node=node_of("Viewer", store, viewer),
            cursor=cursor,
            rating=rated.stars,
            rated_at=rated.rated_at,
        )
        for viewer, cursor, rated in zip(
            viewers.authors(store, cut.rows),
            cut.cursors,
            viewers.ratings(store, cut.rows),
            strict=True,
        )
    ]
    return TitleRatingConnection(edges=edges, page_info=page_info(cut), total_count=cut.total)
