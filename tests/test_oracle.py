"""The demo world against an independent reading of the contract, all of its keys."""

from __future__ import annotations

from random import Random

import pytest
from vaderSentiment.vaderSentiment import (
    BOOSTER_DICT,
    NEGATE,
    SPECIAL_CASES,
    SentimentIntensityAnalyzer,
)

import oracle
import world as tiny
from comparison import Comparison
from etl.demo import DemoFiles
from harness import Ask

QUESTIONS = ("dataset", "developers", "users", "genres", "best_developers", "similar_games")
#: Least number of keys that must have been compared: a comparison of nothing proves nothing.
LEAST = dict(zip(QUESTIONS, (1, 100, 600, 15, 60, 400), strict=True))


def test_its_scores_are_those_of_the_package() -> None:
    package, faster = SentimentIntensityAnalyzer(), oracle.Analyzer()
    rules = [*BOOSTER_DICT, *NEGATE, *SPECIAL_CASES, "never", "so", "this", "without", "doubt"]
    words = [rules, ["good", "BAD", "love", "table"], sorted(package.lexicon)]
    rng = Random(1)
    for length in range(1, 200):
        text = " ".join(rng.choice(rng.choice(words)) for _ in range(length))
        assert faster.polarity_scores(text) == package.polarity_scores(text)


@pytest.fixture(scope="module")
def comparison(demo_files: DemoFiles, ask_demo: Ask) -> Comparison:
    world = oracle.World.read(demo_files.games, demo_files.reviews, demo_files.items)
    return Comparison(world, ask_demo)


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_answer_of_the_demo_is_that_of_the_oracle(
    comparison: Comparison, question: str
) -> None:
    assert getattr(comparison, question)() >= LEAST[question]


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_answer_of_the_tiny_world_is_that_of_the_oracle(
    ask: Ask, tmp_path_factory: pytest.TempPathFactory, question: str
) -> None:
    files = tiny.write(tmp_path_factory.mktemp("raw"))
    world = oracle.World.read(*(path for _, path in files.files()))
    assert getattr(Comparison(world, ask), question)() > 0
