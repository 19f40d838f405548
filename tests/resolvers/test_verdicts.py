"""Verdicts of viewers and of lists of ratings, and recommended titles."""

from __future__ import annotations

import time

import msgspec
import numpy as np
import pytest

from datastore.base.errors import InvalidArgument, NotFound, TooMany
from datastore.base.estimates import METHODS, RANKING_METHODS
from datastore.base.evaluation import Estimate
from datastore.base.verdict_evaluation import GLOBAL_MEAN, VerdictEvaluation, VerdictMetrics
from datastore.store import Store
from resolvers.verdicts import (
    Finding,
    Rating,
    evidence,
    finding,
    for_ratings,
    for_viewer,
    reason,
    recommended,
    summary,
)

SEVEN = [Rating("as2", 4.0), Rating("as10", 3.0), Rating("hs20", 5.0)]


def viewer(store: Store, viewer_id: str) -> int:
    row = store.viewers.find(viewer_id)
    assert row is not None
    return row


def test_the_mean_of_a_viewer_is_shrunk_to_that_of_all_ratings(title_store: Store) -> None:
    k = title_store.verdicts.parameters.mean_shrinkage
    mean = (4 + 3 + 5 + 3.5 + 3.5 + 4 + 4.5 + 2) / 8
    verdict = for_viewer(title_store, viewer(title_store, "7"), "ns1", method="VIEWER_MEAN")
    assert verdict.estimate == pytest.approx((12 + k * mean) / (3 + k))
    assert (verdict.threshold, verdict.method) == (4.0, "VIEWER_MEAN")


@pytest.mark.parametrize("method", [*METHODS, "BEST"])
def test_a_list_gets_the_verdict_of_the_viewer_with_these_ratings(
    title_store: Store, method: str
) -> None:
    for title_id in title_store.titles.title_id:  # rated or not
        known = for_viewer(title_store, viewer(title_store, "7"), title_id, 3.5, method)
        for given in (SEVEN, SEVEN[::-1]):
            verdict = for_ratings(title_store, given, title_id, 3.5, method)
            assert verdict == known._replace(is_given=True)


def test_best_is_the_method_that_measured_best(title_store: Store) -> None:
    verdict = for_viewer(title_store, 0, "ns1")
    assert verdict.method == title_store.verdicts.parameters.best
    assert verdict.method in METHODS


def test_a_title_is_recommended_above_the_threshold_not_at_it(title_store: Store) -> None:
    estimate = for_viewer(title_store, 0, "ns1").estimate
    assert not for_viewer(title_store, 0, "ns1", estimate).recommended
    assert for_viewer(title_store, 0, "ns1", np.nextafter(estimate, 0)).recommended
    assert for_viewer(title_store, 0, "ns1", -1e300).recommended


def test_the_last_rating_of_a_title_counts(title_store: Store) -> None:
    twice = [Rating("as2", 0.5), *SEVEN[1:], Rating(" as2 ", 4.0)]
    assert for_ratings(title_store, twice, "ns1") == for_ratings(title_store, SEVEN, "ns1")


def test_the_rating_of_the_title_in_question_does_not_count(title_store: Store) -> None:
    with_it = for_ratings(title_store, [*SEVEN, Rating("ns1", 0.5)], "ns1")
    assert with_it._replace(own_rating=None) == for_ratings(title_store, SEVEN, "ns1")


def test_somebody_without_ratings_gets_the_mean_of_all(title_store: Store) -> None:
    verdict = for_ratings(title_store, [], "ns1", method="VIEWER_MEAN")
    assert verdict.estimate == pytest.approx(title_store.verdicts.parameters.mean)


@pytest.mark.parametrize("stars", [0.0, 0.25, 5.5, -1.0, 3.3, float("nan"), float("inf"), 1e300])
def test_an_impossible_rating_is_refused(title_store: Store, stars: float) -> None:
    with pytest.raises(InvalidArgument, match="rating of 'as2' is") as caught:
        for_ratings(title_store, [Rating("as2", stars)], "ns1")
    assert caught.value.argument == "ratings"


@pytest.mark.parametrize("threshold", [float("nan"), float("inf"), float("-inf")])
def test_a_threshold_is_finite(title_store: Store, threshold: float) -> None:
    with pytest.raises(InvalidArgument, match="finite"):
        for_viewer(title_store, 0, "ns1", threshold)


def test_unknown_titles_are_not_found(title_store: Store) -> None:
    for given, title_id in (([], "zz9"), ([Rating("zz9", 3.0)], "ns1")):
        with pytest.raises(NotFound, match="zz9"):
            for_ratings(title_store, given, title_id)
    with pytest.raises(NotFound, match="zz9"):
        for_viewer(title_store, 0, "zz9")


def test_at_most_a_thousand_ratings_are_taken(title_store: Store) -> None:
    for_ratings(title_store, [Rating("as2", 3.0)] * 1_000, "ns1")
    with pytest.raises(TooMany, match="1,001 ratings"):
        for_ratings(title_store, [Rating("as2", 3.0)] * 1_001, "ns1")


@pytest.mark.parametrize("viewer_id", ["7", "12", "100"])
def test_recommended_titles_are_unrated_and_have_the_estimate_of_the_verdict(
    title_store: Store, viewer_id: str
) -> None:
    row = viewer(title_store, viewer_id)
    entries = recommended(title_store, row, 50)
    titles = [entry.title for entry in entries]
    rated = title_store.verdicts.estimator.viewer(row).titles.tolist()
    assert sorted([*titles, *rated]) == list(range(len(title_store.titles)))
    estimates = [entry.estimate for entry in entries]
    assert estimates == sorted(estimates, reverse=True)
    for entry in entries:
        assert entry.method in RANKING_METHODS
        title_id = title_store.titles.title_id[entry.title]
        verdict = for_viewer(title_store, row, title_id, method=entry.method)
        assert (verdict.estimate, verdict.low, verdict.high) == (
            entry.estimate,
            entry.low,
            entry.high,
        )


def test_a_shorter_list_is_the_start_of_a_longer_one(title_store: Store) -> None:
    assert recommended(title_store, 0, 0) == []
    assert recommended(title_store, 0, 2) == recommended(title_store, 0, 50)[:2]
    with pytest.raises(InvalidArgument, match="between 0 and 50"):
        recommended(title_store, 0, 51)


def test_a_verdict_takes_microseconds(title_store: Store) -> None:
    for method in METHODS:
        spent = []
        for _ in range(50):
            start = time.thread_time_ns()
            for_viewer(title_store, 0, "ns1", method=method)
            spent.append(time.thread_time_ns() - start)
        assert np.median(spent) < 400_000, method  # twice the budget: machines differ


def metrics(method: str, rmse: float, difference: float) -> VerdictMetrics:
    around = Estimate(rmse, rmse - 0.01, rmse + 0.01)
    lead = Estimate(difference, difference - 0.01, difference + 0.01)
    return VerdictMetrics(method, around, around, around, 2.0, lead, None)


def figures(best: str, difference: float, measured: int = 500) -> VerdictEvaluation:
    methods = [
        metrics(method, *((0.95 + difference, difference) if method == best else (0.95, 0.0)))
        for method in METHODS
    ]
    baseline = metrics(GLOBAL_MEAN, 1.05, 0.1)
    return VerdictEvaluation(0, 1_000, measured, 100, best, "CONTENT", baseline, methods)


def test_the_summary_says_that_the_title_hardly_matters() -> None:
    text = summary(figures("VIEWER_MEAN", 0.0))
    assert "off by about 0.95 stars" in text
    assert "the viewer's own average is as good as anything that looks at the title" in text
    assert "not whether the title suits the viewer. Use similar titles instead." in text
    assert "1.05 stars" in text
    assert summary(figures("FACTORS", -0.005)) == text  # noise


def test_the_summary_names_a_method_that_is_better() -> None:
    text = summary(figures("FACTORS", -0.15))
    assert "off by about 0.80 stars" in text
    assert "FACTORS, looks at the title and is measurably closer" in text
    assert "similar titles" not in text


def test_the_summary_admits_that_the_viewer_does_not_matter_either() -> None:
    evaluation = figures("VIEWER_MEAN", 0.0)
    baseline = metrics(GLOBAL_MEAN, 0.955, 0.005)  # its interval contains 0
    assert "a verdict tells next to nothing" in summary(
        msgspec.structs.replace(evaluation, global_mean=baseline)
    )


def test_a_reason_says_when_the_title_plays_no_part(title_store: Store) -> None:
    row = viewer(title_store, "7")
    mean = title_store.verdicts.estimator.viewer(row).mean
    for title_id in ("ns1", "ns5"):
        text = reason(title_store, for_viewer(title_store, row, title_id, method="VIEWER_MEAN"))
        assert text.startswith("The title plays no part: the estimate is the average of the viewer")
        assert "3 ratings (4.00 stars" in text
        assert f"{mean:.2f}" in text
        assert text.endswith("the same for every title.")
    # A rating of the title itself does not count.
    own = reason(title_store, for_viewer(title_store, row, "as2", method="VIEWER_MEAN"))
    assert "the average of the viewer's 2 other ratings" in own
    nobody = reason(title_store, for_ratings(title_store, [], "ns1", method="VIEWER_MEAN"))
    assert "the average of all ratings" in nobody
    one = for_ratings(title_store, [Rating("as2", 5.0)], "ns1", method="VIEWER_MEAN")
    assert "your only rating (5.00 stars" in reason(title_store, one)


def test_whoever_gives_the_ratings_is_spoken_to(title_store: Store) -> None:
    def said(ratings: list[Rating], method: str) -> str:
        return reason(title_store, for_ratings(title_store, ratings, "as2", method=method))

    assert "the average of your 2 other ratings (" in said(SEVEN, "VIEWER_MEAN")
    assert "your only other rating (" in said(SEVEN[:2], "VIEWER_MEAN")
    assert "as there are no other ratings by you," in said(SEVEN[:1], "VIEWER_MEAN")
    assert "as there are no ratings by you," in said([], "VIEWER_MEAN")
    for method in METHODS:
        assert "the viewer" not in said(SEVEN, method)
        assert "by what you gave titles" in said(SEVEN, "CONTENT")


def test_a_rating_of_the_title_itself_is_named_and_does_not_count(title_store: Store) -> None:
    rated = for_ratings(title_store, SEVEN, "as2")
    assert (rated.own_rating, rated.basis.ratings) == (4.0, 2)
    without = for_ratings(title_store, SEVEN[1:], "as2")
    assert rated._replace(own_rating=None) == without
    assert for_viewer(title_store, viewer(title_store, "7"), "as2").own_rating == 4.0
    assert for_viewer(title_store, viewer(title_store, "7"), "ns1").own_rating is None


@pytest.mark.parametrize("method", METHODS[1:])
def test_a_reason_says_how_far_the_title_moves_the_estimate(
    title_store: Store, method: str
) -> None:
    verdict = for_viewer(title_store, 0, "ns1", method=method)
    for change, words in ((0.25, "raised by 0.25"), (-0.5, "lowered by 0.50"), (0.0, "no part")):
        moved = verdict._replace(estimate=verdict.basis.shrunk_mean + change)
        assert words in reason(title_store, moved)


def test_a_reason_admits_that_a_method_was_no_closer_than_the_average(title_store: Store) -> None:
    verdict = for_viewer(title_store, 0, "ns1", method="FACTORS")
    admission = "no better than a viewer's average alone"
    verdicts, measured = title_store.verdicts, title_store.verdicts.evaluation
    try:
        for evaluation, admits in (
            (figures("FACTORS", -0.005), True),  # noise
            (figures("FACTORS", -0.15), False),
            (None, False),
        ):
            verdicts.evaluation = evaluation
            assert (admission in reason(title_store, verdict)) == admits
    finally:
        verdicts.evaluation = measured


def test_the_numbers_behind_a_reason_are_those_in_it(title_store: Store) -> None:
    verdict = for_viewer(title_store, 0, "ns1", method="FACTORS")
    verdict = verdict._replace(estimate=verdict.basis.shrunk_mean + 0.25)
    verdicts, measured = title_store.verdicts, title_store.verdicts.evaluation
    try:
        for difference, better in ((-0.005, False), (-0.15, True), (None, None)):
            verdicts.evaluation = difference and figures("FACTORS", difference)
            numbers = evidence(title_store, verdict)
            assert numbers.change == pytest.approx(0.25)
            assert numbers.is_better_than_mean is better
            assert f"{numbers.ratings:,} ratings" in reason(title_store, verdict)
            assert f"{numbers.shrunk_mean:.2f}" in reason(title_store, verdict)
        mean = for_viewer(title_store, 0, "ns1", method="VIEWER_MEAN")
        assert evidence(title_store, mean).is_better_than_mean is None
    finally:
        verdicts.evaluation = measured


def test_the_finding_is_that_of_the_summary() -> None:
    assert finding(None) is Finding.NOT_MEASURED
    assert finding(figures("VIEWER_MEAN", 0.0)) is Finding.VIEWER_MATTERS
    assert finding(figures("FACTORS", -0.15)) is Finding.TITLE_MATTERS
    even = figures("VIEWER_MEAN", 0.0)
    baseline = metrics(GLOBAL_MEAN, 0.95, 0.0)
    assert finding(msgspec.structs.replace(even, global_mean=baseline)) is Finding.NOTHING_MATTERS


def test_recommended_titles_have_the_reason_of_the_verdict(title_store: Store) -> None:
    entry = recommended(title_store, 0, 1)[0]
    title_id = title_store.titles.title_id[entry.title]
    verdict = for_viewer(title_store, 0, title_id, method=entry.method)
    assert reason(title_store, entry) == reason(title_store, verdict)


def test_the_summary_admits_that_nothing_was_measured() -> None:
    for evaluation in (None, figures("VIEWER_MEAN", 0.0, measured=0)):
        assert summary(evaluation).startswith("There are too few ratings")
