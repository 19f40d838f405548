"""etl.snapshot: follows the releases in object storage from a process of little memory.

    python -m etl.snapshot.follower ADDRESS DATA SECONDS PARENT COMMAND...

It reads the pointer to the live snapshot, and leaves fetching to a process of its own. So it
imports neither Arrow nor NumPy.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from datastore.base.errors import SnapshotError
from datastore.base.quarantine import quarantined
from etl.snapshot.objects import POINTER, Objects

__all__ = ["Follower", "main"]

#: Seconds before another attempt to fetch a snapshot, unless another one is released.
_PAUSE = 30.0


class Follower:
    """Runs a command that fetches the live snapshot of an address into a data folder, whenever it
    is not the live one there. Problems are printed once."""

    def __init__(self, address: str, data_dir: Path, command: Sequence[str]) -> None:
        """Raises SnapshotError for an invalid address."""
        self._objects = Objects(address)
        self._data_dir = data_dir
        self._command = command
        self._problem = ""
        #: What was fetched in vain, and when another attempt is due.
        self._failed: tuple[str, float] = "", 0.0

    def check(self) -> None:
        """Look at the pointer, and fetch the live snapshot if necessary."""
        try:
            pointer = self._objects.read(POINTER)
        except SnapshotError as error:
            self._report(str(error))
            return
        version = "" if pointer is None else pointer.content.decode("ascii", "replace").strip()
        failed, due = self._failed
        if self._is_live(version):
            self._report("")
            self._failed = "", 0.0
        elif version != failed or time.monotonic() > due:
            self._fetch(version)

    def _fetch(self, version: str) -> None:
        try:
            done = subprocess.run(self._command, capture_output=True, text=True, check=False)
        except OSError as error:  # too little memory for another process, for example
            self._fail(version, f"Snapshot {version} cannot be fetched: {error.strerror}.")
            return
        said = done.stderr.strip().removeprefix("playgraph: ")
        if done.returncode:
            ended = f"The process that fetches snapshot {version} ended with {done.returncode}."
            self._fail(version, said or ended)
        else:
            self._report("")
            _write(done.stderr)

    def _fail(self, version: str, problem: str) -> None:
        self._failed = version, time.monotonic() + _PAUSE
        self._report(problem)

    def _is_live(self, version: str) -> bool:
        live = b""
        with suppress(OSError):
            live = (self._data_dir / POINTER).read_bytes()
        folder = self._data_dir / "snapshots" / version
        is_named = bool(version) and live.decode("ascii", "replace").strip() == version
        return is_named and folder.is_dir() and quarantined(folder) is None

    def _report(self, problem: str) -> None:
        if problem and problem != self._problem:
            _write(f"playgraph: {problem}\n")
        self._problem = problem


def _write(text: str) -> None:
    with suppress(OSError):  # it outlives the reader of its messages
        sys.stderr.write(text)
        sys.stderr.flush()


def main() -> None:
    """Follow until the parent process ends."""
    address, data_dir, seconds, parent, *command = sys.argv[1:]
    follower = Follower(address, Path(data_dir), command)
    while os.getppid() == int(parent):
        follower.check()
        time.sleep(float(seconds))


if __name__ == "__main__":
    main()
