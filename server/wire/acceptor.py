"""server.wire: accepts connections at a socket that several workers share, evenly among them."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable, Sized
from contextlib import suppress
from functools import partial

from server.observe.team import Team

__all__ = ["Acceptor"]

logger = logging.getLogger("playgraph.workers")

#: Seconds for which a worker leaves a connection to another one that has fewer, and in how many
#: steps it looks again. Usually it takes that one 0.1 ms; but it may be busy.
_PATIENCE, _STEPS = 0.005, 5
#: Seconds before the next attempt if the process has too many open files.
_PAUSE = 1.0


class Acceptor:
    """Accepts a connection if no other worker has fewer, or if none of those accepts it in time.

    The system gives all waiting connections to the worker that wakes up first, which would serve
    all clients that keep their connections.
    """

    def __init__(
        self,
        listener: socket.socket,
        team: Team,
        connections: Sized,
        protocol: Callable[[], asyncio.Protocol],
    ) -> None:
        """`connections` are the open ones of this worker; `protocol` makes that of another."""
        self._listener = listener
        self._team = team
        self._connections = connections
        self._protocol = protocol
        self._tasks: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()

    def start(self) -> None:
        """Accept connections from now on."""
        self._listener.setblocking(False)
        self._listener.listen(2_048)
        self._watch()

    def stop(self) -> None:
        """Accept no more connections."""
        self._loop.remove_reader(self._listener)
        if self._timer is not None:
            self._timer.cancel()

    def report(self) -> None:
        """Tell the other workers how many connections are open: to be called often."""
        self._team.set_connections(self._count)

    @property
    def _count(self) -> int:
        return len(self._connections) + len(self._tasks)

    def _watch(self) -> None:
        self._timer = None
        self._loop.add_reader(self._listener, self._take_turn, _STEPS)

    def _take_turn(self, steps: int) -> None:
        """Accept a connection that waits, or look again soon if another worker has fewer."""
        if steps and self._count > self._team.fewest_connections:
            self._loop.remove_reader(self._listener)
            self._timer = self._loop.call_later(_PATIENCE / _STEPS, self._take_turn, steps - 1)
            return
        pause = self._accept()
        self.report()
        if pause:
            self._loop.remove_reader(self._listener)
            self._timer = self._loop.call_later(_PAUSE, self._watch)
        elif steps < _STEPS:
            self._watch()

    def _accept(self) -> bool:
        """Accept a connection if one waits; returns whether none can be accepted now."""
        try:
            connection, _ = self._listener.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return False  # another worker has accepted it, or its client has gone
        except OSError as error:
            logger.error("Cannot accept connections: %s.", error.strerror)
            return True
        connection.setblocking(False)
        with suppress(OSError):  # its client has gone
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        task = self._loop.create_task(self._connect(connection))
        self._tasks.add(task)
        task.add_done_callback(partial(self._connected, connection))
        return False

    def _connected(self, connection: socket.socket, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled():  # the server ends
            connection.close()

    async def _connect(self, connection: socket.socket) -> None:
        try:
            await self._loop.connect_accepted_socket(self._protocol, connection)
        except OSError:
            connection.close()  # its client has gone
