"""schema: the type Title, lists of streaming titles, and the root fields about titles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import strawberry

from datastore.store import Store
from resolvers import spaces, titles
from resolvers.ids import keys
from resolvers.paging import Rows
from schema.batches import Column, Entry, batch, itself, values
from schema.columns import column
from schema.context import Info
from schema.costs import PAGE, cost, items, sized_by
from schema.descriptions import documented
from schema.inputs.filters import DurationType, Platform, TitleKind, TitleWhere
from schema.inputs.orders import TitleOrderBy
from schema.precision import numbers
from schema.ratings import TitleRatingConnection, title_rating_connection
from schema.relay.connections import Connection, shown_page
from schema.relay.lists import Asked, list_of, listing
from schema.relay.node import Node
from schema.similar_titles import SimilarTitle
from schema.title_aggregates import TitleAggregates

__all__ = ["Title", "TitleConnection", "TitleQuery", "title_connection", "title_list"]


@documented
@strawberry.type
class Score(Entry):
    """Ratings of a title by viewers."""

    @numbers(float | None)
    def mean(self) -> Column:
        """Mean of all ratings, 0.5 to 5 stars; null without ratings. Rows that are equal in viewer,
        title, rating and time count once."""
        return self.store.titles.scores

    @values(int)
    def count(self) -> Column:
        """Number of the ratings of which `mean` is the mean. It is greater than
        `ratings.totalCount` if somebody has rated the title several times: there, only the last
        rating is listed."""
        return self.store.titles.score_count


@documented
@strawberry.type
class PublishedTitle(Entry):
    """Texts of a title as the platform spells them."""

    @values(str | None)
    def title(self) -> Column:
        """Title; null when missing."""
        return self._column("title")

    @cost(2, items(1))
    @values(list[str])
    def directors(self) -> Column:
        """Directors."""
        return self._column("directors")

    @cost(2, items(8))
    @values(list[str])
    def cast(self) -> Column:
        """Cast."""
        return self._column("cast")

    @cost(2, items(2))
    @values(list[str])
    def countries(self) -> Column:
        """Countries."""
        return self._column("countries")

    @cost(2, items(2))
    @values(list[str])
    def genres(self) -> Column:
        """Genres."""
        return self._column("genres")

    @values(str | None)
    def rating(self) -> Column:
        """Age rating; null when the platform gives none, or a duration in its place."""
        return self._column("rating")

    @cost(3)
    @values(str | None)
    def description(self) -> Column:
        """Description; null when missing."""
        return self._column("description")

    def _column(self, name: str) -> Column:
        return self.store.titles.frame.lookup(f"published_{name}")


@documented
@strawberry.type
class Title(Node):
    """A film or series on a streaming platform. Texts are in lower case; `published` has them as
    the platform spells them. The same film on two platforms is two titles."""

    @values(strawberry.ID)
    def title_id(self) -> Column:
        """First letter of the platform, then the platform's own id: `as123`."""
        return self.store.titles.title_id

    @values(Platform)
    def platform(self) -> Column:
        """The platform."""
        return self.store.titles.platform

    @values(TitleKind)
    def kind(self) -> Column:
        """Whether it is a film or a series, as published: some films of Hulu have seasons."""
        return self.store.titles.kind

    title = column("titles", "title")

    @cost(2, items(1))
    @values(list[str])
    def directors(self) -> Column:
        """Directors, in the order of the platform."""
        return self.store.titles.directors

    @cost(2, items(8))
    @values(list[str])
    def cast(self) -> Column:
        """Cast, in the order of the platform."""
        return self.store.titles.cast

    @cost(2, items(2))
    @values(list[str])
    def countries(self) -> Column:
        """Countries, in the order of the platform."""
        return self.store.titles.countries

    @cost(2, items(2))
    @values(list[str])
    def genres(self) -> Column:
        """Genres that the platform lists it in."""
        return self.store.titles.genres

    date_added = column("titles", "date_added")
    release_year = column("titles", "release_year")
    rating = column("titles", "rating")
    rating_missing = column("titles", "rating_missing")
    duration_int = column("titles", "duration_int")

    @values(DurationType | None)
    def duration_type(self) -> Column:
        """Unit of the duration; null when the duration is missing."""
        return self.store.titles.duration_types

    @cost(3)
    @values(str | None)
    def description(self) -> Column:
        """Description; null when missing."""
        return self.store.titles.frame.lookup("description")

    @cost(1)
    @values(Score)
    def score(self) -> Column:
        """Ratings by viewers: their mean and number."""
        return itself

    @cost(1)
    @values(PublishedTitle)
    def published(self) -> Column:
        """Texts as the platform spells them."""
        return itself

    @cost(4, sized_by("first", most=50))
    @batch(list[SimilarTitle])
    def similar_titles(
        self,
        rows: Sequence[int],
        first: Annotated[
            int, strawberry.argument(description="At most this many titles, 0 to 50.")
        ] = 5,
    ) -> list[list[int]]:
        """The titles with the most similar genres, cast, directors, countries and descriptions,
        best first; ties are broken by title id. A shorter list is the start of a longer one; titles
        that have nothing in common are never listed. The same film on another platform may be.

        Client's name: get_recommendation(titulo)"""
        return titles.similar(self.store, rows, first)

    @cost(100, PAGE)
    @listing()
    def ratings(self, asked: Asked) -> TitleRatingConnection:
        """Ratings by viewers, by viewer id; one per viewer, the last."""
        return title_rating_connection(self.store, self.row, asked.page)


@documented
@strawberry.type
class TitleConnection(Connection[Title]):
    """A page of titles: 20 entries unless `first` or `last` is given."""

    @cost(1)
    @strawberry.field
    def aggregates(self) -> TitleAggregates:
        """Count, scores and facets of the whole list, after filter and search."""
        return TitleAggregates(store=self.store, rows=self.list_rows)


def title_connection(store: Store, rows: Rows, asked: Asked) -> TitleConnection:
    """A page of the titles in `rows`, after filter, search and order."""
    selected = asked.of(store, rows, spaces.titles)
    cut = shown_page(store, selected, keys(store, "Title"), asked.page)
    return TitleConnection(store=store, page=cut, list_rows=selected)


#: Makes a field that returns a connection of a method that returns rows of titles.
title_list = list_of(
    title_connection, TitleWhere, TitleOrderBy, cost(20, PAGE, where=5, order_by=20, search=1500)
)


@documented
@strawberry.type
class TitleQuery:
    """Root fields about streaming titles. Each is null, with UNAVAILABLE, without their data."""

    @cost(5)
    @strawberry.field
    def title(
        self,
        info: Info,
        title_id: Annotated[
            strawberry.ID,
            strawberry.argument(
                description="First letter of the platform, then the platform's own id: `as123`."
            ),
        ],
    ) -> Title | None:
        """One title, with `similarTitles`. An unknown id returns null and a NOT_FOUND error, with
        similar titles if it looks like a title.

        Client's name: get_recommendation(titulo)"""
        store = info.context.store
        return Title(store=store, row=titles.find(store, title_id))

    @cost(20, PAGE, where=40, order_by=400, search=1500)
    @listing(TitleWhere, TitleOrderBy)
    def titles(self, info: Info, asked: Asked) -> TitleConnection | None:
        """All titles of all platforms."""
        store = info.context.store
        return title_connection(store, range(len(store.titles)), asked)
