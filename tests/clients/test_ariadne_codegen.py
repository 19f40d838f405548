"""ariadne-codegen: a typed Python client, generated from the schema and two documents."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

HERE = Path(__file__).parent
PACKAGE = "generated_playgraph"
SETTINGS = f"""
[tool.ariadne-codegen]
schema_path = "schema.graphql"
queries_path = "ariadne.graphql"
target_package_name = "{PACKAGE}"
async_client = false
"""


@pytest.fixture(scope="session")
def project(
    python_client: Callable[[str], ModuleType],
    sdl: str,
    run: Callable[..., Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A folder with the generated package."""
    python_client("ariadne_codegen")
    folder = tmp_path_factory.mktemp("ariadne")
    (folder / "schema.graphql").write_text(sdl, encoding="utf-8")
    (folder / "ariadne.graphql").write_text((HERE / "ariadne.graphql").read_text())
    (folder / "pyproject.toml").write_text(SETTINGS)
    run([Path(sys.executable).with_name("ariadne-codegen")], cwd=folder)
    return folder


@pytest.fixture(scope="session")
def generated(project: Path) -> Iterator[ModuleType]:
    sys.path.insert(0, str(project))
    yield importlib.import_module(PACKAGE)
    sys.path.remove(str(project))


@pytest.fixture(scope="session")
def client(generated: ModuleType, server: str) -> Iterator[Any]:
    with generated.Client(url=server) as opened:
        yield opened


def test_the_generated_client_gets_typed_answers(generated: ModuleType, client: Any) -> None:
    answer = client.analysis(name=" VALVE ", basis=generated.YearBasis.RELEASE)
    assert isinstance(answer, generated.Analysis)
    assert answer.developer.name == "Valve"
    assert {row.year: row.items for row in answer.developer.release_years}[2007] == 3
    assert len(answer.developer.games.edges) == 3 < answer.developer.games.total_count
    assert [place.rank for place in answer.best_developers] == [1, 2, 3]


def test_a_node_comes_back_as_its_own_type(client: Any, ask: Callable[..., Any]) -> None:
    game = ask('{ game(appId: "220") { id title } }')["game"]
    node = client.entry(id=game["id"]).node
    assert type(node).__name__ == "EntryNodeGame"
    assert (node.app_id, node.title) == ("220", game["title"])


def test_the_generated_package_passes_mypy_strict(
    project: Path, python_client: Callable[[str], ModuleType], run: Callable[..., Any]
) -> None:
    python_client("mypy")
    run([sys.executable, "-m", "mypy", "--strict", "--config-file=", PACKAGE], cwd=project)
