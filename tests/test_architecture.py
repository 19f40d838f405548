"""docs/architecture.md is true: its paths exist, no package is missing, its rooms are the layers of
the import rules. The first line of each module names its room."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
SOURCES = ("analysis", "datastore", "etl", "resolvers", "schema", "server")
MODULES = sorted(path for name in SOURCES for path in (ROOT / name).rglob("*.py"))
PATHS = sorted(set(re.findall(r"`([\w.]+/[\w./]*|[\w]+\.(?:toml|graphql))`", PAGE)))


@pytest.mark.parametrize("path", PATHS)
def test_every_path_exists(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize(("container", "title"), [("etl", "build"), ("server", "server")])
def test_the_rooms_are_drawn_as_the_import_rules_have_them(container: str, title: str) -> None:
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (layers,) = (
        rule["layers"]
        for rule in rules["tool"]["importlinter"]["contracts"]
        if rule.get("containers") == [container]
    )
    rooms = [layer.split(" | ") for layer in layers]
    picture = PAGE.split(f"## Rooms of the {title}")[1].split("```")[1].strip().splitlines()
    drawn = [line.split()[: len(row)] for line, row in zip(picture, rooms, strict=True)]
    assert drawn == rooms


def test_every_package_is_in_the_table_of_folders() -> None:
    table = PAGE.split("## Folders")[1].split("## Rules")[0]
    folders = {module.parent.relative_to(ROOT).as_posix() for module in MODULES}
    assert {path for path in folders if f"`{path}/`" not in table} == {"etl", "server"}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_first_line_of_a_module_names_its_room(module: Path) -> None:
    room = ".".join(module.relative_to(ROOT).parts[:-1])
    described = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8")))
    assert described is not None
    assert described.startswith(f"{room}: ")
