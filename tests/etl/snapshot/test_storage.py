"""Snapshots in object storage: copied there and fetched, with a local S3-compatible server."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from datastore.base.errors import SnapshotError
from datastore.base.quarantine import quarantine
from datastore.base.snapshot import current_version, snapshot_path
from datastore.store import Store
from etl.snapshot.storage import Storage
from two_snapshots import Two


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """Options of the addresses of a local server, with credentials that it accepts."""
    server = pytest.importorskip("moto.server", reason="moto comes with the extra 'test-storage'")
    running = server.ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"scheme=http&endpoint_override={host}:{port}&region=us-east-1&allow_bucket_creation=true"
    running.stop()


@pytest.fixture(params=["s3", "file"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty place in each kind of storage."""
    if request.param == "file":
        return f"file://{tmp_path}/storage"
    options = request.getfixturevalue("endpoint")
    request.getfixturevalue("monkeypatch").setenv("AWS_ACCESS_KEY_ID", "testing")
    request.getfixturevalue("monkeypatch").setenv("AWS_SECRET_ACCESS_KEY", "testing")
    request.getfixturevalue("monkeypatch").setenv("AWS_EC2_METADATA_DISABLED", "true")
    bucket = f"bucket{abs(hash(tmp_path))}"
    from pyarrow import fs

    files, _ = fs.FileSystem.from_uri(f"s3://{bucket}?{options}")
    files.create_dir(bucket)
    return f"s3://{bucket}/some/prefix?{options}"


@pytest.fixture
def storage(address: str) -> Storage:
    return Storage(address)


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
    storage: Storage, two_snapshots: Two, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    storage.push(two_snapshots.data, two_snapshots.old)
    storage.pull(cache)
    storage.push(two_snapshots.data, two_snapshots.new)
    assert storage.pull(cache) == two_snapshots.new
    assert stored(cache) == {two_snapshots.new}
    assert storage.push(two_snapshots.data, two_snapshots.old) == 0  # a rollback copies nothing
    assert storage.pull(cache) == two_snapshots.old


def test_an_unfinished_push_is_not_fetched(
    storage: Storage, two_snapshots: Two, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    storage.push(two_snapshots.data, two_snapshots.old)
    upload = Storage._upload

    def interrupted(self: Storage, source: Path, path: str) -> int:
        if path.endswith("manifest.json"):
            raise KeyboardInterrupt
        return upload(self, source, path)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Storage, "_upload", interrupted)
        storage.push(two_snapshots.data, two_snapshots.new)
    assert storage.pull(cache) == two_snapshots.old
    assert storage.push(two_snapshots.data, two_snapshots.new) > 0
    assert storage.pull(cache) == two_snapshots.new


def test_a_damaged_copy_is_refused_and_the_old_one_stays(
    storage: Storage, two_snapshots: Two, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    storage.push(two_snapshots.data, two_snapshots.old)
    storage.pull(cache)
    storage.push(two_snapshots.data, two_snapshots.new)
    path = storage._path(two_snapshots.new, "tables/games.arrow")
    content = storage._read(path)
    assert content is not None
    with storage._files.open_output_stream(path) as file:
        file.write(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(SnapshotError, match=r"is damaged: tables/games\.arrow has changed"):
        storage.pull(cache)
    assert current_version(cache) == two_snapshots.old
    assert two_snapshots.old in stored(cache)
    assert Store.open_current(cache) is not None


def test_a_quarantined_snapshot_is_fetched_again(
    storage: Storage, two_snapshots: Two, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    storage.push(two_snapshots.data, two_snapshots.old)
    storage.pull(cache)
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
    with pytest.raises(SnapshotError, match=r"cannot be used"):
        Storage("ftp://bucket/prefix")
