"""server.snapshots: notice before anybody writes to or truncates a file of the live snapshot.

A process that reads a mapped file which another one has truncated is killed (SIGBUS). On Linux, a
read lease makes the kernel stop a process that opens a file for writing until the lease is given
up, for 45 seconds at most, and send a signal: time for a private copy. A server that may not take
leases, because the files belong to another user or to a network file system, does without.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

if sys.platform == "linux":
    import fcntl
    import resource

__all__ = ["Leases"]

#: Open files that the server needs for connections, at least.
_FOR_CONNECTIONS = 512


class Leases:
    """Read leases on the files of one snapshot. The process must handle SIGIO before."""

    def __init__(self) -> None:
        self._files: dict[int, Path] = {}

    def take(self, paths: Iterable[Path]) -> bool:
        """Take a lease on each file, and give up others; whether all were granted."""
        self.give_up()
        paths = list(paths)
        if sys.platform != "linux" or not _room(len(paths)):
            return False
        try:
            for path in paths:
                file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
                self._files[file] = path
                fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        except OSError:
            self.give_up()
            return False
        return True

    def broken(self) -> Path | None:
        """The first file that somebody waits to write; None if there is none."""
        if sys.platform == "linux":
            for file, path in self._files.items():
                if fcntl.fcntl(file, fcntl.F_GETLEASE) != fcntl.F_RDLCK:
                    return path
        return None

    def give_up(self) -> None:
        """Give up all leases: a process that waits may write."""
        for file in self._files:
            with suppress(OSError):
                os.close(file)
        self._files.clear()


def _room(files: int) -> bool:
    """Whether this process may open this many more files; raises its limit as far as allowed."""
    most, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = files + _FOR_CONNECTIONS
    if most != resource.RLIM_INFINITY and most < needed:
        if hard != resource.RLIM_INFINITY and hard < needed:
            return False
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
    return True
