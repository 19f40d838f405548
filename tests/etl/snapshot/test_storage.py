"""Snapshots in object storage: copied there and fetched, in S3, Google Cloud Storage, a folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from datastore.base.errors import SnapshotError
from datastore.base.quarantine import quarantine
from datastore.base.snapshot import current_version, snapshot_path
from datastore.store import Store
from etl.snapshot.objects import Entry, Objects
from etl.snapshot.storage import Storage
from two_snapshots import Two, flip


@pytest.fixture
def storage(address: str) -> Storage:
    return Storage(address)


@pytest.fixture
def cache(storage: Storage, two_snapshots: Two, tmp_path: Path) -> Path:
    """A folder with the old snapshot, pulled from the storage."""
    folder = tmp_path / "cache"
    storage.push(two_snapshots.data, two_snapshots.old)
    storage.pull(folder)
    return folder


def stored(cache: Path) -> set[str]:
    return {path.name for path in (cache / "snapshots").iterdir()}


def test_what_is_pushed_can_be_pulled(storage: Storage, two_snapshots: Two, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    assert storage.push(two_snapshots.data, two_snapshots.old) > 0
    assert storage.pull(cache) == two_snapshots.old
    assert current_version(cache) == two_snapshots.old
    opened = Store.open_current(cache)
    assert opened is not None
    assert opened.manifest == Store.open(snapshot_path(cache, two_snapshots.old)).manifest
    for path in snapshot_path(cache, two_snapshots.old).rglob("*.*"):
        original = two_snapshots.data / path.relative_to(cache)
        assert path.read_bytes() == original.read_bytes()
    assert storage.pull(cache) is None


def test_a_new_release_replaces_the_old_one(
    storage: Storage, two_snapshots: Two, cache: Path
) -> None:
    storage.push(two_snapshots.data, two_snapshots.new)
    assert storage.pull(cache) == two_snapshots.new
    assert stored(cache) == {two_snapshots.new}
    assert storage.push(two_snapshots.data, two_snapshots.old) == 0  # a rollback copies nothing
    assert storage.pull(cache) == two_snapshots.old


def test_an_unfinished_push_is_not_fetched(
    storage: Storage, two_snapshots: Two, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = Objects.upload

    def interrupted(self: Objects, source: Path, path: str) -> Entry:
        if path.endswith("manifest.json"):
            raise KeyboardInterrupt
        return upload(self, source, path)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Objects, "upload", interrupted)
        storage.push(two_snapshots.data, two_snapshots.new)
    assert storage.pull(cache) is None
    assert storage.push(two_snapshots.data, two_snapshots.new) > 0
    assert storage.pull(cache) == two_snapshots.new


def test_a_damaged_copy_is_refused_and_the_old_one_stays(
    storage: Storage, two_snapshots: Two, cache: Path, tmp_path: Path
) -> None:
    storage.push(two_snapshots.data, two_snapshots.new)
    path = f"snapshots/{two_snapshots.new}/tables/games.arrow"
    storage.objects.download(path, tmp_path / "damaged")
    flip(tmp_path / "damaged")
    storage.objects.upload(tmp_path / "damaged", path)
    with pytest.raises(SnapshotError, match=r"is damaged: tables/games\.arrow has changed"):
        storage.pull(cache)
    assert current_version(cache) == two_snapshots.old
    assert two_snapshots.old in stored(cache)
    assert Store.open_current(cache) is not None


def test_a_quarantined_snapshot_is_fetched_again(
    storage: Storage, two_snapshots: Two, cache: Path
) -> None:
    folder = snapshot_path(cache, two_snapshots.old)
    (folder / "tables" / "games.arrow").write_bytes(b"")
    quarantine(folder, "tables/games.arrow has 0 bytes")
    assert storage.pull(cache) == two_snapshots.old
    assert Store.open_current(cache) is not None
    assert stored(cache) == {two_snapshots.old}


def test_a_damaged_snapshot_is_not_pushed(
    storage: Storage, two_snapshots: Two, tmp_path: Path
) -> None:
    shutil.copytree(two_snapshots.data, tmp_path / "data")
    table = snapshot_path(tmp_path / "data", two_snapshots.new) / "tables" / "games.arrow"
    table.write_bytes(table.read_bytes() + b"more")
    with pytest.raises(SnapshotError, match=r"It was not copied"):
        storage.push(tmp_path / "data", two_snapshots.new)


def test_an_empty_storage_says_how_to_fill_it(storage: Storage, tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match=r"has no live snapshot.*playgraph snapshots push"):
        storage.pull(tmp_path / "cache")


def test_an_unknown_address_is_refused() -> None:
    with pytest.raises(SnapshotError, match=r"is not a valid address"):
        Storage("ftp://bucket/prefix")


def test_a_push_does_not_replace_a_snapshot_that_was_released_meanwhile(
    storage: Storage, two_snapshots: Two, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = Objects.upload

    def slow(self: Objects, source: Path, path: str) -> Entry:
        """Another push is faster."""
        with monkeypatch.context() as patch:
            patch.setattr(Objects, "upload", upload)
            storage.push(two_snapshots.data, two_snapshots.new)
        monkeypatch.setattr(Objects, "upload", upload)
        return upload(self, source, path)

    monkeypatch.setattr(Objects, "upload", slow)
    with pytest.raises(SnapshotError, match=r"Another snapshot was released .* stays live"):
        storage.push(two_snapshots.data, two_snapshots.old)
    assert storage.pull(tmp_path / "cache") == two_snapshots.new
