"""schema: the type User and the root fields about users."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import numpy as np
import numpy.typing as npt
import strawberry
from strawberry import UNSET

from resolvers import recommendations, reviews, spaces, users
from resolvers.paging import Rows
from schema.batches import Column, each, values
from schema.context import Info
from schema.costs import PAGE, ArgumentCost, cost, sized_by
from schema.descriptions import documented
from schema.inputs.filters import LibraryWhere, UserWhere
from schema.inputs.orders import LibraryOrderBy, UserOrderBy
from schema.libraries import LibraryConnection, library_connection
from schema.precision import numbers
from schema.recommendations import (
    Allowed,
    Diversity,
    Exclude,
    ExcludeReviewed,
    IncludeUnlisted,
    RecommendedGame,
    RecommendedRow,
    recommendation_arguments,
    recommended_rows,
)
from schema.relay.connections import Connection, connect
from schema.relay.lists import Asked, listing
from schema.relay.node import Node
from schema.reviews import (
    Method,
    ReviewSentiment,
    SentimentMethod,
    Threshold,
    review_list,
    summary,
)

__all__ = ["User", "UserQuery"]


@documented
@strawberry.type
class User(Node):
    """A user with a library, reviews or both."""

    def __post_init__(self) -> None:
        self.store.people.require()

    @values(strawberry.ID)
    def user_id(self) -> Column:
        """The user's number or vanity name in the store, or a pseudonym: see `dataset.people`."""
        return self.store.users.user_id

    @values(int)
    def items_count(self) -> Column:
        """Number of distinct items owned, including those missing from the catalogue. 0 means that
        the library is empty or unknown: see `libraryKnown`.

        Client's name: userdata(User_id)"""
        return self.store.users.items

    @values(bool)
    def library_known(self) -> Column:
        """Whether the user's library is known, even if it is empty. False for users known only from
        reviews: what they own, spent and played is unknown, although these fields are 0."""
        return self.store.users.frame.lookup("library_known")

    @numbers(float)
    def money_spent(self) -> Column:
        """Sum of the catalogue prices of the items owned, in USD. Items of unknown price are left
        out; `pricedItems` counts the others. 0 means that there are no priced items or that all of
        them are free; when `libraryKnown` is false, the amount is unknown.

        Client's name: userdata(User_id)"""
        return self.store.users.money

    @values(int)
    def priced_items(self) -> Column:
        """Number of items owned whose price is known, which `moneySpent` adds up. Free items are
        included.

        Client's name: userdata(User_id)"""
        return self.store.users.priced_items

    @cost(1)
    @numbers(float)
    def hours(self) -> Column:
        """Hours played: the sum of `LibraryEdge.hours` over the library. 0 also when
        `libraryKnown` is false."""
        return users.hours(self.store)

    @numbers(float | None)
    def recommend_percent(self) -> Column:
        """100 * recommendedReviews / reviewCount; null without reviews.

        Client's name: userdata(User_id)"""
        return users.recommend_percent(self.store)

    @values(int)
    def review_count(self) -> Column:
        """Number of distinct reviews by the user.

        Client's name: userdata(User_id)"""
        return self.store.users.reviews

    @values(int)
    def recommended_reviews(self) -> Column:
        """Number of the user's reviews that recommend the game.

        Client's name: userdata(User_id)"""
        return self.store.users.recommended

    @cost(10)
    @strawberry.field
    def review_sentiment(
        self,
        threshold: Threshold = reviews.THRESHOLD,
        method: Method = SentimentMethod.VADER,
    ) -> ReviewSentiment:
        """The user's reviews by sentiment."""
        measure = reviews.Measure(threshold, method.value)
        counts = reviews.counts(self.store, self._reviews(), reviews.DEFAULT_MEASURE)
        return summary(self.store, counts, self._reviews, measure)

    @review_list
    def reviews(self) -> Rows:
        """The user's reviews, newest first unless `orderBy` is given."""
        return self._reviews()

    @cost(15, PAGE, where=6, order_by=40, search=1500)
    @listing(LibraryWhere, LibraryOrderBy)
    def library(self, asked: Asked) -> LibraryConnection:
        """Games the user owns; empty also when `libraryKnown` is false."""
        games = self.store.users.owned(self.row)
        rows = asked.of(self.store, games, partial(spaces.library, user=self.row))
        return library_connection(self.store, self.row, rows, asked.page)

    @cost(
        100,
        sized_by("first", most=50, least=10),  # the first reason is computed with all others
        where=ArgumentCost(60, base=1200),
        exclude=ArgumentCost(0.5, base=1200),
        exclude_reviewed=1200,
        include_unlisted=1200,
        diversity=60,
    )
    @each(list[RecommendedGame])
    def recommendations(
        self,
        first: Annotated[
            int, strawberry.argument(description="At most this many games, 0 to 50.")
        ] = 10,
        where: Allowed = UNSET,
        exclude: Exclude = UNSET,
        exclude_reviewed: ExcludeReviewed = False,
        diversity: Diversity = 0.0,
        include_unlisted: IncludeUnlisted = False,
    ) -> list[RecommendedRow]:
        """Recommendations for the user, best first. Games the user owns are left out; for users who
        own nothing, games they reviewed are left out, too. Users unknown to the model get
        co-played, similar or popular games, so the list is never empty for lack of data; see
        `source`."""
        arguments = recommendation_arguments(
            where,
            exclude,
            diversity,
            include_unlisted=include_unlisted,
            exclude_reviewed=exclude_reviewed,
        )
        return recommended_rows(recommendations.for_user(self.store, self.row, first, arguments))

    def _reviews(self) -> npt.NDArray[np.int64]:
        return np.array(self.store.reviews.of_user(self.row), np.int64)


@documented
@strawberry.type
class UserQuery:
    """Root fields about users."""

    @cost(5)
    @strawberry.field
    def user(
        self,
        info: Info,
        user_id: Annotated[
            strawberry.ID,
            strawberry.argument(description="Number or vanity name, matched exactly."),
        ],
    ) -> User | None:
        """One user: money spent, share of recommending reviews, number of items. An unknown id
        returns null and a NOT_FOUND error.

        Client's name: userdata(User_id)"""
        store = info.context.store
        return User(store=store, row=users.find(store, user_id))

    @cost(20, PAGE, where=140, order_by=1700, search=1500)
    @listing(UserWhere, UserOrderBy)
    def users(self, info: Info, asked: Asked) -> Connection[User]:
        """All users."""
        store = info.context.store
        rows = asked.of(store, store.users.order.rows, spaces.users)
        return connect(store, rows, asked.page, User)
