"""README's questions have README's answers, on the demo world that a newcomer gets."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from datastore.base.settings import load
from datastore.store import Store
from etl.build import Inputs, Options, build
from etl.demo import write_demo
from etl.progress import Reporter
from schema.context import Context
from schema.query import schema
from server.errors import extensions_of
from server.execution.executor import Executor

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
PAIRS = re.findall(r"```graphql\n(.+?)```\n```json\n(.+?)```", README, re.DOTALL)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("demo")
    files = write_demo(folder / "raw")
    settings = load({})
    options = Options(settings.max_rejects, settings.seed, 2, settings.max_line_bytes, demo=True)
    reporter = Reporter(Console(), quiet=True)
    build(Inputs(files.games, files.reviews, files.items), folder / "data", options, reporter)
    store = Store.open_current(folder / "data")
    assert store is not None
    return store


def test_readme_shows_all_six_questions() -> None:
    assert len(PAIRS) == 6


@pytest.mark.parametrize(("question", "answer"), PAIRS)
def test_readme_tells_the_truth(demo: Store, question: str, answer: str) -> None:
    executor = Executor(schema._schema, extensions_of)
    found: dict[str, Any] = executor.run(
        executor.document(question), None, None, Context(demo), "readme"
    )
    assert found == json.loads(answer)
