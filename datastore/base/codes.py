"""datastore.base: what the small numbers in the snapshot's columns mean."""

from __future__ import annotations

__all__ = [
    "ALS",
    "CONTENT",
    "COPLAY",
    "DEVELOPER",
    "GAME",
    "HYBRID",
    "NEGATIVE",
    "NEUTRAL",
    "POPULAR",
    "POSITIVE",
    "RELEASE",
    "REVIEW",
    "SOURCES",
]

#: Where a recommendation comes from, by number, as `similar_sources` and `user_sources` hold it.
SOURCES = ("ALS", "HYBRID", "COPLAY", "CONTENT", "POPULAR")
ALS, HYBRID, COPLAY, CONTENT, POPULAR = range(len(SOURCES))

#: Sentiment class of a review.
NEGATIVE, NEUTRAL, POSITIVE = range(3)

#: Whose rows `review_years` counts for, and whose year: the review's, or the game's release year.
GAME, DEVELOPER = range(2)
REVIEW, RELEASE = range(2)
