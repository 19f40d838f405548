"""A real server on a real port, and a client that speaks to it byte by byte."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from typing import Any

from datastore.base.settings import Settings
from datastore.store import Store
from patience import PATIENCE
from server.app import create_app
from server.wire.listener import uvicorn_config
from server.wire.server import Server

__all__ = ["Address", "Answer", "answers", "post", "read_answer", "serving", "speak"]

Address = tuple[str, int]


@dataclass(frozen=True)
class Answer:
    """One HTTP answer as it came."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def error(self) -> dict[str, Any]:
        answer = json.loads(self.body)
        assert "data" not in answer
        (error,) = answer["errors"]
        found: dict[str, Any] = error
        return found


@contextmanager
def serving(
    settings: Settings, store: Store, *, layered: bool = False, **options: Any
) -> Iterator[Address]:
    """Serve as `playgraph serve` does, on a free port, in a thread; if `layered`, without the fast
    path."""
    listener = socket.create_server(("127.0.0.1", 0))
    app = create_app(settings, store)
    if layered:
        app.state.fast_path = None
    config = uvicorn_config(app, settings)
    config.log_config = None
    for name, value in options.items():
        setattr(config, name, value)
    server = Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        deadline = time.monotonic() + PATIENCE
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        assert server.started
        yield listener.getsockname()[:2]
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
        listener.close()


def speak(address: Address, *parts: bytes) -> Answer:
    """Send these bytes, all of them, and only then read one answer."""
    with socket.create_connection(address, PATIENCE) as connection:
        for part in parts:
            connection.sendall(part)
        return read_answer(connection)


def answers(address: Address, data: bytes, pieces: int = 1) -> list[Answer]:
    """Send these bytes in a number of pieces; all answers until the server ends the connection."""
    with socket.create_connection(address, PATIENCE) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        size = -(-len(data) // pieces)
        for start in range(0, len(data), size):
            connection.sendall(data[start : start + size])
            if pieces > 1:
                time.sleep(0.0002)
        found = []
        with connection.makefile("rb") as stream:
            while stream.peek(1):
                found.append(_read(stream))
        return found


def post(body: bytes, *headers: str) -> bytes:
    """A POST of JSON to /graphql."""
    lines = ["POST /graphql HTTP/1.1", "Host: x", "Content-Type: application/json", *headers]
    if not any(line.lower().startswith(("content-length", "transfer-")) for line in headers):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def read_answer(connection: socket.socket) -> Answer:
    """Read one answer with a Content-Length."""
    with connection.makefile("rb") as stream:
        return _read(stream)


def _read(stream: BufferedReader) -> Answer:
    status = int(stream.readline().split()[1])
    headers: dict[str, str] = {}
    while line := stream.readline().strip():
        name, _, value = line.decode().partition(":")
        headers[name.lower()] = value.strip()
    size = int(headers.get("content-length", 0))
    return Answer(status, headers, stream.read(size))
