"""Which snapshot a command takes: a named folder holds one, or it is an error."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from datastore.base.format import FORMAT
from datastore.base.snapshot import current_version, is_outdated_demo
from server.cli import folder
from server.cli.child import run_command
from server.cli.main import commands
from thorough import thorough_only

QUESTION = ("query", "{ dataset { demo } }")
#: Commands that need a live snapshot.
NEEDING = (
    QUESTION,
    ("serve", "--port=0"),
    ("snapshots", "list"),
    ("snapshots", "show"),
    ("snapshots", "verify"),
    ("snapshots", "prune", "--keep=1"),
    ("train",),
    ("evaluate",),
    ("update", "--items", "x"),
)


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner(env=environment).invoke(commands, list(arguments))


def said(result: Result) -> str:
    """What the entry point prints of a failure."""
    assert result.exit_code == 1, result.output
    return str(result.exception)


@pytest.fixture
def lost(data_dir: Path, tmp_path: Path) -> Path:
    """A data folder whose pointer is lost."""
    shutil.copytree(data_dir, tmp_path / "lost")
    (tmp_path / "lost" / "current").unlink()
    return tmp_path / "lost"


@pytest.mark.parametrize("command", NEEDING, ids=" ".join)
def test_a_named_folder_that_does_not_exist_is_an_error(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    missing = tmp_path / "missing"
    assert f"No snapshot in {missing}" in said(run(*command, "--data", str(missing)))
    assert not missing.exists()


def test_it_is_one_wherever_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = said(run(*QUESTION, PLAYGRAPH_DATA_DIR=str(tmp_path / "mount")))
    assert told == (
        f"No snapshot in {tmp_path / 'mount'}. The folder does not exist; is its disk mounted? "
        "Build one with playgraph build, or serve the demo dataset with --demo."
    )
    (tmp_path / ".env").write_text("PLAYGRAPH_DATA_DIR=empty\n")
    (tmp_path / "empty").mkdir()
    assert said(run(*QUESTION)).startswith("No snapshot in empty. Build one with")


def test_the_users_own_folder_gets_the_demo(tmp_path: Path, small_demo_data_dir: Path) -> None:
    shutil.copytree(small_demo_data_dir, tmp_path / "playgraph")
    result = run(*QUESTION, XDG_DATA_HOME=str(tmp_path))
    assert '"demo": true' in result.stdout


@pytest.mark.slow
@thorough_only("takes two seconds")
def test_a_demo_of_another_version_is_built_again(
    tmp_path: Path, small_demo_data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = ["--games=200", "--users=100", "--titles=80", "--viewers=60"]
    monkeypatch.setattr(
        folder, "run_command", lambda words, **how: run_command([*words, *small], **how)
    )
    data = tmp_path / "data"
    shutil.copytree(small_demo_data_dir, data)
    (manifest,) = data.glob("snapshots/*/manifest.json")
    manifest.write_text(manifest.read_text().replace(f'"format": {FORMAT}', '"format": 1'))
    assert is_outdated_demo(data)
    result = run(*QUESTION, "--data", str(data))
    assert '"demo": true' in result.stdout
    assert f"The demo dataset in {data} is of another version: building it again." in result.stderr
    assert not is_outdated_demo(data)


def test_real_data_of_another_version_is_an_error(tmp_path: Path, data_dir: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(data_dir, data)
    (manifest,) = data.glob("snapshots/*/manifest.json")
    manifest.write_text(manifest.read_text().replace(f'"format": {FORMAT}', '"format": 1'))
    assert "has format 1, but this version" in said(run(*QUESTION, "--data", str(data)))


def test_demo_takes_a_named_folder_of_the_demo_and_no_real_data(
    data_dir: Path, small_demo_data_dir: Path
) -> None:
    assert '"demo": true' in run(*QUESTION, "--demo", "--data", str(small_demo_data_dir)).stdout
    told = said(run(*QUESTION, "--demo", "--data", str(data_dir)))
    assert told.startswith(f"{data_dir} contains real data, not the demo dataset")


@pytest.mark.parametrize("command", [c for c in NEEDING if c[1:2] != ("list",)], ids=" ".join)
def test_a_lost_pointer_is_an_error_that_names_its_repair(
    command: tuple[str, ...], lost: Path
) -> None:
    (version,) = (path.name for path in (lost / "snapshots").iterdir())
    assert said(run(*command, "--data", str(lost))) == (
        f"{lost / 'current'} is missing, so none of the snapshots is live ({version}). Choose one "
        "with playgraph snapshots use VERSION."
    )
    assert not (lost / "current").exists()


def test_the_list_shows_what_can_be_chosen_and_use_repairs_the_pointer(lost: Path) -> None:
    (version,) = (path.name for path in (lost / "snapshots").iterdir())
    listed = run("snapshots", "list", "--data", str(lost))
    assert listed.exit_code == 0
    assert "playgraph snapshots use VERSION" in listed.stdout
    assert run("snapshots", "use", version[:6], "--data", str(lost)).exit_code == 0
    assert current_version(lost) == version
    assert '"demo": false' in run(*QUESTION, "--data", str(lost)).stdout


def test_a_removal_is_not_begun_where_the_folder_is_missing_or_its_pointer_lost(
    lost: Path, tmp_path: Path
) -> None:
    missing = tmp_path / "missing"
    assert "does not exist" in said(run("forget", "ada", "--data", str(missing)))
    assert not missing.exists()
    assert "snapshots use VERSION" in said(run("forget", "ada", "--data", str(lost)))
    assert not (lost / "forgotten.json").exists()


@pytest.mark.parametrize("user", ["", " ", "\t"])
def test_a_blank_user_id_is_refused_before_anything_is_removed(lost: Path, user: str) -> None:
    """A script that passes an unset variable must not report success."""
    refused = run("forget", "ada", user, "--data", str(lost))
    assert (refused.exit_code, "A user id is blank" in refused.output) == (2, True)
    assert not (lost / "forgotten.json").exists()


def test_a_pointer_to_a_snapshot_that_is_gone_names_the_way_out(lost: Path) -> None:
    (lost / "current").write_text("gone\n", encoding="ascii")
    told = said(run(*QUESTION, "--data", str(lost)))
    assert told.startswith(f"Snapshot {lost / 'snapshots' / 'gone'} cannot be opened: ")
    assert "playgraph snapshots use VERSION" in told


def test_a_folder_that_is_a_file_is_called_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert said(run(*QUESTION, "--data", str(tmp_path / "file"))) == (
        f"{tmp_path / 'file'} is not a folder."
    )


def test_an_empty_name_is_not_a_folder() -> None:
    result = run(*QUESTION, "--data", "")
    assert result.exit_code == 2
    assert "it must be a path" in result.output
