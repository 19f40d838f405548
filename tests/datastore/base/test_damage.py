"""Damage of a snapshot is found by sizes at once, and in its contents by reading them."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from datastore.base.damage import damage, files_of, sha256_of, sizes
from datastore.base.snapshot import digest, read_manifest
from harness import change_document
from thorough import some


@pytest.fixture
def copy(snapshot: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(snapshot, tmp_path / snapshot.name))


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def texts(find: Callable[..., list], folder: Path) -> list[str]:
    return [problem.text for problem in find(folder, read_manifest(folder))]


def test_a_whole_snapshot_has_no_damage(snapshot: Path) -> None:
    manifest = read_manifest(snapshot)
    assert sizes(snapshot, manifest) == damage(snapshot, manifest) == []
    documents = {path.name for path in snapshot.glob("*.json")}
    assert set(manifest.documents) == documents - {"manifest.json", "evaluation.json"}


def test_the_look_at_sizes_takes_a_moment(snapshot: Path) -> None:
    manifest = read_manifest(snapshot)
    best = min(_timed(lambda: sizes(snapshot, manifest)) for _ in range(5))
    assert best < 0.02


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


@pytest.mark.parametrize("find", [sizes, damage])
def test_each_file_that_is_cut_or_missing_is_named(copy: Path, find: Callable[..., list]) -> None:
    manifest = read_manifest(copy)
    for name, entry in some(list(files_of(manifest).items()), 20):
        path = copy / name
        content = path.read_bytes()
        path.write_bytes(content[:-1])
        assert texts(find, copy) == [
            f"{name} has {entry.bytes - 1:,} bytes instead of {entry.bytes:,}"
        ]
        path.unlink()
        assert texts(find, copy) == [f"{name} is missing"]
        path.write_bytes(content)
    for name in manifest.documents:
        content = (copy / name).read_bytes()
        (copy / name).unlink()
        assert texts(find, copy) == [f"{name} is missing"]
        (copy / name).write_bytes(content)
    assert texts(find, copy) == []


def test_each_changed_byte_is_found_by_reading(copy: Path) -> None:
    for name, entry in some(list(files_of(read_manifest(copy)).items()), 20):
        flip(copy / name)
        (problem,) = texts(damage, copy)
        assert problem.startswith(f"{name} has changed since it was written (SHA-256 ")
        assert entry.sha256[:16] in problem
        assert texts(sizes, copy) == []
        flip(copy / name)


def test_a_changed_document_is_found_at_once(copy: Path) -> None:
    for name in read_manifest(copy).documents:
        flip(copy / name)
        (problem,) = texts(sizes, copy)
        assert problem.startswith(f"{name} has changed since it was written (")
        flip(copy / name)


def test_the_manifest_of_another_version_is_found(copy: Path) -> None:
    change_document(copy / "manifest.json", version="another")
    assert texts(sizes, copy) == ["manifest.json belongs to version another"]


def test_a_file_that_cannot_be_read_for_now_is_not_damaged(copy: Path) -> None:
    name = next(iter(files_of(read_manifest(copy))))
    (copy / name).unlink()
    (copy / name).symlink_to(name.rpartition("/")[2])  # a loop
    (problem,) = sizes(copy, read_manifest(copy))
    assert not problem.lasting
    assert problem.text.startswith(f"{name} cannot be read: ")


def test_a_file_is_hashed_in_parts_with_pauses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "preadv", raising=False)  # Windows has none
    path = tmp_path / "file"
    path.write_bytes(os.urandom(2_500_000))
    pauses: list[int] = []
    file = os.open(path, os.O_RDONLY)
    try:
        assert sha256_of(file, lambda: pauses.append(1)) == digest(path)
    finally:
        os.close(file)
    assert len(pauses) == 3
