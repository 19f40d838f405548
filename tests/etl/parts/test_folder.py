from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from datastore.base.errors import SnapshotError
from etl.parts.folder import WorkFolder


@pytest.fixture
def folder(tmp_path: Path) -> WorkFolder:
    work = WorkFolder(tmp_path / "work")
    work.create()
    return work


def test_tables_and_arrays_are_read_as_they_were_written(folder: WorkFolder) -> None:
    table = pa.table({"user": ["ann", "bob"], "items": [1, None]})
    folder.write("users", 3, table)
    folder.write_array("games", 0, np.array([5, 7], np.int32))
    assert folder.read("users", 3).equals(table)
    assert folder.read_array("games", 0).tolist() == [5, 7]
    assert folder.read_array("games", 0).dtype == np.int32


def test_parts_are_read_one_behind_the_other_in_small_pieces(folder: WorkFolder) -> None:
    folder.write_array("rows", 0, np.arange(100_000))
    folder.write_array("rows", 1, np.zeros(0, np.int64))
    folder.write_array("rows", 2, np.arange(5))
    pieces = list(folder.arrays("rows", range(3)))
    assert np.array_equal(np.concatenate(pieces), [*range(100_000), *range(5)])
    assert max(map(len, pieces)) == 65_536


def test_several_tables_of_a_part_are_read_without_a_look_into_the_folder(
    folder: WorkFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = {"users": pa.table({"user_id": ["a"]}), "rows": pa.table({"game": [3, 4]})}
    folder.write_all("items", 2, tables)
    folder.write_all("items", 3, {})
    monkeypatch.setattr(Path, "iterdir", None)
    monkeypatch.setattr(Path, "glob", None)
    assert folder.read_all("items", 2) == tables
    assert folder.read_all("items", 3) == {}


def test_work_that_is_done_again_replaces_its_file_and_leaves_no_other(folder: WorkFolder) -> None:
    for _ in range(2):
        folder.write_array("rows", 1, np.arange(3))
    assert [path.name for path in (folder.path / "rows").iterdir()] == ["000001.arrow"]


def test_nothing_is_left_of_a_removed_folder(folder: WorkFolder) -> None:
    folder.room("model").write_array("rows", 0, np.arange(3))
    folder.remove()
    assert not folder.path.exists()
    folder.remove()


def test_a_folder_that_cannot_be_made_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(
        SnapshotError, match=r"work folder .*file/work cannot be written: Not a dir"
    ):
        WorkFolder(tmp_path / "file" / "work").create()


def test_a_host_without_the_folder_is_named_and_makes_none(tmp_path: Path) -> None:
    elsewhere = WorkFolder(tmp_path / "elsewhere").room("games")
    with pytest.raises(SnapshotError, match=r"^Host .+ does not have the work folder .+elsewhere:"):
        elsewhere.write_array("rows", 0, np.arange(3))
    assert not (tmp_path / "elsewhere").exists()
