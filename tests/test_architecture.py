"""docs/architecture.md is true: its paths exist, and its rooms are the layers of the rules."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
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
