"""The release gate: a verdict for each case, and one sentence for each verdict."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from datastore.base.evaluation import (
    Estimate,
    Evaluation,
    Feedback,
    Metrics,
    SimilarMetrics,
    Slice,
)
from datastore.base.gate import Gate
from etl.release import gate_reason
from etl.release.gate import Comparison, Finding, LiveModel, Verdict
from etl.release.gate import judge as verdict_on


def around(value: float, half: float = 0.006) -> Estimate:
    return Estimate(value, value - half, value + half)


def measured(
    model: float, popular: float = 0.15, half: float = 0.006, **changed: int
) -> Evaluation:
    """An evaluation of which only NDCG@10 is of interest."""
    zero = around(0, 0)

    def row(name: str, ndcg: float) -> Metrics:
        lead = around(model - ndcg, half)
        return Metrics(name, around(ndcg, half), zero, zero, zero, zero, zero, lead)

    rankings = [row("as served", model), row("popularity", popular), row("EASE", 0.9)]
    facts = {"users": 7_296, "games": 1_546, "held_out": 19_281} | changed
    return Evaluation(seed=0, rankings=rankings, slices=[], similar=[], **facts)


NOTHING = Evaluation(0, 0, 0, 0, [], [], [])
LIVE = measured(0.4)


def judge(
    candidate: Evaluation,
    live: Evaluation | None,
    *,
    forced: bool,
    first: str = "first build",
    damage: str = "",
    feedback: Feedback | None = None,
) -> Gate:
    known = LiveModel(live, "" if live or damage else first, damage)
    return gate_reason.gate(verdict_on(candidate, known, feedback), forced=forced)


def test_a_first_build_is_released_and_says_so() -> None:
    gate = judge(measured(0.397), None, forced=False)
    assert (gate.released, gate.first, gate.forced) == (True, True, False)
    assert gate.reason == (
        "Released: first build. The recommender's NDCG@10 (quality of its lists; 1 is perfect) is "
        "0.397 ±0.006, popularity's 0.150 ±0.006; there is no live recommender to compare it with."
    )


def test_a_first_build_is_released_even_when_it_is_no_better_than_popularity() -> None:
    gate = judge(measured(0.1), None, forced=False)
    assert gate.released
    assert gate.reason.startswith("Released: first build. The recommender does not beat pop")


@pytest.mark.parametrize("ndcg", [0.394, 0.4, 0.45])
def test_a_build_as_good_as_the_live_one_is_released(ndcg: float) -> None:
    gate = judge(measured(ndcg), LIVE, forced=False)
    assert (gate.released, gate.first, gate.forced) == (True, False, False)
    assert gate.reason == (
        f"Released. The recommender's NDCG@10 (quality of its lists; 1 is perfect) is "
        f"{ndcg:.3f} ±0.006, popularity's 0.150 ±0.006, the live "
        f"model's 0.400 ±0.006, a change of {ndcg - 0.4:+.3f} ±0.008 (measured on different data, "
        "which may be harder or easier: 7,296 users and 1,546 games, previously 7,296 and 1,546)."
    )


def test_a_build_worse_than_the_live_one_is_not_released() -> None:
    gate = judge(measured(0.39), LIVE, forced=False)
    assert (gate.released, gate.first, gate.forced) == (False, False, False)
    assert gate.reason == (
        "Not released. The recommender is worse than the live one beyond noise: its NDCG@10 "
        "(quality of its lists; 1 is perfect) is 0.390 ±0.006, the live model's 0.400 ±0.006, a "
        "change of -0.010 ±0.008 (measured on "
        "different data, which may be harder or easier: 7,296 users and 1,546 games, previously "
        "7,296 "
        "and 1,546). "
        "--force releases it anyway."
    )


def test_what_is_worse_within_the_noise_is_released() -> None:
    assert judge(measured(0.392), LIVE, forced=False).released
    assert judge(measured(0.3, half=0.2), LIVE, forced=False).released is False
    assert judge(measured(0.38, 0.05, half=0.05), LIVE, forced=False).released


def test_different_data_is_named_because_it_may_be_harder() -> None:
    gate = judge(measured(0.3, users=40_000, games=4_000), LIVE, forced=False)
    assert not gate.released
    assert (
        "(measured on different data, which may be harder or easier: 40,000 users and 4,000 games, "
        "previously 7,296 and 1,546)" in gate.reason
    )


@pytest.mark.parametrize("popular", [0.4, 0.395])
def test_a_build_that_does_not_beat_popularity_is_not_released(popular: float) -> None:
    gate = judge(measured(0.4, popular), LIVE, forced=False)
    assert not gate.released
    assert gate.reason == (
        "Not released. The recommender does not beat popularity beyond noise: its NDCG@10 "
        "(quality of its lists; 1 is perfect) is "
        f"0.400 ±0.006, popularity's {popular:.3f} ±0.006, and the difference is "
        f"{0.4 - popular:.3f} ±0.006. --force releases it anyway."
    )


def test_a_forced_build_is_released_with_the_reason_of_the_refusal() -> None:
    refused = judge(measured(0.39), LIVE, forced=False)
    gate = judge(measured(0.39), LIVE, forced=True)
    assert (gate.released, gate.first, gate.forced) == (True, False, True)
    assert gate.reason == refused.reason.replace(
        "Not released.", "Released by --force despite the verdict."
    ).removesuffix(" --force releases it anyway.")


@pytest.mark.parametrize("serving", [None, LIVE])
def test_force_that_was_not_needed_is_not_claimed(serving: Evaluation | None) -> None:
    gate = judge(LIVE, serving, forced=True)
    assert (gate.released, gate.forced) == (True, False)
    assert "force" not in gate.reason


@pytest.mark.parametrize("serving", [LIVE, NOTHING])
@pytest.mark.parametrize("users", [0, 1, 49])
def test_a_dataset_too_small_to_measure_is_released_and_the_reason_says_so(
    users: int, serving: Evaluation
) -> None:
    small = msgspec.structs.replace(NOTHING if not users else measured(0.1), users=users)
    gate = judge(small, serving, forced=False)
    assert gate.released
    assert gate.reason == (
        f"Released. Nothing could be measured: {users} user{'s' if users != 1 else ''} with enough "
        "games to hold some out; 50 are needed."
    )


# ---------------------------------------------------------------- further figures


def by_user(*values: float) -> bytes:
    return np.array(values * 50, np.float32).tobytes()


def with_slice(
    evaluation: Evaluation, ndcg: float, by_user: bytes = b"", *, users: int = 100, task: str = ""
) -> Evaluation:
    (row, *_) = measured(ndcg).rankings
    part = Slice("of late", "", 200, users, [row] if users else [], by_user)
    return msgspec.structs.replace(evaluation, slices=[part], task=task, by_user=by_user)


def test_a_slice_that_is_worse_is_reported_and_does_not_stop_a_release() -> None:
    gate = judge(with_slice(LIVE, 0.1), with_slice(LIVE, 0.13), forced=False)
    assert gate.released
    assert gate.reason.endswith(
        " Worse beyond noise, which does not stop a release: NDCG@10 of of late 0.100 ±0.006, "
        "previously 0.130 ±0.006, a change of -0.030 ±0.008."
    )


def test_a_slice_that_is_better_or_equal_or_new_or_small_is_not_mentioned() -> None:
    equal = judge(LIVE, LIVE, forced=False).reason
    for new, old, users in ((0.13, 0.1, 100), (0.125, 0.13, 100), (0.1, 0.13, 49), (0.1, 0.1, 0)):
        candidate, live = (with_slice(LIVE, ndcg, users=users) for ndcg in (new, old))
        assert judge(candidate, live, forced=False).reason == equal
    assert judge(with_slice(LIVE, 0.1), LIVE, forced=False).reason == equal


def test_slices_of_the_same_task_are_compared_user_by_user() -> None:
    values = [(0.10, 0.30), (0.12, 0.31)]
    candidate, live = (with_slice(LIVE, 0.2, by_user(*own), task="t") for own in values)
    reason = judge(candidate, live, forced=False).reason
    assert "NDCG@10 of of late 0.200 ±0.006, previously 0.200 ±0.006, a change of -0.015" in reason
    other = msgspec.structs.replace(live, task="other")
    assert "of late" not in judge(candidate, other, forced=False).reason


def test_similar_games_that_are_worse_are_reported() -> None:
    def alike(coplay: float, tags: float | None) -> Evaluation:
        estimates = around(coplay, 0.005), None if tags is None else around(tags, 0.05)
        rows = [SimilarMetrics("as served", *estimates), SimilarMetrics("ALS", *estimates)]
        return msgspec.structs.replace(LIVE, similar=rows)

    equal = judge(LIVE, LIVE, forced=False).reason
    gate = judge(alike(0.22, 1.3), alike(0.24, 1.5), forced=False)
    assert gate.released
    assert "similar games by held-out co-play 0.220 ±0.005, previously 0.240 ±0.005" in gate.reason
    assert "similar games by held-out tags 1.300 ±0.050, previously 1.500 ±0.050" in gate.reason
    assert judge(alike(0.24, 1.5), alike(0.22, 1.3), forced=False).reason == equal
    assert judge(alike(0.24, None), alike(0.24, 1.5), forced=False).reason == equal


def test_fifty_users_are_enough() -> None:
    assert not judge(measured(0.1, users=50), LIVE, forced=False).released


def test_after_a_dataset_too_small_to_measure_only_popularity_counts() -> None:
    gate = judge(measured(0.3), NOTHING, forced=False)
    assert gate.released
    assert gate.reason.endswith("; the live model could not be measured.")
    assert not judge(measured(0.1), NOTHING, forced=False).released


def heard(hit_rate: float, popularity: float, half: float = 0.01) -> Feedback:
    rate, popular = (Estimate(v, v - half, v + half) for v in (hit_rate, popularity))
    return Feedback("abc", 1_200, round(1_200 * hit_rate), rate, popular)


def test_the_reason_reports_the_hit_rate_of_the_served_lists() -> None:
    gate = judge(measured(0.41), LIVE, forced=False, feedback=heard(0.253, 0.1))
    assert gate.reason.endswith(
        " Of 1,200 users who started a new game, 25.3% (24.3% to 26.3%) had it in the top 10 "
        "served to them; the most popular games would have had it for 10.0% (9.0% to 11.0%)."
    )


def test_a_model_that_failed_its_users_refuses_no_other() -> None:
    assert not judge(measured(0.3), LIVE, forced=False, feedback=heard(0.1, 0.11)).released
    assert judge(measured(0.3), LIVE, forced=False, feedback=heard(0.1, 0.2)).released
    assert not judge(measured(0.1), LIVE, forced=False, feedback=heard(0.1, 0.2)).released


def alike(by_user: list[float]) -> Evaluation:
    """Measured on one and the same task."""
    ndcg = np.array(by_user, np.float32)
    return msgspec.structs.replace(
        measured(float(ndcg.mean()), half=0.05), task="same", by_user=ndcg.tobytes()
    )


def test_on_the_same_held_out_games_models_are_compared_user_by_user() -> None:
    rng = np.random.default_rng(1)
    before = rng.random(1_000)
    worse = before - 0.01 + rng.normal(0, 0.05, 1_000)
    gate = judge(alike(worse.tolist()), alike(before.tolist()), forced=False)
    assert not gate.released
    assert "a change of -0.009 ±0.003." in gate.reason
    assert judge(alike(before.tolist()), alike(before.tolist()), forced=False).released
    assert judge(alike(before.tolist()), alike(worse.tolist()), forced=False).released


def test_an_unreadable_live_evaluation_does_not_make_a_build_the_first() -> None:
    gate = judge(measured(0.3), None, forced=False, damage="It is damaged.")
    assert (gate.released, gate.first) == (True, False)
    assert gate.reason.endswith("; it cannot be compared with the live model: It is damaged.")
    assert not judge(measured(0.1), None, forced=False, damage="It is damaged.").released


def test_a_live_snapshot_of_another_version_is_not_called_damaged() -> None:
    live = LiveModel(damage="Snapshot s has format 7: build again.", other_format=7)
    gate = gate_reason.gate(verdict_on(measured(0.3), live, None), forced=False)
    assert (gate.released, gate.first) == (True, False)
    assert gate.reason.endswith(
        "; the live snapshot is of another version (format 7), so it cannot be compared."
    )


def test_a_first_build_names_its_kind() -> None:
    gate = judge(measured(0.1), None, forced=False, first="first build of real data")
    assert gate.first
    assert gate.reason.startswith("Released: first build of real data. The recommender does")


@pytest.mark.parametrize(
    ("seed", "same_data", "comparison", "words"),
    [
        (5, True, Comparison.OTHER_SEED,
         " (measured on different held-out games of the same data: seed 5, previously 0)."),
        (0, True, Comparison.OTHER_PROTOCOL,
         " (measured on different held-out games of the same data, by another version of "
         "playgraph)."),
        (0, False, Comparison.OTHER_DATA,
         " (measured on different data, which may be harder or easier: 7,296 users and 1,546 "
         "games, "
         "previously 7,296 and 1,546)."),
        (5, False, Comparison.OTHER_DATA_AND_SEED,
         " (measured on different data, which may be harder or easier: 7,296 users and 1,546 "
         "games, "
         "previously 7,296 and 1,546; seed 5, previously 0)."),
    ],
)  # fmt: skip
def test_the_reason_states_what_both_models_were_measured_on(
    seed: int, same_data: bool, comparison: Comparison, words: str
) -> None:
    candidate = msgspec.structs.replace(measured(0.4), seed=seed, task="one")
    live = LiveModel(msgspec.structs.replace(LIVE, task="other"), same_data=same_data)
    verdict = verdict_on(candidate, live)
    assert verdict.change is not None
    assert verdict.change.comparison is comparison
    assert gate_reason.gate(verdict, forced=False).reason.endswith(words)


def test_the_verdict_is_data() -> None:
    verdict: Verdict = verdict_on(measured(0.39), LiveModel(LIVE))
    assert (verdict.passed, verdict.finding) == (False, Finding.WORSE)
    assert verdict.change is not None
    assert round(verdict.change.value, 3) == -0.01
    assert verdict_on(measured(0.1), LiveModel(LIVE)).finding is Finding.NOT_ABOVE_POPULARITY
