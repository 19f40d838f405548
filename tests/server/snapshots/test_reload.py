"""A running server switches to another snapshot, and no client notices."""

from __future__ import annotations

import asyncio
import gc
import hashlib
import json
import os
import pty
import shutil
import signal
import socket
import subprocess
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

import processes
from datastore.base.evaluation import read_evaluation, write_evaluation
from datastore.base.settings import Settings
from datastore.base.snapshot import snapshot_path
from datastore.people import People
from datastore.store import Store
from harness import TestClient, asker, change_document
from processes import environment, free_port, wait_until_ready
from server.app import create_app
from server.cli.main import commands
from server.snapshots.holder import Holder
from server.snapshots.reload import Reloader, reloading
from serving import Address, Answer, post, read_answer, serving, speak
from two_snapshots import Two, flip

pytestmark = pytest.mark.slow

PATIENCE = 30.0
QUERY = """{ dataset { version users } users { totalCount }
  user(userId: "newcomer") { itemsCount } }"""


@pytest.fixture
def built(two_snapshots: Two) -> Two:
    return two_snapshots


@pytest.fixture
def two(built: Two, tmp_path: Path) -> Two:
    """A copy to work on; the old one serves."""
    return built.copy(tmp_path, built.old)


def get(path: str, *headers: str) -> bytes:
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: x", *headers, "", ""]).encode()


def asked(query: str = QUERY) -> bytes:
    return post(json.dumps({"query": query}).encode())


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_served(address: Address, now: str) -> bool:
    return version(address) == now


def version(address: Address) -> str:
    return str(json.loads(speak(address, get("/readyz")).body)["version"])


def check(two: Two, answer: Answer) -> str:
    """Every part of an answer is of one snapshot; its version."""
    assert answer.status == 200
    found = json.loads(answer.body)
    version = str(found["data"]["dataset"]["version"])
    assert answer.headers["x-snapshot"] == version
    assert found["data"]["users"]["totalCount"] == two.users(version)
    assert found["data"]["dataset"]["users"] == two.users(version)
    assert found["data"]["user"] == (None if version == two.old else {"itemsCount": 1})
    return version


# ---------------------------------------------------------------- over a real port


def test_a_released_snapshot_is_served_within_seconds_and_a_rollback_too(two: Two) -> None:
    question = get("/graphql?query={dataset{version}}", "Accept-Encoding: identity")
    with serving(Settings(two.data, reload_seconds=1), two.open(two.old)) as address:
        first = speak(address, question)
        known = f"If-None-Match: {first.headers['etag']}"
        assert speak(address, question[:-2] + f"{known}\r\n\r\n".encode()).status == 304
        for now, status in ((two.new, 200), (two.old, 304)):
            two.use(now)
            until(partial(is_served, address, now))
            page = json.loads(speak(address, get("/explorer.json")).body)
            assert page["dataset"]["version"] == now
            answer = speak(address, question[:-2] + f"{known}\r\n\r\n".encode())
            assert answer.status == status
            assert check(two, speak(address, asked())) == now


def test_a_query_kept_for_a_client_is_answered_from_the_new_snapshot(two: Two) -> None:
    query = "{ dataset { version } }"
    sha256 = hashlib.sha256(query.encode()).hexdigest()
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": sha256}}
    with serving(Settings(two.data, reload_seconds=1), two.open(two.old)) as address:
        speak(address, post(json.dumps({"query": query, "extensions": extensions}).encode()))
        two.use(two.new)
        until(lambda: version(address) == two.new)
        answer = speak(address, post(json.dumps({"extensions": extensions}).encode()))
        assert json.loads(answer.body)["data"]["dataset"]["version"] == two.new


def test_a_request_that_is_still_coming_and_an_open_connection_live_on(two: Two) -> None:
    with ExitStack() as stack:
        settings = Settings(two.data, reload_seconds=1)
        address = stack.enter_context(serving(settings, two.open(two.old)))
        open_ = stack.enter_context(socket.create_connection(address, PATIENCE))
        slow = stack.enter_context(socket.create_connection(address, PATIENCE))
        open_.sendall(asked())
        assert check(two, read_answer(open_)) == two.old
        slow.sendall(asked()[:-20])
        two.use(two.new)
        until(lambda: version(address) == two.new)
        slow.sendall(asked()[-20:])
        assert check(two, read_answer(slow)) == two.new
        open_.sendall(asked())
        assert check(two, read_answer(open_)) == two.new


# ---------------------------------------------------------------- as a process of its own


Serve = Callable[..., "tuple[subprocess.Popen[str], Address]"]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    started: list[subprocess.Popen[str]] = []

    def start(data: Path, seconds: int, **how: Any) -> tuple[subprocess.Popen[str], Address]:
        port = free_port()
        process = processes.start(
            "serve",
            f"--data={data}",
            f"--port={port}",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
            env=environment() | {"PLAYGRAPH_RELOAD_SECONDS": str(seconds)},
            **how,
        )
        started.append(process)
        wait_until_ready(process, port, PATIENCE, said=lambda: process.communicate()[1])
        return process, ("127.0.0.1", port)

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_no_request_is_lost_or_mixed_while_snapshots_change(two: Two, serve: Serve) -> None:
    process, address = serve(two.data, 0)
    stop = threading.Event()
    seen: list[str] = []
    failed: list[BaseException] = []

    def ask() -> None:
        try:
            with socket.create_connection(address, PATIENCE) as connection:
                while not stop.is_set():
                    connection.sendall(asked())
                    seen.append(check(two, read_answer(connection)))
                    stop.wait(0.005)  # the server needs time for the swap itself
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        for now in [two.new, two.old] * 5:
            two.use(now)
            process.send_signal(signal.SIGHUP)
            until(partial(is_served, address, now))
    finally:
        stop.set()
        for thread in threads:
            thread.join(PATIENCE)
    assert failed == []
    assert set(seen) == {two.old, two.new}


def maps(process: subprocess.Popen[str]) -> str:
    return Path(f"/proc/{process.pid}/maps").read_text("utf-8")


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="reads Linux' /proc")
def test_a_pruned_snapshot_is_served_to_its_end_and_then_released(two: Two, serve: Serve) -> None:
    process, address = serve(two.data, 0)
    two.use(two.new)
    result = CliRunner().invoke(
        commands, ["snapshots", "prune", "--keep", "1", "--data", str(two.data)]
    )
    assert (result.exit_code, two.old in result.output) == (0, True)
    assert not snapshot_path(two.data, two.old).exists()
    # Tables that nobody has asked for yet are still there.
    answer = speak(
        address,
        asked(
            '{ user(userId: "ada") { library { totalCount } reviews { nodes { text } } '
            "recommendations { reason { __typename } } } }"
        ),
    )
    assert answer.headers["x-snapshot"] == two.old
    assert "errors" not in json.loads(answer.body)
    assert two.old in maps(process)
    process.send_signal(signal.SIGHUP)
    until(lambda: version(address) == two.new)
    assert check(two, speak(address, asked())) == two.new
    until(lambda: two.old not in maps(process))
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=PATIENCE)
    assert f"Switched to snapshot {two.new}." in said
    assert "is damaged" not in said
    assert process.returncode == 0


def test_without_polling_only_a_signal_swaps(two: Two, serve: Serve) -> None:
    process, address = serve(two.data, 0)
    two.use(two.new)
    time.sleep(0.3)
    assert version(address) == two.old
    process.send_signal(signal.SIGHUP)
    until(lambda: version(address) == two.new)


def test_a_server_whose_terminal_is_closed_ends(two: Two, serve: Serve) -> None:
    master, terminal = pty.openpty()
    process, address = serve(two.data, 0, stdin=terminal, start_new_session=True)
    os.close(terminal)
    two.use(two.new)
    process.send_signal(signal.SIGHUP)  # by hand: the terminal is still there
    until(lambda: version(address) == two.new)
    os.close(master)
    process.send_signal(signal.SIGHUP)
    assert process.wait(PATIENCE) == 0


# ---------------------------------------------------------------- in this process


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


def test_what_is_released_while_the_server_starts_is_served(two: Two) -> None:
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


def test_the_log_says_what_serves_now_only_when_it_is_another(
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


def test_figures_that_are_measured_anew_are_shown(two: Two) -> None:
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
def test_a_snapshot_that_cannot_serve_is_told_once_and_the_old_one_goes_on(
    two: Two, built: Two, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    message = damage(two, how)
    holder = Holder(two.open(two.old))
    reloader = Reloader(holder, two.data)
    folder = snapshot_path(two.data, two.new)

    async def main() -> None:
        two.use(two.new)
        task = asyncio.create_task(reloader.run(0.01))
        await asyncio.sleep(0.2)
        assert serves(holder) == two.old
        (record,) = caplog.records
        assert record.levelname == "ERROR"
        assert record.getMessage().startswith(message)
        assert record.getMessage().endswith(f" This server keeps snapshot {two.old}.")
        # Built again, it is taken.
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(snapshot_path(built.data, two.new), folder)
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
def test_a_pointer_that_names_nothing_is_told_once(
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


def test_what_nobody_thought_of_is_told_once_and_tried_again(
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
