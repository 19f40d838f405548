"""`playgraph demo --raw`: it names the command that builds what it has written."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from datastore.base.errors import SnapshotError
from datastore.base.snapshot import current_version
from server.cli.main import commands

SMALL = ("--users=200", "--games=200", "--titles=80", "--viewers=60")


def test_real_data_is_not_replaced_by_the_demo_dataset(data_dir: Path) -> None:
    live = current_version(data_dir)
    result = CliRunner().invoke(commands, ["demo", *SMALL, "--data", str(data_dir)])
    assert isinstance(result.exception, SnapshotError)
    assert str(result.exception) == (
        f"{data_dir} contains real data, which the demo dataset would replace: choose another "
        "folder with --data."
    )
    assert current_version(data_dir) == live


@pytest.mark.slow
def test_the_command_that_it_prints_builds_the_files(tmp_path: Path) -> None:
    raw, data = tmp_path / "raw files", tmp_path / "data"
    told = CliRunner().invoke(commands, ["demo", *SMALL, "--raw", str(raw), "--data", str(data)])
    assert told.exit_code == 0, told.output
    first, command = told.stdout.splitlines()
    assert first == f"Wrote {len(list(raw.iterdir()))} files to {raw}. To build a snapshot of them:"
    name, *words = shlex.split(command)
    assert name == "playgraph"
    assert current_version(data) is None
    built = CliRunner().invoke(commands, [*words, "--jobs", "1", "--force"])
    assert built.exit_code == 0, built.output
    assert current_version(data) is not None
