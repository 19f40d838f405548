"""Objects of a bucket or folder: read, listed, and written on a condition."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from datastore.base.errors import SnapshotError
from etl.snapshot.objects import Changed, Objects
from object_storage import ENVIRONMENT


@pytest.fixture
def objects(address: str) -> Objects:
    return Objects(address)


def content(objects: Objects) -> bytes:
    found = objects.read("current")
    assert found is not None
    return found.content


def test_what_is_uploaded_is_listed_and_downloaded(objects: Objects, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"content")
    assert objects.listed() == {}
    entry = objects.upload(tmp_path / "file", "snapshots/a1/tables/games.arrow")
    assert entry.bytes == 7
    assert objects.listed("snapshots") == {"snapshots/a1/tables/games.arrow": entry}
    assert objects.listed("snapshots/a1/tables/games.arrow") == objects.listed("snapshots")
    assert objects.listed("snapshots/a1/tables/games") == {}
    objects.download("snapshots/a1/tables/games.arrow", tmp_path / "new" / "copy")
    assert (tmp_path / "new" / "copy").read_bytes() == b"content"
    objects.delete(["missing", "snapshots/a1/tables/games.arrow"])
    assert objects.listed() == {}
    with pytest.raises(SnapshotError, match="cannot be used"):
        objects.download("snapshots/a1/tables/games.arrow", tmp_path / "copy")


def test_an_object_is_replaced_by_whoever_has_read_it_last(objects: Objects) -> None:
    assert objects.read("current") is None
    objects.swap("current", b"one", None)
    with pytest.raises(Changed):
        objects.swap("current", b"two", None)
    first = objects.read("current")
    objects.swap("current", b"two", first)
    with pytest.raises(Changed):
        objects.swap("current", b"three", first)
    assert content(objects) == b"two"


@pytest.mark.parametrize("address", ["s3", "gs"], indirect=True)
def test_the_storage_itself_refuses_what_is_overtaken_after_the_last_look(
    objects: Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    objects.swap("current", b"one", None)
    first = objects.read("current")
    objects.swap("current", b"two", first)
    monkeypatch.setattr(Objects, "unchanged", lambda *_: True)
    for before in (first, None):
        with pytest.raises(Changed):
            objects.swap("current", b"three", before)
    assert content(objects) == b"two"


def test_of_many_writers_at_a_time_one_succeeds(objects: Objects, address: str) -> None:
    objects.swap("current", b"first", None)
    first = objects.read("current")
    refused: list[int] = []
    together = threading.Barrier(4)

    def write(number: int) -> None:
        mine = Objects(address)
        together.wait()
        try:
            mine.swap("current", b"%d" % number, first)
        except Changed:
            refused.append(number)

    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(refused) == 3
    assert int(content(objects)) not in refused


@pytest.mark.parametrize("address", ["s3"], indirect=True)
def test_a_missing_bucket_is_not_taken_for_an_empty_one(address: str) -> None:
    missing = Objects(address.replace("://bucket-", "://missing-"))
    with pytest.raises(SnapshotError, match=r"s3://missing-.* cannot be used: .*bucket"):
        missing.read("current")


def test_a_storage_that_does_not_answer_is_named_with_the_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SnapshotError, match="s3://bucket/prefix cannot be used: HTTP error") as e:
        Objects("s3://bucket/prefix?scheme=http&endpoint_override=127.0.0.1:1").read("current")
    assert "Debug" not in str(e.value)
    assert "Check the address, its credentials and region" in str(e.value)
