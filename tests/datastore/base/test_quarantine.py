"""The marker of a quarantine is written, read and removed."""

from __future__ import annotations

from pathlib import Path

from datastore.base.quarantine import end_quarantine, quarantine, quarantined


def test_a_snapshot_is_quarantined_until_it_is_released(tmp_path: Path) -> None:
    assert quarantined(tmp_path) is None
    assert quarantine(tmp_path, "tables/games.arrow is missing")
    assert quarantined(tmp_path) == "tables/games.arrow is missing"
    assert [path.name for path in tmp_path.iterdir()] == ["quarantine.json"]
    end_quarantine(tmp_path)
    assert quarantined(tmp_path) is None


def test_a_damaged_marker_still_counts(tmp_path: Path) -> None:
    (tmp_path / "quarantine.json").write_text("{")
    assert quarantined(tmp_path) == "unknown damage"


def test_a_folder_that_is_gone_cannot_be_marked(tmp_path: Path) -> None:
    assert not quarantine(tmp_path / "gone", "anything")
    end_quarantine(tmp_path / "gone")
    assert quarantined(tmp_path / "gone") is None
