"""`playgraph watch` and a server as processes of their own: a file that arrives is served."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import processes
from datastore.base.snapshot import current_version
from etl.snapshot.live_snapshot import LiveSnapshot
from etl.sources.inputs import HashedFile
from patience import PATIENCE
from processes import environment, free_port, wait_until_ready
from server.cli.child import run_command
from serving import post, speak

pytestmark = pytest.mark.slow

QUERY = (
    """{ user(userId: "newcomer") { itemsCount recommendations(first: 3) { game { appId } } } }"""
)
# A line may be as long as in the first build: else that would have to be read again.
SETTINGS = {"PLAYGRAPH_RELOAD_SECONDS": "1", "PLAYGRAPH_MAX_LINE_BYTES": str(1 << 26)}

Start = Callable[..., "subprocess.Popen[str]"]


def newcomer(**more: Any) -> str:
    item = {"item_id": "10", "item_name": "Alpha Strike", "playtime_forever": 5}
    return json.dumps({"user_id": "newcomer", "items_count": 1, "items": [item]} | more) + "\n"


@pytest.fixture
def data(data_dir: Path, tmp_path: Path) -> Path:
    """The tiny world in a folder of the test's own, and an inbox."""
    shutil.copytree(data_dir, tmp_path / "data")
    (tmp_path / "inbox").mkdir()
    return tmp_path / "data"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a command of the real command line; it ends with the test."""
    started: list[subprocess.Popen[str]] = []

    def run(*arguments: str | Path, drift: str = "warn") -> subprocess.Popen[str]:
        process = processes.start(
            *arguments,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
            env=environment() | SETTINGS | {"PLAYGRAPH_DRIFT": drift},
        )
        started.append(process)
        return process

    yield run
    for process in started:
        if process.poll() is None:
            process.terminate()
        process.communicate()


def said(process: subprocess.Popen[str], words: str) -> str:
    """Wait for a line of the log with these words; the process is killed at the deadline."""
    assert process.stderr is not None
    deadline = threading.Timer(PATIENCE, process.kill)
    deadline.start()
    lines = []
    try:
        for line in iter(process.stderr.readline, ""):
            lines.append(line)
            if words in line:
                return line
    finally:
        deadline.cancel()
    raise AssertionError(f"{words!r} is not in the log:\n{''.join(lines)}")


def test_a_file_that_arrives_is_served_by_the_running_server(
    data: Path, start: Start, tmp_path: Path
) -> None:
    port = free_port()
    server = start("serve", "--data", data, "--port", port)
    wait_until_ready(server, port, PATIENCE, said=lambda: server.communicate()[1])
    watch = start("watch", tmp_path / "inbox", "--data", data, "--every=1")
    said(watch, "watching")

    def answer() -> Any:
        asked = post(json.dumps({"query": QUERY}).encode())
        return json.loads(speak(("127.0.0.1", port), asked).body)["data"]["user"]

    assert answer() is None
    (tmp_path / "inbox" / "broken").write_text("{\n{\n" + newcomer())
    (tmp_path / "inbox" / "new").write_text(newcomer())
    assert "broken (items), new (items)" in said(watch, "update with")
    assert "2 of 3 lines" in said(watch, "failed, the live snapshot stays live; retrying in 60 s")
    said(watch, "was released")
    deadline = time.monotonic() + PATIENCE
    while answer() is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert answer()["itemsCount"] == 1
    assert len(answer()["recommendations"]) == 3

    second = start("watch", tmp_path / "inbox", "--data", data)
    assert said(second, "Another playgraph watch") == (
        f"playgraph: Another playgraph watch is running for {data}.\n"
    )
    assert second.wait(PATIENCE) == 1


def test_once_takes_what_is_there_and_says_whether_all_went_well(
    data: Path, start: Start, tmp_path: Path
) -> None:
    before = current_version(data)
    (tmp_path / "inbox" / "new").write_text(newcomer())
    once = start("watch", tmp_path / "inbox", "--data", data, "--once")
    assert (once.wait(PATIENCE), current_version(data) == before) == (0, False)
    (tmp_path / "inbox" / "broken").write_text("{\n" + newcomer())
    once = start("watch", tmp_path / "inbox", "--data", data, "--once")
    said(once, "playgraph: Not all files were ingested; see above.")
    assert once.wait(PATIENCE) == 1


def test_a_file_that_was_hashed_is_not_hashed_again_by_the_update(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    path = tmp_path / "inbox" / "new"
    path.write_text(newcomer())
    status, known = path.stat(), "5e" * 32
    hashed = HashedFile(str(path), status.st_size, status.st_mtime_ns, known)
    done = run_command(["update", f"--items={path}", f"--data={data}"], hashed=[hashed])
    assert done.version == current_version(data)
    assert known in {file.sha256 for file in LiveSnapshot.of(data).require(data)[1].inputs}


def test_a_watcher_that_is_ended_ends_its_update_and_leaves_nothing(
    data: Path, start: Start, tmp_path: Path
) -> None:
    before = current_version(data)
    (tmp_path / "inbox" / "new").write_text(newcomer())
    watch = start("watch", tmp_path / "inbox", "--data", data, "--every=1")
    said(watch, "update with new (items)")
    deadline = time.monotonic() + PATIENCE
    while not list((data / "snapshots").glob(".unfinished-*")):
        assert time.monotonic() < deadline
        time.sleep(0.005)
    watch.send_signal(signal.SIGTERM)
    assert watch.wait(PATIENCE) == 130
    assert current_version(data) == before
    assert list(data.rglob(".unfinished-*")) == []


def test_all_drifts_that_stop_an_update_are_reported(
    data: Path, start: Start, tmp_path: Path
) -> None:
    lines = [newcomer(user_id=f"newcomer{number}") for number in range(60)]
    (tmp_path / "inbox" / "many").write_text("".join(lines))
    once = start("watch", tmp_path / "inbox", "--data", data, "--once", drift="stop")
    _, told = once.communicate(timeout=PATIENCE)
    assert once.returncode == 1
    assert "stays live: Not released because PLAYGRAPH_DRIFT=stop. DRIFT since " in told
    drifts = [line for line in told.splitlines() if "Z - " in line]
    assert any("Z - Users: " in line for line in drifts)
    assert f" in {len(drifts)} of " in told
