"""schema: users: the type User and the root fields."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import numpy.typing as npt
import strawberry
from strawberry import UNSET

from resolvers import recommendations, reviews, spaces, users
from resolvers.paging import Rows
from resolvers.selection import select
from schema.context import Info
from schema.documented import documented
from schema.inputs.filters import LibraryWhere, UserWhere
from schema.inputs.orders import LibraryOrderBy, UserOrderBy
from schema.inputs.selections import SearchText, selection
from schema.libraries import LibraryConnection, library_connection
from schema.precision import number
from schema.recommendations import (
    Allowed,
    Diversity,
    Exclude,
    ExcludeReviewed,
    RecommendedGame,
    recommended,
    wanted,
)
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

    @strawberry.field
    def user_id(self) -> strawberry.ID:
        """Number or vanity name of the user in the store."""
        return strawberry.ID(self.store.users.user_id[self.row])

    @strawberry.field
    def items_count(self) -> int:
        """Distinct items owned, including those missing from the catalogue. 0 means an empty
        library, or an unknown one: see `libraryKnown`.

        Client's name: userdata(User_id)"""
        return int(self.store.users.items[self.row])

    @strawberry.field
    def library_known(self) -> bool:
        """Whether the user's library is known, even if it is empty. False for users known only from
        reviews: what they own, spent and played is unknown, although the counts are 0."""
        known: bool = self.store.users.frame.value("library_known", self.row)
        return known

    @number
    def money_spent(self) -> float:
        """Sum of the catalogue prices of the items owned, in USD. Items of unknown price are left
        out; `pricedItems` counts the rest. 0 means that all priced items are free or that there
        are none; when `libraryKnown` is false, nothing is known.

        Client's name: userdata(User_id)"""
        return float(self.store.users.money[self.row])

    @strawberry.field
    def priced_items(self) -> int:
        """Items owned whose price is known, which `moneySpent` adds up. Free is a known price.

        Client's name: userdata(User_id)"""
        return int(self.store.users.priced_items[self.row])

    @number
    def recommend_percent(self) -> float | None:
        """100 * recommendedReviews / reviewCount; null without reviews.

        Client's name: userdata(User_id)"""
        return users.recommend_percent(self.store, self.row)

    @strawberry.field
    def review_count(self) -> int:
        """The user's distinct reviews.

        Client's name: userdata(User_id)"""
        return int(self.store.users.reviews[self.row])

    @strawberry.field
    def recommended_reviews(self) -> int:
        """The user's reviews that recommend the game.

        Client's name: userdata(User_id)"""
        return int(self.store.users.recommended[self.row])

    @strawberry.field
    def review_sentiment(
        self,
        threshold: Threshold = reviews.THRESHOLD,
        method: Method = SentimentMethod.VADER,
    ) -> ReviewSentiment:
        """The user's reviews by sentiment."""
        measure = reviews.Measure(threshold, method.value)
        counts = reviews.counts(self.store, self._reviews(), reviews.USUAL)
        return summary(self.store, counts, self._reviews, measure)

    @review_list
    def reviews(self) -> Rows:
        """The user's reviews, newest first unless `orderBy` is given."""
        return self._reviews()

    @strawberry.field
    def library(
        self,
        where: LibraryWhere = UNSET,
        order_by: LibraryOrderBy = UNSET,
        search: SearchText = UNSET,
        first: First = UNSET,
        last: Last = UNSET,
        after: After = UNSET,
        before: Before = UNSET,
    ) -> LibraryConnection:
        """Games the user owns; empty also when `libraryKnown` is false."""
        games, _ = self.store.users.library(self.row)
        wanted = selection(where, order_by, search)
        rows = select(games, lambda: spaces.library(self.store, self.row), wanted)
        arguments = page_arguments(first, after, last, before)
        return library_connection(self.store, self.row, rows, arguments)

    @strawberry.field
    def recommendations(
        self,
        first: Annotated[
            int, strawberry.argument(description="At most this many games, 0 to 50.")
        ] = 10,
        where: Allowed = UNSET,
        exclude: Exclude = UNSET,
        exclude_reviewed: ExcludeReviewed = False,
        diversity: Diversity = 0.0,
    ) -> list[RecommendedGame]:
        """Games for the user, best first. Games the user owns are left out; for users who own
        nothing, also those they reviewed. Users unknown to the model get co-played, similar or
        popular games, so the list is never empty for lack of data; see `source`."""
        arguments = wanted(where, exclude, diversity, exclude_reviewed=exclude_reviewed)
        games = recommendations.for_user(self.store, self.row, first, arguments)
        return recommended(self.store, games)

    def _reviews(self) -> npt.NDArray[np.int64]:
        return np.array(self.store.reviews.of_user(self.row), np.int64)


@documented
@strawberry.type
class UserQuery:
    """Root fields about users."""

    @strawberry.field
    def user(
        self,
        info: Info,
        user_id: Annotated[
            strawberry.ID,
            strawberry.argument(description="Number or vanity name, matched exactly."),
        ],
    ) -> User | None:
        """One user: money spent, share of recommending reviews, number of items. For an unknown
        id: null, with a NOT_FOUND error.

        Client's name: userdata(User_id)"""
        store = info.context.store
        return User(store=store, row=users.find(store, user_id))

    @strawberry.field
    def users(
        self,
        info: Info,
        where: UserWhere = UNSET,
        order_by: UserOrderBy = UNSET,
        search: SearchText = UNSET,
        first: First = UNSET,
        last: Last = UNSET,
        after: After = UNSET,
        before: Before = UNSET,
    ) -> Connection[User]:
        """All users."""
        store = info.context.store
        rows = select(
            range(len(store.users)), lambda: spaces.users(store), selection(where, order_by, search)
        )
        return connect(store, rows, page_arguments(first, after, last, before), User)
