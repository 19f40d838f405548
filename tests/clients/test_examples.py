"""The examples start with the commands of examples/README.md, and print what the server says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
README = (EXAMPLES / "README.md").read_text(encoding="utf-8")
INSTALL = os.environ.get("PLAYGRAPH_REQUIRE_CLIENTS") == "1"

Start = Callable[..., subprocess.CompletedProcess[str]]


def commands(language: str) -> tuple[str, str]:
    """The line that installs and the line that starts."""
    block = re.search(rf"<!-- {language} -->\n```sh\n(.+)\n(.+)\n```", README)
    assert block, f"README has no two commands for {language}"
    return block[1], block[2]


@pytest.fixture(scope="session")
def gql(python_client: Callable[[str], ModuleType]) -> ModuleType:
    return python_client("gql")


@pytest.fixture(scope="session", params=["typescript", "python"])
def start(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    gql: ModuleType,
    node_modules: Path,
    server: str,
    run: Callable[..., Any],
) -> Start:
    """Start an example for another developer; installed by README's command where it can be."""
    root = tmp_path_factory.mktemp("checkout")
    ignored = shutil.ignore_patterns("node_modules", ".venv")
    shutil.copytree(EXAMPLES, root / "examples", ignore=ignored)
    install, begin = commands(request.param)
    if INSTALL:
        run(["bash", "-euo", "pipefail", "-c", install], cwd=root, seconds=300.0)
    else:  # the tests' packages replace an installation
        (root / "examples/typescript/node_modules").symlink_to(node_modules)
        (root / "examples/python/.venv").symlink_to(sys.prefix)
    folder = root / install.removeprefix("cd ").split(" ")[0]
    assert folder.name == request.param
    return lambda name, url=server: run(
        ["bash", "-c", begin.replace("Valve", name)], cwd=folder, check=False, PLAYGRAPH_URL=url
    )


def test_an_example_prints_the_years_and_the_similar_games(
    start: Start, ask: Callable[..., Any]
) -> None:
    developer = ask(
        '{ developer(name: "Valve") { releaseYears { year items }'
        " games(first: 1) { nodes { title similarGames { game { title } } } } } }"
    )["developer"]
    done = start("valve")
    assert done.returncode == 0, done.stderr
    for row in developer["releaseYears"]:
        assert f"  {row['year']}: {row['items']} items, " in done.stdout
    (game,) = developer["games"]["nodes"]
    assert f"Similar to {game['title']}\n" in done.stdout
    for similar in game["similarGames"]:
        assert f"  {similar['game']['title']}\n" in done.stdout


def test_an_unknown_name_gets_the_servers_suggestions(start: Start) -> None:
    done = start("Vulve")
    assert done.returncode == 1
    assert "Did you mean Valve" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/graphql", "nonsense"], ids=["no server", "no address"]
)
def test_without_a_server_one_line_says_what_to_do(start: Start, url: str) -> None:
    done = start("Valve", url)
    assert done.returncode == 1
    (line,) = (line for line in done.stderr.splitlines() if "No GraphQL answer from" in line)
    assert f"No GraphQL answer from {url} (" in line
    assert "`playgraph serve`" in line
    assert "Traceback" not in done.stderr
    assert "    at " not in done.stderr  # a stack of JavaScript


def test_at_a_wrong_path_the_server_says_where_graphql_is(start: Start, server: str) -> None:
    done = start("Valve", f"{server}/nowhere")
    assert done.returncode == 1
    assert "GraphQL is at /graphql" in done.stderr
    assert "Traceback" not in done.stderr
    assert "    at " not in done.stderr


def test_the_typescript_example_is_strict(
    tmp_path: Path, node_modules: Path, run: Callable[..., Any]
) -> None:
    for name in ("main.ts", "tsconfig.json"):
        (tmp_path / name).write_text((EXAMPLES / "typescript" / name).read_text())
    (tmp_path / "node_modules").symlink_to(node_modules)
    run([node_modules / ".bin/tsc"], cwd=tmp_path)
