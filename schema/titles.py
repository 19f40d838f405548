"""schema: the type Title, lists of streaming titles, and the root fields about titles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from datastore.store import Store
from resolvers import spaces, titles
from resolvers.paging import PageArguments, Rows
from resolvers.selection import Selection, select
from schema.columns import column
from schema.context import Info
from schema.costs import PAGE, cost, items, sized_by
from schema.descriptions import documented
from schema.docstrings import docstring
from schema.inputs.filters import DurationType, Platform, TitleKind, TitleWhere
from schema.inputs.orders import TitleOrderBy
from schema.inputs.selections import SearchText, selection
from schema.precision import number
from schema.ratings import TitleRatingConnection, title_rating_connection
from schema.relay.connections import (
    After,
    Before,
    Connection,
    First,
    Last,
    connect,
    page_arguments,
)
from schema.relay.node import Node
from schema.similar_titles import SimilarTitle, similar_title
from schema.title_aggregates import TitleAggregates

__all__ = ["Title", "TitleConnection", "TitleQuery", "title_connection", "title_list"]


@documented
@strawberry.type
class Score:
    """Ratings of a title by viewers."""

    store: strawberry.Private[Store]
    row: strawberry.Private[int]

    @number
    def mean(self) -> float | None:
        """Mean of all ratings, 0.5 to 5 stars; null without ratings. Rows that are equal in viewer,
        title, rating and time count once."""
        return self.store.titles.score(self.row)

    @strawberry.field
    def count(self) -> int:
        """Number of the ratings of which `mean` is the mean. It is greater than
        `ratings.totalCount` if somebody has rated the title several times: there, only the last
        rating is listed."""
        return int(self.store.titles.score_count[self.row])


@documented
@strawberry.type
class PublishedTitle:
    """Texts of a title as the platform spells them."""

    store: strawberry.Private[Store]
    row: strawberry.Private[int]

    @strawberry.field
    def title(self) -> str | None:
        """Title; null when missing."""
        title: str | None = self._value("title")
        return title

    @cost(2, items(1))
    @strawberry.field
    def directors(self) -> list[str]:
        """Directors."""
        return list(self._value("directors"))

    @cost(2, items(8))
    @strawberry.field
    def cast(self) -> list[str]:
        """Cast."""
        return list(self._value("cast"))

    @cost(2, items(2))
    @strawberry.field
    def countries(self) -> list[str]:
        """Countries."""
        return list(self._value("countries"))

    @cost(2, items(2))
    @strawberry.field
    def genres(self) -> list[str]:
        """Genres."""
        return list(self._value("genres"))

    @strawberry.field
    def rating(self) -> str | None:
        """Age rating; null when the platform gives none, or a duration in its place."""
        rating: str | None = self._value("rating")
        return rating

    @cost(3)
    @strawberry.field
    def description(self) -> str | None:
        """Description; null when missing."""
        description: str | None = self._value("description")
        return description

    def _value(self, name: str) -> Any:
        return self.store.titles.frame.value(f"published_{name}", self.row)


@documented
@strawberry.type
class Title(Node):
    """A film or series on a streaming platform. Texts are in lower case; `published` has them as
    the platform spells them. The same film on two platforms is two titles."""

    @strawberry.field
    def title_id(self) -> strawberry.ID:
        """First letter of the platform, then the platform's own id: `as123`."""
        return strawberry.ID(self.store.titles.title_id[self.row])

    @strawberry.field
    def platform(self) -> Platform:
        """The platform."""
        return Platform(int(self.store.titles.platform[self.row]))

    @strawberry.field
    def kind(self) -> TitleKind:
        """Whether it is a film or a series, as published: some films of Hulu have seasons."""
        return TitleKind(int(self.store.titles.kind[self.row]))

    title = column("titles", "title")

    @cost(2, items(1))
    @strawberry.field
    def directors(self) -> list[str]:
        """Directors, in the order of the platform."""
        return self.store.titles.directors(self.row)

    @cost(2, items(8))
    @strawberry.field
    def cast(self) -> list[str]:
        """Cast, in the order of the platform."""
        return self.store.titles.cast(self.row)

    @cost(2, items(2))
    @strawberry.field
    def countries(self) -> list[str]:
        """Countries, in the order of the platform."""
        return self.store.titles.countries(self.row)

    @cost(2, items(2))
    @strawberry.field
    def genres(self) -> list[str]:
        """Genres that the platform lists it in."""
        return self.store.titles.genres(self.row)

    date_added = column("titles", "date_added")
    release_year = column("titles", "release_year")
    rating = column("titles", "rating")
    rating_missing = column("titles", "rating_missing")
    duration_int = column("titles", "duration_int")

    @strawberry.field
    def duration_type(self) -> DurationType | None:
        """Unit of the duration; null when the duration is missing."""
        code = self.store.titles.duration_type(self.row)
        return None if code is None else DurationType(code)

    @cost(3)
    @strawberry.field
    def description(self) -> str | None:
        """Description; null when missing."""
        description: str | None = self.store.titles.frame.value("description", self.row)
        return description

    @cost(1)
    @strawberry.field
    def score(self) -> Score:
        """Ratings by viewers: their mean and number."""
        return Score(store=self.store, row=self.row)

    @cost(1)
    @strawberry.field
    def published(self) -> PublishedTitle:
        """Texts as the platform spells them."""
        return PublishedTitle(store=self.store, row=self.row)

    @cost(4, sized_by("first", most=50))
    @strawberry.field
    def similar_titles(
        self,
        first: Annotated[
            int, strawberry.argument(description="At most this many titles, 0 to 50.")
        ] = 5,
    ) -> list[SimilarTitle]:
        """The titles with the most similar genres, cast, directors, countries and descriptions,
        best first; ties are broken by title id. A shorter list is the start of a longer one; titles
        that have nothing in common are never listed. The same film on another platform may be.

        Client's name: get_recommendation(titulo)"""
        neighbours = titles.similar(self.store, self.row, first)
        return [similar_title(self.store, self.row, neighbour) for neighbour in neighbours]

    @cost(100, PAGE)
    @strawberry.field
    def ratings(
        self,
        first: First = UNSET,
        last: Last = UNSET,
        after: After = UNSET,
        before: Before = UNSET,
    ) -> TitleRatingConnection:
        """Ratings by viewers, by viewer id; one per viewer, the last."""
        arguments = page_arguments(first, after, last, before)
        return title_rating_connection(self.store, self.row, arguments)


@documented
@strawberry.type
class TitleConnection(Connection[Title]):
    """A page of titles: 20 entries unless `first` or `last` is given."""

    store: strawberry.Private[Store]
    rows: strawberry.Private[Rows]

    @cost(1)
    @strawberry.field
    def aggregates(self) -> TitleAggregates:
        """Count, scores and facets of the whole list, after filter and search."""
        return TitleAggregates(store=self.store, rows=self.rows)


def title_connection(
    store: Store, rows: Rows, selected_by: Selection, arguments: PageArguments
) -> TitleConnection:
    """A page of the titles in `rows`, after filter, search and order."""
    selected = select(rows, lambda: spaces.titles(store), selected_by)
    page = connect(store, selected, arguments, Title)
    return TitleConnection(
        edges=page.edges,
        page_info=page.page_info,
        total_count=page.total_count,
        store=store,
        rows=selected,
    )


def title_list(rows: Callable[[Any], Rows]) -> Any:
    """Make a connection field with all list arguments of a method that returns rows of titles.

    The method's docstring is the description; its class must have a `store`.
    """

    def resolve(
        self: Any,
        where: TitleWhere = UNSET,
        order_by: TitleOrderBy = UNSET,
        search: SearchText = UNSET,
        first: First = UNSET,
        last: Last = UNSET,
        after: After = UNSET,
        before: Before = UNSET,
    ) -> TitleConnection:
        selected_by = selection(where, order_by, search)
        arguments = page_arguments(first, after, last, before)
        return title_connection(self.store, rows(self), selected_by, arguments)

    declared = strawberry.field(resolver=resolve, description=docstring(rows))
    return cost(20, PAGE, where=5, order_by=20, search=1500)(declared)


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
    @strawberry.field
    def titles(
        self,
        info: Info,
        where: TitleWhere = UNSET,
        order_by: TitleOrderBy = UNSET,
        search: SearchText = UNSET,
        first: First = UNSET,
        last: Last = UNSET,
        after: After = UNSET,
        before: Before = UNSET,
    ) -> TitleConnection | None:
        """All titles of all platforms."""
        store = info.context.store
        rows = range(len(store.titles))
        arguments = page_arguments(first, after, last, before)
        return title_connection(store, rows, selection(where, order_by, search), arguments)
