"""schema: the type Review, lists of reviews, and counts by sentiment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from enum import Enum
from typing import Annotated, Any, TypeAlias

import numpy as np
import numpy.typing as npt
import strawberry
from strawberry import UNSET

from datastore.store import Store
from resolvers import reviews, spaces
from resolvers.paging import PageArguments, Rows, row_array
from resolvers.reviews import Measure
from resolvers.selection import Selection, select
from schema.costs import PAGE, cost
from schema.descriptions import documented, member
from schema.docstrings import docstring
from schema.inputs.filters import ReviewWhere, Sentiment
from schema.inputs.orders import ReviewOrderBy
from schema.inputs.selections import selection
from schema.relay.connections import (
    After,
    Before,
    Connection,
    First,
    Last,
    connect,
    page_arguments,
)
from schema.relay.node import Node, node_of
from schema.relay.references import GameType, UserType

__all__ = [
    "Method",
    "Review",
    "ReviewSentiment",
    "SentimentMethod",
    "Threshold",
    "review_list",
    "summary",
]


@strawberry.enum(description="Method that scores a review's text from -1 to 1.")
class SentimentMethod(Enum):
    """Values are the names of `resolvers.reviews`."""

    VADER = member(reviews.VADER, "VADER compound: a lexicon and rules for short texts.")
    LEARNED = member(
        reviews.LEARNED,
        "Learned from the recommend flags of other reviews: 2p - 1, where p is the probability "
        "that a text like this recommends, with both flags weighted equally. It separates "
        "recommending from other reviews better than VADER, but says less about the mood of a "
        "text. Fails with INVALID_ARGUMENT when the snapshot has too few reviews to learn from.",
    )


Threshold: TypeAlias = Annotated[
    float,
    strawberry.argument(
        description="Texts that score at least this value are positive, those that score at most "
        "its negative are negative. Above 0, at most 1."
    ),
]
Method: TypeAlias = Annotated[
    SentimentMethod, strawberry.argument(description="Method that scores the texts.")
]


@documented
@strawberry.type
class Review(Node):
    """A user's review of a game; there is at most one per user and game."""

    @cost(2)
    @strawberry.field
    def user(self) -> UserType:
        """The author."""
        author: UserType = node_of("User", self.store, int(self.store.reviews.user[self.row]))
        return author

    @cost(2)
    @strawberry.field
    def game(self) -> GameType:
        """The reviewed game."""
        game: GameType = node_of("Game", self.store, int(self.store.reviews.game[self.row]))
        return game

    @strawberry.field
    def posted(self) -> date | None:
        """Day on which the review was posted; null when unknown."""
        return self.store.reviews.posted(self.row)

    @strawberry.field
    def posted_year(self) -> int | None:
        """Year in which the review was posted; null when unknown."""
        year = float(self.store.reviews.years[self.row])
        return None if np.isnan(year) else int(year)

    @strawberry.field
    def posted_year_inferred(self) -> bool:
        """Whether the review shows no year, so that the crawl year is assumed."""
        return bool(self.store.reviews.inferred[self.row])

    @strawberry.field
    def recommend(self) -> bool:
        """Whether the review recommends the game."""
        return bool(self.store.reviews.recommend[self.row])

    @strawberry.field
    def sentiment(self) -> Sentiment:
        """Sentiment class of the text by its VADER compound; neutral without a text."""
        return Sentiment(int(self.store.reviews.sentiment[self.row]))

    @strawberry.field
    def compound(self) -> float | None:
        """VADER compound of the text, -1 to 1; null without a text."""
        compound = float(self.store.reviews.compound[self.row])
        return None if np.isnan(compound) else compound

    @strawberry.field
    def learned_sentiment(self) -> float | None:
        """Learned sentiment of the text, -1 to 1, from other users' reviews with other texts; null
        without a text, and when the snapshot has too few reviews to learn from."""
        score = float(self.store.reviews.learned[self.row])
        return None if np.isnan(score) else score

    @cost(3)
    @strawberry.field
    def text(self) -> str | None:
        """The text; null when it is missing or blank, or when the server does not show people."""
        return self.store.reviews.text(self.row)

    @strawberry.field
    def helpful(self) -> int:
        """Number of people who found the review helpful; 0 when nobody has rated it."""
        return int(self.store.reviews.helpful[self.row])

    @strawberry.field
    def helpful_total(self) -> int:
        """Number of people who rated whether the review is helpful."""
        return int(self.store.reviews.helpful_total[self.row])

    @strawberry.field
    def funny(self) -> int:
        """Number of people who found the review funny."""
        return int(self.store.reviews.funny[self.row])


def _connection(
    store: Store, rows: Rows, selected_by: Selection, arguments: PageArguments
) -> Connection[Review]:
    """A page of the reviews in `rows`, newest first unless another order is given."""
    ordered = store.reviews.by_author(row_array(rows))
    if not selected_by.orders:
        ordered = reviews.newest_first(store, ordered)
    selected = select(ordered, lambda: spaces.reviews(store), selected_by)
    return connect(store, selected, arguments, Review)


def review_list(rows: Callable[[Any], Rows]) -> Any:
    """Make a connection field with all list arguments of a method that returns rows of reviews.

    The method's docstring is the description; its class must have a `store`.
    """

    def resolve(
        self: Any,
        where: ReviewWhere = UNSET,
        order_by: ReviewOrderBy = UNSET,
        first: First = UNSET,
        last: Last = UNSET,
        after: After = UNSET,
        before: Before = UNSET,
    ) -> Connection[Review]:
        selected_by = selection(where, order_by)
        arguments = page_arguments(first, after, last, before)
        return _connection(self.store, rows(self), selected_by, arguments)

    declared = strawberry.field(resolver=resolve, description=docstring(rows))
    return cost(25, PAGE, where=3, order_by=8)(declared)


@documented
@strawberry.type
class ReviewSentiment:
    """Number of reviews by sentiment of their text; all 0 without reviews. A text is positive when
    its score is at least the threshold (defaults to 0.05), negative when its score is at most the
    threshold's negative, else neutral. The score is the VADER compound unless another method is
    given. A missing or blank text is neutral."""

    negative: int = strawberry.field(description="Number of negative reviews.")
    neutral: int = strawberry.field(
        description="Number of neutral reviews, including those without a text."
    )
    positive: int = strawberry.field(description="Number of positive reviews.")
    store: strawberry.Private[Store]
    rows: strawberry.Private[Callable[[], npt.NDArray[np.int64]]]
    measure: strawberry.Private[Measure]

    @strawberry.field
    def total(self) -> int:
        """Number of all reviews. Exact duplicates count once."""
        return self.negative + self.neutral + self.positive

    @cost(25, PAGE, sentiment=5, where=3, order_by=8)
    @strawberry.field
    def reviews(
        self,
        sentiment: Annotated[
            Sentiment | None, strawberry.argument(description="Only reviews of this class.")
        ] = UNSET,
        where: ReviewWhere = UNSET,
        order_by: ReviewOrderBy = UNSET,
        first: First = UNSET,
        last: Last = UNSET,
        after: After = UNSET,
        before: Before = UNSET,
    ) -> Connection[Review]:
        """The reviews counted here."""
        code = sentiment.value if sentiment else None
        rows = reviews.by_sentiment(self.store, self.rows(), code, self.measure)
        selected_by = selection(where, order_by)
        arguments = page_arguments(first, after, last, before)
        return _connection(self.store, rows, selected_by, arguments)


def summary(
    store: Store,
    precomputed: Sequence[int],
    rows: Callable[[], npt.NDArray[np.int64]],
    measure: Measure,
) -> ReviewSentiment:
    """Number of reviews by sentiment; `precomputed` are the counts by the default measure."""
    is_default = measure == reviews.DEFAULT_MEASURE
    counts = precomputed if is_default else reviews.counts(store, rows(), measure)
    negative, neutral, positive = (int(count) for count in counts)
    return ReviewSentiment(
        negative=negative,
        neutral=neutral,
        positive=positive,
        store=store,
        rows=rows,
        measure=measure,
    )
