"""datastore.base: number codes in the snapshot's columns, and their meaning."""

from __future__ import annotations

__all__ = [
    "ALS",
    "AMAZON",
    "CONTENT",
    "COPLAY",
    "DEVELOPER",
    "DISNEY",
    "DURATION_TYPES",
    "GAME",
    "HULU",
    "HYBRID",
    "MIN",
    "MOVIE",
    "NEGATIVE",
    "NETFLIX",
    "NEUTRAL",
    "PLATFORMS",
    "POPULAR",
    "POSITIVE",
    "RELEASE",
    "REVIEW",
    "SEASON",
    "SERIES",
    "SOURCES",
    "TITLE_KINDS",
]

#: Sources of recommendations; `similar_sources` and `user_sources` hold their index.
SOURCES = ("ALS", "HYBRID", "COPLAY", "CONTENT", "POPULAR")
ALS, HYBRID, COPLAY, CONTENT, POPULAR = range(len(SOURCES))

#: Sentiment class of a review.
NEGATIVE, NEUTRAL, POSITIVE = range(3)

#: Nouns of `review_years`, and its year basis: year of the review, or release year of the game.
GAME, DEVELOPER = range(2)
REVIEW, RELEASE = range(2)

#: Platforms of streaming titles; the first letter of a title id is that of its platform.
PLATFORMS = ("AMAZON", "DISNEY", "HULU", "NETFLIX")
AMAZON, DISNEY, HULU, NETFLIX = range(len(PLATFORMS))

#: Kinds of titles, and units of their duration.
TITLE_KINDS = ("MOVIE", "SERIES")
MOVIE, SERIES = range(len(TITLE_KINDS))
DURATION_TYPES = ("MIN", "SEASON")
MIN, SEASON = range(len(DURATION_TYPES))
