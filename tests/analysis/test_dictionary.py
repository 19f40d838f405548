"""docs/export.md is generated."""

from __future__ import annotations

from pathlib import Path

from analysis.dictionary import dictionary

PAGE = Path(__file__).parents[2] / "docs" / "export.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == dictionary(), (
        "run: python -m analysis.dictionary > docs/export.md"
    )
