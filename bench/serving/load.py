"""bench: the load: requests over keep-alive connections, and their times."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass

PATIENCE = 60.0


class BadAnswer(Exception):
    """An answer with another status than expected, or none."""


@dataclass
class Answer:
    """Status, headers in small letters, and body of one answer."""

    status: int
    headers: dict[str, str]
    body: bytes


class Connection:
    """A connection that is kept alive, with at most one request at a time."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""

    def send(self, request: bytes) -> None:
        """Send a request."""
        self.received = b""
        self.socket.sendall(request)

    def arrived(self) -> bool:
        """Read what has arrived; whether the answer is complete. Raises BadAnswer."""
        data = self.socket.recv(1 << 20)
        if not data:
            raise BadAnswer("the server closed the connection")
        if self.received:
            data = self.received + data
        self.received = data
        head = data.find(b"\r\n\r\n")
        return head >= 0 and len(data) >= head + 4 + _content_length(data, head)

    def ask(self, request: bytes) -> Answer:
        """Send a request and wait for the answer."""
        self.send(request)
        while not self.arrived():
            pass
        return parsed(self.received)

    def check(self, status: bytes) -> None:
        """Raise BadAnswer if the answer has another status."""
        if self.received[9:12] != status:
            raise BadAnswer(self.received[:2_000].decode("utf-8", "replace"))


def parsed(data: bytes) -> Answer:
    """An answer from its bytes."""
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return Answer(int(first.split()[1]), headers, body)


def _content_length(data: bytes, head: int) -> int:
    at = data.find(b"ontent-length:", 0, head)
    if at < 0:
        at = data.find(b"ontent-Length:", 0, head)
    if at < 0:
        if data[9:12] == b"304":
            return 0
        raise BadAnswer("an answer without Content-Length")
    return int(data[at + 14 : data.find(b"\r", at)])


def saturate(
    port: int, requests: Iterator[bytes], seconds: float, least: int, connections: int, status: int
) -> int:
    """Keep the server busy for at least `seconds` and `least` requests, with one request at a time
    per connection; how many were answered. Raises BadAnswer for another status."""
    expected = str(status).encode()
    opened = [Connection(port) for _ in range(connections)]
    by_descriptor = {connection.socket.fileno(): connection for connection in opened}
    poller = select.epoll()
    for descriptor in by_descriptor:
        poller.register(descriptor, select.EPOLLIN)
    answered, running = 0, len(opened)
    deadline = time.perf_counter() + seconds
    try:
        for connection in opened:
            connection.send(next(requests))
        while running:
            ready = poller.poll(PATIENCE)
            if not ready:
                raise BadAnswer(f"no answer within {PATIENCE:.0f} s")
            enough = answered >= least and time.perf_counter() >= deadline
            for descriptor, _ in ready:
                connection = by_descriptor[descriptor]
                if connection.arrived():
                    connection.check(expected)
                    answered += 1
                    if enough:
                        running -= 1
                    else:
                        connection.send(next(requests))
    finally:
        poller.close()
        for connection in opened:
            connection.socket.close()
    return answered


def latencies(
    port: int, requests: Iterator[bytes], rate: float, count: int, status: int
) -> list[float]:
    """Seconds per answer of `count` requests on one connection, `rate` per second."""
    expected = str(status).encode()
    connection = Connection(port)
    times = []
    start = time.perf_counter()
    try:
        for number in range(count):
            pause = start + number / rate - time.perf_counter()
            if pause > 0:
                time.sleep(pause)
            sent = time.perf_counter()
            connection.send(next(requests))
            while not connection.arrived():
                pass
            times.append(time.perf_counter() - sent)
            connection.check(expected)
    finally:
        connection.socket.close()
    return times
