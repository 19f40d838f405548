"""Writing a snapshot: all or nothing, one at a time, and never a folder under a reader's feet."""

from __future__ import annotations

import errno
import os
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from datastore.base.errors import SnapshotError
from datastore.base.format import FORMAT
from datastore.base.snapshot import (
    BuildParameters,
    Manifest,
    current_version,
    read_manifest,
)
from etl.snapshot import writer as snapshot
from etl.snapshot.writer import SnapshotWriter

PARAMETERS = BuildParameters(seed=1, model={}, tuned=False, max_line_bytes=1_000)


def manifest(writer: SnapshotWriter, version: str) -> Manifest:
    return Manifest(
        FORMAT,
        version,
        "now",
        "0",
        [],
        "",
        {},
        PARAMETERS,
        False,
        {},
        {},
        writer.tables,
        writer.arrays,
    )


def write(data: Path, version: str, games: list[int]) -> Path:
    with SnapshotWriter(data) as writer:
        writer.table("tags", {"name": ["a", "b"]})
        writer.array("popular_games", np.array(games))
        return writer.release(manifest(writer, version), {"version": version})


def visible(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_released_snapshot_is_current_and_leaves_nothing_else(tmp_path: Path) -> None:
    data = tmp_path / "new" / "data"
    folder = write(data, "one", [3, 1])
    assert folder == data / "snapshots" / "one"
    assert current_version(data) == "one"
    assert visible(data) == ["current", "lock", "snapshots"]
    assert visible(data / "snapshots") == ["one"]
    assert visible(folder) == ["arrays", "manifest.json", "report.json", "tables"]
    assert folder.stat().st_mode & 0o777 == 0o755
    entry = read_manifest(folder).arrays["popular_games"]
    assert (entry.shape, entry.dtype) == ((2,), "int32")
    assert np.load(folder / "arrays" / "popular_games.npy").tolist() == [3, 1]


@pytest.mark.parametrize("shape", [(0,), (0, 50), (3, 0), (2, 3)])
def test_an_array_of_any_shape_is_read_as_it_was_written(
    tmp_path: Path, shape: tuple[int, ...]
) -> None:
    values = np.asfortranarray(np.arange(np.prod(shape), dtype=np.float64).reshape(shape))
    with SnapshotWriter(tmp_path) as writer:
        writer.array("item_factors", values)
        back = np.load(writer.folder / "arrays" / "item_factors.npy", allow_pickle=False)
    assert back.dtype == np.float32
    assert np.array_equal(back, values)
    assert back.shape == shape


@pytest.mark.parametrize(
    ("most", "dtype"), [(65_535, "uint16"), (65_536, "int32")], ids=["narrow", "wide"]
)
def test_an_array_from_parts_is_the_array_from_all_at_once(
    tmp_path: Path, most: int, dtype: str
) -> None:
    values = np.array([3, 0, most, 7, 5], np.int64)
    with SnapshotWriter(tmp_path) as writer:
        writer.array("library_games", values)
        content = (writer.folder / "arrays" / "library_games.npy").read_bytes()
        entry = writer.arrays["library_games"]
        parts = [values[:2], values[:0], values[2:]]
        writer.array_of_parts("library_games", (5,), parts, most)
        assert (writer.folder / "arrays" / "library_games.npy").read_bytes() == content
        assert writer.arrays["library_games"] == entry
        assert entry.dtype == dtype


def test_parts_with_several_columns_keep_their_shape(tmp_path: Path) -> None:
    values = np.arange(12, dtype=np.float32).reshape(4, 3)
    with SnapshotWriter(tmp_path) as writer:
        writer.array_of_parts("user_factors", (4, 3), [values[:1], values[1:]])
        back = np.load(writer.folder / "arrays" / "user_factors.npy", allow_pickle=False)
        assert np.array_equal(back, values)
        assert writer.arrays["user_factors"].shape == (4, 3)


def test_parts_that_lack_a_row_are_refused(tmp_path: Path) -> None:
    with SnapshotWriter(tmp_path) as writer, pytest.raises(ValueError, match="2 rows, not 3"):
        writer.array_of_parts("popular_games", (3,), [np.zeros(1), np.zeros(1)])


def test_a_table_must_have_exactly_the_columns_of_the_contract(tmp_path: Path) -> None:
    with SnapshotWriter(tmp_path) as writer:
        with pytest.raises(ValueError, match="nmae"):
            writer.table("tags", {"nmae": []})
        with pytest.raises(ValueError, match="folded"):
            writer.table("genres", {"name": [], "games": []})


class Failure(Exception):
    pass


@pytest.mark.parametrize("error", [Failure(), KeyboardInterrupt(), SystemExit()])
def test_what_is_not_released_leaves_no_trace(tmp_path: Path, error: BaseException) -> None:
    write(tmp_path, "one", [1])
    with pytest.raises(type(error)), SnapshotWriter(tmp_path) as writer:
        writer.array("popular_games", np.array([2]))
        raise error
    assert visible(tmp_path / "snapshots") == ["one"]
    assert current_version(tmp_path) == "one"
    write(tmp_path, "two", [2])  # the lock is free again


def test_the_leftovers_of_a_killed_build_are_removed_by_the_next(tmp_path: Path) -> None:
    (tmp_path / "snapshots" / ".unfinished-xyz" / "tables").mkdir(parents=True)
    (tmp_path / ".unfinished-current").write_text("half")
    write(tmp_path, "one", [1])
    assert visible(tmp_path / "snapshots") == ["one"]
    assert visible(tmp_path) == ["current", "lock", "snapshots"]


def test_a_second_build_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    with SnapshotWriter(tmp_path) as first:
        with pytest.raises(SnapshotError) as caught, SnapshotWriter(tmp_path):
            pass
        assert str(caught.value) == f"Another build is running in {tmp_path}."
        assert first.folder.is_dir()
    write(tmp_path, "one", [1])


def test_the_same_content_again_leaves_the_folder_as_it_is(tmp_path: Path) -> None:
    folder = write(tmp_path, "one", [1])
    before = folder.stat().st_ino
    write(tmp_path, "two", [2])
    assert write(tmp_path, "one", [1]).stat().st_ino == before
    assert current_version(tmp_path) == "one"
    assert visible(tmp_path / "snapshots") == ["one", "two"]


@pytest.mark.parametrize("damage", ["an array", "the manifest", "a table is gone"])
def test_a_damaged_snapshot_is_replaced(tmp_path: Path, damage: str) -> None:
    folder = write(tmp_path, "one", [1])
    match damage:
        case "an array":
            path = folder / "arrays" / "popular_games.npy"
            path.write_bytes(path.read_bytes()[:-1] + b"\x07")
        case "the manifest":
            (folder / "manifest.json").write_text("{")
        case "a table is gone":
            (folder / "tables" / "tags.arrow").unlink()
    write(tmp_path, "one", [1])
    assert np.load(folder / "arrays" / "popular_games.npy").tolist() == [1]
    assert (folder / "tables" / "tags.arrow").is_file()
    assert read_manifest(folder).version == "one"
    assert visible(tmp_path / "snapshots") == ["one"]


def unwritable(data: Path) -> str:
    with pytest.raises(SnapshotError) as caught, SnapshotWriter(data):
        pass
    return str(caught.value)


def test_a_folder_that_cannot_be_made_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    data = tmp_path / "file" / "data"
    assert unwritable(data) == (
        f"{data} cannot be written: Not a directory. Nothing was changed. Make it a writable "
        "folder, or choose another folder with --data or PLAYGRAPH_DATA_DIR."
    )
    assert "file cannot be written: Not a directory." in unwritable(tmp_path / "file")


def test_a_full_disk_is_reported_in_the_words_of_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "one", [1])

    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "[Errno 28] Error writing bytes. Detail: no space")

    monkeypatch.setattr(snapshot, "write", full)
    with pytest.raises(SnapshotError) as caught:
        write(tmp_path, "two", [2])
    assert f"{tmp_path} cannot be written: {os.strerror(errno.ENOSPC)}. " in str(caught.value)
    assert visible(tmp_path / "snapshots") == ["one"]
    assert current_version(tmp_path) == "one"
    monkeypatch.undo()
    monkeypatch.setattr(snapshot.tempfile, "mkdtemp", full)
    assert f"{tmp_path} cannot be written: {os.strerror(errno.ENOSPC)}. " in unwritable(tmp_path)
    monkeypatch.undo()
    write(tmp_path, "two", [2])


def test_a_lack_of_open_files_is_not_blamed_on_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(*_: Any, **__: Any) -> None:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr(snapshot, "write", exhausted)
    with pytest.raises(SnapshotError) as caught:
        write(tmp_path, "one", [1])
    assert str(caught.value) == (
        f"{tmp_path} cannot be written: Too many open files. Nothing was changed. Raise the limit "
        "of open files (ulimit -n)."
    )


@pytest.mark.parametrize("moment", ["mkdtemp", "chmod"])
def test_ctrl_c_before_the_work_begins_leaves_no_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    make = snapshot.tempfile.mkdtemp

    def interrupted(*arguments: Any, **how: Any) -> None:
        if moment == "mkdtemp":
            make(*arguments, **how)
        raise KeyboardInterrupt

    owner = {"mkdtemp": snapshot.tempfile, "chmod": Path}[moment]
    monkeypatch.setattr(owner, moment, interrupted)
    with pytest.raises(KeyboardInterrupt), SnapshotWriter(tmp_path):
        pass
    monkeypatch.undo()
    assert visible(tmp_path / "snapshots") == []
    write(tmp_path, "one", [1])


def test_an_interrupt_at_the_last_moment_of_the_beginning_leaves_nothing(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupted(ExitStack):
        def __exit__(self, *exception: Any) -> Any:
            super().__exit__(*exception)
            raise KeyboardInterrupt

    unfinished = SnapshotWriter(data)
    monkeypatch.setattr("etl.snapshot.writer.ExitStack", Interrupted)
    with pytest.raises(KeyboardInterrupt), unfinished:
        pass
    assert [path.name for path in (data / "snapshots").glob(".*")] == []
    monkeypatch.undo()
    with SnapshotWriter(data):  # the lock is free
        pass
