"""A small process that follows the releases in object storage, and fetches by another command."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from datastore.base.quarantine import quarantine
from datastore.base.snapshot import current_version
from etl.snapshot import follower as module
from etl.snapshot.follower import Follower
from etl.snapshot.storage import Storage
from two_snapshots import Two

#: Fetches as `playgraph snapshots pull` does, and counts how often it was called.
FETCH = """
import sys
from pathlib import Path
from datastore.base.errors import SnapshotError
from etl.snapshot.storage import Storage
address, data = sys.argv[1], Path(sys.argv[2])
with Path(data.parent, "calls").open("a") as calls:
    calls.write("+")
try:
    print(f"Fetched snapshot {Storage(address).pull(data)}.", file=sys.stderr)
except SnapshotError as error:
    sys.exit(f"playgraph: {error}")
"""


@pytest.fixture
def address(two_snapshots: Two, tmp_path: Path) -> str:
    storage = f"file://{tmp_path}/storage"
    Storage(storage).push(two_snapshots.data, two_snapshots.old)
    return storage


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture
def follower(address: str, data: Path) -> Follower:
    return Follower(address, data, [sys.executable, "-c", FETCH, address, str(data)])


@pytest.fixture
def calls(data: Path) -> Callable[[], int]:
    def count() -> int:
        file = data.parent / "calls"
        return len(file.read_text()) if file.exists() else 0

    return count


Calls = Callable[[], int]


def test_the_live_snapshot_is_fetched_once(
    follower: Follower, data: Path, calls: Calls, two_snapshots: Two,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    for _ in range(3):
        follower.check()
    assert current_version(data) == two_snapshots.old
    assert calls() == 1
    assert capsys.readouterr().err == f"Fetched snapshot {two_snapshots.old}.\n"


def test_a_new_release_is_fetched(
    follower: Follower, address: str, data: Path, two_snapshots: Two
) -> None:
    follower.check()
    Storage(address).push(two_snapshots.data, two_snapshots.new)
    follower.check()
    assert current_version(data) == two_snapshots.new


def test_a_quarantined_copy_is_fetched_again(
    follower: Follower, data: Path, calls: Calls, two_snapshots: Two
) -> None:
    follower.check()
    quarantine(data / "snapshots" / two_snapshots.old, "A table is damaged.")
    follower.check()
    follower.check()
    assert calls() == 2


def test_an_unreachable_storage_is_reported_once_and_again_after_it_was_reachable(
    follower: Follower, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    follower.check()
    capsys.readouterr()
    storage = tmp_path / "storage"
    for _ in range(2):
        storage.rename(tmp_path / "gone")
        follower.check()
        follower.check()
        assert capsys.readouterr().err.count("playgraph: ") == 1
        (tmp_path / "gone").rename(storage)
        follower.check()
        assert capsys.readouterr().err == ""


def test_a_damaged_snapshot_is_fetched_again_after_a_pause_or_another_release(
    follower: Follower, address: str, data: Path, calls: Calls, two_snapshots: Two,
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    old = tmp_path / "storage" / "snapshots" / two_snapshots.old
    next(old.glob("tables/games*")).write_bytes(b"damaged")
    for _ in range(3):
        follower.check()
    assert calls() == 1
    assert capsys.readouterr().err.count("is damaged") == 1
    monkeypatch.setattr(module, "_PAUSE", 0.0)
    Storage(address).push(two_snapshots.data, two_snapshots.new)
    follower.check()
    assert current_version(data) == two_snapshots.new


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (
            [sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"],
            "playgraph: The process that fetches snapshot {} ended with -9.\n",
        ),
        (
            ["/nonexistent/playgraph"],
            "playgraph: Snapshot {} cannot be fetched: No such file or directory.\n",
        ),
    ],
    ids=["killed", "not started"],
)
def test_a_fetch_that_ends_without_a_word_is_reported_and_repeated_after_a_pause(
    address: str, data: Path, two_snapshots: Two, command: list[str], message: str,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    follower = Follower(address, data, command)
    follower.check()
    follower.check()
    assert capsys.readouterr().err == message.format(two_snapshots.old)
    fetched: list[str] = []
    monkeypatch.setattr(follower, "_fetch", fetched.append)
    follower.check()
    assert fetched == []
    monkeypatch.setattr(module.time, "monotonic", lambda: float("inf"))
    follower.check()
    assert fetched == [two_snapshots.old]


@pytest.mark.parametrize("name", ["follower", "storage"])
def test_neither_following_nor_fetching_loads_a_large_library(name: str) -> None:
    program = (
        f"import sys, etl.snapshot.{name}; print(*{{'pyarrow', 'numpy'}} & sys.modules.keys())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "\n"


def test_it_ends_with_its_parent(address: str, data: Path) -> None:
    arguments = [address, str(data), "0.01", str(os.getpid() + 1), "false"]
    command = [sys.executable, "-m", "etl.snapshot.follower", *arguments]
    assert subprocess.run(command, timeout=60, check=False).returncode == 0
