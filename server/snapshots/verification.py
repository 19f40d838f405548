"""server.snapshots: reads a whole snapshot in the background, at low priority."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from datastore.base.damage import Problem
from server.snapshots.files import SnapshotFiles

__all__ = ["verified_in_background"]

#: Pause after each megabyte, in seconds: a snapshot of 400 MB takes a few seconds.
_PAUSE = 0.002
#: Added to the niceness of the thread.
_NICENESS = 15


class _Stopped(Exception):
    pass


async def verified_in_background(files: SnapshotFiles) -> Problem | None:
    """The first damaged file of a snapshot; None if it is whole. Can be cancelled at any time."""
    stop = threading.Event()

    def pause() -> None:
        if stop.wait(_PAUSE):
            raise _Stopped

    with ThreadPoolExecutor(1, "verification", _lower_priority) as thread:
        try:
            return await asyncio.get_running_loop().run_in_executor(thread, files.verify, pause)
        finally:
            stop.set()


def _lower_priority() -> None:
    if sys.platform == "linux":  # elsewhere, niceness belongs to the whole process
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
