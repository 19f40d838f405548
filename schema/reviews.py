"""schema: Review, and reviews by sentiment."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import numpy as np
import numpy.typing as npt
import strawberry
from strawberry import UNSET

from datastore.store import Store
from resolvers import reviews, spaces
from resolvers.paging import PageArguments, Rows, row_array
from resolvers.reviews import Measure
from resolvers.selection import Selection, select
from schema.documented import documented, member
from schema.inputs.filters import ReviewWhere, Sentiment
from schema.inputs.orders import ReviewOrderBy
from schema.inputs.selections import selection
from schema.relay.connections import After, Before, Connection, First, Last, asked, connect
from schema.relay.node import Node

if TYPE_CHECKING:
    from schema.games import Game
    from schema.users import User

__all__ = [
    "Method",
    "Review",
    "ReviewSentiment",
    "SentimentMethod",
    "Threshold",
    "review_list",
    "summary",
]


@strawberry.enum(description="Whose score of a review's text, -1 to 1, decides on its sentiment.")
class SentimentMethod(Enum):
    """Names of `resolvers.reviews`."""

    VADER = member(reviews.VADER, "VADER compound: a lexicon and rules, made for any short text.")
    LEARNED = member(
        reviews.LEARNED,
        "Learned from which of the other reviews recommend: 2p - 1, where p is the probability "
        "that a text like this recommends, were both flags equally frequent. It tells recommended "
        "from not recommended reviews better, and says less of the mood of a text. An error where "
        "the snapshot has too few reviews to learn from.",
    )


Threshold: TypeAlias = Annotated[
    float,
    strawberry.argument(
        description="A text is positive from this score up, and negative from its negative down. "
        "Above 0, at most 1."
    ),
]
Method: TypeAlias = Annotated[
    SentimentMethod, strawberry.argument(description="Whose score of the text counts.")
]


@documented
@strawberry.type
class Review(Node):
    """What a user wrote about a game; there is one review a user and game."""

    @strawberry.field
    def user(self) -> Annotated[User, strawberry.lazy("schema.users")]:
        """Who wrote it."""
        from schema.users import User

        return User(store=self.store, row=int(self.store.reviews.user[self.row]))

    @strawberry.field
    def game(self) -> Annotated[Game, strawberry.lazy("schema.games")]:
        """What it is about."""
        from schema.games import Game

        return Game(store=self.store, row=int(self.store.reviews.game[self.row]))

    @strawberry.field
    def posted(self) -> date | None:
        """Day on which it was posted; null where it is unknown."""
        return self.store.reviews.posted(self.row)

    @strawberry.field
    def posted_year(self) -> int | None:
        """Year in which it was posted; null where it is unknown."""
        year = float(self.store.reviews.years[self.row])
        return None if np.isnan(year) else int(year)

    @strawberry.field
    def posted_year_inferred(self) -> bool:
        """Whether the year is the crawl's, because the review shows none."""
        return bool(self.store.reviews.inferred[self.row])

    @strawberry.field
    def recommend(self) -> bool:
        """Whether it recommends the game."""
        return bool(self.store.reviews.recommend[self.row])

    @strawberry.field
    def sentiment(self) -> Sentiment:
        """Sentiment class of its text, by its VADER compound."""
        return Sentiment(int(self.store.reviews.sentiment[self.row]))

    @strawberry.field
    def compound(self) -> float | None:
        """VADER compound of its text, -1 to 1; null without a text."""
        compound = float(self.store.reviews.compound[self.row])
        return None if np.isnan(compound) else compound

    @strawberry.field
    def learned_sentiment(self) -> float | None:
        """Learned sentiment of its text, -1 to 1, from reviews of other users and with other texts;
        null without a text, and where the snapshot has too few reviews to learn from."""
        score = float(self.store.reviews.learned[self.row])
        return None if np.isnan(score) else score

    @strawberry.field
    def text(self) -> str | None:
        """What it says; null where there is nothing but white space."""
        return self.store.reviews.text(self.row)

    @strawberry.field
    def helpful(self) -> int:
        """People who found it helpful."""
        return int(self.store.reviews.helpful[self.row])

    @strawberry.field
    def helpful_total(self) -> int:
        """People who said whether they found it helpful."""
        return int(self.store.reviews.helpful_total[self.row])

    @strawberry.field
    def funny(self) -> int:
        """People who found it funny."""
        return int(self.store.reviews.funny[self.row])


def _connection(
    store: Store, rows: Rows, wanted: Selection, arguments: PageArguments
) -> Connection[Review]:
    """A page of reviews, newest first unless another order is asked for."""
    chosen = row_array(rows)
    if not wanted.orders:
        chosen = reviews.newest_first(store, chosen)
    found = select(chosen, spaces.reviews(store), wanted)
    return connect(store, found, arguments, Review)


def review_list(rows: Callable[[Any], Rows]) -> Any:
    """Turn a method that gives rows of reviews into a field: a connection with all arguments.

    The method's docstring is the description; its object has a `store`.
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
        wanted = selection(where, order_by)
        arguments = asked(first, after, last, before)
        return _connection(self.store, rows(self), wanted, arguments)

    return strawberry.field(resolver=resolve, description=inspect.getdoc(rows))


@documented
@strawberry.type
class ReviewSentiment:
    """Reviews by sentiment of their text: a score of the threshold (0.05 unless another is asked
    for) or more is positive, of its negative or less negative, anything else neutral. The score is
    the VADER compound unless another method is asked for. A missing or blank text is neutral."""

    negative: int = strawberry.field(description="Negative reviews.")
    neutral: int = strawberry.field(description="Neutral reviews, also those without a text.")
    positive: int = strawberry.field(description="Positive reviews.")
    store: strawberry.Private[Store]
    rows: strawberry.Private[Callable[[], npt.NDArray[np.int64]]]
    measure: strawberry.Private[Measure]

    @strawberry.field
    def total(self) -> int:
        """All reviews. Exact duplicates count once."""
        return self.negative + self.neutral + self.positive

    @strawberry.field
    def reviews(
        self,
        sentiment: Annotated[
            Sentiment | None, strawberry.argument(description="Only those counted in this class.")
        ] = UNSET,
        where: ReviewWhere = UNSET,
        order_by: ReviewOrderBy = UNSET,
        first: First = UNSET,
        last: Last = UNSET,
        after: After = UNSET,
        before: Before = UNSET,
    ) -> Connection[Review]:
        """The reviews that are counted here."""
        only = sentiment.value if sentiment else None
        rows = reviews.by_sentiment(self.store, self.rows(), only, self.measure)
        wanted = selection(where, order_by)
        return _connection(self.store, rows, wanted, asked(first, after, last, before))


def summary(
    store: Store,
    counted: Sequence[int],
    rows: Callable[[], npt.NDArray[np.int64]],
    measure: Measure,
) -> ReviewSentiment:
    """Reviews by sentiment; `counted` are those of the usual measure, ready made."""
    if measure != reviews.USUAL:
        counted = reviews.counts(store, rows(), measure)
    negative, neutral, positive = (int(count) for count in counted)
    return ReviewSentiment(
        negative=negative,
        neutral=neutral,
        positive=positive,
        store=store,
        rows=rows,
        measure=measure,
    )
