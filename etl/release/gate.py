"""etl.release: whether a build may be released: no model that is worse than what serves."""

from __future__ import annotations

from math import hypot, sqrt

import numpy as np

from datastore.base.evaluation import POPULARITY, Estimate, Evaluation, Feedback, Gate

__all__ = ["judge"]

#: Users with held-out games below whom a difference says nothing: half of the interval of an
#: NDCG@10 is about 0.1 then.
_FEWEST_USERS = 50


def judge(
    candidate: Evaluation,
    serving: Evaluation | None,
    *,
    forced: bool,
    first: str = "it is the first build",
    damage: str = "",
    feedback: Feedback | None = None,
) -> Gate:
    """Judge a build by its evaluation and that of the snapshot that serves.

    It is refused when its NDCG@10 does not beat popularity's beyond noise, or is worse than the
    serving model's beyond noise; noise is the 95 % interval of the difference, user by user where
    both were measured on the same held-out games. One too small to be measured and a forced one are
    released, and the reason says so.

    Where `serving` is None there is nothing to compare with: `first` says why, and the build is
    released; or `damage` says why not, and popularity alone is the measure.

    `feedback` tells what became of the lists that have served. Where they did worse than popularity
    beyond noise, their model is no measure, and nothing is refused for being worse than it.
    """
    is_first = serving is None and not damage
    failed = feedback is not None and feedback.hit_rate.high < feedback.popularity.low
    passed, reason = _verdict(candidate, serving, damage, trusted=not failed)
    reason += _heard(feedback)
    if is_first:
        return Gate(True, f"Released: {first}. {reason}", False, True)
    if passed:
        return Gate(True, f"Released. {reason}", False, False)
    if forced:
        return Gate(True, f"Released by --force, against the verdict. {reason}", True, False)
    return Gate(False, f"Not released. {reason} --force releases it all the same.", False, False)


def _heard(feedback: Feedback | None) -> str:
    if feedback is None:
        return ""
    return (
        f" Of {feedback.users:,} users who took up a new game, {_percent(feedback.hit_rate)} found "
        f"it among the first 10 served to them, {_percent(feedback.popularity)} would have among "
        "the most popular."
    )


def _percent(share: Estimate) -> str:
    return f"{share.value:.1%} ({share.low:.1%} to {share.high:.1%})"


def _verdict(
    candidate: Evaluation, serving: Evaluation | None, damage: str, *, trusted: bool
) -> tuple[bool, str]:
    """Whether the build is good enough, and why: whole sentences."""
    if candidate.users < _FEWEST_USERS:
        return True, (
            f"Nothing could be measured: {candidate.users:,} users have games enough to hold some "
            f"out, and {_FEWEST_USERS} are needed."
        )
    model = candidate.rankings[0].ndcg_at_10
    popular = next(own for own in candidate.rankings if own.ranking == POPULARITY)
    beside = f"popularity's {_shown(popular.ndcg_at_10)}"
    if popular.lead.low <= 0:
        return False, (
            f"The model does not beat popularity beyond noise: its NDCG@10 is {_shown(model)}, "
            f"{beside}, and the difference {_shown(popular.lead)}."
        )
    better = f"Its NDCG@10 is {_shown(model)}, {beside}"
    if serving is None:
        compared = (
            f"what serves cannot be compared with: {damage}"
            if damage
            else ("there is no model to compare it with.")
        )
        return True, f"{better}; {compared}"
    if serving.users < _FEWEST_USERS:
        return True, f"{better}; the serving model could not be measured."
    before = serving.rankings[0].ndcg_at_10
    change, noise = _change(candidate, serving)
    compared = (
        f"the serving model's {_shown(before)}, a change of {change:+.3f} ±{noise:.3f}"
        f"{_other_data(candidate, serving)}."
    )
    if change < -noise and trusted:
        return False, (
            "The model is worse than the serving one beyond noise: its NDCG@10 is "
            f"{_shown(model)}, {compared}"
        )
    return True, f"{better}, {compared}"


def _change(candidate: Evaluation, serving: Evaluation) -> tuple[float, float]:
    """Change of NDCG@10, and half of its 95 % interval."""
    if candidate.task and candidate.task == serving.task:
        after, before = (np.frombuffer(own.by_user, np.float32) for own in (candidate, serving))
        by_user = after.astype(np.float64) - before
        return float(by_user.mean()), 1.96 * float(by_user.std()) / sqrt(len(by_user))
    after_, before_ = (own.rankings[0].ndcg_at_10 for own in (candidate, serving))
    return after_.value - before_.value, hypot(_half(after_), _half(before_))


def _other_data(candidate: Evaluation, serving: Evaluation) -> str:
    """Said when the two were measured on different data: the problem may be another one."""
    if candidate.task and candidate.task == serving.task:
        return ""
    return (
        f" (measured on other data, which may be harder or easier: {candidate.users:,} users and "
        f"{candidate.games:,} games, {serving.users:,} and {serving.games:,} before)"
    )


def _half(estimate: Estimate) -> float:
    return (estimate.high - estimate.low) / 2


def _shown(estimate: Estimate) -> str:
    return f"{estimate.value:.3f} ±{_half(estimate):.3f}"
