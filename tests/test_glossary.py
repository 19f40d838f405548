"""docs/glossary.md has the client's names of all questions, and its terms in both directions."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

from schema.graph import sdl

PAGE = (Path(__file__).parents[1] / "docs" / "glossary.md").read_text(encoding="utf-8")
_CLIENTS_NAMES = re.compile(r"Client's names?: (.*?)\s*\"\"\"", re.DOTALL)


def rows(heading: str) -> list[list[str]]:
    """The cells of the table below a heading, without its head."""
    _, _, section = PAGE.partition(f"\n## {heading}\n")
    lines = [line for line in section.partition("\n## ")[0].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def folded(term: str) -> str:
    """A term as it is sorted: without case and accents."""
    letters = unicodedata.normalize("NFKD", term.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


SPANISH = rows("Español → English")
ENGLISH = rows("English → español")


def test_every_name_of_the_schema_is_translated() -> None:
    names = {
        " ".join(name.split())
        for listed in _CLIENTS_NAMES.findall(sdl())
        for name in re.findall(r"\w+\([^)]*\)", listed)
    }
    assert len(names) > 15
    assert names - {row[0].strip("`") for row in rows("Names of the questions")} == set()


@pytest.mark.parametrize("table", [rows("Names of the questions"), SPANISH, ENGLISH])
def test_a_table_is_sorted_and_repeats_nothing(table: list[list[str]]) -> None:
    terms = [folded(row[0]) for row in table]
    assert len(terms) > 15
    assert terms == sorted(set(terms))


def test_both_directions_have_the_same_terms() -> None:
    assert sorted([spanish, english, place] for english, spanish, place in ENGLISH) == sorted(
        SPANISH
    )


def test_a_name_in_the_third_column_is_in_the_schema() -> None:
    schema = sdl()
    for *_, place in SPANISH:
        for name in re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", place))):
            assert re.search(rf"\b{name}\b", schema), (place, name)
