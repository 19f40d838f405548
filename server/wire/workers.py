"""server.wire: several worker processes that accept connections at one socket.

The process that has loaded the application forks them, so that they share the memory of the
snapshot and of everything else that it loaded. Then it becomes their supervisor, which is a small
program. A worker that replaces another one loads the application itself.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import NoReturn

from starlette.types import ASGIApp
from uvicorn.config import STARTUP_FAILURE, Config

from datastore.base.errors import PlaygraphError
from server.observe.team import Team
from server.wire.server import Server

__all__ = ["Workers"]

logger = logging.getLogger("playgraph.workers")

#: What a worker serves, by its number; entered in the worker's own process.
Begin = Callable[[int], AbstractContextManager[ASGIApp]]

#: Seconds by which a worker may exceed the time for finishing requests before it is killed.
_GRACE = 3.0


class Workers:
    """The workers of a server, which run until SIGTERM or SIGINT and are replaced if they end.

    SIGHUP to the process that starts them reloads the live snapshot in all of them.
    """

    def __init__(self, config: Config, listener: socket.socket, team: Team, begin: Begin) -> None:
        """Raises PlaygraphError if this system cannot fork."""
        if not hasattr(os, "fork"):
            raise PlaygraphError("This system cannot fork processes: use one worker.")
        self._config = config
        self._listener = listener
        self._team = team
        self._begin = begin
        self._seconds = (config.timeout_graceful_shutdown or 0) + _GRACE

    def start(self, command: Sequence[str], helpers: Sequence[int], log_format: str) -> NoReturn:
        """Fork the workers and become their supervisor.

        It starts each later worker by `command` with options, and ends the processes `helpers`
        with the server.
        """
        from server.wire import supervisor

        self._config.load()  # so that the workers share the modules that it imports
        self._config.get_loop_factory()
        self._config.loaded = False
        # Workers read from a pipe that nobody writes to: it ends when the supervisor does.
        life, held = os.pipe()
        signal.pthread_sigmask(signal.SIG_BLOCK, supervisor.SIGNALS)
        workers = []
        for number in range(1, self._team.size + 1):
            process = os.fork()
            if not process:
                os.close(held)
                signal.pthread_sigmask(signal.SIG_UNBLOCK, supervisor.SIGNALS)
                self._serve_and_exit(number, life)
            workers.append(process)
        open_files = (self._listener.fileno(), life, held)
        for file in open_files:
            os.set_inheritable(file, True)
        shared = [*map(str, open_files[:2]), str(self._team.folder)]
        state = {
            "workers": workers,
            "command": [*command, "--shared", *shared],
            "helpers": list(helpers),
            "held": held,
            "seconds": self._seconds,
            "log_format": log_format,
        }
        (self._team.folder / "workers.json").write_text(json.dumps(state), "utf-8")
        # The command is for people who look at the list of processes.
        program = [sys.executable, "-I", "-S", str(supervisor.__file__), str(self._team.folder)]
        os.execv(sys.executable, [*program, *command[1:]])  # noqa: S606

    def serve(self, number: int, life: int) -> int:
        """Be a worker until the server ends, or the supervisor, with whose end the pipe `life`
        does; returns the exit code of its process."""
        threading.Thread(target=self._end_after, args=(life,), daemon=True).start()
        self._config.configure_logging()
        try:
            with self._begin(number) as app:
                self._config.app = app
                Server(self._config, self._team).run([self._listener])
        except KeyboardInterrupt:
            pass  # uvicorn repeats the signal after a graceful end
        except PlaygraphError as error:
            logger.error("%s", error)
            return STARTUP_FAILURE
        return 0

    def _serve_and_exit(self, number: int, life: int) -> NoReturn:
        """Be a worker in a forked process, which does not return to what its parent was doing."""
        code = 1
        try:
            code = self.serve(number, life)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except KeyboardInterrupt:
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            logging.shutdown()
            os._exit(code)

    def _end_after(self, life: int) -> None:
        """Wait until the supervisor has ended, in whatever way; then stop gracefully, but in
        time."""
        os.read(life, 1)
        shutil.rmtree(self._team.folder, ignore_errors=True)  # if the supervisor was killed
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(self._seconds)
        os._exit(1)
