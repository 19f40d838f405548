"""A build that is killed at any point leaves a whole live snapshot, and the next build works."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import processes
import world
from datastore.base.damage import damage
from datastore.base.format import FORMAT
from datastore.base.snapshot import (
    BuildParameters,
    Manifest,
    current_version,
    read_manifest,
    snapshot_path,
)
from datastore.store import Store
from etl.snapshot.writer import SnapshotWriter
from killing import kill_at
from thorough import THOROUGH

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked process")

#: Every file operation, or on every day every third one.
COUNTS = range(1, 200, 1 if THOROUGH else 3)
PARAMETERS = BuildParameters(seed=1, model={}, tuned=False, max_line_bytes=1_000)


def killed(work: Callable[[], object], count: int, folder: Path) -> bool:
    """Whether a forked process was killed before it had done its work."""
    child = os.fork()
    if child == 0:  # must never return to pytest
        try:
            kill_at(count, str(folder))
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def write(data: Path, version: str, games: list[int]) -> Path:
    with SnapshotWriter(data) as writer:
        writer.table("tags", {"name": ["a", "b"]})
        writer.array("popular_games", np.array(games))
        manifest = Manifest(
            FORMAT, version, "now", "0", [], "", {}, PARAMETERS,
            False, {}, {}, writer.tables, writer.arrays,
        )  # fmt: skip
        return writer.release(manifest, {"version": version})


def live(data: Path) -> str:
    """The version of the live snapshot, which is whole."""
    version = current_version(data)
    assert version is not None
    folder = snapshot_path(data, version)
    assert damage(folder, read_manifest(folder)) == []
    return version


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("again", [False, True], ids=["new content", "the same content"])
def test_a_writer_may_be_killed_before_each_of_its_file_operations(
    tmp_path: Path, again: bool
) -> None:
    target, games = ("one", [1]) if again else ("two", [2])
    points = 0
    for count in COUNTS:
        data = tmp_path / str(count)
        write(data, "one", [1])
        if again:
            write(data, "two", [2])
        before = live(data)
        if not killed(partial(write, data, target, games), count, data):
            break
        points += 1
        assert live(data) in (before, target)
        # The next build works, and leaves nothing of the killed one.
        write(data, "three", [3])
        assert live(data) == "three"
        assert names(data) == ["current", "lock", "snapshots"]
        assert set(names(data / "snapshots")) <= {"one", "two", "three"}
        for version in names(data / "snapshots"):
            folder = snapshot_path(data, version)
            assert damage(folder, read_manifest(folder)) == []
    assert points > 15 // COUNTS.step


def test_the_replacement_of_a_damaged_snapshot_may_be_killed_too(tmp_path: Path) -> None:
    points = 0
    for count in COUNTS:
        data = tmp_path / str(count)
        folder = write(data, "one", [1])
        (folder / "arrays" / "popular_games.npy").write_bytes(b"damaged")
        if not killed(partial(write, data, "one", [1]), count, data):
            break
        points += 1
        write(data, "one", [1])
        assert live(data) == "one"
        assert names(data / "snapshots") == ["one"]
    assert points > 15 // COUNTS.step


# ---------------------------------------------------------------- the whole build, as a process


def run(count: int, data: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command that kills itself before the file operation of this number."""
    arguments = [count, str(data), str(data.with_name(f"count-{data.name}"))]
    return processes.run(*command, first=("killing", "count_and_kill", arguments))


@pytest.mark.slow
def test_a_build_may_be_killed_at_any_of_its_file_operations(
    data_dir: Path, tmp_path: Path
) -> None:
    files = world.write(tmp_path / "raw")
    before = current_version(data_dir)
    with files.paths("items")[0].open("a", encoding="utf-8") as lines:
        lines.write(f"{ {'user_id': 'newcomer', 'items_count': 0, 'items': []} }\n")
    paths = [f"--{kind}={path}" for kind, path in files.files()]

    def build(count: int, name: str) -> tuple[Path, subprocess.CompletedProcess[str]]:
        copy = Path(shutil.copytree(data_dir, tmp_path / name))
        return copy, run(count, copy, "build", *paths, f"--data={copy}", "--seed=1", "--jobs=2")

    _, counted = build(-1, "counted")
    assert counted.returncode == 0, counted.stderr
    total = int((tmp_path / "count-counted").read_text())
    assert total > 100
    early = random.Random(7).sample(range(2, total - 8), 4 if THOROUGH else 1)
    for count in [1, *early, *range(total - 8, total, 2 if THOROUGH else 5)]:
        copy, result = build(count, str(count))
        assert result.returncode == -signal.SIGKILL, (count, total, result.stdout, result.stderr)
        assert live(copy) == before, count
        assert Store.open_current(copy) is not None
    # The last one was killed just before the end.
    result = run(-1, copy, "build", *paths, f"--data={copy}", "--seed=1", "--jobs=2")
    assert result.returncode == 0, result.stderr
    assert live(copy) != before
    assert [name for name in names(copy / "snapshots") if name.startswith(".")] == []
    assert [name for name in names(copy) if name.startswith(".")] == []


@pytest.mark.slow
@pytest.mark.parametrize("command", ["update", "train", "forget"])
def test_other_releases_may_be_killed_at_random_times(
    data_dir: Path, tmp_path: Path, command: str
) -> None:
    data = tmp_path / "data"
    shutil.copytree(data_dir, data)
    new = tmp_path / "new.json"
    new.write_text('{"user_id": "eve", "items_count": 0, "items": []}\n')
    given = {
        "update": ("update", f"--items={new}"),
        "train": ("train", "--force"),
        "forget": ("forget", "ada"),
    }[command]
    settings = processes.environment() | {"PLAYGRAPH_MAX_LINE_BYTES": str(1 << 26)}
    arguments = [*given, f"--data={data}"]
    seconds = random.Random(command)
    for _ in range(4 if THOROUGH else 1):
        process = processes.start(
            *arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=settings
        )
        try:
            process.wait(seconds.uniform(0.1, 1.2))
        except subprocess.TimeoutExpired:
            process.kill()
        process.wait(60)
        live(data)
        assert Store.open_current(data) is not None
    finished = processes.run(*arguments, env=settings)
    assert finished.returncode == 0, finished.stderr
    live(data)
    assert list(data.rglob(".unfinished*")) == []
    if command == "forget":
        store = Store.open_current(data)
        assert store is not None
        assert "ada" not in store.users.user_id
