"""A server that is stopped finishes what runs, refuses what is new, and ends in time."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from msgspec.structs import replace

from datastore.base.settings import Settings
from datastore.store import Store
from server.app import create_app
from server.wire import connection as connection_module
from server.wire.listener import uvicorn_config
from server.wire.server import Server
from serving import Address, post, read_answer, speak

QUERY = b'{"query": "{ __typename }"}'
PATIENCE = 10.0


@contextmanager
def stoppable(settings: Settings, store: Store) -> Iterator[tuple[Server, Address]]:
    """A server in a thread; the block must stop it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn_config(create_app(settings, store), settings)
        config.log_config = None
        server = Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        deadline = time.monotonic() + PATIENCE
        while not server.started:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        yield server, listener.getsockname()[:2]
        thread.join(PATIENCE)
        assert not thread.is_alive(), "the server outlived its deadline"


def stop(server: Server) -> float:
    """Stop it, as SIGTERM does, and wait until it has begun; when that was."""
    server.should_exit = True
    began = time.monotonic()
    while not server.config.http_protocol_class.stopping:  # type: ignore[attr-defined]
        time.sleep(0.01)
    return began


def test_a_running_request_is_finished_and_new_ones_get_503(
    settings: Settings, store: Store
) -> None:
    with stoppable(settings, store) as (server, address), ExitStack() as stack:
        running, idle = (
            stack.enter_context(socket.create_connection(address, PATIENCE)) for _ in range(2)
        )
        idle.sendall(post(QUERY))
        assert read_answer(idle).status == 200
        running.sendall(post(QUERY)[:-5])
        time.sleep(0.1)
        began = stop(server)
        idle.sendall(post(QUERY))
        refused = [read_answer(idle), speak(address, post(QUERY)), speak(address, get("/readyz"))]
        assert [answer.status for answer in refused] == [503, 503, 503]
        for answer in refused:
            assert answer.error["extensions"] == {"code": "UNAVAILABLE"}
            assert answer.headers["connection"] == "close"
            assert answer.headers["retry-after"] == "1"
        running.sendall(post(QUERY)[-5:])
        finished = read_answer(running)
        assert (finished.status, json.loads(finished.body)["data"]) == (
            200,
            {"__typename": "Query"},
        )
        assert finished.headers["connection"] == "close"
    assert time.monotonic() - began < PATIENCE


def test_a_request_whose_body_the_fast_path_awaits_is_finished(
    settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_module, "_HELD_SECONDS", PATIENCE)
    with (
        stoppable(settings, store) as (server, address),
        socket.create_connection(address, PATIENCE) as running,
    ):
        running.sendall(post(QUERY)[:-5])
        time.sleep(0.1)
        stop(server)
        running.sendall(post(QUERY)[-5:])
        finished = read_answer(running)
        assert (finished.status, finished.headers["connection"]) == (200, "close")


def test_a_request_that_does_not_end_is_cancelled_in_time(settings: Settings, store: Store) -> None:
    short = replace(settings, shutdown_seconds=1, body_seconds=60)
    with stoppable(short, store) as (server, address), ExitStack() as stack:
        upload = stack.enter_context(socket.create_connection(address, PATIENCE))
        upload.sendall(post(QUERY)[:-5])
        time.sleep(0.1)
        began = stop(server)
        answer = read_answer(upload)
        assert (answer.status, answer.headers["connection"]) == (503, "close")
    assert time.monotonic() - began < 4


def test_pipelined_requests_are_answered_too(settings: Settings, store: Store) -> None:
    with stoppable(settings, store) as (server, address), ExitStack() as stack:
        connection = stack.enter_context(socket.create_connection(address, PATIENCE))
        connection.sendall(post(QUERY)[:-5])
        time.sleep(0.1)
        stop(server)
        connection.sendall(post(QUERY)[-5:] + post(QUERY))
        with connection.makefile("rb") as stream:
            statuses = [line.split()[1] for line in stream if line.startswith(b"HTTP/1.1")]
    assert statuses in ([b"200"], [b"200", b"503"])


def test_a_server_without_requests_ends_at_once(settings: Settings, store: Store) -> None:
    with stoppable(settings, store) as (server, address):
        assert speak(address, post(QUERY)).status == 200
        began = time.monotonic()
        server.should_exit = True
    assert time.monotonic() - began < 2


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
