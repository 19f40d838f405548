"""A process that kills itself before a file operation of its choice."""

from __future__ import annotations

import atexit
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

__all__ = ["count_and_kill", "kill_at"]

#: Audit events of calls that change files; `open` does so in some modes.
CHANGES = ("os.rename", "os.link", "os.remove", "os.rmdir", "os.mkdir", "os.truncate", "os.chmod")


def kill_at(count: int, folder: str) -> Callable[[], int]:
    """Kill this process just before the file operation of this number within a folder; returns a
    function that says how many there were. Cannot be undone: for a process of its own."""
    seen = 0

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal seen
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_ACCMODE
        if not (writes or event in CHANGES) or isinstance(arguments[0], int):  # a descriptor
            return
        if folder not in os.fsdecode(arguments[0]):
            return
        seen += 1
        if seen == count:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    return lambda: seen


def count_and_kill(count: int, folder: str, counted: str) -> None:
    """The same; the number of operations is written to a file at the end."""
    seen = kill_at(count, folder)

    def write() -> None:
        with open(counted, "w", encoding="utf-8") as file:
            file.write(str(seen()))

    atexit.register(write)
