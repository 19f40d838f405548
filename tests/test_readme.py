"""README's questions have README's answers, on the demo world that a newcomer gets."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from datastore.store import Store
from schema.context import Context
from schema.graph import graphql_schema
from server.execution.executor import Executor
from server.http.errors import ErrorExtensions

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
PAIRS = re.findall(r"```graphql\n(.+?)```\n```json\n(.+?)```", README, re.DOTALL)


def test_readme_shows_the_six_questions_about_games_and_some_about_titles() -> None:
    assert len(PAIRS) == 8


@pytest.mark.parametrize(("question", "answer"), PAIRS)
def test_readme_tells_the_truth(full_demo: Store, question: str, answer: str) -> None:
    executor = Executor(graphql_schema(), ErrorExtensions)
    found = executor.execute(question, context=Context(full_demo))
    assert json.loads(found.body) == json.loads(answer)
