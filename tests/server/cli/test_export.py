"""`playgraph export`, as a command."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from server.cli.main import commands


def test_chosen_tables_are_written_and_counted(data_dir: Path, tmp_path: Path) -> None:
    given = ["export", str(tmp_path / "out"), "--table", "genres", "--data", str(data_dir)]
    result = CliRunner().invoke(commands, given)
    assert result.exit_code == 0, result.output
    assert result.output == f"genres: 5 rows\nExported 1 table to {tmp_path / 'out'}.\n"
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["genres.parquet"]


@pytest.mark.parametrize("place", ["snapshots/mine", "mine", "sources/mine"])
def test_a_data_folder_is_no_place_for_an_export(
    data_dir: Path, tmp_path: Path, place: str
) -> None:
    other = tmp_path / "another"
    shutil.copytree(data_dir, other)
    (tmp_path / "link").symlink_to(other, target_is_directory=True)
    for folder in (data_dir, other, tmp_path / "link"):
        given = ["export", str(folder / place), "--data", str(data_dir)]
        result = CliRunner().invoke(commands, given)
        assert result.exit_code == 1
        assert "is in the data folder" in str(result.exception)
        assert not (folder / place).exists()


def test_the_people_setting_holds(data_dir: Path, tmp_path: Path) -> None:
    given = ["export", str(tmp_path / "out"), "--users", "off", "--data", str(data_dir)]
    assert CliRunner().invoke(commands, given, catch_exceptions=False).exit_code == 0
    assert not (tmp_path / "out" / "users.parquet").exists()
    assert "user_id" not in pq.read_schema(tmp_path / "out" / "reviews.parquet").names


def test_an_unknown_table_is_answered_with_all_names(tmp_path: Path) -> None:
    result = CliRunner().invoke(commands, ["export", str(tmp_path / "out"), "--table", "players"])
    assert result.exit_code == 2
    assert "'players': the tables are games, tags," in " ".join(result.output.split())
