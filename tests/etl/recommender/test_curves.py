"""Curves put hidden games first, by the signals that tell them."""

from __future__ import annotations

import numpy as np
import pytest

from datastore.base.second_stage import SIGNALS
from etl.recommender.curves import fitted


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
