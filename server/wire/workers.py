"""server.wire: several worker processes that accept connections at one socket.

uvicorn's supervisor starts, checks, restarts and stops them. They are forked, so that they share
the memory of the snapshot and of everything else that the parent loaded.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from multiprocessing.connection import wait
from socket import socket

import uvicorn
from starlette.types import ASGIApp
from uvicorn.config import STARTUP_FAILURE, Config
from uvicorn.supervisors.multiprocess import Multiprocess, Process

from datastore.base.errors import PlaygraphError
from server.observe.team import Team
from server.wire.server import Server

__all__ = ["Workers"]

logger = logging.getLogger("playgraph.workers")

#: What a worker serves, by its number; entered in the worker's own process.
Begin = Callable[[int], AbstractContextManager[ASGIApp]]

#: Seconds by which a worker may exceed the time for finishing requests before it is killed.
_GRACE = 3.0
#: Seconds after which a worker that does not answer is replaced.
_UNRESPONSIVE = 15


class _Worker(Process):
    """One worker process. It ends if its parent does."""

    def __init__(
        self,
        config: Config,
        sockets: list[socket],
        number: int,
        begin: Begin,
        life: tuple[int, int],
    ) -> None:
        super().__init__(config, sockets)
        # uvicorn would spawn it: each worker would load everything again, into memory of its own.
        context = multiprocessing.get_context("fork")
        self.process = context.Process(target=self.target, args=(sockets,))  # type: ignore[assignment]
        self.number = number
        self._begin = begin
        self._life = life

    def target(self, sockets: list[socket] | None = None) -> None:
        """Serve, in the worker's process."""
        parent, own = self._life
        os.close(own)
        threading.Thread(target=self._end_with_parent, args=(parent,), daemon=True).start()
        try:
            with self._begin(self.number) as app:
                self.config.app = app
                super().target(sockets)
        except KeyboardInterrupt:
            pass  # uvicorn repeats the signal after a graceful end
        except PlaygraphError as error:
            logger.error("%s", error)
            sys.exit(STARTUP_FAILURE)

    def is_alive(self, timeout: float = _UNRESPONSIVE) -> bool:
        """Whether the worker answers in time. Unlike uvicorn's check, this notices its end."""
        pipe = self.parent_conn
        try:
            pipe.send(b"ping")
            return pipe in wait([pipe, self.process.sentinel], timeout) and pipe.recv() is not None
        except (OSError, EOFError):
            return False

    @property
    def server(self) -> uvicorn.Server:
        """The server of this worker's process."""
        if self._server is None:
            self._server = Server(self.config)
        return self._server

    def _end_with_parent(self, parent: int) -> None:
        """Wait until the parent has ended, in whatever way; then stop gracefully, but in time."""
        os.read(parent, 1)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep((self.config.timeout_graceful_shutdown or 0) + _GRACE)
        os._exit(1)


class Workers(Multiprocess):
    """Runs workers until SIGTERM or SIGINT, and restarts those that end.

    SIGHUP reloads the live snapshot in all workers. Raises PlaygraphError if this system cannot
    fork.
    """

    def __init__(self, config: Config, listener: socket, team: Team, begin: Begin) -> None:
        if not hasattr(os, "fork"):
            raise PlaygraphError("This system cannot fork processes: use one worker.")
        self._in_terminal = os.isatty(0)
        self._team = team
        self._begin = begin
        self._life = os.pipe()
        self._was_ready = False
        self._failed = False
        config.load()  # so that the workers share the modules that it imports
        config.get_loop_factory()
        config.loaded = False
        super().__init__(config, [listener])

    def run(self) -> None:
        """Run until a signal ends it. Raises PlaygraphError if a worker cannot start."""
        super().run()
        if self._failed:
            raise PlaygraphError("A worker could not start: see the log.")

    def init_processes(self) -> None:
        """Start all workers."""
        self.processes: list[Process] = [
            self._started(number) for number in range(1, self._team.size + 1)
        ]

    def _started(self, number: int) -> Process:
        worker = _Worker(self.config, self.sockets, number, self._begin, self._life)
        worker.start()
        return worker

    def keep_subprocess_alive(self) -> None:
        """Replace workers that ended or do not answer."""
        self._was_ready = self._was_ready or self._team.ready
        for number, worker in enumerate(self.processes, 1):
            if self.should_exit.is_set():
                return
            if worker.is_alive(_UNRESPONSIVE):
                continue
            self._team.set_lost(number)
            worker.kill()
            worker.join()
            if worker.exitcode == STARTUP_FAILURE and not self._was_ready:
                self._failed = True
                self.should_exit.set()
                return
            logger.error(
                "Worker %d (process %d) %s. Starting another.",
                number, worker.pid, _end(worker.exitcode or 0),
            )  # fmt: skip
            self.processes[number - 1] = self._started(number)

    def join_all(self) -> None:
        """Wait for the workers to finish their requests, and kill those that take too long."""
        seconds = (self.config.timeout_graceful_shutdown or 0) + _GRACE
        deadline = time.monotonic() + seconds
        for worker in self.processes:
            worker.process.join(max(0, deadline - time.monotonic()))
            if worker.process.is_alive():
                logger.error("Worker process %d did not end in time and is killed.", worker.pid)
                worker.process.kill()
                worker.process.join()

    def handle_hup(self) -> None:
        """Reload the live snapshot in all workers; end if the terminal was closed."""
        if self._in_terminal and not os.isatty(0):
            self.should_exit.set()
            return
        for worker in self.processes:
            if worker.pid is not None:
                with suppress(ProcessLookupError):
                    os.kill(worker.pid, signal.SIGHUP)

    def handle_ttin(self) -> None:
        """Nothing: the number of workers is fixed."""

    def handle_ttou(self) -> None:
        """Nothing: the number of workers is fixed."""


def _end(exit_code: int) -> str:
    if exit_code < 0:
        return f"was ended by {signal.Signals(-exit_code).name}"
    return f"ended with exit code {exit_code}"
