"""The pointer and the manifest, and what is said when they are missing, damaged or too old."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

from datastore.base.errors import OtherFormat, SnapshotError
from datastore.base.format import FORMAT
from datastore.base.snapshot import (
    BuildParameters,
    Manifest,
    SubjectData,
    current_version,
    read_manifest,
)

PARAMETERS = BuildParameters(seed=1, model={}, tuned=False, max_line_bytes=1_000)
MANIFEST = Manifest(
    FORMAT, "abc", "2026-01-01T00:00:00+00:00", "0.1.0", [], "", {}, PARAMETERS,
    False, {"games": SubjectData({"games": 1}, {})}, {}, {}, {},
)  # fmt: skip


def pointing(folder: Path, content: bytes) -> Path:
    (folder / "current").write_bytes(content)
    return folder


def test_a_folder_without_pointer_has_no_version(tmp_path: Path) -> None:
    assert current_version(tmp_path) is None
    assert current_version(tmp_path / "nowhere") is None


def test_the_pointer_names_the_version(tmp_path: Path) -> None:
    assert current_version(pointing(tmp_path, b"abc\n")) == "abc"


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"../other", b"/etc", b".", b".unfinished-1", b"\xff"]
)
def test_a_pointer_that_names_no_snapshot_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(SnapshotError, match="which is not a valid version"):
        current_version(pointing(tmp_path, content))


def test_a_pointer_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    (tmp_path / "current").mkdir()
    with pytest.raises(SnapshotError, match="cannot be read: Is a directory"):
        current_version(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(SnapshotError, match=r"file is not a folder\.$"):
        current_version(tmp_path / "file")


def test_a_pointer_that_is_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "current")
    with pytest.raises(SnapshotError, match=r"current is not a file\.$"):
        current_version(tmp_path)


def test_a_pointer_of_other_bytes_is_shown(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match=r"holds 'a\\\\xff', which is not a valid version"):
        current_version(pointing(tmp_path, b"a\xff"))


def test_a_manifest_comes_back_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_bytes(msgspec.json.encode(MANIFEST))
    assert read_manifest(tmp_path) == MANIFEST


def test_a_missing_manifest_is_a_snapshot_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError) as caught:
        read_manifest(tmp_path)
    assert str(caught.value) == (
        f"Snapshot {tmp_path} cannot be opened: manifest.json: No such file or directory. "
        "Choose another with playgraph snapshots use VERSION, or build again."
    )


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"format": %d}' % FORMAT, b"\xff"])
def test_a_damaged_manifest_is_reported_as_damaged(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "manifest.json").write_bytes(content)
    with pytest.raises(SnapshotError, match=r"manifest\.json is damaged \(.*\): build again\."):
        read_manifest(tmp_path)


@pytest.mark.parametrize("older", [True, False])
def test_a_manifest_of_another_format_asks_for_a_new_build(tmp_path: Path, older: bool) -> None:
    other = FORMAT - 1 if older else FORMAT + 1
    raw = {"format": other, "shape": "of another time"}
    (tmp_path / "manifest.json").write_bytes(msgspec.json.encode(raw))
    with pytest.raises(OtherFormat) as caught:
        read_manifest(tmp_path)
    assert str(caught.value) == (
        f"Snapshot {tmp_path} has format {other}, but this version of playgraph reads format "
        f"{FORMAT}: build again with playgraph build."
    )
    assert caught.value.format == other


def test_of_the_demo_dataset_it_names_the_other_command(tmp_path: Path) -> None:
    raw = {"format": FORMAT - 1, "demo": True}
    (tmp_path / "manifest.json").write_bytes(msgspec.json.encode(raw))
    with pytest.raises(OtherFormat, match=r": build again with playgraph demo\.$"):
        read_manifest(tmp_path)
