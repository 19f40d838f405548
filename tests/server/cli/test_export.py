"""`playgraph export`, as a command."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
from click.testing import CliRunner

from server.cli.main import commands


def test_chosen_tables_are_written_and_counted(data_dir: Path, tmp_path: Path) -> None:
    given = ["export", str(tmp_path / "out"), "--table", "genres", "--data", str(data_dir)]
    result = CliRunner().invoke(commands, given)
    assert result.exit_code == 0, result.output
    assert result.output == f"genres: 5 rows\nExported 1 table to {tmp_path / 'out'}.\n"
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["genres.parquet"]


def test_the_people_setting_holds(data_dir: Path, tmp_path: Path) -> None:
    given = ["export", str(tmp_path / "out"), "--users", "off", "--data", str(data_dir)]
    assert CliRunner().invoke(commands, given, catch_exceptions=False).exit_code == 0
    assert not (tmp_path / "out" / "users.parquet").exists()
    assert "user_id" not in pq.read_schema(tmp_path / "out" / "reviews.parquet").names


def test_an_unknown_table_is_answered_with_all_names(tmp_path: Path) -> None:
    result = CliRunner().invoke(commands, ["export", str(tmp_path / "out"), "--table", "players"])
    assert result.exit_code == 2
    assert "'players': the tables are games, tags," in " ".join(result.output.split())
