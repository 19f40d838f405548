"""The rows of raw files are cached in the data folder, whatever its name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from etl.process.progress import Stage
from etl.sources.cache import Sources
from etl.sources.inputs import Inputs, given_files
from etl.subjects import RAW_KINDS


def test_a_folder_with_a_colon_in_its_name_is_not_an_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    games = Path("games.json")
    games.write_text(json.dumps({"id": "10", "app_name": "Alpha"}))
    (given,) = given_files(Inputs(games=games), RAW_KINDS, 1 << 20, 1 << 20)
    sources = Sources(Path("disk:1"), 1 << 20, RAW_KINDS)
    source, _ = sources.read(given, 0.0, Stage(None, None))
    assert sources.load(source)
    assert sources.find(given.file) == source
