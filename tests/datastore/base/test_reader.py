"""The folder of a snapshot, read piece by piece; whatever is wrong is one kind of error."""

from __future__ import annotations

import errno
import json
import mmap
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pytest

import world
from datastore.base.errors import SnapshotError
from datastore.base.reader import SnapshotReader
from datastore.base.snapshot import array_path, table_path
from harness import change_document


@pytest.fixture(scope="module")
def repaired(snapshot: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of which each test repairs what it has damaged."""
    folder = tmp_path_factory.mktemp("repaired") / "copy"
    return Path(shutil.copytree(snapshot, folder, copy_function=shutil.copyfile))


@pytest.fixture
def copy(snapshot: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(snapshot, tmp_path / "copy", copy_function=shutil.copyfile))


def test_some_columns_of_a_table_are_read_or_all(snapshot: Path) -> None:
    reader = SnapshotReader(snapshot)
    assert reader.table("users", "items", "user_id").column_names == ["items", "user_id"]
    assert reader.table("tags").column_names == ["name"]
    assert reader.column("users", "user_id") == world.USERS


def test_missing_values_are_none_in_a_column_and_left_out_of_the_known(snapshot: Path) -> None:
    reader = SnapshotReader(snapshot)
    prices = reader.column("games", "price")
    assert None in prices
    assert reader.known("games", "price").tolist() == [p for p in prices if p is not None]


def test_an_array_is_mapped_and_cannot_be_written(snapshot: Path) -> None:
    array = SnapshotReader(snapshot).array("library_offsets")
    assert array.tolist() == np.load(array_path(snapshot, "library_offsets")).tolist()
    assert not array.flags.owndata
    with pytest.raises(ValueError, match="read-only"):
        array[:] = 0


def test_the_documents_are_those_of_the_folder(snapshot: Path) -> None:
    reader = SnapshotReader(snapshot)
    assert reader.manifest.version == snapshot.name
    saved = json.loads((snapshot / "report.json").read_bytes())
    assert len(saved.pop("sha256")) == 64
    assert reader.report == saved
    assert reader.evaluation is not None
    (given,) = {"evaluation.json"} & {path.name for path in snapshot.iterdir()}
    assert reader.evaluation.seed == json.loads((snapshot / given).read_bytes())["seed"]


def test_a_snapshot_that_was_not_measured_has_no_evaluation(copy: Path) -> None:
    (copy / "evaluation.json").unlink()
    assert SnapshotReader(copy).evaluation is None


def test_given_documents_replace_those_that_a_folder_lacks(snapshot: Path, tmp_path: Path) -> None:
    released = SnapshotReader(snapshot)
    manifest = msgspec.structs.replace(released.manifest, version="next")
    reader = SnapshotReader(tmp_path, manifest=manifest, report={"found": 1})
    assert (reader.manifest.version, reader.report) == ("next", {"found": 1})
    assert reader.evaluation is None
    assert SnapshotReader(snapshot, evaluation=None).evaluation is None


READS: dict[str, Callable[[SnapshotReader], Any]] = {
    "manifest.json": lambda reader: reader.manifest,
    "report.json": lambda reader: reader.report,
    "evaluation.json": lambda reader: reader.evaluation,
    "games.arrow": lambda reader: reader.column("games", "title"),
    "users.arrow": lambda reader: reader.known("users", "items"),
    "tags.arrow": lambda reader: reader.table("tags"),
    "user_factors.npy": lambda reader: reader.array("user_factors"),
    "played_minutes.npy": lambda reader: reader.playtimes(),
}


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff" * 99])
@pytest.mark.parametrize("name", READS)
def test_what_is_damaged_is_named(repaired: Path, name: str, content: bytes) -> None:
    (path,) = repaired.rglob(name)
    whole = path.read_bytes()
    READS[name](SnapshotReader(repaired))
    try:
        path.write_bytes(content)
        with pytest.raises(SnapshotError, match=rf"{name} is damaged \(.+\): "):
            READS[name](SnapshotReader(repaired))
    finally:
        path.write_bytes(whole)


@pytest.mark.parametrize("name", ["games.arrow", "user_factors.npy"])
@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (OSError(errno.EMFILE, "x"), "Too many open files. Raise the limit of open files"),
        (OSError(errno.ENOMEM, "x"), "Cannot allocate memory. Free some memory"),
        (PermissionError(errno.EACCES, "x"), "Permission denied.$"),
        (pa.lib.ArrowMemoryError("x"), "not enough memory. Free some memory"),
    ],
)
def test_what_cannot_be_read_for_now_is_not_said_to_be_damaged(
    snapshot: Path, monkeypatch: pytest.MonkeyPatch, name: str, error: Exception, problem: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(mmap, "mmap", fail)
    with pytest.raises(SnapshotError, match=f"{name} cannot be read: {problem}"):
        READS[name](SnapshotReader(snapshot))


@pytest.mark.parametrize("name", [name for name in READS if name != "evaluation.json"])
def test_what_is_missing_is_named(copy: Path, name: str) -> None:
    (path,) = copy.rglob(name)
    path.unlink()
    with pytest.raises(SnapshotError, match=name):
        READS[name](SnapshotReader(copy))


def test_what_the_manifest_does_not_list_is_named(copy: Path) -> None:
    change_document(copy / "manifest.json", tables={}, arrays={})
    reader = SnapshotReader(copy)
    with pytest.raises(SnapshotError, match=r"tags\.arrow .*the manifest does not list 'tags'"):
        reader.table("tags")
    with pytest.raises(SnapshotError, match=r"game_rows\.npy .*the manifest does not list"):
        reader.array("game_rows")


def test_a_table_of_another_snapshot_is_refused(copy: Path) -> None:
    shutil.copy(table_path(copy, "tags"), table_path(copy, "specs"))
    with pytest.raises(SnapshotError, match=r"specs\.arrow does not match its manifest"):
        SnapshotReader(copy).table("specs")


@pytest.mark.parametrize("other", [np.zeros(3, np.int32), np.zeros(1, np.float32)])
def test_an_array_of_another_shape_or_type_is_refused(copy: Path, other: np.ndarray) -> None:
    np.save(array_path(copy, "popular_games"), other)
    with pytest.raises(SnapshotError, match=r"popular_games\.npy does not match its manifest"):
        SnapshotReader(copy).array("popular_games")


def test_an_array_that_holds_objects_is_never_unpickled(copy: Path) -> None:
    path = array_path(copy, "popular_games")
    np.save(path, np.array([{"an": "object"}], dtype=object), allow_pickle=True)
    with pytest.raises(SnapshotError, match=r"popular_games\.npy is damaged"):
        SnapshotReader(copy).array("popular_games")


def test_playtimes_that_do_not_fit_together_are_an_error(copy: Path) -> None:
    path = array_path(copy, "played_offsets")
    np.save(path, np.load(path) * 2)
    with pytest.raises(SnapshotError, match=r"playtimes of snapshot .* are inconsistent"):
        SnapshotReader(copy).playtimes()
