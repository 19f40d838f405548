"""datastore.base: number codes in the snapshot's columns, and their meaning."""

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

#: Sources of recommendations; `similar_sources` and `user_sources` hold their index.
SOURCES = ("ALS", "HYBRID", "COPLAY", "CONTENT", "POPULAR")
ALS, HYBRID, COPLAY, CONTENT, POPULAR = range(len(SOURCES))

#: Sentiment class of a review.
NEGATIVE, NEUTRAL, POSITIVE = range(3)

#: Nouns of `review_years`, and its year basis: year of the review, or release year of the game.
GAME, DEVELOPER = range(2)
REVIEW, RELEASE = range(2)
