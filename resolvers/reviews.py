"""resolvers: reviews by sentiment and by date."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from datastore.base.codes import NEGATIVE, NEUTRAL, POSITIVE
from datastore.base.errors import InvalidArgument
from datastore.store import Store

__all__ = [
    "DEFAULT_MEASURE",
    "LEARNED",
    "THRESHOLD",
    "VADER",
    "Measure",
    "ReviewSentiment",
    "by_sentiment",
    "counts",
    "newest_first",
]

Rows = npt.NDArray[np.int64]

#: Methods that score a text: VADER's compound, or the model trained on the recommend flags.
VADER, LEARNED = "VADER", "LEARNED"
#: A text is positive from this score up and negative from its negative down. VADER's authors
#: recommend it, and the sentiment column uses it.
THRESHOLD = 0.05


class Measure(NamedTuple):
    """How a text is classified. The threshold is above 0 and at most 1."""

    threshold: float = THRESHOLD
    method: str = VADER


#: The measure of the sentiment column and of all precomputed counts.
DEFAULT_MEASURE = Measure()


class ReviewSentiment(NamedTuple):
    """Reviews by sentiment class."""

    negative: int
    neutral: int
    positive: int


def counts(store: Store, rows: Rows, measure: Measure) -> ReviewSentiment:
    """Reviews of the rows by sentiment.

    Raises InvalidArgument for a threshold out of range, and for a method that the snapshot lacks.
    """
    classes = _classes(store, rows, measure)
    return ReviewSentiment(*np.bincount(classes, minlength=3).tolist())


def by_sentiment(store: Store, rows: Rows, sentiment: int | None, measure: Measure) -> Rows:
    """The rows of a sentiment class; all rows for None."""
    return rows if sentiment is None else rows[_classes(store, rows, measure) == sentiment]


def newest_first(store: Store, rows: Rows) -> Rows:
    """The rows by day posted, newest first, unknown days last, ties in the order of the rows."""
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
            "this snapshot has too few reviews to learn a sentiment from; use VADER.",
        )
    if measure == DEFAULT_MEASURE:
        return np.asarray(store.reviews.sentiment[rows])
    scores = (store.reviews.learned if method == LEARNED else store.reviews.compound)[rows]
    classes = np.full(len(rows), NEUTRAL, np.int8)
    classes[scores >= threshold] = POSITIVE
    classes[scores <= -threshold] = NEGATIVE
    return classes
