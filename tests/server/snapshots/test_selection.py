"""A damaged live snapshot is replaced by the newest whole one, and stays out of use."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from datastore.base import quarantine as marker
from datastore.base.errors import SnapshotError
from datastore.people import People
from datastore.store import Store
from etl.snapshot.maintenance import verify
from harness import change_document
from server.snapshots.quarantine import Quarantine
from server.snapshots.selection import open_another, open_verified, open_whole
from two_snapshots import Two, flip

PEOPLE = People()
TABLE = Path("tables") / "games.arrow"
#: Ways to damage a snapshot that a look at its sizes and documents finds.
DAMAGES = {
    "a cut table": lambda folder: cut(folder / TABLE, 100),
    "an empty table": lambda folder: cut(folder / TABLE, 0),
    "no table": lambda folder: (folder / TABLE).unlink(),
    "no arrays": lambda folder: shutil.rmtree(folder / "arrays"),
    "half a manifest": lambda folder: cut(folder / "manifest.json", 500),
    "an empty manifest": lambda folder: cut(folder / "manifest.json", 0),
    "a changed manifest": lambda folder: flip(folder / "manifest.json"),
    "no manifest": lambda folder: (folder / "manifest.json").unlink(),
    "no folder": shutil.rmtree,
    "a changed document": lambda folder: flip(folder / "prices.json"),
    "another's manifest": lambda folder: change_document(folder / "manifest.json", version="x"),
    "no games": lambda folder: change_document(folder / "manifest.json", tables={}),
}


def cut(path: Path, size: int) -> None:
    path.write_bytes(path.read_bytes()[:size])


@pytest.fixture
def two(two_snapshots: Two, tmp_path: Path) -> Two:
    """A copy to work on; the new one is live."""
    return two_snapshots.copy(tmp_path, two_snapshots.new)


def version(store: Store | None) -> str | None:
    return None if store is None else store.manifest.version


@pytest.mark.parametrize("how", DAMAGES)
def test_the_newest_whole_snapshot_replaces_a_damaged_one_and_the_log_says_so(
    two: Two, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    DAMAGES[how](two.path(two.new))
    quarantine = Quarantine()
    store = open_whole(two.data, PEOPLE, quarantine)
    assert version(store) == two.old
    (line,) = caplog.messages
    assert f"{two.path(two.new)}" in line
    assert line.endswith(f" This server serves snapshot {two.old} instead.")


def test_a_damaged_snapshot_is_never_opened_again_until_it_is_whole(two: Two) -> None:
    content = (two.path(two.new) / TABLE).read_bytes()
    cut(two.path(two.new) / TABLE, 100)
    assert version(open_whole(two.data, PEOPLE, Quarantine())) == two.old
    # Restored, but not yet verified by its operator.
    (two.path(two.new) / TABLE).write_bytes(content)
    assert version(open_whole(two.data, PEOPLE, Quarantine())) == two.old
    assert verify(two.path(two.new), Store.open) == []
    assert version(open_whole(two.data, PEOPLE, Quarantine())) == two.new


def test_what_is_wrong_is_named_with_expected_and_found(
    two: Two, caplog: pytest.LogCaptureFixture
) -> None:
    size = (two.path(two.new) / TABLE).stat().st_size
    cut(two.path(two.new) / TABLE, 100)
    open_whole(two.data, PEOPLE, Quarantine())
    assert caplog.messages == [
        f"Snapshot {two.path(two.new)} is damaged: tables/games.arrow has 100 bytes instead of "
        f"{size:,}. It is quarantined: build again, or restore its files and run playgraph "
        f"snapshots verify {two.new}. This server serves snapshot {two.old} instead."
    ]
    assert marker.quarantined(two.path(two.new)) == (
        f"tables/games.arrow has 100 bytes instead of {size:,}"
    )


def test_without_any_whole_snapshot_there_is_an_error_and_no_demo(two: Two) -> None:
    for folder in (two.path(two.old), two.path(two.new)):
        cut(folder / TABLE, 100)
    with pytest.raises(SnapshotError) as caught:
        open_whole(two.data, PEOPLE, Quarantine())
    assert str(caught.value).startswith(f"Snapshot {two.path(two.new)} is damaged: ")
    assert str(caught.value).endswith(" There is no other whole snapshot.")


def test_the_demo_dataset_never_replaces_real_data(two: Two) -> None:
    change_document(two.path(two.old) / "manifest.json", demo=True)
    cut(two.path(two.new) / TABLE, 100)
    with pytest.raises(SnapshotError, match=r"There is no other whole snapshot\.$"):
        open_whole(two.data, PEOPLE, Quarantine())


def test_an_older_demo_dataset_replaces_the_newest_one(two: Two) -> None:
    for name in (two.old, two.new):
        change_document(two.path(name) / "manifest.json", demo=True)
    cut(two.path(two.new) / TABLE, 100)
    assert version(open_whole(two.data, PEOPLE, Quarantine())) == two.old


@pytest.mark.parametrize("content", [{"key": "00", "hashes": ["abc"]}, "damaged"])
def test_a_snapshot_that_holds_a_forgotten_user_replaces_none(two: Two, content: object) -> None:
    (two.data / "forgotten.json").write_text(json.dumps(content))
    cut(two.path(two.new) / TABLE, 100)
    with pytest.raises(SnapshotError, match=r"There is no other whole snapshot\.$"):
        open_whole(two.data, PEOPLE, Quarantine())


def test_a_pointer_to_nothing_is_answered_by_the_newest_snapshot(
    two: Two, caplog: pytest.LogCaptureFixture
) -> None:
    two.use("gone")
    assert version(open_whole(two.data, PEOPLE, Quarantine())) == two.new
    assert "cannot be opened: manifest.json: No such file or directory." in caplog.text


def test_an_empty_folder_is_not_an_error(tmp_path: Path) -> None:
    assert open_whole(tmp_path, PEOPLE, Quarantine()) is None


def test_changed_bytes_are_found_before_a_switch(two: Two) -> None:
    flip(two.path(two.new) / "arrays" / "popular_games.npy")
    quarantine = Quarantine()
    with pytest.raises(SnapshotError, match=r"popular_games\.npy has changed since"):
        open_verified(two.path(two.new), PEOPLE, quarantine)
    with pytest.raises(SnapshotError, match=r"popular_games\.npy has changed since"):
        open_verified(two.path(two.new), PEOPLE, Quarantine())  # another process
    assert quarantine.count == 1
    assert version(open_another(two.data, PEOPLE, quarantine, set())) == two.old


def test_where_the_folder_is_read_only_the_server_remembers(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marker, "quarantine", lambda *_: False)
    flip(two.path(two.new) / "arrays" / "popular_games.npy")
    quarantine = Quarantine()
    with pytest.raises(SnapshotError):
        open_verified(two.path(two.new), PEOPLE, quarantine)
    assert marker.quarantined(two.path(two.new)) is None
    assert version(open_whole(two.data, PEOPLE, quarantine)) == two.old
    quarantine.end(two.path(two.new))
    assert quarantine.problem(two.path(two.new)) is None


def test_a_rebuilt_folder_is_not_in_a_remembered_quarantine(
    two: Two, two_snapshots: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marker, "quarantine", lambda *_: False)
    folder = two.path(two.new)
    quarantine = Quarantine()
    quarantine.add(folder, "damaged")
    assert quarantine.problem(folder) == "damaged"
    folder.rename(folder.with_name(".unfinished-old"))
    shutil.copytree(two_snapshots.path(two.new), folder)
    assert quarantine.problem(folder) is None
