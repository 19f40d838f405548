"""An application follows the live snapshot: new ones, damaged ones, and pointers to none."""

from __future__ import annotations

import asyncio
import gc
import json
import shutil
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from datastore.base.evaluation import read_evaluation, write_evaluation
from datastore.base.settings import Settings
from datastore.base.snapshot import snapshot_path
from datastore.people import People
from datastore.store import Store
from harness import TestClient, asker, change_document
from patience import PATIENCE
from server.app import create_app
from server.snapshots.holder import Holder
from server.snapshots.reload import Reloader, reloading
from two_snapshots import Two, flip

pytestmark = pytest.mark.slow


@pytest.fixture
def built(two_snapshots: Two) -> Two:
    return two_snapshots


@pytest.fixture
def two(built: Two, tmp_path: Path) -> Two:
    """A copy to work on; the old one is live."""
    return built.copy(tmp_path, built.old)


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def follow(holder: Holder, data: Path, steps: Callable[[], Any]) -> None:
    """Run the generator `steps` alongside a reloader that hardly waits; each `yield` is a condition
    that must come true."""

    async def main() -> None:
        async with reloading(holder, data, 0.01):
            for condition in steps():
                deadline = time.monotonic() + PATIENCE
                while not condition():
                    assert time.monotonic() < deadline
                    await asyncio.sleep(0.01)

    asyncio.run(main())


def serves(holder: Holder) -> str | None:
    return holder.store.manifest.version if holder.ready else None


def test_the_first_build_of_a_folder_is_served_by_itself(two: Two, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    settings = Settings(empty, reload_seconds=1)
    with TestClient(create_app(settings)) as client:
        assert client.get("/readyz").status_code == 503
        shutil.copytree(two.data, empty)
        until(lambda: client.get("/readyz").status_code == 200)
        assert client.get("/readyz").json()["version"] == two.old


def test_a_snapshot_released_during_startup_is_served(two: Two) -> None:
    holder = Holder(two.open(two.old))
    two.use(two.new)

    def steps() -> Iterator[Callable[[], bool]]:
        yield lambda: serves(holder) == two.new

    follow(holder, two.data, steps)


def test_the_old_snapshot_is_released_at_once(two: Two) -> None:
    holder = Holder(two.open(two.old))
    gone = weakref.ref(holder.store)
    assert "errors" not in asker(holder.store)("{ dataset { version } }")

    def steps() -> Iterator[Callable[[], bool]]:
        two.use(two.new)
        yield lambda: serves(holder) == two.new and gone() is None

    gc.disable()  # nothing waits until there is enough garbage
    try:
        follow(holder, two.data, steps)
    finally:
        gc.enable()


def test_the_log_reports_a_switch_only_if_the_snapshot_differs(
    two: Two, caplog: pytest.LogCaptureFixture
) -> None:
    holder = Holder(two.open(two.old))
    reloader = Reloader(holder, two.data)

    async def main() -> None:
        task = asyncio.create_task(reloader.run(0.01))
        reloader.request()  # as SIGHUP does
        await said(1)
        two.use(two.new)
        await said(2)
        task.cancel()

    async def said(lines: int) -> None:
        deadline = time.monotonic() + PATIENCE
        while len(caplog.records) < lines:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.01)

    with caplog.at_level("INFO", "playgraph.snapshots"):
        asyncio.run(main())
    assert [record.getMessage() for record in caplog.records] == [
        f"Reopened the live snapshot {two.old}.",
        f"Switched to snapshot {two.new}.",
    ]


def test_remeasured_figures_are_shown(two: Two) -> None:
    holder = Holder(two.open(two.old))
    folder = snapshot_path(two.data, two.old)
    measured = read_evaluation(folder)
    assert measured is not None

    def steps() -> Iterator[Callable[[], bool]]:
        yield lambda: serves(holder) == two.old
        write_evaluation(folder, msgspec.structs.replace(measured, seed=77))
        yield lambda: holder.store.evaluation is not None and holder.store.evaluation.seed == 77

    follow(holder, two.data, steps)


def damage(two: Two, how: str) -> str:
    """Damage the new snapshot or the pointer to it; what is said."""
    folder = snapshot_path(two.data, two.new)
    match how:
        case "a byte":
            flip(folder / "arrays" / "popular_games.npy")
            return (
                f"Snapshot {folder} is damaged: arrays/popular_games.npy has changed since it was "
                "written (SHA-256 "
            )
        case "a cut table":
            path = folder / "tables" / "games.arrow"
            size = path.stat().st_size
            path.write_bytes(path.read_bytes()[:100])
            return (
                f"Snapshot {folder} is damaged: tables/games.arrow has 100 bytes instead of "
                f"{size:,}. It is quarantined: build again, or restore its files and run playgraph "
                f"snapshots verify {two.new}. This server keeps snapshot {two.old}."
            )
        case "no table":
            (folder / "tables" / "games.arrow").unlink()
            return f"Snapshot {folder} is damaged: tables/games.arrow is missing. It is quar"
        case "no manifest":
            (folder / "manifest.json").unlink()
            return f"Snapshot {folder} cannot be opened: manifest.json: No such file or directory."
        case "another format":
            path = folder / "manifest.json"
            path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"format": 1}))
            return f"Snapshot {folder} has format 1, but this version of playgraph reads format "
        case "another's manifest":
            change_document(folder / "manifest.json", version=two.old)
            return f"Snapshot {folder} is damaged: manifest.json belongs to version {two.old}."
        case "no folder":
            shutil.rmtree(folder)
            return f"Snapshot {folder} cannot be opened: manifest.json: No such file or directory."
    raise AssertionError(how)


DAMAGES = (
    "a byte",
    "a cut table",
    "no table",
    "no manifest",
    "another format",
    "another's manifest",
    "no folder",
)


@pytest.mark.parametrize("how", DAMAGES)
def test_a_damaged_snapshot_is_logged_once_and_the_previous_one_stays_live(
    two: Two, built: Two, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    message = damage(two, how)
    holder = Holder(two.open(two.old))
    reloader = Reloader(holder, two.data)
    folder = snapshot_path(two.data, two.new)

    async def main() -> None:
        two.use(two.new)
        task = asyncio.create_task(reloader.run(0.01))
        deadline = time.monotonic() + PATIENCE
        while not caplog.records:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        assert serves(holder) == two.old
        (record,) = caplog.records
        assert record.levelname == "ERROR"
        assert record.getMessage().startswith(message)
        assert record.getMessage().endswith(f" This server keeps snapshot {two.old}.")
        # Built again, which replaces the folder at once, it is taken.
        again = folder.with_name(".unfinished-again")
        shutil.copytree(snapshot_path(built.data, two.new), again)
        if folder.exists():
            folder.rename(folder.with_name(".unfinished-old"))
        again.rename(folder)
        deadline = time.monotonic() + PATIENCE
        while serves(holder) != two.new:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.01)
        task.cancel()

    with caplog.at_level("ERROR", "playgraph.snapshots"):
        asyncio.run(main())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            b"../elsewhere",
            "holds '../elsewhere', which is not a valid version. Choose one with playgraph",
        ),
        (b"a\0b", "holds 'a\\x00b', which is not a valid version. Choose one with playgraph"),
        (b"\xff", "holds '\\\\xff', which is not a valid version. Choose one with playgraph"),
        (None, "is missing, so none of the snapshots is live"),
    ],
)
def test_an_invalid_pointer_is_logged_once(
    two: Two, content: bytes | None, message: str, caplog: pytest.LogCaptureFixture
) -> None:
    holder = Holder(two.open(two.old))
    pointer = two.data / "current"

    def steps() -> Iterator[Callable[[], bool]]:
        yield lambda: True
        if content is None:
            pointer.unlink()
        else:
            pointer.write_bytes(content)
        yield lambda: len(caplog.records) > 0
        begun = time.monotonic()
        yield lambda: time.monotonic() > begun + 0.2
        (record,) = caplog.records
        assert message in record.getMessage()
        assert serves(holder) == two.old
        two.use(two.new)
        yield lambda: serves(holder) == two.new

    with caplog.at_level("ERROR", "playgraph.snapshots"):
        follow(holder, two.data, steps)


def test_an_unexpected_error_is_logged_once_and_retried(
    two: Two, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    holder = Holder(two.open(two.old))
    tried: list[Path] = []

    def broken(snapshot: Path, people: People) -> Store:
        tried.append(snapshot)
        raise MemoryError("for now")

    def steps() -> Iterator[Callable[[], bool]]:
        monkeypatch.setattr("server.snapshots.reload._PAUSE", 0.05)
        with monkeypatch.context() as patch:
            patch.setattr(Store, "open", broken)
            two.use(two.new)
            yield lambda: len(tried) > 2
        yield lambda: serves(holder) == two.new

    with caplog.at_level("ERROR", "playgraph.snapshots"):
        follow(holder, two.data, steps)
    (record,) = caplog.records
    assert record.getMessage() == (f"MemoryError('for now'). This server keeps snapshot {two.old}.")
