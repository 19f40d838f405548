"""etl.release: the verdict of the release gate in whole sentences."""

from __future__ import annotations

from collections.abc import Sequence

from datastore.base.evaluation import Estimate, Evaluation, Feedback
from datastore.base.gate import Gate
from datastore.base.plural import counted
from etl.release.gate import FEWEST_USERS, Comparison, Finding, Verdict

__all__ = ["FORCE", "gate", "with_refusals"]

#: The last sentence of a refusal.
FORCE = "--force releases it anyway."


def gate(verdict: Verdict, *, forced: bool) -> Gate:
    """Decide whether a candidate is released, with the reason in words.

    A first build is always released, and so is a forced one; the reason states it.
    """
    reason = _finding(verdict) + _declines(verdict) + _feedback(verdict.feedback)
    if verdict.live.first:
        return Gate(True, f"Released: {verdict.live.first}. {reason}", forced=False, first=True)
    if verdict.passed:
        return Gate(True, f"Released. {reason}", forced=False, first=False)
    if forced:
        reason = f"Released by --force despite the verdict. {reason}"
        return Gate(True, reason, forced=True, first=False)
    return Gate(False, f"Not released. {reason} {FORCE}", forced=False, first=False)


def with_refusals(gate: Gate, refusals: Sequence[str], *, forced: bool) -> Gate:
    """The verdict when other models must not be released, for these reasons."""
    if not refusals:
        return gate
    reasons = f"{' '.join(refusals)} {gate.reason}"
    if forced:
        reason = f"Released by --force despite the verdict. {reasons}"
        return Gate(True, reason, forced=True, first=False)
    return Gate(False, f"Not released. {reasons} {FORCE}", forced=False, first=False)


def _finding(verdict: Verdict) -> str:
    candidate, live = verdict.candidate, verdict.live
    if verdict.finding is Finding.TOO_SMALL:
        return (
            f"Nothing could be measured: {counted(candidate.users, 'user')} with enough games to "
            f"hold some out; {FEWEST_USERS} are needed."
        )
    ndcg, popularity = _shown(verdict.model.ndcg_at_10), verdict.popularity
    beside = f"popularity's {_shown(popularity.ndcg_at_10)}"
    measure = "NDCG@10 (quality of its lists; 1 is perfect)"
    better = f"The recommender's {measure} is {ndcg}, {beside}"
    match verdict.finding:
        case Finding.NOT_ABOVE_POPULARITY:
            return (
                f"The recommender does not beat popularity beyond noise: its {measure} is {ndcg}, "
                f"{beside}, and the difference is {_shown(popularity.lead)}."
            )
        case Finding.NO_LIVE_MODEL:
            return f"{better}; there is no live recommender to compare it with."
        case Finding.LIVE_MODEL_UNREADABLE if live.other_format is not None:
            return (
                f"{better}; the live snapshot is of another version (format {live.other_format}), "
                "so it cannot be compared."
            )
        case Finding.LIVE_MODEL_UNREADABLE:
            return f"{better}; it cannot be compared with the live model: {live.damage}"
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
            f"The recommender is worse than the live one beyond noise: its {measure} is {ndcg}, "
            f"{compared}"
        )
    return f"{better}, {compared}"


def _measured_on(comparison: Comparison, candidate: Evaluation, live: Evaluation) -> str:
    """Why two figures are not compared user by user: one task may be harder than the other."""
    size = (
        f"which may be harder or easier: {candidate.users:,} users and {candidate.games:,} games, "
        f"previously {live.users:,} and {live.games:,}"
    )
    seeds = f"seed {candidate.seed}, previously {live.seed}"
    match comparison:
        case Comparison.SAME_SPLIT:
            return ""
        case Comparison.OTHER_SEED:
            return f" (measured on different held-out games of the same data: {seeds})"
        case Comparison.OTHER_PROTOCOL:
            return (
                " (measured on different held-out games of the same data, by another version of "
                "playgraph)"
            )
        case Comparison.OTHER_DATA:
            return f" (measured on different data, {size})"
        case Comparison.OTHER_DATA_AND_SEED:
            return f" (measured on different data, {size}; {seeds})"


def _declines(verdict: Verdict) -> str:
    if not verdict.declines:
        return ""
    figures = "; ".join(
        f"{decline.name} {_shown(decline.value)}, previously {_shown(decline.live)}, a change of "
        f"{decline.change:+.3f} ±{decline.half:.3f}"
        for decline in verdict.declines
    )
    return f" Worse beyond noise, which does not stop a release: {figures}."


def _feedback(feedback: Feedback | None) -> str:
    if feedback is None:
        return ""
    return (
        f" Of {counted(feedback.users, 'user')} who started a new game, "
        f"{_percent(feedback.hit_rate)} had it in the top 10 served to them; the most popular "
        f"games would have had it for "
        f"{_percent(feedback.popularity)}."
    )


def _percent(share: Estimate) -> str:
    return f"{share.value:.1%} ({share.low:.1%} to {share.high:.1%})"


def _shown(estimate: Estimate) -> str:
    return f"{estimate.value:.3f} ±{(estimate.high - estimate.low) / 2:.3f}"
