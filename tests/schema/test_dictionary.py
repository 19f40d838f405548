"""The data dictionary says what is declared, and nothing that is declared lacks a meaning."""

from __future__ import annotations

from pathlib import Path

import pytest

from datastore.base.tables import ARRAYS, CONTRACT, TABLES
from schema.dictionary import dictionary

PAGE = Path(__file__).parents[2] / "docs" / "data-dictionary.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == dictionary(), (
        "run: python -m schema.dictionary > docs/data-dictionary.md"
    )


@pytest.mark.parametrize("name", CONTRACT)
def test_every_column_is_explained_in_its_table(name: str) -> None:
    _, section = dictionary().split(f"\n## {name}\n")
    section = section.split("\n## ")[0]
    for column in TABLES[name].names:
        (line,) = (line for line in section.splitlines() if line.startswith(f"| `{column}` |"))
        assert CONTRACT[name].columns[column].meaning in line


def test_every_array_is_explained() -> None:
    for name, array in ARRAYS.items():
        assert f"| `{name}` | `{array.dtype.replace('|', ' or ')}` | {array.axes} |" in dictionary()


def test_the_page_says_how_clients_ask_for_a_column() -> None:
    lines = dictionary().splitlines()
    (price,) = (line for line in lines if line.startswith("| `price` |"))
    assert price == (
        "| `price` | `double` | USD | Price in USD; 0 when free. | when unknown "
        "| `price` (float) | `PRICE` |"
    )
    (players,) = (line for line in lines if line.startswith("| `players` |"))
    assert players.endswith("| `playerCount` (int) | `PLAYER_COUNT` |")
    assert "| float | `eq`, `in`, `gt`, `gte`, `lt`, `lte`, `isNull` |" in lines
    assert "| `kind` | `int8` | code: 0 MOVIE, 1 SERIES |" in dictionary()
