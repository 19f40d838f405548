"""Workers share the connections of a listening socket evenly, and leave none unanswered."""

from __future__ import annotations

import asyncio
import shutil
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from prometheus_client import CollectorRegistry

from server.observe.team import Team
from server.wire import acceptor
from server.wire.acceptor import Acceptor


class Worker:
    """One of two workers that are in one process here, with its open connections."""

    def __init__(self, listener: socket.socket, team: Team) -> None:
        self.team = team
        self.open: set[asyncio.Protocol] = set()
        self.listener = listener.dup()
        self.acceptor = Acceptor(self.listener, team, self.open, lambda: Connection(self))

    def stop(self) -> None:
        """Accept no more connections."""
        if self.listener.fileno() >= 0:
            self.acceptor.stop()
            self.listener.close()


class Connection(asyncio.Protocol):
    """A connection of a worker."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._worker.open.add(self)
        sock = transport.get_extra_info("socket")
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

    def connection_lost(self, error: Exception | None) -> None:
        self._worker.open.discard(self)


class World:
    """A listening socket, its two workers, which are ready, and their clients."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        teams = [team := Team(2), Team(2, team.folder)]
        self.folder = team.folder
        self.workers = [Worker(self.listener, each) for each in teams]
        self.clients: list[socket.socket] = []

    def connect(self, count: int) -> None:
        address = self.listener.getsockname()
        self.clients += [socket.create_connection(address, 10) for _ in range(count)]

    async def until(self, connections: int) -> None:
        """Wait until this number of connections is open."""
        deadline = time.monotonic() + 20
        while sum(len(worker.open) for worker in self.workers) != connections:
            assert time.monotonic() < deadline, "not within the time"
            await asyncio.sleep(0.001)

    @property
    def counts(self) -> list[int]:
        return [len(worker.open) for worker in self.workers]


@asynccontextmanager
async def world() -> AsyncIterator[World]:
    made = World()
    async with AsyncExitStack() as stack:
        stack.callback(shutil.rmtree, made.folder)
        for number, worker in enumerate(made.workers, 1):
            stack.enter_context(worker.team.member(number, CollectorRegistry()))
            worker.team.set_ready()
            stack.callback(worker.stop)
        try:
            yield made
        finally:
            for client in made.clients:
                client.close()
            await made.until(0)
            made.listener.close()


def run(test: Callable[[World], Awaitable[None]]) -> None:
    async def main() -> None:
        async with world() as made:
            await test(made)

    asyncio.run(main())


def test_connections_of_one_moment_are_shared_evenly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acceptor, "_PATIENCE", 5.0)

    async def test(world: World) -> None:
        world.connect(16)
        for worker in world.workers:
            worker.acceptor.start()
        await world.until(16)
        assert world.counts == [8, 8]

    run(test)


def test_a_connection_that_another_worker_does_not_accept_is_accepted_soon() -> None:
    async def test(world: World) -> None:
        world.workers[0].acceptor.start()
        world.connect(4)
        await world.until(4)
        assert world.counts == [4, 0]

    run(test)


def test_a_worker_that_was_replaced_gets_the_next_connections(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def test(world: World) -> None:
        one, other = world.workers
        one.acceptor.start()
        world.connect(4)
        await world.until(4)
        monkeypatch.setattr(acceptor, "_PATIENCE", 5.0)
        other.acceptor.start()
        world.connect(4)
        await world.until(8)
        assert world.counts == [4, 4]

    run(test)


def test_connections_that_have_closed_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(world: World) -> None:
        one, other = world.workers
        one.acceptor.start()
        world.connect(3)
        await world.until(3)
        world.clients.pop().close()
        world.clients.pop().close()
        await world.until(1)
        one.acceptor.report()
        assert other.team.fewest_connections == 0
        other.team.set_connections(5)
        assert other.team.fewest_connections == 1

    run(test)


def test_after_its_stop_a_worker_accepts_nothing() -> None:
    async def test(world: World) -> None:
        one, other = world.workers
        one.acceptor.start()
        one.stop()
        other.acceptor.start()
        world.connect(3)
        await world.until(3)
        assert world.counts == [0, 3]

    run(test)


def test_too_many_open_files_are_a_line_in_the_log_and_a_pause(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(acceptor, "_PAUSE", 0.05)
    refusals = 2

    async def test(world: World) -> None:
        one = world.workers[0]
        accept = one.acceptor._listener.accept

        class Full(socket.socket):
            def accept(self) -> tuple[socket.socket, object]:
                nonlocal refusals
                if refusals:
                    refusals -= 1
                    raise OSError(24, "Too many open files")
                return accept()

        full = Full(fileno=one.acceptor._listener.dup().detach())
        monkeypatch.setattr(one.acceptor, "_listener", full)
        one.acceptor.start()
        world.connect(1)
        await world.until(1)
        one.acceptor.stop()
        monkeypatch.undo()
        full.close()

    run(test)
    assert caplog.messages == ["Cannot accept connections: Too many open files."] * 2


def test_a_connection_that_is_being_accepted_when_the_server_ends_is_closed() -> None:
    async def test(world: World) -> None:
        one, _ = world.workers
        world.connect(1)
        one.listener.setblocking(False)
        one.acceptor._accept()
        (accepting,) = one.acceptor._tasks
        accepting.cancel()
        await asyncio.wait([accepting])
        assert one.acceptor._tasks == set()
        assert world.clients[0].recv(1) == b""

    run(test)
