"""resolvers: verdicts on titles: would a viewer rate a title above a threshold?

The viewer is one of the snapshot, or somebody whose ratings are given with the question.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import NamedTuple

import numpy as np

from datastore.base import scoring
from datastore.base.errors import InvalidArgument, TooMany
from datastore.base.estimates import (
    HIGHEST,
    LOWEST,
    METHODS,
    RANKING_METHODS,
    VIEWER_MEAN,
    Person,
)
from datastore.base.verdict_evaluation import VerdictEvaluation
from datastore.store import Store
from resolvers import titles
from resolvers.arguments import check_first, shown

__all__ = [
    "BEST",
    "MOST_RECOMMENDED",
    "THRESHOLD",
    "Rating",
    "Recommended",
    "Verdict",
    "for_ratings",
    "for_viewer",
    "recommended",
    "summary",
]

#: Default of the rating above which a title is recommended, in stars.
THRESHOLD = 4.0

#: The name of whichever of `METHODS` is the best in the snapshot.
BEST = "BEST"

#: Most titles in a list of recommendations.
MOST_RECOMMENDED = 50

#: Most ratings given with a question.
_MOST_RATINGS = 1_000


class Rating(NamedTuple):
    """A rating given with a question: a title id, and stars."""

    title_id: str
    stars: float


class Verdict(NamedTuple):
    """An estimated rating and its 80 % interval, in stars; whether it is above the threshold, and
    the method of the estimate."""

    recommended: bool
    estimate: float
    threshold: float
    method: str
    low: float
    high: float


class Recommended(NamedTuple):
    """A title that a viewer has not rated, with the estimated rating and its interval."""

    title: int
    estimate: float
    method: str
    low: float
    high: float


def for_viewer(
    store: Store, viewer: int, title_id: str, threshold: float = THRESHOLD, method: str = BEST
) -> Verdict:
    """Verdict of a viewer of the snapshot. The viewer's own rating of the title does not count.

    Raises NotFound for an unknown title, InvalidArgument for a threshold that is not finite.
    """
    title = titles.find(store, title_id)
    return _verdict(store, store.verdicts.estimator.viewer(viewer), title, threshold, method)


def for_ratings(
    store: Store,
    ratings: Sequence[Rating],
    title_id: str,
    threshold: float = THRESHOLD,
    method: str = BEST,
) -> Verdict:
    """Verdict of somebody with these ratings. The last of several ratings of a title counts.

    Raises NotFound for an unknown title, InvalidArgument for an impossible rating, too many of
    them, or a threshold that is not finite.
    """
    if len(ratings) > _MOST_RATINGS:
        raise TooMany("ratings", f"{len(ratings):,} ratings", _MOST_RATINGS)
    last: dict[int, float] = {}
    for rated, stars in ratings:
        if not (LOWEST <= stars <= HIGHEST and (2 * stars).is_integer()):
            subject = f"The rating of {shown(rated)} is"
            rule = f"it must be between {LOWEST} and {HIGHEST}, in steps of 0.5."
            raise InvalidArgument("ratings", stars, rule, subject)
        last[titles.find(store, rated)] = stars
    title = titles.find(store, title_id)
    known = np.array(list(last), np.int64), np.array(list(last.values()))
    return _verdict(store, store.verdicts.estimator.person(*known), title, threshold, method)


def _verdict(store: Store, person: Person, title: int, threshold: float, method: str) -> Verdict:
    if not isfinite(threshold):
        raise InvalidArgument("threshold", threshold, "it must be a finite number.")
    if method == BEST:
        method = store.verdicts.parameters.best
    value, low, high = store.verdicts.estimator.estimate(person, title, method)
    return Verdict(value > threshold, value, threshold, method, low, high)


def recommended(store: Store, viewer: int, first: int) -> list[Recommended]:
    """Titles that a viewer has not rated, highest estimate first, then by title id: by the best
    method of the snapshot, or the best that ranks all titles at once.

    Raises InvalidArgument unless `first` is between 0 and 50.
    """
    first = check_first(first, MOST_RECOMMENDED)
    parameters, estimator = store.verdicts.parameters, store.verdicts.estimator
    method = parameters.best if parameters.best in RANKING_METHODS else parameters.ranking
    person = estimator.viewer(viewer)
    # Corrections also tell titles apart whose estimates all end at five stars.
    corrections = estimator.all_corrections(person, method)
    corrections[person.titles] = -np.inf
    count = min(first, len(corrections) - len(person.titles))
    best = scoring.best(corrections, count)
    estimates = np.clip(person.mean + corrections[best], LOWEST, HIGHEST)
    return [
        Recommended(title, estimate, method, *estimator.interval(person, estimate, method))
        for title, estimate in zip(best.tolist(), estimates.tolist(), strict=True)
    ]


def summary(evaluation: VerdictEvaluation | None) -> str:
    """What the snapshot's ratings can tell about titles, in plain words."""
    if evaluation is None or not evaluation.measured:
        return "There are too few ratings to measure how good the estimates are."
    best, mean = evaluation.of(evaluation.best), evaluation.of(VIEWER_MEAN)
    everybody, own = evaluation.global_mean.rmse.value, mean.rmse.value
    if best.method == VIEWER_MEAN or best.difference.high >= 0:
        return (
            "These ratings show how generous a viewer is, and next to nothing about which titles "
            f"the viewer likes: an estimate by everybody's mean is off by {everybody:.2f} stars "
            f"(RMSE), by the viewer's own mean by {own:.2f}, and no method that looks at the title "
            "is measurably closer. Two titles differ less in a verdict than two viewers do."
        )
    return (
        f"An estimate by everybody's mean is off by {everybody:.2f} stars (RMSE), by the viewer's "
        f"own mean by {own:.2f}, and by {best.method}, which looks at the title, by "
        f"{best.rmse.value:.2f}."
    )


assert BEST not in METHODS
