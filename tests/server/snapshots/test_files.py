"""Files that are changed in place are found; files that only lose their names are not damaged."""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
from pathlib import Path

import pytest

from datastore.base.snapshot import read_manifest
from server.snapshots.files import SnapshotFiles
from server.snapshots.verification import verified_in_background
from two_snapshots import flip

NAME = "tables/games.arrow"


@pytest.fixture
def folder(snapshot: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(snapshot, tmp_path / snapshot.name))


@pytest.fixture
def files(folder: Path) -> SnapshotFiles:
    return SnapshotFiles(folder, read_manifest(folder))


def test_nothing_has_changed(files: SnapshotFiles) -> None:
    assert files.lost() is None
    assert files.changed() is None
    assert files.verify(lambda: None) is None


def test_a_cut_file_is_found(files: SnapshotFiles, folder: Path) -> None:
    size = (folder / NAME).stat().st_size
    os.truncate(folder / NAME, 10)
    problem = files.changed()
    assert problem is not None
    assert problem.text == f"{NAME} has 10 bytes instead of {size:,}"


def test_a_byte_changed_in_place_is_found(files: SnapshotFiles, folder: Path) -> None:
    flip(folder / NAME)
    for problem in (files.changed(), files.verify(lambda: None)):
        assert problem is not None
        assert problem.text.startswith(f"{NAME} has changed since it was written")


def test_a_file_that_was_touched_is_read_once(
    files: SnapshotFiles, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.utime(folder / NAME, (1, 1))
    assert files.changed() is None
    monkeypatch.setattr("server.snapshots.files.sha256_of", lambda *_: pytest.fail("read again"))
    assert files.changed() is None


def test_a_bad_byte_without_a_trace_is_found_by_reading(files: SnapshotFiles, folder: Path) -> None:
    stat = (folder / NAME).stat()
    flip(folder / NAME)
    os.utime(folder / NAME, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert files.changed() is None
    assert asyncio.run(verified_in_background(files)) is not None


def test_removed_and_replaced_files_harm_no_open_snapshot(
    files: SnapshotFiles, folder: Path
) -> None:
    (folder / NAME).unlink()
    other = folder / "arrays" / "popular_games.npy"
    other.with_name("new").write_bytes(b"something else")
    other.with_name("new").replace(other)
    assert files.changed() is None
    assert files.verify(lambda: None) is None
    assert files.lost() == NAME
    shutil.rmtree(folder)
    assert files.changed() is None
    assert files.verify(lambda: None) is None


def test_the_verification_ends_when_it_is_cancelled(
    files: SnapshotFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.snapshots.verification._PAUSE", 3_600)

    async def main() -> None:
        task = asyncio.create_task(verified_in_background(files))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(asyncio.wait_for(main(), 10))
    assert not any(thread.name.startswith("verification") for thread in threading.enumerate())
