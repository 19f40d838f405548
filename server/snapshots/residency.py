"""server.snapshots: a bound on the resident pages of the files that this process has mapped."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from mmap import PAGESIZE

from datastore.store import Store

__all__ = ["Residency"]

#: Bytes of file pages, of which libraries take some 40 MB. A full-size snapshot then serves in
#: 220 MB, and the pages of common requests stay.
_BOUND = 64 * 2**20
#: The same for several workers: of libraries, a forked process has only the pages that it has used
#: itself, some 20 MB. Workers share the rest, because they mostly use different pages.
_LIBRARIES, _WORKERS_DATA = 22 * 2**20, 32 * 2**20
#: Bytes of files released at once. Releasing 16 MB takes 0.2 ms.
_STEP = 16 * 2**20
#: Most releases of one check: the files of a full-size snapshot have less than this many steps.
_STEPS = 32
#: Seconds between checks while requests are executed. One request touches up to 20 MB.
_PAUSE = 0.002
_STATM = "/proc/self/statm"


class Residency:
    """Releases pages of the live snapshot whenever more than `bound` bytes are resident.

    It defaults to a bound for one of `workers` processes.
    """

    def __init__(
        self,
        bound: int | None = None,
        resident: Callable[[], int] = lambda: _resident_file_bytes(),
        workers: int = 1,
    ) -> None:
        self._bound = _bound(workers) if bound is None else bound
        self._resident = resident
        self._is_due = False

    def used(self, store: Store) -> None:
        """Check soon, because a request uses the store. Without an event loop nothing happens."""
        if self._is_due:
            return
        with suppress(RuntimeError):
            asyncio.get_running_loop().call_later(_PAUSE, self._check, store)
            self._is_due = True

    def _check(self, store: Store) -> None:
        self._is_due = False
        for _ in range(_STEPS):
            if self._resident() <= self._bound:
                return
            store.release(_STEP)
        # What remains are other files, such as libraries: releasing again would be in vain.
        self._bound = self._resident() + _STEP


def _bound(workers: int) -> int:
    return _BOUND if workers == 1 else _LIBRARIES + _WORKERS_DATA // workers


def _resident_file_bytes() -> int:
    """Bytes of file pages of this process, shared with others or not; 0 where Linux does not tell
    them."""
    try:
        descriptor = os.open(_STATM, os.O_RDONLY)  # half the time of a file object
    except OSError:
        return 0
    try:
        return int(os.read(descriptor, 200).split()[2]) * PAGESIZE
    finally:
        os.close(descriptor)
