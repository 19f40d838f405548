"""resolvers: verdicts on titles: would a viewer rate a title above a threshold?

The viewer is one of the snapshot, or somebody whose ratings are given with the question.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from math import isfinite
from typing import NamedTuple

import numpy as np

from datastore.base import scoring
from datastore.base.errors import InvalidArgument, TooMany
from datastore.base.estimates import (
    CONTENT,
    FACTORS,
    HIGHEST,
    ITEM_NEIGHBOURS,
    LOWEST,
    METHODS,
    PEARSON_VIEWERS,
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
    "LIMITS",
    "MOST_RECOMMENDED",
    "THRESHOLD",
    "Basis",
    "Evidence",
    "Finding",
    "Rating",
    "Recommended",
    "Verdict",
    "evidence",
    "finding",
    "for_ratings",
    "for_viewer",
    "reason",
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


class Basis(NamedTuple):
    """What an estimate rests on: the number of the person's other ratings, their mean in stars, and
    that mean shrunk to the mean of all ratings."""

    ratings: int
    mean: float
    shrunk_mean: float


class Verdict(NamedTuple):
    """An estimated rating and its 80 % interval, in stars; whether it is above the threshold, and
    the method of the estimate. `own_rating` is the person's rating of the title, which does not
    count; `is_given` is whether the ratings were given with the question."""

    recommended: bool
    title: int
    estimate: float
    threshold: float
    method: str
    low: float
    high: float
    basis: Basis
    own_rating: float | None = None
    is_given: bool = False


class Recommended(NamedTuple):
    """A title that a viewer has not rated, with the estimated rating and its interval."""

    title: int
    estimate: float
    method: str
    low: float
    high: float
    basis: Basis
    is_given: bool = False


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
    person = store.verdicts.estimator.person(*known)
    return _verdict(store, person, title, threshold, method)._replace(is_given=True)


def _verdict(store: Store, person: Person, title: int, threshold: float, method: str) -> Verdict:
    if not isfinite(threshold):
        raise InvalidArgument("threshold", threshold, "it must be a finite number.")
    if method == BEST:
        method = store.verdicts.parameters.best
    others = store.verdicts.estimator.before(person, title)
    value, low, high = store.verdicts.estimator.estimate(others, title, method)
    own = person.rating(title)
    basis = _basis(others)
    return Verdict(value > threshold, title, value, threshold, method, low, high, basis, own)


def _basis(person: Person) -> Basis:
    count = len(person.stars)
    mean = float(person.stars.sum()) / count if count else person.mean
    return Basis(count, mean, person.mean)


def recommended(store: Store, viewer: int, first: int) -> list[Recommended]:
    """Titles that a viewer has not rated, highest estimate first, then by title id: by the best
    method of the snapshot, or the best that ranks all titles at once.

    Raises InvalidArgument unless `first` is between 0 and 50.
    """
    first = check_first(first, MOST_RECOMMENDED)
    parameters, estimator = store.verdicts.parameters, store.verdicts.estimator
    method = parameters.best if parameters.best in RANKING_METHODS else parameters.ranking
    person = estimator.viewer(viewer)
    basis = _basis(person)
    # Corrections also tell titles apart whose estimates all end at five stars.
    corrections = estimator.all_corrections(person, method)
    corrections[person.titles] = -np.inf
    count = min(first, len(corrections) - len(person.titles))
    best = scoring.best(corrections, count)
    estimates = np.clip(person.mean + corrections[best], LOWEST, HIGHEST)
    return [
        Recommended(title, estimate, method, *estimator.interval(person, estimate, method), basis)
        for title, estimate in zip(best.tolist(), estimates.tolist(), strict=True)
    ]


#: What moves a person's mean, by method; `{who}` is the person.
_EVIDENCE = {
    PEARSON_VIEWERS: "what other viewers gave this title, weighted by how alike they rate",
    ITEM_NEIGHBOURS: "what {who} gave titles that are rated like this one",
    CONTENT: "what {who} gave titles with the same genres, cast or directors",
    FACTORS: "a pattern found in all ratings (matrix factorization)",
}
#: The least change that is named, in stars.
_LEAST_CHANGE = 0.005


class Evidence(NamedTuple):
    """What an estimate rests on, as numbers: see `Basis`; `change` is what the method adds to the
    shrunk mean, in stars, and `is_better_than_mean` whether it has been measured to do better than
    that mean; None for VIEWER_MEAN, and if nothing was measured."""

    ratings: int
    mean: float
    shrunk_mean: float
    change: float
    is_better_than_mean: bool | None


def evidence(store: Store, answer: Verdict | Recommended) -> Evidence:
    """What an estimate rests on."""
    basis, evaluation = answer.basis, store.verdicts.evaluation
    better: bool | None = None
    if answer.method != VIEWER_MEAN and evaluation and evaluation.measured:
        better = evaluation.of(answer.method).difference.high < 0
    return Evidence(*basis, answer.estimate - basis.shrunk_mean, better)


def reason(store: Store, answer: Verdict | Recommended) -> str:
    """What an estimate rests on, in plain words: whether the title plays a part in it, which part,
    and whether the method has been measured to be better than the viewer's mean."""
    average = _average(answer)
    if answer.method == VIEWER_MEAN:
        return f"The title plays no part: the estimate is {average}, the same for every title."
    *_, change, is_better_than_mean = evidence(store, answer)
    source = _EVIDENCE[answer.method].format(who="you" if answer.is_given else "the viewer")
    if abs(change) < _LEAST_CHANGE:
        sentence = (
            f"The title plays next to no part: the estimate is {average}, hardly changed by "
            f"{source}."
        )
    else:
        verb = "raised" if change > 0 else "lowered"
        sentence = f"The estimate is {average}, {verb} by {abs(change):.2f} stars by {source}."
    if is_better_than_mean is False:
        sentence += (
            " On held-out ratings, this method does no better than a viewer's average alone."
        )
    return sentence


def _average(answer: Verdict | Recommended) -> str:
    """The mean of a person's ratings, in words: "you" is the person who gives the ratings."""
    basis = answer.basis
    who, whose = ("you", "your") if answer.is_given else ("the viewer", "the viewer's")
    shrunk = f"{basis.shrunk_mean:.2f}"
    other = "other " if isinstance(answer, Verdict) and answer.own_rating is not None else ""
    if not basis.ratings:
        none = f"there are no {other}ratings by {who}"
        return f"the average of all ratings ({shrunk} stars), as {none}"
    own = (
        f"the average of {whose} {basis.ratings:,} {other}ratings"
        if basis.ratings > 1
        else f"{whose} only {other}rating"
    )
    if abs(basis.mean - basis.shrunk_mean) < _LEAST_CHANGE:
        return f"{own} ({shrunk} stars)"
    return f"{own} ({basis.mean:.2f} stars, {shrunk} when weighed against everybody's)"


#: What the ratings cannot show.
LIMITS = [
    "Only ratings that somebody gave can be measured. How a viewer would rate a title that nobody "
    "like the viewer chooses to watch is unknown.",
    "With few ratings of a viewer or of a title, the estimate is close to an average.",
    "When a rating was given plays no part: a taste that changes is not followed.",
    "An interval is two to three stars wide because ratings by one viewer differ that much; it is "
    "right for 80% of ratings on average, not for each viewer.",
    "Similar titles do not depend on ratings, and no ratings have been used to judge them.",
]


class Finding(StrEnum):
    """What the snapshot's ratings can tell about titles."""

    NOT_MEASURED = "NOT_MEASURED"
    TITLE_MATTERS = "TITLE_MATTERS"
    VIEWER_MATTERS = "VIEWER_MATTERS"
    NOTHING_MATTERS = "NOTHING_MATTERS"


def finding(evaluation: VerdictEvaluation | None) -> Finding:
    """Whether anything beats the viewer's mean, and that the mean of all ratings."""
    if evaluation is None or not evaluation.measured:
        return Finding.NOT_MEASURED
    best = evaluation.of(evaluation.best)
    if best.method != VIEWER_MEAN and best.difference.high < 0:
        return Finding.TITLE_MATTERS
    if evaluation.global_mean.difference.low <= 0:
        return Finding.NOTHING_MATTERS
    return Finding.VIEWER_MATTERS


def summary(evaluation: VerdictEvaluation | None) -> str:
    """What the snapshot's ratings can tell about titles, in plain words."""
    found = finding(evaluation)
    if evaluation is None or found is Finding.NOT_MEASURED:
        return "There are too few ratings to measure how good the estimates are."
    best, mean = evaluation.of(evaluation.best), evaluation.of(VIEWER_MEAN)
    everybody, own = evaluation.global_mean.rmse.value, mean.rmse.value
    baseline = f"Guessing the average of all ratings would be off by {everybody:.2f} stars."
    if found is Finding.TITLE_MATTERS:
        return (
            f"An estimate is off by about {best.rmse.value:.2f} stars (RMSE). The best method, "
            f"{best.method}, looks at the title and is measurably closer than the viewer's own "
            f"average, which is off by {own:.2f} stars: a verdict says something about the title. "
            f"{baseline}"
        )
    if found is Finding.NOTHING_MATTERS:
        return (
            f"An estimate is off by about {own:.2f} stars (RMSE). Guessing the average of all "
            f"ratings, off by {everybody:.2f} stars, is as good as anything that looks at the "
            "viewer or the title, so a verdict tells next to nothing. Use similar titles instead."
        )
    return (
        f"An estimate is off by about {own:.2f} stars (RMSE). Guessing the viewer's own average is "
        "as good as anything that looks at the title, so a verdict says whether the viewer is "
        "generous, not whether the title suits the viewer. Use similar titles instead. "
        f"{baseline}"
    )


assert BEST not in METHODS
