"""etl.release: the release gate: no model is released that is worse than the live one.

`judge` returns the verdict as data; `etl.release.gate_reason` puts it into words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from math import hypot, sqrt

import numpy as np

from datastore.base.evaluation import POPULARITY, Estimate, Evaluation, Feedback, Metrics, Slice

__all__ = [
    "FEWEST_USERS",
    "Change",
    "Comparison",
    "Decline",
    "Finding",
    "LiveModel",
    "Verdict",
    "judge",
]

#: Users with held-out games below whom a difference means nothing: half of the interval of an
#: NDCG@10 is about 0.1 then.
FEWEST_USERS = 50


class Finding(Enum):
    """What decides a verdict."""

    TOO_SMALL = "too few users to measure"
    NOT_ABOVE_POPULARITY = "does not beat popularity"
    NO_LIVE_MODEL = "no live model"
    LIVE_MODEL_UNREADABLE = "the live evaluation is missing or damaged"
    LIVE_MODEL_UNMEASURED = "the live data has too few users to measure"
    WORSE = "worse than the live model"
    NOT_WORSE = "as good as the live model, or better"


class Comparison(Enum):
    """What two models were measured on."""

    SAME_SPLIT = "the same held-out games"
    OTHER_SEED = "the same data, split by another seed"
    OTHER_DATA = "other data, split by the same seed"
    OTHER_DATA_AND_SEED = "other data, split by another seed"
    OTHER_PROTOCOL = "the same data and seed, split in another way"


@dataclass(frozen=True, slots=True)
class LiveModel:
    """The figures of the live model, or why there are none to compare with.

    `first` is why the build is the first of its kind, `damage` what is wrong with the live
    evaluation; at most one of the three is given. `other_format` is the format of a live snapshot
    that is unreadable because another version of playgraph has written it. `same_data` is whether
    the candidate was built from the same data.
    """

    evaluation: Evaluation | None = None
    first: str = ""
    damage: str = ""
    other_format: int | None = None
    same_data: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """The difference of NDCG@10 between two models, half of its 95 % interval, and what they were
    measured on."""

    value: float
    half: float
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class Decline:
    """A further figure that is worse than the live model's beyond noise.

    It does not stop a release: one figure in forty of an equal model is that much worse by chance,
    so each further one that stops would refuse good models. People read it.
    """

    name: str
    value: Estimate
    live: Estimate
    change: float
    half: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a candidate may be released, and everything that decided it."""

    passed: bool
    finding: Finding
    candidate: Evaluation
    live: LiveModel
    change: Change | None = None
    feedback: Feedback | None = None
    declines: Sequence[Decline] = ()

    @property
    def model(self) -> Metrics:
        """The candidate's own figures."""
        return self.candidate.rankings[0]

    @property
    def popularity(self) -> Metrics:
        """Those of the most popular games, on the same held-out games."""
        return next(ranking for ranking in self.candidate.rankings if ranking.ranking == POPULARITY)


def judge(candidate: Evaluation, live: LiveModel, feedback: Feedback | None = None) -> Verdict:
    """Judge a candidate by its evaluation and the live model's.

    It does not pass when its NDCG@10 does not beat popularity's beyond noise, or is worse than the
    live model's beyond noise. Noise is the 95 % interval of the difference: user by user where both
    were measured on the same held-out games, else of two independent samples.

    `feedback` is about the lists of the live model. Where they did worse than popularity beyond
    noise, no candidate fails for being worse than that model.
    """
    change = None
    declines: list[Decline] = []
    if candidate.users < FEWEST_USERS:
        finding = Finding.TOO_SMALL
    elif (
        next(ranking for ranking in candidate.rankings if ranking.ranking == POPULARITY).lead.low
        <= 0
    ):
        finding = Finding.NOT_ABOVE_POPULARITY
    elif live.evaluation is None:
        finding = Finding.LIVE_MODEL_UNREADABLE if live.damage else Finding.NO_LIVE_MODEL
    elif live.evaluation.users < FEWEST_USERS:
        finding = Finding.LIVE_MODEL_UNMEASURED
    else:
        change = _change(candidate, live.evaluation, same_data=live.same_data)
        declines = _declines(candidate, live.evaluation)
        failed = feedback is not None and feedback.hit_rate.high < feedback.popularity.low
        worse = change.value < -change.half and not failed
        finding = Finding.WORSE if worse else Finding.NOT_WORSE
    passed = finding not in (Finding.NOT_ABOVE_POPULARITY, Finding.WORSE)
    return Verdict(passed, finding, candidate, live, change, feedback, declines)


def _change(candidate: Evaluation, live: Evaluation, *, same_data: bool) -> Change:
    comparison = _comparison(candidate, live, same_data=same_data)
    if comparison is Comparison.SAME_SPLIT:
        return Change(*_paired(candidate.by_user, live.by_user), comparison)
    new, old = (evaluation.rankings[0].ndcg_at_10 for evaluation in (candidate, live))
    return Change(*_difference(new, old), comparison)


def _declines(candidate: Evaluation, live: Evaluation) -> list[Decline]:
    """What both models were measured by, and is worse."""
    same_task = bool(candidate.task) and candidate.task == live.task
    earlier = {part.name: part for part in live.slices}
    declines = []
    for part in candidate.slices:
        before = earlier.get(part.name)
        if before is None or min(part.users, before.users) < FEWEST_USERS:
            continue
        new, old = (side.rankings[0].ndcg_at_10 for side in (part, before))
        paired = same_task and _is_paired(part, before)
        difference = _paired(part.by_user, before.by_user) if paired else _difference(new, old)
        declines.append(Decline(f"NDCG@10 of {part.name}", new, old, *difference))
    if candidate.similar and live.similar:
        new, old = (side.similar[0].coplay for side in (candidate, live))
        declines.append(
            Decline("similar games by held-out co-play", new, old, *_difference(new, old))
        )
        tags, earlier_tags = (side.similar[0].tags for side in (candidate, live))
        if tags is not None and earlier_tags is not None:
            difference = _difference(tags, earlier_tags)
            declines.append(
                Decline("similar games by held-out tags", tags, earlier_tags, *difference)
            )
    return [decline for decline in declines if decline.change < -decline.half]


def _is_paired(part: Slice, before: Slice) -> bool:
    """Whether both have the figures of each user, who are the same if the whole task is."""
    return bool(part.by_user) and len(part.by_user) == len(before.by_user)


def _paired(after: bytes, before: bytes) -> tuple[float, float]:
    """The mean difference user by user, and half of its interval."""
    new, old = (np.frombuffer(values, np.float32).astype(np.float64) for values in (after, before))
    by_user = new - old
    return float(by_user.mean()), 1.96 * float(by_user.std()) / sqrt(len(by_user))


def _difference(new: Estimate, old: Estimate) -> tuple[float, float]:
    """The difference of two independent figures, and half of its interval."""
    return new.value - old.value, hypot(_half(new), _half(old))


def _comparison(candidate: Evaluation, live: Evaluation, *, same_data: bool) -> Comparison:
    if candidate.task and candidate.task == live.task:
        return Comparison.SAME_SPLIT
    if candidate.seed == live.seed:
        return Comparison.OTHER_PROTOCOL if same_data else Comparison.OTHER_DATA
    return Comparison.OTHER_SEED if same_data else Comparison.OTHER_DATA_AND_SEED


def _half(estimate: Estimate) -> float:
    return (estimate.high - estimate.low) / 2
