"""`playgraph serve --workers 2`: real processes on a real port."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

import processes
import world
from harness import build_snapshot
from patience import PATIENCE
from processes import environment, free_port, wait_until_ready
from serving import Answer, post, read_answer, speak

pytestmark = pytest.mark.slow

QUESTION = b'{"query":"{ user(userId: \\"ada\\") { id userId itemsCount } }"}'


@dataclass
class Served:
    """A server with two workers."""

    process: subprocess.Popen[str]
    port: int
    log: Path

    def ask(self, body: bytes = QUESTION) -> Answer:
        """The answer on a connection of its own, which any worker may accept."""
        return speak(("127.0.0.1", self.port), post(body))

    def workers(self) -> list[int]:
        """The processes that the server has forked."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def metric(self, name: str, label: str = "worker") -> dict[str, float | str]:
        """Sums of a metric by worker; with another label, its value instead."""
        with urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=10) as answer:
            text = answer.read().decode()
        found: dict[str, float | str] = {}
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                if sample.name == name:
                    worker = sample.labels["worker"]
                    if label == "worker":
                        found[worker] = float(found.get(worker, 0)) + sample.value
                    else:
                        found[worker] = sample.labels[label]
        return found

    def logged(self) -> str:
        return self.log.read_text("utf-8")

    def wait_until_ready(self) -> dict[str, Any]:
        return wait_until_ready(self.process, self.port, PATIENCE, self.logged)


Serve = Callable[..., Served]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    started: list[tuple[Served, list[int]]] = []

    def start(data: Path, *options: str, **environ: str) -> Served:
        port, log = free_port(), tmp_path / "log"
        with log.open("w") as output:
            process = processes.start(
                "serve", f"--data={data}", f"--port={port}", "--workers=2", *options,
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, text=True, cwd=tmp_path,
                env=environment() | environ,
            )  # fmt: skip
        served = Served(process, port, log)
        started.append((served, []))
        return served

    yield start
    for served, _ in started:
        pids = served.workers() if served.process.poll() is None else []
        for pid in [served.process.pid, *pids]:
            if served.process.poll() is None or pid != served.process.pid:
                os.kill(pid, signal.SIGKILL)
        served.process.wait()


@pytest.fixture
def served(serve: Serve, data_dir: Path) -> Served:
    """Two workers that serve the tiny world."""
    server = serve(data_dir)
    server.wait_until_ready()
    return server


def until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "not within the time"
        time.sleep(0.05)


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_both_workers_answer_and_each_is_in_the_metrics(served: Served) -> None:
    assert len(served.workers()) == 2

    def both_have_answered() -> bool:
        threads = [threading.Thread(target=served.ask) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        answered = served.metric("playgraph_requests_total")
        return answered.keys() == {"1", "2"}

    until(both_have_answered)
    assert served.metric("playgraph_snapshot_loaded") == {"1": 1.0, "2": 1.0}
    assert served.metric("process_resident_memory_bytes").keys() == {"1", "2"}


def requests_of_workers(served: Served, clients: Sequence[socket.socket]) -> list[float]:
    """How many requests of these clients each of the two workers answers."""
    before = served.metric("playgraph_requests_total")
    for client in clients:
        client.sendall(post(QUESTION))
        assert read_answer(client).status == 200
    after = served.metric("playgraph_requests_total")
    return [float(after.get(w, 0)) - float(before.get(w, 0)) for w in ("1", "2")]


def test_clients_that_keep_their_connections_are_shared_evenly(served: Served) -> None:
    served.wait_until_ready()

    def shared() -> bool:  # 8 and 8, unless one of the workers gets no time of the processor
        with ExitStack() as stack:
            connections = [
                stack.enter_context(socket.create_connection(("127.0.0.1", served.port), PATIENCE))
                for _ in range(16)
            ]
            counts = requests_of_workers(served, connections)
        assert sum(counts) == 16
        return min(counts) >= 4

    assert any(shared() for _ in range(10))


def test_a_worker_that_is_killed_under_load_is_replaced(served: Served) -> None:
    stop = threading.Event()
    wrong: list[Answer | str] = []
    answered = 0

    def load() -> None:
        nonlocal answered
        while not stop.is_set():
            try:
                answer = served.ask()
            except ConnectionRefusedError:
                wrong.append("refused")
                continue
            except (OSError, ValueError, IndexError):
                continue  # it was the killed worker's connection
            answered += 1
            if answer.status != 200:
                wrong.append(answer)

    threads = [threading.Thread(target=load) for _ in range(4)]
    for thread in threads:
        thread.start()
    until(lambda: answered > 50)
    first, second = served.workers()
    os.kill(first, signal.SIGKILL)
    until(lambda: first not in served.workers() and len(served.workers()) == 2)
    before = answered
    until(lambda: answered > before + 50)
    stop.set()
    for thread in threads:
        thread.join()
    assert not wrong
    assert second in served.workers()
    assert served.wait_until_ready()["status"] == "ok"
    assert f"(process {first}) was ended by SIGKILL. Starting another." in served.logged()


def test_the_supervisor_takes_little_memory(served: Served) -> None:
    status = Path(f"/proc/{served.process.pid}/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS:"))
    assert int(line.split()[1]) < 20_000


def test_nothing_outlives_a_polite_kill(served: Served) -> None:
    workers = served.workers()
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(PATIENCE) == 0
    assert all(map(gone, workers))
    assert "Traceback" not in served.logged()


def test_a_worker_that_hangs_does_not_keep_the_server_from_stopping(
    serve: Serve, data_dir: Path
) -> None:
    server = serve(data_dir, PLAYGRAPH_SHUTDOWN_SECONDS="1")
    server.wait_until_ready()
    workers = server.workers()
    os.kill(workers[0], signal.SIGSTOP)
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(PATIENCE) == 0
    assert all(map(gone, workers))
    assert f"Worker process {workers[0]} did not end in time and is killed." in server.logged()


def test_workers_end_when_their_parent_is_killed(serve: Serve, data_dir: Path) -> None:
    server = serve(data_dir, PLAYGRAPH_SHUTDOWN_SECONDS="1")
    server.wait_until_ready()
    workers = server.workers()
    command = Path(f"/proc/{server.process.pid}/cmdline").read_text().split("\0")
    (folder,) = (Path(part) for part in command if "/playgraph-" in part)
    assert folder.is_dir()
    server.process.kill()
    until(lambda: all(map(gone, workers)), 20)
    assert not folder.exists()


def test_a_new_snapshot_reaches_all_workers_and_those_that_start_later(
    serve: Serve, data_dir: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "data"
    shutil.copytree(data_dir, copy, symlinks=True)
    server = serve(copy, PLAYGRAPH_RELOAD_SECONDS="1")
    old = server.wait_until_ready()["version"]
    snapshot = build_snapshot(world.write(tmp_path / "raw"), copy, seed=2)
    new = snapshot.name
    assert new != old
    versions = lambda: server.metric("playgraph_snapshot_info", "version")  # noqa: E731
    until(lambda: versions() == {"1": new, "2": new})
    os.kill(server.workers()[0], signal.SIGKILL)
    seen = set()

    def both_again() -> bool:
        found = versions()
        seen.update(found.values())
        return len(found) == 2 and server.logged().count("Starting another") == 1

    until(both_again)
    assert seen == {new}


def test_a_hang_up_reloads_the_snapshot_in_all_workers(served: Served) -> None:
    version = served.wait_until_ready()["version"]
    served.process.send_signal(signal.SIGHUP)
    until(lambda: served.logged().count(f"Reopened the live snapshot {version}.") == 2)
    assert len(served.workers()) == 2


def test_all_workers_give_people_the_same_pseudonyms(
    serve: Serve, data_dir: Path, tmp_path: Path
) -> None:
    copy = shutil.copytree(data_dir, tmp_path / "data")  # the server writes its secret there
    server = serve(copy, "--users=pseudonyms")
    server.wait_until_ready()
    question = b'{"query":"{ users(first: 3) { nodes { userId } } }"}'
    answers: set[bytes] = set()

    def both_have_answered() -> bool:
        answers.add(server.ask(question).body)
        return server.metric("playgraph_requests_total").keys() == {"1", "2"}

    until(both_have_answered)
    assert len(answers) == 1
    assert b"errors" not in answers.pop()


def test_a_persisted_query_is_answered_by_all_workers_once_each_has_seen_its_text(
    served: Served,
) -> None:
    text = "{ genres(first: 1) { totalCount } }"
    extension = {
        "persistedQuery": {"version": 1, "sha256Hash": hashlib.sha256(text.encode()).hexdigest()}
    }
    by_hash = json.dumps({"extensions": extension}).encode()
    with_text = json.dumps({"query": text, "extensions": extension}).encode()

    def as_clients_do() -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(served.ask(by_hash).body)
        if "errors" in answer:
            assert answer["errors"][0]["message"] == "PersistedQueryNotFound"
            answer = json.loads(served.ask(with_text).body)
        return answer

    for _ in range(20):
        assert as_clients_do() == {"data": {"genres": {"totalCount": 5}}}


def test_a_port_of_the_metrics_that_is_taken_is_one_clear_message(
    serve: Serve, data_dir: Path, served: Served
) -> None:
    server = serve(data_dir, f"--metrics-port={served.port}")
    assert server.process.wait(PATIENCE) == 1
    assert f"Cannot listen on 127.0.0.1:{served.port} for metrics" in server.logged()
    assert "Traceback" not in server.logged()


def test_the_metrics_of_all_workers_are_at_the_port_of_the_metrics(
    serve: Serve, data_dir: Path
) -> None:
    port = free_port()
    server = serve(data_dir, f"--metrics-port={port}", "--profile=production")
    server.wait_until_ready()
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        text = answer.read().decode()
    assert 'playgraph_snapshot_loaded{worker="1"} 1.0' in text
    assert 'playgraph_snapshot_loaded{worker="2"} 1.0' in text
