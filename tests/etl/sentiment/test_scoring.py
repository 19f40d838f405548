"""Sentiment: the classes' limits, the store's hearts, and scores in their places."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from etl.process.workers import Workers
from etl.sentiment import scoring as sentiment
from etl.sentiment.scoring import Scoring, classes, score


def test_the_limits_of_the_classes_belong_to_them() -> None:
    compound = [0.05, 0.0499, 0, -0.0499, -0.05, 1, -1, np.nan]
    assert classes(np.array(compound)).tolist() == [2, 1, 1, 1, 0, 2, 0, 1]


def test_hearts_that_mask_profanity_are_not_love() -> None:
    masked, loved = score(["this game is ♥♥♥♥ing bad", "I love this game"])
    assert masked == pytest.approx(-0.5423)
    assert loved == pytest.approx(0.6369)
    assert score(["♥"]) == [0.0]


@pytest.mark.parametrize("jobs", [1, 2])
def test_scores_are_in_the_order_of_their_texts(jobs: int, monkeypatch: Any) -> None:
    monkeypatch.setattr(sentiment, "_CHUNK", 2)
    texts = ["bad", None, "good", "", "a table", "awful", "great"]
    advanced: list[int] = []
    with Workers(jobs) as workers:
        scoring = Scoring(texts, workers)
        assert scoring.texts == 5
        compound = scoring.result(advanced.append)
    assert classes(compound).tolist() == [0, 1, 2, 1, 1, 0, 2]
    assert np.isnan(compound).tolist() == [False, True, False, True, False, False, False]
    assert advanced == [2, 2, 1]


def test_without_texts_there_are_no_scores() -> None:
    with Workers(2) as workers:
        assert np.isnan(Scoring([None, ""], workers).result()).tolist() == [True, True]
        assert Scoring([], workers).result().tolist() == []
