"""resolvers: reviews, by sentiment and as evidence."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from datastore.base.codes import NEGATIVE, NEUTRAL, POSITIVE
from datastore.base.errors import InvalidArgument
from datastore.store import Store

__all__ = [
    "LEARNED",
    "THRESHOLD",
    "USUAL",
    "VADER",
    "Measure",
    "ReviewSentiment",
    "by_sentiment",
    "counts",
    "newest_first",
]

Rows = npt.NDArray[np.int64]

#: Whose score of a text counts: VADER's compound, or what the recommend flags have taught.
VADER, LEARNED = "VADER", "LEARNED"
#: Score from which a text is positive, and at whose negative it is negative: the one of VADER's
#: authors, and of the sentiment column.
THRESHOLD = 0.05


class Measure(NamedTuple):
    """How the class of a text is found. The threshold is above 0 and at most 1."""

    threshold: float = THRESHOLD
    method: str = VADER


#: What the sentiment column, and all counts that are ready made, stand on.
USUAL = Measure()


class ReviewSentiment(NamedTuple):
    """Reviews by sentiment class."""

    negative: int
    neutral: int
    positive: int


def counts(store: Store, rows: Rows, measure: Measure) -> ReviewSentiment:
    """Reviews of the rows by sentiment.

    Raises InvalidArgument for an impossible threshold, and for a method that this snapshot lacks.
    """
    classes = _classes(store, rows, measure)
    return ReviewSentiment(*np.bincount(classes, minlength=3).tolist())


def by_sentiment(store: Store, rows: Rows, sentiment: int | None, measure: Measure) -> Rows:
    """Those of the rows that have a sentiment class; all of them for None."""
    return rows if sentiment is None else rows[_classes(store, rows, measure) == sentiment]


def newest_first(store: Store, rows: Rows) -> Rows:
    """Rows by day posted, newest first, unknown days last."""
    ordered: Rows = rows[np.argsort(-store.reviews.days[rows], kind="stable")]
    return ordered


def _classes(store: Store, rows: Rows, measure: Measure) -> npt.NDArray[np.int8]:
    threshold, method = measure
    if not 0 < threshold <= 1:
        raise InvalidArgument("threshold", threshold, "it must be above 0 and at most 1.")
    if method == LEARNED and not store.reviews.has_learned:
        raise InvalidArgument(
            "method",
            method,
            "this snapshot has too few reviews to learn a sentiment from; ask for VADER.",
        )
    if measure == USUAL:
        return np.asarray(store.reviews.sentiment[rows])
    scores = (store.reviews.learned if method == LEARNED else store.reviews.compound)[rows]
    classes = np.full(len(rows), NEUTRAL, np.int8)
    classes[scores >= threshold] = POSITIVE
    classes[scores <= -threshold] = NEGATIVE
    return classes
