"""What a build is compared with when the live snapshot lacks some of its subjects."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from etl.release.build import Inputs, build

from ..conftest import OPTIONS, QUIET
from ..titles.conftest import catalogue_csv, ratings_csv


@pytest.fixture
def titles(tmp_path: Path) -> dict[str, Path]:
    """Files of a tiny world of titles."""
    files = {"titles": tmp_path / "netflix.csv", "ratings": tmp_path / "r.csv"}
    files["titles"].write_bytes(catalogue_csv({"show_id": "s1", "title": "One"}))
    files["ratings"].write_bytes(ratings_csv("ann,4.0,1,ns1"))
    return files


def reason(data: Path, **files: Any) -> str:
    return build(Inputs(**files), data, OPTIONS, QUIET).gate.reason


def test_a_new_subject_is_a_first_build_beside_one_that_is_live(
    tmp_path: Path, old: Any, titles: dict[str, Path]
) -> None:
    data = tmp_path / "data"
    assert reason(data, **titles) == "Released: first build."
    assert reason(data, **old).startswith("Released: the live snapshot has no games. ")
    assert reason(data, **titles) == "Released."


def test_titles_beside_live_games_are_a_first_build_of_titles(
    tmp_path: Path, old: Any, titles: dict[str, Path]
) -> None:
    data = tmp_path / "data"
    assert reason(data, **old).startswith("Released: first build. ")
    assert reason(data, **titles) == "Released: first build of titles."
    assert not reason(data, **old, **titles).startswith("Released: ")
