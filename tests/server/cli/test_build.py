"""`playgraph build`: options that need each other."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from server.cli.main import commands


@pytest.mark.parametrize(
    "option", ["--master=local[2]", "--conf=spark.executor.memory=8g", "--work=/shared"]
)
def test_options_of_spark_are_refused_without_it(option: str, tmp_path: Path) -> None:
    files = ["--titles=titles.csv", "--ratings=ratings.csv", f"--data={tmp_path}"]
    result = CliRunner().invoke(commands, ["build", *files, option])
    assert result.exit_code == 2
    assert "--master, --conf and --work need --engine spark." in result.stderr


@pytest.mark.parametrize("conf", ["spark.executor.memory", "=8g"])
def test_a_setting_of_spark_needs_a_name_and_a_value(conf: str) -> None:
    result = CliRunner().invoke(commands, ["build", "--engine=spark", f"--conf={conf}"])
    assert result.exit_code == 2
    assert "expected KEY=VALUE" in result.stderr
