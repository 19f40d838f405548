"""A running `playgraph serve` whose snapshot is damaged continues to answer, and reports it.

Each fault hits a real process with clients that never stop asking.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

import processes
from asked_server import QUERY, Server, checked_version
from datastore.base.quarantine import quarantined
from datastore.base.snapshot import current_version
from datastore.store import Store
from etl.snapshot.maintenance import verify
from patience import PATIENCE
from processes import environment, free_port, wait_until_ready
from serving import post, speak
from thorough import some, thorough_only
from two_snapshots import Two, flip

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="mapped files and leases of Linux"),
]

TABLE, ARRAY = "tables/games.arrow", "arrays/item_factors.npy"


@pytest.fixture
def two(two_snapshots: Two, tmp_path: Path) -> Two:
    """A copy to work on; the new one is live."""
    return two_snapshots.copy(tmp_path, two_snapshots.new)


@pytest.fixture
def server(two: Two, tmp_path: Path) -> Iterator[Server]:
    server = Server(two, tmp_path)
    try:
        server.start()
        yield server
        said = server.stop()
        assert server.failures == []
        assert "Traceback" not in said
        assert server.process.returncode == 0
    finally:
        server.stop()


def in_place(path: Path, content: bytes, mode: str = "wb") -> None:
    """Replace the content of a file in place by another process: as `>` does, which empties it
    first, or with mode "r+b" at once."""
    code = "import sys; open(*sys.argv[1:]).write(sys.stdin.buffer.read())"
    command = [sys.executable, "-c", code, path, mode]
    subprocess.run(command, input=content, timeout=PATIENCE, check=True)


@pytest.mark.parametrize(
    ("name", "size"),
    some([*product([TABLE, ARRAY, "arrays/popular_games.npy"], [0, 100])], 2),
)
def test_a_file_that_is_cut_under_the_server_costs_no_answer(
    server: Server, two: Two, name: str, size: int
) -> None:
    path = two.path(two.new) / name
    in_place(path, path.read_bytes()[:size])
    server.until_said("It is quarantined")
    assert set(server.answers_for(0.5)) == {two.new}  # of the private copy
    said = server.log.read_text()
    assert f"Another process writes {path}" in said
    # The server may have looked while the other process was writing.
    assert any(f"{name} has {seen} bytes instead of " in said for seen in {0, size})
    ready = server.ready()
    assert (ready["code"], ready["status"], ready["version"]) == (200, "degraded", two.new)
    assert name in ready["problem"]
    assert server.metric("playgraph_snapshots_quarantined_total") == 1
    assert quarantined(two.path(two.new)) is not None
    # The next server takes the older snapshot, and logs it.
    following = Server(two, server.log.parent / "..", 0)
    try:
        following.start()
        assert following.ready()["version"] == two.old
        assert set(following.answers_for(0.2)) == {two.old}
    finally:
        assert f"This server serves snapshot {two.old} instead." in following.stop()


def test_bytes_that_are_changed_under_the_server_cost_no_answer(server: Server, two: Two) -> None:
    path = two.path(two.new) / ARRAY
    content = bytearray(path.read_bytes())
    content[-40:] = b"\x07" * 40
    in_place(path, bytes(content), "r+b")
    server.until_said("has changed since it was written")
    assert set(server.answers_for(0.5)) == {two.new}


@pytest.mark.parametrize("name", [TABLE, "manifest.json"])
def test_a_file_that_is_removed_or_replaced_harms_no_running_server(
    server: Server, two: Two, name: str
) -> None:
    path = two.path(two.new) / name
    path.with_name("other").write_bytes(b"something else")
    path.with_name("other").replace(path)
    server.until_said("This server keeps ")
    assert f"{path.name} " in server.ready()["problem"]
    assert server.ready()["status"] == "degraded"
    path.unlink()
    assert set(server.answers_for(1.5)) == {two.new}


def test_the_whole_data_folder_is_removed_and_built_again(
    server: Server, two: Two, two_snapshots: Two
) -> None:
    two.data.rename(two.data.with_name("gone"))
    shutil.rmtree(two.data.with_name("gone"))
    server.until_said(f"{two.data} no longer contains a snapshot.")
    assert set(server.answers_for(0.5)) == {two.new}
    assert server.ready()["status"] == "degraded"
    shutil.copytree(two_snapshots.data, two.data.with_name("back"))
    two.data.with_name("back").rename(two.data)
    two.use(two.old)
    server.until(lambda: server.ready().get("version") == two.old)
    assert server.ready()["status"] == "ok"
    assert set(server.answers_for(0.2)) == {two.old}


def release_damaged(server: Server, two: Two) -> None:
    """Release the new snapshot with a damaged file, while a server has the old one open."""
    two.use(two.old)
    server.until(lambda: server.ready()["version"] == two.old)
    flip(two.path(two.new) / ARRAY)
    two.use(two.new)
    server.until_said("has changed since it was written")


def test_a_damaged_release_is_refused_and_its_repair_taken(
    server: Server, two: Two, two_snapshots: Two
) -> None:
    release_damaged(server, two)
    assert set(server.answers_for(0.3)) == {two.old}
    assert server.ready()["status"] == "degraded"
    shutil.copyfile(two_snapshots.path(two.new) / ARRAY, two.path(two.new) / ARRAY)
    assert verify(two.path(two.new), Store.open) == []
    server.until(lambda: server.ready()["version"] == two.new)
    assert server.ready()["status"] == "ok"


def test_a_hang_up_takes_a_repaired_snapshot_too(
    server: Server, two: Two, two_snapshots: Two
) -> None:
    release_damaged(server, two)
    shutil.copyfile(two_snapshots.path(two.new) / ARRAY, two.path(two.new) / ARRAY)
    server.process.send_signal(signal.SIGHUP)
    server.until(lambda: server.ready()["version"] == two.new)
    assert quarantined(two.path(two.new)) is None


def test_hang_ups_under_load_lose_nothing(server: Server, two: Two) -> None:
    for version in [two.old, two.new] * 3:
        two.use(version)
        for _ in range(5):
            server.process.send_signal(signal.SIGHUP)
        server.until(lambda version=version: server.ready()["version"] == version)
    assert {two.old, two.new} <= set(server.answers)


def test_termination_under_load_ends_in_time_and_breaks_no_answer(two: Two, tmp_path: Path) -> None:
    server = Server(two, tmp_path)
    try:
        server.start()
        server.answers_for(0.5)
        began = time.monotonic()
        server.process.terminate()
        assert server.process.wait(PATIENCE) == 0
        assert time.monotonic() - began < 5
    finally:
        said = server.stop()
    # Each client has at most one refused or unanswered request, and no half of an answer.
    for failure in server.failures:
        assert isinstance(failure, (OSError, IndexError)) or "status=503" in str(failure)
    assert len(server.failures) <= 2
    assert "Traceback" not in said


def test_a_bad_byte_is_found_after_the_start_and_the_snapshot_before_is_served(
    two: Two, tmp_path: Path
) -> None:
    flip(two.path(two.new) / "arrays" / "item_gram.npy")
    server = Server(two, tmp_path, 0)  # without any polling
    try:
        server.start()
        server.until_said(f"This server now serves snapshot {two.old}.")
        assert server.ready()["version"] == two.old
        assert server.ready()["status"] == "degraded"
        assert set(server.answers_for(0.2)) == {two.old}
        assert "item_gram.npy has changed since it was written" in (
            quarantined(two.path(two.new)) or ""
        )
    finally:
        assert "Traceback" not in server.stop()


def test_the_only_snapshot_is_not_served_once_it_is_known_to_be_damaged(
    two: Two, tmp_path: Path
) -> None:
    shutil.rmtree(two.path(two.old))
    flip(two.path(two.new) / "arrays" / "item_gram.npy")
    server = Server(two, tmp_path, 1)
    try:
        wait_until_ready(server.process, server.port, PATIENCE, said=server.log.read_text)
        server.until_said("There is no other whole snapshot: queries are answered with 503.")
        ready = server.ready()
        assert (ready["code"], ready["status"]) == (503, "damaged")
        answer = speak(server.address, post(b'{"query": "{ games { totalCount } }"}'))
        assert (answer.status, answer.headers["retry-after"]) == (503, "5")
        assert server.metric("playgraph_snapshot_loaded") == 0
    finally:
        server.stop()


@pytest.mark.parametrize("damage", ["half a manifest", "a cut table", "no folder"])
def test_without_a_whole_snapshot_a_server_does_not_start(
    two: Two, tmp_path: Path, damage: str
) -> None:
    for version in (two.old, two.new):
        folder = two.path(version)
        match damage:
            case "half a manifest":
                os.truncate(folder / "manifest.json", 300)
            case "a cut table":
                os.truncate(folder / TABLE, 300)
            case "no folder":
                shutil.rmtree(folder)
    result = processes.run(
        "serve",
        f"--data={two.data}",
        f"--port={free_port()}",
        cwd=tmp_path,
        env=environment() | {"XDG_DATA_HOME": str(tmp_path)},
    )
    assert result.returncode == 1
    last = result.stderr.splitlines()[-1]
    assert last.startswith("playgraph: ")
    assert last.endswith("There is no other whole snapshot.")
    assert "demo" not in result.stderr.lower()
    assert current_version(two.data) == two.new


def test_a_read_only_folder_is_served_and_its_damage_remembered(two: Two, tmp_path: Path) -> None:
    """The marker cannot be written; root may write anyway, so the folder is a mount."""
    mounted = subprocess.run(["mount", "--bind", two.data, two.data], check=False)
    if mounted.returncode:
        pytest.skip("needs the right to mount")
    flip(two.path(two.new) / "arrays" / "item_gram.npy")
    server = Server(two, tmp_path, 1)
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", two.data], check=True)
        server.start()
        server.until_said(f"This server now serves snapshot {two.old}.")
        assert set(server.answers_for(2.5)) == {two.old}
        assert quarantined(two.path(two.new)) is None
        assert server.ready()["status"] == "degraded"
    finally:
        server.stop()
        subprocess.run(["umount", two.data], check=True)


@thorough_only("takes two seconds")
def test_without_leases_a_worker_is_killed_and_the_next_one_serves_the_older_snapshot(
    two: Two, tmp_path: Path
) -> None:
    server = Server(two, tmp_path, 0, "--workers=2", files=300)
    try:
        wait_until_ready(server.process, server.port, PATIENCE, said=server.log.read_text)
        # What is verified is not read again, so that only a request can find the damage.
        server.until(lambda: server.metrics("playgraph_snapshot_verified") == [1, 1])
        os.truncate(two.path(two.new) / TABLE, 0)
        versions = set()
        deadline = time.monotonic() + PATIENCE
        while versions != {two.old}:
            assert time.monotonic() < deadline, server.log.read_text()
            versions = {ask_once(server) for _ in range(6)}
        server.until_said("was ended by SIGBUS. Starting another.")
        server.until_said(f"This server serves snapshot {two.old} instead.")
    finally:
        server.stop()
    assert server.process.returncode == 0


def ask_once(server: Server) -> str | None:
    """The version of an answer on a connection of its own; None if there is none."""
    try:
        return checked_version(
            server.two, speak(server.address, post(json.dumps({"query": QUERY}).encode()))
        )
    except (OSError, IndexError):
        return None
