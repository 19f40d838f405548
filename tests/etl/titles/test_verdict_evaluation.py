"""The measured quality of verdicts: which method is best, and whether intervals hold."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from datastore.base.estimates import METHODS, Estimator, Parameters
from datastore.base.verdict_evaluation import VerdictEvaluation
from etl.titles import verdict_evaluation
from etl.titles.estimators import Ratings, fit
from etl.titles.verdict_evaluation import evaluate
from rating_world import features, ratings, synthetic
from thorough import THOROUGH


def measure(known: Ratings, seed: int = 0) -> tuple[Parameters, VerdictEvaluation]:
    return evaluate(known, features([{}] * known.title_count), seed, lambda pairs: None)


def test_the_mean_of_the_viewer_is_best_where_titles_do_not_differ() -> None:
    parameters, evaluation = measure(synthetic(seed=2, quality=0.0))
    assert parameters.best == evaluation.best == "VIEWER_MEAN"
    assert set(parameters.shrinkage.values()) == {10.0}


def test_factors_are_best_where_titles_differ() -> None:
    _, evaluation = measure(synthetic(seed=2, quality=0.7))
    assert evaluation.best == evaluation.ranking == "FACTORS"
    assert evaluation.of("FACTORS").difference.high < 0


def test_every_method_that_compares_ratings_finds_a_taste() -> None:
    parameters, evaluation = measure(synthetic(seed=2, quality=0.0, taste=0.7))
    assert evaluation.best != "VIEWER_MEAN"
    for method in ("PEARSON_VIEWERS", "ITEM_NEIGHBOURS", "FACTORS"):
        assert evaluation.of(method).difference.high < 0, method
        assert parameters.shrinkage[method] < 10.0, method


def test_content_is_best_where_a_genre_decides() -> None:
    rng = np.random.default_rng(4)
    viewers = []
    for fan in rng.random(400) < 0.5:
        titles = rng.choice(40, 12, replace=False)
        viewers.append({int(title): 4.5 if (title % 2 == 0) == fan else 1.5 for title in titles})
    known = ratings(viewers, 40)
    content = features([{title % 2: 1.0} for title in range(40)])
    _, evaluation = evaluate(known, content, 0, lambda pairs: None)
    assert evaluation.of("CONTENT").rmse.value < 0.8
    assert evaluation.of("VIEWER_MEAN").rmse.value > 1.2


def test_a_fifth_is_held_out_and_measured_and_the_progress_counts_the_pairs() -> None:
    known, counted = synthetic(seed=1, quality=0.0), list[int]()  # 12,000 ratings
    _, evaluation = evaluate(known, features([{}] * 100), 0, counted.append)
    assert evaluation.held_out == pytest.approx(2_400, rel=0.1)
    assert evaluation.measured == evaluation.held_out == sum(counted)


def test_of_very_many_ratings_a_random_part_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdict_evaluation, "_MOST_COMPARED", 32 * 16 * 600)
    _, evaluation = measure(synthetic(seed=1, quality=0.0))  # 32 raters of 16 known ratings each
    assert evaluation.held_out == pytest.approx(2_400, rel=0.1)
    assert evaluation.measured == pytest.approx(600, rel=0.25)


def test_the_best_method_has_the_lowest_error() -> None:
    for seed in range(3 if THOROUGH else 1):
        _, evaluation = measure(synthetic(seed=seed, quality=0.1), seed)
        lowest = min(entry.rmse.value for entry in evaluation.methods)
        assert evaluation.of(evaluation.best).rmse.value == lowest
        assert [entry.method for entry in evaluation.methods] == list(METHODS)


def test_intervals_cover_four_fifths_of_ratings_that_were_never_seen() -> None:
    everything = synthetic(seed=6, quality=0.4, taste=0.4)
    hidden = np.random.default_rng(9).random(len(everything.values)) < 0.25
    known, viewers = everything.subset(~hidden), everything.viewers()[hidden].tolist()
    titles, stars = everything.titles[hidden].tolist(), everything.values[hidden] / 2
    content = features([{}] * 100)
    parameters, _ = evaluate(known, content, 0, lambda pairs: None)
    arrays, _ = fit(known, content, 0)
    world = Estimator({**known.arrays(), **arrays}, parameters)
    asking = [world.viewer(viewer) for viewer in viewers]
    for method in METHODS:
        intervals = [
            world.estimate(viewer, title, method)
            for viewer, title in zip(asking, titles, strict=True)
        ]
        _, low, high = np.array(intervals).T
        assert 0.76 <= np.mean((low <= stars) & (stars <= high)) <= 0.84, method


def test_few_ratings_get_the_whole_scale() -> None:
    known = ratings([{0: 5.0, 1: 3.0, 2: 4.0}, {0: 1.0, 1: 2.0}], 3)
    parameters, evaluation = measure(known)
    assert evaluation.best == "VIEWER_MEAN"
    low, high = parameters.intervals["VIEWER_MEAN"][0]
    assert low <= -10
    assert high >= 10


def test_nothing_is_measured_without_ratings() -> None:
    parameters, evaluation = measure(ratings([], 3))
    assert (evaluation.held_out, evaluation.measured, evaluation.viewers) == (0, 0, 0)
    assert parameters.best == "VIEWER_MEAN"
    assert evaluation.global_mean.rmse.value == 0.0
    assert msgspec.json.decode(msgspec.json.encode(evaluation), type=VerdictEvaluation)
