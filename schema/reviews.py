"""schema: reviews by sentiment."""

from __future__ import annotations

import strawberry

from resolvers import reviews
from schema.documented import documented

__all__ = ["ReviewSentiment", "summary"]


@documented
@strawberry.type
class ReviewSentiment:
    """Reviews by sentiment of their text: VADER compound of 0.05 or more is positive, of -0.05 or
    less negative, anything else neutral. A missing or blank text is neutral."""

    negative: int = strawberry.field(description="Negative reviews.")
    neutral: int = strawberry.field(description="Neutral reviews, also those without a text.")
    positive: int = strawberry.field(description="Positive reviews.")

    @strawberry.field
    def total(self) -> int:
        """All reviews. Exact duplicates count once."""
        return self.negative + self.neutral + self.positive


def summary(counts: reviews.ReviewSentiment) -> ReviewSentiment:
    """The answer as its GraphQL type."""
    return ReviewSentiment(
        negative=counts.negative, neutral=counts.neutral, positive=counts.positive
    )
