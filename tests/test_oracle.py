"""The demo world against an independent reading of the contract, all of its keys."""

from __future__ import annotations

import pytest

import oracle
import world as tiny
from comparison import Comparison
from etl.demo import DemoFiles
from harness import Ask

QUESTIONS = ("dataset", "developers", "users", "genres", "best_developers", "similar_games")
#: Least number of keys that must have been compared: a comparison of nothing proves nothing.
LEAST = dict(zip(QUESTIONS, (1, 100, 600, 15, 60, 400), strict=True))


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
