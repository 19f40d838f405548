"""etl.games: what of the games subject is compared with the live snapshot, to notice drift."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from datastore.base.codes import NEGATIVE, NEUTRAL, POSITIVE
from datastore.base.reader import SnapshotReader
from etl.subject import Values

__all__ = ["DISTRIBUTIONS", "SHARES"]

DISTRIBUTIONS: Mapping[str, Values] = {
    "Prices of games (USD)": ("games", "price"),
    "Release years of games": ("games", "release_year"),
    "Players per game": ("games", "players"),
    "Games per user": ("users", "items"),
    "Reviews per user": ("users", "reviews"),
    "Years of reviews": ("reviews", "posted_year"),
    "Minutes played per user and game": lambda reader: reader.playtimes().of_all(),
}


def _reviews_of(sentiment: int) -> Callable[[SnapshotReader], tuple[int, int]]:
    def part(reader: SnapshotReader) -> tuple[int, int]:
        flags = reader.known("reviews", "sentiment") == sentiment
        return int(flags.sum()), len(flags)

    return part


def _recommending(reader: SnapshotReader) -> tuple[int, int]:
    flags = reader.known("reviews", "recommend")
    return int(flags.sum()), len(flags)


SHARES: Mapping[str, Callable[[SnapshotReader], tuple[int, int]]] = {
    "Negative reviews": _reviews_of(NEGATIVE),
    "Neutral reviews": _reviews_of(NEUTRAL),
    "Positive reviews": _reviews_of(POSITIVE),
    "Recommending reviews": _recommending,
}
