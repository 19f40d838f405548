"""Curves put hidden games first, by the signals that tell them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import logsumexp

from datastore.base.second_stage import SIGNALS, Curves
from etl.recommender.curves import Listed, fitted, refined


def test_hidden_games_come_first_by_a_signal_that_tells_them() -> None:
    rng = np.random.default_rng(1)
    scores = rng.normal(size=(300, 20)).astype(np.float32)
    hits = np.zeros((300, 20), bool)
    hits[np.arange(300), rng.integers(0, 20, 300)] = True
    signals = {name: rng.normal(size=(300, 20)).astype(np.float32) for name in SIGNALS}
    signals["tags"] = np.where(hits, 0.8, 0.3).astype(np.float32)
    curves = fitted(signals, scores, hits)
    assert curves.at("tags", 0.8) - curves.at("tags", 0.3) > 3
    assert np.abs(curves.values[list(SIGNALS).index("owners")]).max() < 1
    total = scores + curves.total(signals)
    assert (total.argmax(axis=1) == hits.argmax(axis=1)).mean() > 0.9


def test_a_signal_of_one_value_is_worth_nothing() -> None:
    rng = np.random.default_rng(1)
    hits = rng.random((100, 10)) < 0.2
    hits[:, 0] = True
    signals = {name: np.full((100, 10), 0.5, np.float32) for name in SIGNALS}
    curves = fitted(signals, np.zeros((100, 10), np.float32), hits)
    assert (np.diff(curves.knots, axis=1) > 0).all()
    for row in curves.values:
        assert row == pytest.approx(np.full(len(row), row[0]))


def test_where_there_is_no_game_nothing_is_learned_from_it() -> None:
    rng = np.random.default_rng(3)
    hits = np.zeros((200, 8), bool)
    hits[:, 0] = True
    signals = {name: rng.random((200, 12)).astype(np.float32) for name in SIGNALS}
    scores = np.full((200, 12), -np.inf, np.float32)
    scores[:, :8] = rng.random((200, 8))
    found = fitted(signals, scores, np.pad(hits, ((0, 0), (0, 4))))
    short = {name: places[:, :8] for name, places in signals.items()}
    expected = fitted(short, scores[:, :8], hits)
    assert found.values == pytest.approx(expected.values, abs=1e-3)


def listed(number: int, told: float, seed: int) -> Listed:
    """Hidden games that have a higher signal of tags than other candidates, in general."""
    rng = np.random.default_rng(seed)
    hits = np.zeros((number, 12), np.bool_)
    hits[np.arange(number), rng.integers(0, 12, number)] = True
    signals = {name: rng.normal(size=hits.shape).astype(np.float32) for name in SIGNALS}
    signals["tags"] += np.where(hits, told, 0).astype(np.float32)
    return Listed(rng.normal(size=hits.shape).astype(np.float32), hits, signals)


def loss(curves: Curves, part: Listed) -> float:
    """Mean of -log of the share of the hidden game."""
    total = part.scores + curves.total(part.signals)
    return float((logsumexp(total, axis=1) - total[part.hits]).mean())


def test_a_step_brings_curves_of_some_close_to_the_best_ones_for_all() -> None:
    parts = [listed(1_200, 1.0, seed=1), listed(900, 1.0, seed=2)]
    some = Listed(
        parts[0].scores[:300],
        parts[0].hits[:300],
        {name: places[:300] for name, places in parts[0].signals.items()},
    )
    first = fitted(some.signals, some.scores, some.hits)
    step = refined(first, parts)
    both = Listed(
        np.concatenate([part.scores for part in parts]),
        np.concatenate([part.hits for part in parts]),
        {name: np.concatenate([part.signals[name] for part in parts]) for name in SIGNALS},
    )
    best = refined(
        refined(refined(step, parts), parts), parts
    )  # where further steps change nothing
    assert loss(step, both) < loss(first, both)
    assert loss(step, both) - loss(best, both) < 0.1 * (loss(first, both) - loss(best, both))
    assert np.array_equal(step.knots, first.knots)
    joined = refined(first, [both])
    assert joined.values == pytest.approx(step.values, abs=1e-9)  # in whatever parts they come


def test_a_step_leaves_out_what_is_no_candidate() -> None:
    part = listed(400, 1.0, seed=3)
    first = fitted(part.signals, part.scores, part.hits)
    wide = Listed(
        np.pad(part.scores, ((0, 0), (0, 2)), constant_values=-np.inf),
        np.pad(part.hits, ((0, 0), (0, 2))),
        {
            name: np.pad(places, ((0, 0), (0, 2)), constant_values=7)
            for name, places in part.signals.items()
        },
    )
    assert refined(first, [wide]).values == pytest.approx(refined(first, [part]).values, abs=1e-9)


def test_a_step_moves_no_point_without_candidates_nearby() -> None:
    part = listed(400, 1.0, seed=4)
    first = fitted(part.signals, part.scores, part.hits)
    low = {name: np.minimum(places, 0).astype(np.float32) for name, places in part.signals.items()}
    step = refined(first, [part._replace(signals=low)])
    row = list(SIGNALS).index("tags")
    assert first.knots[row, -2] > 0.5
    assert np.array_equal(step.values[row, -1:], first.values[row, -1:])


def test_curves_stay_where_a_step_would_raise_the_loss() -> None:
    part = listed(300, 6.0, seed=5)
    steep = Curves(fitted(part.signals, part.scores, part.hits).knots, np.zeros((len(SIGNALS), 8)))
    steep.values[:, ::2] = 60.0
    assert refined(steep, [part]) is steep
