"""server.wire: the program that watches the workers of a server.

It takes the place of the process that loaded the application and forked the workers: what they
share is then not kept a second time by a process without clients. So it imports little, and
only from the standard library. Its argument is the folder of the workers, with `workers.json`
(see `server.wire.workers`) and `records`: an equal part for each worker, which begins with its
number of ticks, 0 until it is ready.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from contextlib import suppress

__all__ = ["SIGNALS", "Supervisor", "main"]

#: Seconds between checks.
_CHECK = 0.5
#: Checks without a tick after which a worker is replaced: when it serves, and while it starts.
#: Checks are counted instead of seconds, because a suspended machine suspends both sides.
_SILENT, _SILENT_START = 30, 600
#: Least seconds between two starts of the same worker: it may end at once each time.
_PAUSE = 5.0
#: Seconds until a killed process is given up: one that waits for a dead disk does not end.
_KILLED = 5.0
#: Exit code of a worker that cannot start, as uvicorn has it.
_CANNOT_START = 3
#: Signals that the supervisor waits for. They are blocked since before it took over.
SIGNALS = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD, signal.SIGALRM}


class _Worker:
    """One worker and what is known of it."""

    def __init__(self, number: int, pid: int) -> None:
        self.number = number
        #: 0 if it has ended.
        self.pid = pid
        self.started = time.monotonic()
        self.ticks = 0
        self.silent = 0

    def kill(self, number: int) -> None:
        """Send it a signal."""
        if self.pid:
            os.kill(self.pid, number)


class Supervisor:
    """Runs until SIGTERM or SIGINT, and starts a worker for each that ends or does not answer.

    SIGHUP goes to all workers, which reload the live snapshot.
    """

    def __init__(self, folder: str) -> None:
        with open(f"{folder}/workers.json", encoding="utf-8") as file:  # noqa: PTH123
            state = json.load(file)
        self._folder = folder
        self._workers = [_Worker(number, pid) for number, pid in enumerate(state["workers"], 1)]
        self._helpers: list[int] = state["helpers"]
        self._command: list[str] = state["command"]
        self._held: int = state["held"]
        self._seconds: float = state["seconds"]
        self._as_json: bool = state["log_format"] == "json"
        self._records = os.open(f"{folder}/records", os.O_RDWR)
        self._size = os.fstat(self._records).st_size // len(self._workers)
        self._was_ready = self._failed = self._is_stopping = False
        self._in_terminal = os.isatty(0)
        # Workers notice the end of this process by it, so that none of them may have it open.
        os.set_inheritable(self._held, False)

    def run(self) -> int:
        """Watch the workers until a signal; returns the exit code."""
        signal.signal(signal.SIGCHLD, lambda *_: None)  # by default some systems discard it
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        signal.setitimer(signal.ITIMER_REAL, _CHECK, _CHECK)
        while not self._failed:
            number = signal.sigwait(SIGNALS)
            closed = self._in_terminal and not os.isatty(0)
            if number in (signal.SIGTERM, signal.SIGINT) or (number == signal.SIGHUP and closed):
                break
            if number == signal.SIGHUP:
                self._signal_all(signal.SIGHUP)
            self._reap()
            if number == signal.SIGALRM:
                self._check()
        self._stop()
        if self._failed:
            self._write("playgraph: A worker could not start: see the log.\n")
        return int(self._failed)

    def _check(self) -> None:
        """Kill workers that are silent, and start those that have ended."""
        for worker in self._workers:
            ticks = self._ticks(worker)
            worker.silent = worker.silent + 1 if ticks == worker.ticks else 0
            worker.ticks = ticks
            if worker.pid and worker.silent >= (_SILENT if ticks else _SILENT_START):
                self._log(f"Worker {worker.number} (process {worker.pid}) does not answer.")
                worker.kill(signal.SIGKILL)
            elif not worker.pid and time.monotonic() > worker.started + _PAUSE:
                self._start(worker)
        self._was_ready = self._was_ready or all(worker.ticks for worker in self._workers)

    def _reap(self) -> None:
        """Notice which workers have ended."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            for worker in self._workers:
                if worker.pid == pid:
                    self._ended(worker, os.waitstatus_to_exitcode(status))
            if pid in self._helpers:
                self._helpers.remove(pid)
                if not self._is_stopping:
                    self._log(
                        f"The process that follows object storage (process {pid}) has ended: new "
                        "releases are not fetched until the server is restarted."
                    )

    def _ended(self, worker: _Worker, code: int) -> None:
        pid, worker.pid = worker.pid, 0
        self._was_ready = self._was_ready or all(map(self._ticks, self._workers))
        os.pwrite(self._records, bytes(self._size), (worker.number - 1) * self._size)
        if self._is_stopping:
            return
        if code == _CANNOT_START and not self._was_ready:
            self._failed = True
            return
        end = (
            f"was ended by {signal.Signals(-code).name}"
            if code < 0
            else f"ended with exit code {code}"
        )
        self._log(f"Worker {worker.number} (process {pid}) {end}. Starting another.")
        if time.monotonic() > worker.started + _PAUSE:
            self._start(worker)

    def _start(self, worker: _Worker) -> None:
        """Start a worker, which loads everything itself."""
        worker.started, worker.ticks, worker.silent = time.monotonic(), 0, 0
        command = [*self._command, f"--worker={worker.number}"]
        try:
            worker.pid = os.posix_spawn(command[0], command, os.environ, setsigmask=[])
        except OSError as error:
            self._log(f"Worker {worker.number} could not be started: {error.strerror}.")

    def _stop(self) -> None:
        """Let the workers finish their requests, and kill those that take too long."""
        self._is_stopping = True
        self._signal_all(signal.SIGTERM)
        self._signal_helpers(signal.SIGTERM)
        deadline = time.monotonic() + self._seconds
        killed = False
        while self._helpers or any(worker.pid for worker in self._workers):
            if signal.sigwait(SIGNALS) == signal.SIGINT:
                self._signal_all(signal.SIGINT)  # a second one ends them at once
            self._reap()
            if time.monotonic() < deadline:
                continue
            if killed:
                self._log("A killed process does not end: it is left to the system.")
                break
            killed, deadline = True, deadline + _KILLED
            for worker in self._workers:
                if worker.pid:
                    self._log(f"Worker process {worker.pid} did not end in time and is killed.")
            self._signal_all(signal.SIGKILL)
            self._signal_helpers(signal.SIGKILL)
        for name in os.listdir(self._folder):  # noqa: PTH208
            os.unlink(f"{self._folder}/{name}")  # noqa: PTH108
        os.rmdir(self._folder)  # noqa: PTH106

    def _signal_all(self, number: int) -> None:
        for worker in self._workers:
            worker.kill(number)

    def _signal_helpers(self, number: int) -> None:
        for pid in self._helpers:
            os.kill(pid, number)

    def _ticks(self, worker: _Worker) -> int:
        """The ticks of a worker since it was ready."""
        record = os.pread(self._records, 4, (worker.number - 1) * self._size)
        return int.from_bytes(record, sys.byteorder)

    def _log(self, message: str) -> None:
        """Write an error as `server.observe.logs` formats it."""
        seconds, rest = divmod(time.time_ns() // 1_000_000, 1_000)
        when = f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{rest:03d}Z"
        line = f"{when} ERROR {message}"
        if self._as_json:
            fields = {"time": when, "level": "ERROR", "logger": "playgraph.workers"}
            line = json.dumps({**fields, "message": message}, ensure_ascii=False)
        self._write(f"{line}\n")

    def _write(self, text: str) -> None:
        with suppress(OSError):  # a server outlives the reader of its log
            os.write(2, text.encode())


def main() -> None:
    """Watch the workers of the folder that the first argument names."""
    sys.exit(Supervisor(sys.argv[1]).run())


if __name__ == "__main__":
    main()
