"""`playgraph forget`: a mistyped id costs nothing, and the last line says what was removed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from datastore.base.snapshot import current_version
from server.cli.main import commands
from two_snapshots import Two

MISTYPED = "newcommer"


@pytest.fixture
def filled(two_snapshots: Two, tmp_path: Path) -> Two:
    """A folder of two snapshots; only the new one, which is live, knows `newcomer`."""
    return two_snapshots.copy(tmp_path, two_snapshots.new)


def forget(data: Path, *arguments: str) -> Result:
    given = ["forget", "--data", str(data), "--jobs", "1", *arguments]
    return CliRunner(env={"COLUMNS": "300"}).invoke(commands, given)


def contents(data: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}


def last_line(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()[-1]


@pytest.mark.parametrize("more", [(), ("--dry-run",), ("another",)])
def test_where_none_of_the_ids_is_known_nothing_is_removed(
    filled: Two, more: tuple[str, ...]
) -> None:
    before = contents(filled.data)
    refused = forget(filled.data, MISTYPED, *more)
    assert refused.exit_code == 1
    assert "None of these users is in the data: nothing was removed." in refused.stderr
    assert "add --force" in refused.stderr
    assert contents(filled.data) == before


@pytest.mark.parametrize(
    ("user", "problem"),
    [
        ("--000--", "No such option '--000--'. If it is a user id, put -- in front of the ids."),
        (" ", "A user id is blank. Nothing was changed."),
        ("\udcff", "A user id is not valid UTF-8. Nothing was changed."),
    ],
)
def test_an_id_that_cannot_be_one_is_refused(filled: Two, user: str, problem: str) -> None:
    refused = forget(filled.data, user)
    assert refused.exit_code == 2
    assert refused.stderr.splitlines()[-1] == f"Error: {problem}"


def test_an_id_may_begin_with_a_hyphen(filled: Two) -> None:
    refused = forget(filled.data, "--dry-run", "--", "--000--")
    assert "None of these users is in the data" in refused.stderr


def test_so_it_is_where_nothing_has_been_built(tmp_path: Path) -> None:
    assert forget(tmp_path, MISTYPED).exit_code == 1
    assert not (tmp_path / "forgotten.json").exists()
    said = last_line(forget(tmp_path, MISTYPED, "--force"))
    assert said == "Removed 0 users with 0 rows of raw files; deleted 0 earlier snapshots."
    assert len(json.loads((tmp_path / "forgotten.json").read_text())["hashes"]) == 1


@pytest.mark.slow
def test_force_excludes_unknown_users_from_future_imports(filled: Two) -> None:
    done = forget(filled.data, MISTYPED, "--force")
    assert f"Not in the data, but excluded from now on: '{MISTYPED}'" in done.stderr
    assert last_line(done).startswith("Removed 0 users with 0 rows of raw files; deleted ")
    again = forget(filled.data, MISTYPED)  # as after an interruption
    assert again.exit_code == 0, again.output


@pytest.mark.slow
def test_the_last_line_counts_users_rows_and_snapshots(filled: Two) -> None:
    done = forget(filled.data, "newcomer", " newcomer ", MISTYPED)
    assert last_line(done) == (
        "Removed 1 user with 1 row of raw files; deleted 2 earlier snapshots."
    )
    assert [path.name for path in (filled.data / "snapshots").iterdir()] == [
        current_version(filled.data)
    ]


def test_a_user_of_an_earlier_snapshot_only_is_known(two_snapshots: Two, tmp_path: Path) -> None:
    data = two_snapshots.copy(tmp_path, two_snapshots.old).data
    said = forget(data, "newcomer", "--dry-run")
    assert said.exit_code == 0
    assert "Would remove 1 user: 'newcomer'" in said.stdout
