"""datastore.base: number codes in the snapshot's columns, and their meaning."""

from __future__ import annotations

__all__ = [
    "ALS",
    "AMAZON",
    "BETA",
    "CONTENT",
    "COPLAY",
    "DEMO",
    "DEVELOPER",
    "DISNEY",
    "DURATION_TYPES",
    "GAME",
    "HULU",
    "HYBRID",
    "MIN",
    "MODDING_KIT",
    "MOVIE",
    "NEGATIVE",
    "NETFLIX",
    "NEUTRAL",
    "PART",
    "PLATFORMS",
    "POPULAR",
    "POSITIVE",
    "RELEASE",
    "REVIEW",
    "SEASON",
    "SERIES",
    "SERVER",
    "SOUNDTRACK",
    "SOURCES",
    "TEST",
    "TITLE_KINDS",
    "TOOL",
    "UNLISTED_REASONS",
    "VIDEO",
]

#: Sources of recommendations; `similar_sources` and `user_sources` hold their index.
SOURCES = ("ALS", "HYBRID", "COPLAY", "CONTENT", "POPULAR")
ALS, HYBRID, COPLAY, CONTENT, POPULAR = range(len(SOURCES))

#: Why an entry of the store is left out of recommendations.
UNLISTED_REASONS = (
    "TEST",
    "BETA",
    "DEMO",
    "SERVER",
    "TOOL",
    "MODDING_KIT",
    "SOUNDTRACK",
    "VIDEO",
    "PART",
)
TEST, BETA, DEMO, SERVER, TOOL, MODDING_KIT, SOUNDTRACK, VIDEO, PART = range(len(UNLISTED_REASONS))

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
