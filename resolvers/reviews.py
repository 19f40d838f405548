"""resolvers: reviews by sentiment."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["ReviewSentiment"]


class ReviewSentiment(NamedTuple):
    """Reviews by sentiment class."""

    negative: int
    neutral: int
    positive: int
