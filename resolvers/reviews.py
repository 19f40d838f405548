"""resolvers: reviews, by sentiment and as evidence."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from datastore.base.codes import NEGATIVE, NEUTRAL, POSITIVE
from datastore.base.errors import InvalidArgument
from datastore.store import Store

__all__ = ["THRESHOLD", "ReviewSentiment", "by_sentiment", "counts", "newest_first"]

Rows = npt.NDArray[np.int64]

#: Compound score from which a text is positive, and at whose negative it is negative: the one of
#: VADER's authors, and of the sentiment column.
THRESHOLD = 0.05


class ReviewSentiment(NamedTuple):
    """Reviews by sentiment class."""

    negative: int
    neutral: int
    positive: int


def counts(store: Store, rows: Rows, threshold: float) -> ReviewSentiment:
    """Reviews of the rows by sentiment. Raises InvalidArgument for an impossible threshold."""
    classes = _classes(store, rows, threshold)
    return ReviewSentiment(*np.bincount(classes, minlength=3).tolist())


def by_sentiment(store: Store, rows: Rows, sentiment: int | None, threshold: float) -> Rows:
    """Those of the rows that have a sentiment class; all of them for None."""
    return rows if sentiment is None else rows[_classes(store, rows, threshold) == sentiment]


def newest_first(store: Store, rows: Rows) -> Rows:
    """Rows by day posted, newest first, unknown days last."""
    ordered: Rows = rows[np.argsort(-store.reviews.days[rows], kind="stable")]
    return ordered


def _classes(store: Store, rows: Rows, threshold: float) -> npt.NDArray[np.int8]:
    if not 0 < threshold <= 1:
        raise InvalidArgument("threshold", threshold, "it must be above 0 and at most 1.")
    if threshold == THRESHOLD:
        return np.asarray(store.reviews.sentiment[rows])
    compound = store.reviews.compound[rows]
    classes = np.full(len(rows), NEUTRAL, np.int8)
    classes[compound >= threshold] = POSITIVE
    classes[compound <= -threshold] = NEGATIVE
    return classes
