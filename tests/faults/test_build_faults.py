"""Builds that meet a full disk or a damaged live snapshot change nothing, and say what to do."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

import processes
import world
from datastore.base.damage import damage
from datastore.base.snapshot import current_version, read_manifest, snapshot_path
from datastore.store import Store
from etl.release.build import Inputs
from server.snapshots.quarantine import Quarantine
from thorough import some
from two_snapshots import flip

pytestmark = pytest.mark.slow

EVE = '{"user_id": "eve", "items_count": 0, "items": []}\n'


class Folder:
    """A data folder and the commands on it."""

    def __init__(self, data: Path, files: Inputs) -> None:
        self.data, self.files = data, files

    @property
    def live(self) -> Path:
        """The live snapshot's folder; it is whole."""
        version = current_version(self.data)
        assert version is not None
        folder = snapshot_path(self.data, version)
        assert damage(folder, read_manifest(folder)) == []
        return folder

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return processes.run(
            *arguments,
            f"--data={self.data}",
            cwd=self.data.parent,
            env=processes.environment() | {"PLAYGRAPH_MAX_LINE_BYTES": str(1 << 26)},
        )

    def build(self) -> subprocess.CompletedProcess[str]:
        paths = [f"--{kind}={path}" for kind, path in self.files.files()]
        return self.run("build", *paths, "--seed=1", "--jobs=2")

    def unfinished(self) -> list[Path]:
        return list(self.data.rglob(".unfinished*"))


@pytest.fixture
def folder(data_dir: Path, tmp_path: Path) -> Folder:
    shutil.copytree(data_dir, tmp_path / "data")
    return Folder(tmp_path / "data", world.write(tmp_path / "raw"))


@pytest.fixture
def eve(tmp_path: Path) -> Path:
    """A new dump with one user."""
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "eve.json").write_text(EVE)
    return tmp_path / "inbox" / "eve.json"


# ---------------------------------------------------------------- a disk without room


@pytest.fixture
def full(folder: Folder, tmp_path: Path) -> Iterator[Folder]:
    """The same data folder on a small disk that has no room for another snapshot."""
    disk = tmp_path / "disk"
    disk.mkdir()
    used = sum(path.stat().st_size for path in folder.data.rglob("*") if path.is_file())
    # Files take whole pages.
    pages = sum(1 for _ in folder.data.rglob("*")) * 4096
    command = ["mount", "-t", "tmpfs", "-o", f"size={used + pages + 4_000_000}", "tmpfs", disk]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("needs the right to mount a small disk")
    try:
        shutil.copytree(folder.data, disk / "data")
        small = Folder(disk / "data", folder.files)
        room = shutil.disk_usage(disk).free
        (disk / "ballast").write_bytes(b"x" * max(0, room - 100_000))
        yield small
    finally:
        subprocess.run(["umount", disk], check=True)


@pytest.mark.parametrize("command", ["build", "update", "watch"])
def test_a_full_disk_changes_nothing_and_the_next_build_works(
    full: Folder, eve: Path, command: str
) -> None:
    before = full.live
    if command == "build":
        with full.files.paths("items")[0].open("a", encoding="utf-8") as lines:
            lines.write(EVE)
        arguments: tuple[str | Path, ...] = ()
    elif command == "update":
        arguments = ("update", f"--items={eve}")
    else:
        arguments = ("watch", eve.parent, "--once")
    result = full.run(*arguments) if arguments else full.build()
    assert result.returncode == 1
    assert "No space left on device" in result.stderr
    assert "Traceback" not in result.stderr
    assert full.live == before
    assert full.unfinished() == []
    assert Store.open_current(full.data) is not None
    (full.data.parent / "ballast").unlink()
    again = full.run(*arguments) if arguments else full.build()
    assert again.returncode == 0, again.stderr
    assert full.live != before


# ---------------------------------------------------------------- a damaged live snapshot


@pytest.mark.parametrize(
    ("command", "array"),
    some([*product(["train --force", "evaluate"], ["library_games.npy", "item_gram.npy"])], 2),
)
def test_a_new_snapshot_inherits_no_damaged_file(folder: Folder, command: str, array: str) -> None:
    before = folder.live
    flip(before / "arrays" / array)
    result = folder.run(*command.split())
    assert result.returncode == 1
    assert f"Snapshot {before} is damaged: " in result.stderr
    assert f"{array} has changed since it was written (SHA-256 " in result.stderr
    assert "Nothing was changed. Build again from all dumps, or choose another" in result.stderr
    assert "Traceback" not in result.stderr
    assert folder.unfinished() == []
    assert folder.build().returncode == 0
    assert folder.live == before  # replaced: the content is the same


def test_a_damaged_model_is_fitted_again(folder: Folder, eve: Path) -> None:
    before = folder.live
    flip(before / "arrays" / "price_estimates.npy")
    (before / "prices.json").write_text("{")
    result = folder.run("update", f"--items={eve}")
    assert result.returncode == 0, result.stderr
    assert folder.live != before
    assert Store.open(folder.live).prices.card is not None


@pytest.mark.parametrize("command", ["update", "train", "evaluate"])
def test_a_quarantined_snapshot_is_not_built_upon_until_another_is_chosen(
    folder: Folder, eve: Path, command: str
) -> None:
    before = folder.live
    Quarantine().add(before, "tables/games.arrow is missing")
    arguments = (command, f"--items={eve}") if command == "update" else (command,)
    result = folder.run(*arguments)
    assert result.returncode == 1
    assert result.stderr == (
        f"playgraph: Snapshot {before} is damaged: tables/games.arrow is missing. Nothing was "
        "changed. Build again from all dumps, or choose another snapshot with playgraph snapshots "
        "use VERSION.\n"
    )
    listed = folder.run("snapshots", "list")
    assert f"Snapshot {before.name} is quarantined: tables/games.arrow is missing." in listed.stdout
    assert folder.run("snapshots", "verify").returncode == 0  # it is whole
    assert "quarantined" not in folder.run("snapshots", "list").stdout
    assert folder.run(*arguments).returncode == 0


def test_a_build_replaces_a_quarantined_snapshot(folder: Folder) -> None:
    before = folder.live
    Quarantine().add(before, "tables/games.arrow is missing")
    (before / "tables" / "games.arrow").unlink()
    assert folder.build().returncode == 0
    assert folder.live == before
    assert "quarantined" not in folder.run("snapshots", "list").stdout
