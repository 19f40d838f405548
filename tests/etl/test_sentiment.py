"""Sentiment: the classes' limits, the store's hearts, and workers that come and go."""

from __future__ import annotations

import os
import signal
from typing import Any

import numpy as np
import pytest

from datastore.base.errors import PlaygraphError
from etl import sentiment
from etl.sentiment import Scoring, classes, score


def kill_own_process(texts: list[str]) -> list[float]:
    os.kill(os.getpid(), signal.SIGKILL)
    return []


def test_the_limits_of_the_classes_belong_to_them() -> None:
    compound = [0.05, 0.0499, 0, -0.0499, -0.05, 1, -1, np.nan]
    assert classes(np.array(compound)).tolist() == [2, 1, 1, 1, 0, 2, 0, 1]


def test_hearts_that_mask_profanity_are_not_love() -> None:
    masked, loved = score(["this game is ♥♥♥♥ing bad", "I love this game"])
    assert masked == pytest.approx(-0.5423)
    assert loved == pytest.approx(0.6369)
    assert score(["♥"]) == [0.0]


@pytest.mark.parametrize("jobs", [1, 2])
def test_scores_stand_where_their_texts_stood(jobs: int, monkeypatch: Any) -> None:
    monkeypatch.setattr(sentiment, "_CHUNK", 2)
    texts = ["bad", None, "good", "", "a table", "awful", "great"]
    advanced: list[int] = []
    with Scoring(texts, jobs) as scoring:
        assert scoring.texts == 5
        compound = scoring.result(advanced.append)
    assert classes(compound).tolist() == [0, 1, 2, 1, 1, 0, 2]
    assert np.isnan(compound).tolist() == [False, True, False, True, False, False, False]
    assert advanced == [2, 2, 1]


def test_no_texts_need_no_worker() -> None:
    with Scoring([None, ""], 2) as scoring:
        assert np.isnan(scoring.result()).tolist() == [True, True]
    with Scoring([], 2) as scoring:
        assert scoring.result().tolist() == []


def test_interrupts_are_held_only_while_workers_start() -> None:
    with Scoring(["good"], 1) as scoring:
        assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, set())
        assert scoring.result()[0] > 0


def test_a_worker_that_the_system_kills_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentiment, "score", kill_own_process)
    with (
        pytest.raises(PlaygraphError, match=r"ended from outside.*Build again with --jobs 1\."),
        Scoring(["good"], 1) as scoring,
    ):
        scoring.result()
