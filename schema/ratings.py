"""schema: connections of ratings: the titles that a viewer has rated, and a title's viewers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from operator import attrgetter
from typing import Any

import strawberry

from datastore.store import Store
from resolvers import viewers
from resolvers.paging import PageArguments, Rows
from schema.batches import Entry, values
from schema.costs import cost
from schema.descriptions import documented
from schema.relay.connections import (
    Listed,
    cursor,
    edges,
    nodes,
    page_info,
    shown_page,
    total_count,
)
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

_TOTAL = "Number of ratings in the whole list, not just this page."


def _rating() -> Any:
    def stars(self: Any) -> Callable[[Any], float]:
        return attrgetter("stars")

    return values(float, "Stars, 0.5 to 5 in steps of 0.5.")(stars)


def _rated_at() -> Any:
    def moments(self: Any) -> Callable[[Any], datetime | None]:
        return attrgetter("rated_at")

    description = "When the rating was given, in UTC; null when that is not a date."
    return values(datetime | None, description)(moments)


@documented
@strawberry.type
class ViewerRatingEdge(Entry):
    """A title that a viewer has rated."""

    row: strawberry.Private[viewers.Rated]

    @values(TitleType)
    def node(self) -> Callable[[Any], int]:
        """The title."""
        return attrgetter("entry")

    cursor = cursor("Title")
    rating = _rating()
    rated_at = _rated_at()

    @cost(1)
    @values(TitleType)
    def title(self) -> Callable[[Any], int]:
        """The title, as in `node`."""
        return attrgetter("entry")


@documented
@strawberry.type
class ViewerRatingConnection(Listed):
    """A page of a viewer's ratings: 20 entries unless `first` or `last` is given."""

    edges = edges(ViewerRatingEdge, "The titles with ratings and cursors.")
    page_info = page_info()
    total_count = total_count(_TOTAL)
    nodes = nodes(TitleType, "The titles without ratings and cursors.")
    titles: strawberry.Private[Rows]

    @cost(1)
    @strawberry.field
    def aggregates(self) -> TitleAggregates:
        """Count, scores and facets of the whole list, after filter and search."""
        return TitleAggregates(store=self.store, rows=self.titles)

    def edge_rows(self) -> list[viewers.Rated]:
        """The ratings, each with its title."""
        return viewers.ratings(self.store, self.rows(), self.node_rows())

    def node_rows(self) -> list[int]:
        """The titles."""
        return viewers.rated(self.store, self.rows())


@documented
@strawberry.type
class TitleRatingEdge(Entry):
    """A viewer who has rated a title."""

    row: strawberry.Private[viewers.Rated]

    @values(ViewerType)
    def node(self) -> Callable[[Any], int]:
        """The viewer."""
        return attrgetter("entry")

    cursor = cursor("Viewer")
    rating = _rating()
    rated_at = _rated_at()

    @cost(1)
    @values(ViewerType)
    def viewer(self) -> Callable[[Any], int]:
        """The viewer, as in `node`."""
        return attrgetter("entry")


@documented
@strawberry.type
class TitleRatingConnection(Listed):
    """A page of a title's ratings: 20 entries unless `first` or `last` is given."""

    edges = edges(TitleRatingEdge, "The viewers with ratings and cursors.")
    page_info = page_info()
    total_count = total_count(_TOTAL)
    nodes = nodes(ViewerType, "The viewers without ratings and cursors.")

    def edge_rows(self) -> list[viewers.Rated]:
        """The ratings, each with its viewer."""
        return viewers.ratings(self.store, self.rows(), self.node_rows())

    def node_rows(self) -> list[int]:
        """The viewers."""
        return viewers.authors(self.store, self.rows())


def viewer_rating_connection(
    store: Store, viewer: int, titles: Rows, arguments: PageArguments
) -> ViewerRatingConnection:
    """A page of a viewer's ratings of `titles`, all of which the viewer has rated."""
    rows = viewers.rows_of(store, viewer, titles)
    cut = shown_page(store, rows, viewers.title_keys(store, viewer), arguments)
    return ViewerRatingConnection(store=store, page=cut, titles=titles)


def title_rating_connection(
    store: Store, title: int, arguments: PageArguments
) -> TitleRatingConnection:
    """A page of a title's ratings, by viewer id.

    In the order of their times they would be read from all over a file of 90 MB.
    """
    rows = viewers.of_title(store, title)
    cut = shown_page(store, rows, viewers.viewer_keys(store, title), arguments)
    return TitleRatingConnection(store=store, page=cut)
