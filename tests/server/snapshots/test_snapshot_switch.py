"""A running server switches to another snapshot, and no client notices."""

from __future__ import annotations

import hashlib
import json
import os
import pty
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import processes
from datastore.base.settings import Settings
from datastore.base.snapshot import snapshot_path
from patience import PATIENCE
from processes import environment, free_port, wait_until_ready
from server.cli.main import commands
from serving import Address, Answer, post, read_answer, serving, speak
from two_snapshots import Two

pytestmark = pytest.mark.slow

QUERY = """{ dataset { version users } users { totalCount }
  user(userId: "newcomer") { itemsCount } }"""


@pytest.fixture
def two(two_snapshots: Two, tmp_path: Path) -> Two:
    """A copy to work on; the old one is live."""
    return two_snapshots.copy(tmp_path, two_snapshots.old)


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
