"""etl.release: the reason that the release gate gives, in whole sentences."""

from __future__ import annotations

from datastore.base.evaluation import Estimate, Evaluation, Feedback, Gate
from etl.release.gate import FEWEST_USERS, Comparison, Finding, Verdict

__all__ = ["FORCE", "gate"]

#: What a refusal ends with.
FORCE = "--force releases it all the same."


def gate(verdict: Verdict, *, forced: bool) -> Gate:
    """Whether a candidate is released, and the reason.

    The first of its kind always is, and so is a forced one; the reason says so.
    """
    reason = _finding(verdict) + _feedback(verdict.feedback)
    if verdict.live.first:
        return Gate(True, f"Released: {verdict.live.first}. {reason}", forced=False, first=True)
    if verdict.passed:
        return Gate(True, f"Released. {reason}", forced=False, first=False)
    if forced:
        reason = f"Released by --force, against the verdict. {reason}"
        return Gate(True, reason, forced=True, first=False)
    return Gate(False, f"Not released. {reason} {FORCE}", forced=False, first=False)


def _finding(verdict: Verdict) -> str:
    candidate, live = verdict.candidate, verdict.live
    if verdict.finding is Finding.TOO_SMALL:
        return (
            f"Nothing could be measured: {candidate.users:,} users have games enough to hold some "
            f"out, and {FEWEST_USERS} are needed."
        )
    ndcg, popularity = _shown(verdict.model.ndcg_at_10), verdict.popularity
    beside = f"popularity's {_shown(popularity.ndcg_at_10)}"
    better = f"Its NDCG@10 is {ndcg}, {beside}"
    match verdict.finding:
        case Finding.NOT_ABOVE_POPULARITY:
            return (
                f"The model does not beat popularity beyond noise: its NDCG@10 is {ndcg}, "
                f"{beside}, and the difference {_shown(popularity.lead)}."
            )
        case Finding.NO_LIVE_MODEL:
            return f"{better}; there is no model to compare it with."
        case Finding.LIVE_MODEL_UNREADABLE:
            return f"{better}; the live model cannot be compared with: {live.damage}"
        case Finding.LIVE_MODEL_UNMEASURED:
            return f"{better}; the live model could not be measured."
    assert verdict.change is not None
    assert live.evaluation is not None
    change = verdict.change
    compared = (
        f"the live model's {_shown(live.evaluation.rankings[0].ndcg_at_10)}, a change of "
        f"{change.value:+.3f} ±{change.half:.3f}"
        f"{_measured_on(change.comparison, candidate, live.evaluation)}."
    )
    if verdict.finding is Finding.WORSE:
        return (
            f"The model is worse than the live one beyond noise: its NDCG@10 is {ndcg}, {compared}"
        )
    return f"{better}, {compared}"


def _measured_on(comparison: Comparison, candidate: Evaluation, live: Evaluation) -> str:
    """Why two figures are not compared user by user: either may have had the harder task."""
    size = (
        f"which may be harder or easier: {candidate.users:,} users and {candidate.games:,} games, "
        f"{live.users:,} and {live.games:,} before"
    )
    seeds = f"seed {candidate.seed}, {live.seed} before"
    match comparison:
        case Comparison.SAME_SPLIT:
            return ""
        case Comparison.OTHER_SEED:
            return f" (measured on other held-out games of the same data: {seeds})"
        case Comparison.OTHER_PROTOCOL:
            return " (measured on other held-out games of the same data, by another playgraph)"
        case Comparison.OTHER_DATA:
            return f" (measured on other data, {size})"
        case Comparison.OTHER_DATA_AND_SEED:
            return f" (measured on other data, {size}; {seeds})"


def _feedback(feedback: Feedback | None) -> str:
    if feedback is None:
        return ""
    return (
        f" Of {feedback.users:,} users who took up a new game, {_percent(feedback.hit_rate)} found "
        f"it among the first 10 served to them, {_percent(feedback.popularity)} would have among "
        "the most popular."
    )


def _percent(share: Estimate) -> str:
    return f"{share.value:.1%} ({share.low:.1%} to {share.high:.1%})"


def _shown(estimate: Estimate) -> str:
    return f"{estimate.value:.3f} ±{(estimate.high - estimate.low) / 2:.3f}"
