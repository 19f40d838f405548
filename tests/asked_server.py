"""A server as a process of its own, with clients that never stop asking."""

from __future__ import annotations

import json
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import processes
from patience import PATIENCE
from processes import environment, free_port, wait_until_ready
from serving import Address, Answer, post, read_answer, speak
from two_snapshots import Two

__all__ = ["QUERY", "Server", "checked_version"]

#: Reads all tables and many arrays.
QUERY = """{ dataset { version users } users { totalCount }
  user(userId: "ada") { library { totalCount } reviews { nodes { text } }
    recommendations { score } }
  games(first: 50) { nodes { title genres { name } similarGames { score } } } }"""


class Server:
    """A server as a process of its own, and clients that ask it all the time."""

    def __init__(
        self, two: Two, folder: Path, seconds: int = 1, *options: str, files: int = 0
    ) -> None:
        """With a limit of open `files`, it can take no leases."""
        self.two = two
        self.port = free_port()
        self.log = folder / "server.log"
        with self.log.open("w") as log:
            self.process = processes.start(
                "serve",
                f"--data={two.data}",
                f"--port={self.port}",
                *options,
                first=("command_server", "limit_open_files", [files]) if files else (),
                stdout=subprocess.DEVNULL,
                stderr=log,
                cwd=folder,
                env=environment() | {"PLAYGRAPH_RELOAD_SECONDS": str(seconds)},
            )
        self.address: Address = ("127.0.0.1", self.port)
        self.answers: list[str] = []
        self.failures: list[object] = []
        self._stop = threading.Event()
        self._clients: list[threading.Thread] = []

    def start(self) -> None:
        """Wait until it is ready, then start the clients."""
        wait_until_ready(self.process, self.port, PATIENCE, said=self.log.read_text)
        self._clients = [threading.Thread(target=self._ask) for _ in range(2)]
        for client in self._clients:
            client.start()

    def ready(self) -> dict[str, Any]:
        """The answer of `/readyz`."""
        answer = speak(self.address, b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")
        return {"code": answer.status} | json.loads(answer.body)

    def metric(self, name: str) -> float:
        """The value of a metric of the only process."""
        (value,) = self.metrics(name)
        return value

    def metrics(self, name: str) -> list[float]:
        """The values of a metric in all workers."""
        text = speak(self.address, b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").body.decode()
        return [float(line.split()[1]) for line in text.splitlines() if line.startswith(name)]

    def until(self, true: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not true():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)

    def until_said(self, text: str) -> None:
        self.until(lambda: text in self.log.read_text())

    def answers_for(self, seconds: float) -> list[str]:
        """The versions of the answers of some time, all of them right."""
        start = len(self.answers)
        time.sleep(seconds)
        self.until(lambda: len(self.answers) > start)
        assert self.failures == [], self.log.read_text()
        return self.answers[start:]

    def stop(self) -> str:
        """End the clients, then the server as SIGTERM does; all it said."""
        self._stop.set()
        for client in self._clients:
            client.join(PATIENCE)
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(PATIENCE)
        return self.log.read_text()

    def _ask(self) -> None:
        try:
            with socket.create_connection(self.address, PATIENCE) as connection:
                while not self._stop.is_set():
                    connection.sendall(post(json.dumps({"query": QUERY}).encode()))
                    self.answers.append(checked_version(self.two, read_answer(connection)))
                    self._stop.wait(0.05)
        except BaseException as error:
            self.failures.append(error)


def checked_version(two: Two, answer: Answer) -> str:
    """The version of an answer that is right and wholly of one snapshot."""
    assert answer.status == 200, answer
    found = json.loads(answer.body)
    assert "errors" not in found, found["errors"]
    version = str(found["data"]["dataset"]["version"])
    assert answer.headers["x-snapshot"] == version
    assert found["data"]["users"]["totalCount"] == two.users(version)
    assert found["data"]["dataset"]["users"] == two.users(version)
    return version
