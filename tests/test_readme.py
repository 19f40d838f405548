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

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAIRS = re.findall(r"```graphql\n(.+?)```\n```json\n(.+?)```", README, re.DOTALL)


def test_readme_shows_the_six_questions_about_games_and_some_about_titles() -> None:
    assert len(PAIRS) == 8


@pytest.mark.parametrize(("question", "answer"), PAIRS)
def test_the_examples_of_readme_have_the_printed_answers(
    full_demo: Store, question: str, answer: str
) -> None:
    executor = Executor(graphql_schema(), ErrorExtensions)
    found = executor.execute(question, context=Context(full_demo))
    assert json.loads(found.body) == json.loads(answer)


def test_the_figures_of_quality_and_memory_are_those_of_the_pages() -> None:
    section = README.split("## Quality and memory")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ") and "](" in line]
    assert len(rows) == 6
    for row in rows:
        (page,) = re.findall(r"\]\(([^)#]+)", row)
        text = (ROOT / page).read_text(encoding="utf-8")
        for figure in re.findall(r"(?<![@\d])\d[\d,.]*\d|\b\d\b", "|".join(row.split("|")[1:4])):
            assert figure in text, (row, figure)


def test_the_picture_of_the_explorer_is_small() -> None:
    (picture,) = re.findall(r"!\[[^]]*\]\((\S+\.png)\)", README)
    content = (ROOT / picture).read_bytes()
    assert content.startswith(b"\x89PNG\r\n")
    assert len(content) < 250_000
