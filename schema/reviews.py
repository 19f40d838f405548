"""schema: the type Review, lists of reviews, and counts by sentiment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from enum import Enum
from typing import Annotated, TypeAlias

import numpy as np
import numpy.typing as npt
import strawberry
from strawberry import UNSET

from datastore.store import Store
from resolvers import reviews, spaces
from resolvers.paging import Rows, row_array
from resolvers.reviews import Measure
from schema.batches import Column, values
from schema.costs import PAGE, cost
from schema.descriptions import documented, member
from schema.inputs.filters import ReviewWhere, Sentiment
from schema.inputs.orders import ReviewOrderBy
from schema.relay.connections import Connection, connect
from schema.relay.lists import Asked, list_of, listing
from schema.relay.node import Node
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
    @values(UserType)
    def user(self) -> Column:
        """The author."""
        self.store.people.require()
        return self.store.reviews.user

    @cost(2)
    @values(GameType)
    def game(self) -> Column:
        """The reviewed game."""
        return self.store.reviews.game

    @values(date | None)
    def posted(self) -> Column:
        """Day on which the review was posted; null when unknown."""
        return self.store.reviews.posted

    @values(int | None)
    def posted_year(self) -> Column:
        """Year in which the review was posted; null when unknown."""
        return self.store.reviews.years

    @values(bool)
    def posted_year_inferred(self) -> Column:
        """Whether the review shows no year, so that the crawl year is assumed."""
        return self.store.reviews.inferred

    @values(bool)
    def recommend(self) -> Column:
        """Whether the review recommends the game."""
        return self.store.reviews.recommend

    @values(Sentiment)
    def sentiment(self) -> Column:
        """Sentiment class of the text by its VADER compound; neutral without a text."""
        return self.store.reviews.sentiment

    @values(float | None)
    def compound(self) -> Column:
        """VADER compound of the text, -1 to 1; null without a text."""
        return self.store.reviews.compound

    @values(float | None)
    def learned_sentiment(self) -> Column:
        """Learned sentiment of the text, -1 to 1, from other users' reviews with other texts; null
        without a text, and when the snapshot has too few reviews to learn from."""
        return self.store.reviews.learned

    @cost(3)
    @values(str | None)
    def text(self) -> Column:
        """The text; null when it is missing or blank, or when the server does not show people."""
        return self.store.reviews.text

    @values(int)
    def helpful(self) -> Column:
        """Number of people who found the review helpful; 0 when nobody has rated it."""
        return self.store.reviews.helpful

    @values(int)
    def helpful_total(self) -> Column:
        """Number of people who rated whether the review is helpful."""
        return self.store.reviews.helpful_total

    @values(int)
    def funny(self) -> Column:
        """Number of people who found the review funny."""
        return self.store.reviews.funny


def _connection(store: Store, rows: Rows, asked: Asked) -> Connection[Review]:
    """A page of the reviews in `rows`, newest first unless another order is given."""
    ordered = store.reviews.by_author(row_array(rows))
    if not asked.selection.orders:
        ordered = reviews.newest_first(store, ordered)
    return connect(store, asked.of(store, ordered, spaces.reviews), asked.page, Review)


#: Makes a field that returns a connection of a method that returns rows of reviews.
review_list = list_of(
    _connection, ReviewWhere, ReviewOrderBy, cost(25, PAGE, where=3, order_by=8), searched=False
)


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
    @listing(ReviewWhere, ReviewOrderBy, searched=False)
    def reviews(
        self,
        asked: Asked,
        sentiment: Annotated[
            Sentiment | None, strawberry.argument(description="Only reviews of this class.")
        ] = UNSET,
    ) -> Connection[Review]:
        """The reviews counted here."""
        code = sentiment.value if sentiment else None
        rows = reviews.by_sentiment(self.store, self.rows(), code, self.measure)
        return _connection(self.store, rows, asked)


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
