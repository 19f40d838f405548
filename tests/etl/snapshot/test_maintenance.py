"""Snapshots are checked, made live, and removed."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from datastore.base.errors import SnapshotError
from datastore.base.snapshot import current_version, report_page, snapshot_path
from etl.snapshot.disk_usage import disk
from etl.snapshot.maintenance import prune, use, verify
from etl.snapshot.versions import find, stored_snapshots
from etl.snapshot.writer import SnapshotWriter

from .conftest import opens, versions


@pytest.mark.parametrize(
    "command",
    [
        stored_snapshots,
        find,
        lambda data: find(data, "a"),
        lambda data: use(data, "a", opens),
        lambda data: prune(data, 1, dry_run=False),
    ],
)
def test_every_command_reports_that_nothing_was_built(
    tmp_path: Path, command: Callable[[Path], object]
) -> None:
    with pytest.raises(SnapshotError) as caught:
        command(tmp_path / "data")
    assert str(caught.value) == (
        f"No snapshot in {tmp_path / 'data'}: run playgraph build, or playgraph demo."
    )
    assert not (tmp_path / "data").exists()


# ---------------------------------------------------------------- checked


def test_an_intact_one_has_no_problem(data: Path) -> None:
    assert verify(snapshot_path(data, "b4"), opens) == []


def test_a_changed_byte_and_a_missing_file_are_found(data: Path) -> None:
    folder = snapshot_path(data, "b4")
    array = folder / "arrays" / "popular_games.npy"
    content = array.read_bytes()
    array.write_bytes(content[:-1] + b"\x07")
    (problem,) = verify(folder, opens)
    assert re.fullmatch(
        r"arrays/popular_games\.npy has changed since it was written "
        r"\(SHA-256 [0-9a-f]{16}… instead of [0-9a-f]{16}…\)",
        problem,
    )
    array.unlink()
    assert verify(folder, opens) == ["arrays/popular_games.npy is missing"]


def test_one_that_does_not_open_is_not_intact(data: Path) -> None:
    def refuses(folder: Path) -> None:
        raise SnapshotError(f"Snapshot {folder.name} lacks games.")

    assert verify(snapshot_path(data, "b4"), refuses) == ["Snapshot b4 lacks games."]


# ---------------------------------------------------------------- chosen


def test_use_makes_another_one_live(data: Path) -> None:
    assert use(data, "aa", opens) == snapshot_path(data, "aa1")
    assert current_version(data) == "aa1"
    assert sorted(path.name for path in data.iterdir()) == ["current", "lock", "snapshots"]


def test_a_damaged_one_is_not_chosen(data: Path) -> None:
    (snapshot_path(data, "aa1") / "arrays" / "popular_games.npy").unlink()
    with pytest.raises(SnapshotError) as caught:
        use(data, "aa1", opens)
    assert str(caught.value) == (
        "Snapshot aa1 cannot be made live: arrays/popular_games.npy is missing. "
        "Nothing was changed."
    )
    assert current_version(data) == "ab2"


def test_a_damaged_pointer_is_repaired_by_a_choice(data: Path) -> None:
    (data / "current").write_bytes(b"\xff")
    use(data, "b4", opens)
    assert current_version(data) == "b4"


def test_nothing_is_chosen_or_removed_while_a_build_is_running(data: Path) -> None:
    with SnapshotWriter(data) as writer:
        for command in (lambda: use(data, "b4", opens), lambda: prune(data, 1, dry_run=False)):
            with pytest.raises(SnapshotError, match=r"^A build is running in "):
                command()
        assert writer.folder.is_dir()
    assert versions(data) == ["aa1", "ab2", "ac3", "b4"]
    assert current_version(data) == "ab2"


# ---------------------------------------------------------------- removed


@pytest.mark.parametrize(
    ("keep", "left"),
    [
        (1, ["ab2", "b4"]),
        (2, ["ab2", "ac3", "b4"]),
        (3, ["ab2", "ac3", "b4"]),
        (4, ["aa1", "ab2", "ac3", "b4"]),
        (9, ["aa1", "ab2", "ac3", "b4"]),
    ],
)
def test_the_newest_and_the_live_one_stay(data: Path, keep: int, left: list[str]) -> None:
    before = versions(data)
    size = disk([snapshot_path(data, version) for version in before if version not in left])
    told, told_freed = prune(data, keep, dry_run=True)
    assert versions(data) == before
    going, freed = prune(data, keep, dry_run=False)
    assert versions(data) == left
    assert (
        {one.version for one in going} == {one.version for one in told} == set(before) - set(left)
    )
    assert freed == told_freed == size


def test_damaged_ones_go_and_do_not_count(data: Path) -> None:
    (snapshot_path(data, "b4") / "manifest.json").unlink()
    prune(data, 1, dry_run=False)
    assert versions(data) == ["ab2", "ac3"]


def test_what_a_kept_one_shares_is_not_freed(data: Path) -> None:
    gone = snapshot_path(data, "aa1") / "arrays" / "popular_games.npy"
    gone.unlink()
    os.link(snapshot_path(data, "b4") / "arrays" / "popular_games.npy", gone)
    expected = disk([gone.parent.parent]) - gone.stat().st_size
    _, freed = prune(data, 3, dry_run=False)
    assert freed == expected
    assert verify(snapshot_path(data, "b4"), opens) == []


def test_nothing_is_removed_when_the_live_one_is_unknown(data: Path) -> None:
    (data / "current").write_bytes(b"\xff")
    with pytest.raises(SnapshotError, match="which is not a valid version"):
        prune(data, 1, dry_run=False)
    assert len(versions(data)) == 4


def test_what_a_killed_command_left_is_removed_too(data: Path) -> None:
    (data / "snapshots" / ".unfinished-x" / "aa0").mkdir(parents=True)
    assert "aa0" not in {one.version for one in stored_snapshots(data)}
    prune(data, 9, dry_run=False)
    assert versions(data) == ["aa1", "ab2", "ac3", "b4"]


def test_reports_are_pruned_with_their_snapshots(data: Path) -> None:
    for version in ("aa1", "ab2", "b4"):
        write_report(data, version)
    prune(data, 1, dry_run=True)
    assert len(list((data / "reports").iterdir())) == 3
    prune(data, 1, dry_run=False)
    assert sorted(page.stem for page in (data / "reports").iterdir()) == ["ab2", "b4"]


def write_report(data: Path, version: str) -> None:
    page = report_page(data, version)
    page.parent.mkdir(exist_ok=True)
    page.write_text("<title>Report</title>")
