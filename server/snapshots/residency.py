"""server.snapshots: a bound on the resident pages of the files that this process has mapped.

It also reports how much memory is left for caches that may grow.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from mmap import PAGESIZE
from typing import NamedTuple

from datastore.store import Store

__all__ = ["Residency", "Resident"]

#: Bytes of file pages, of which libraries take some 40 MB. A full-size snapshot then serves in
#: 200 MB, and the pages of common requests stay.
_BOUND = 60 * 2**20
#: The same for several workers: of libraries, a forked process has only the pages that it has used
#: itself, some 20 MB. Workers share the rest, because they mostly use different pages.
_LIBRARIES, _WORKERS_DATA = 22 * 2**20, 32 * 2**20
#: Between steps of an answer, each of which touches up to 16 MB, there are fewer.
_FEWER = 4 * 2**20
#: Bytes of files released at once. Releasing 16 MB takes 0.2 ms.
_STEP = 16 * 2**20
#: Most releases of one check: the files of a full-size snapshot have less than this many steps.
_STEPS = 32
#: Seconds between checks while requests are executed. One request touches up to 20 MB.
_PAUSE = 0.002
#: More file pages than at the last check, in bytes, by which a request is known to go on touching
#: them.
_GROWTH = 2**20
#: Resident bytes below which a process of its own may keep more than it must. A full-size snapshot
#: soon takes them, other ones leave some room.
_SMALL = 180 * 2**20
_STATM = "/proc/self/statm"


class Resident(NamedTuple):
    """Resident bytes of this process: all, and those of files, shared with others or not; 0 where
    Linux does not tell them."""

    everything: int
    files: int


class Residency:
    """Releases pages of the live snapshot whenever more than `bound` bytes are resident.

    It defaults to a bound for one of `workers` processes.
    """

    def __init__(
        self,
        bound: int | None = None,
        resident: Callable[[], Resident] = lambda: _resident(),
        workers: int = 1,
    ) -> None:
        self._bound = _bound(workers) if bound is None else bound
        self._resident = resident
        self._is_due = False
        self._files = 0
        #: Called after each check with the number of bytes that caches may take more, below 0 if
        #: they take too much. Not called in one of several processes, nor without Linux.
        #: Returns whether much has been dropped.
        self.on_room: Callable[[int], bool] | None = None
        self._is_alone = workers == 1

    def used(self, store: Store) -> None:
        """Check soon, because a request uses the store. Without an event loop nothing happens."""
        if self._is_due:
            return
        with suppress(RuntimeError):
            asyncio.get_running_loop().call_later(_PAUSE, self._check, store)
            self._is_due = True

    def relieve(self, release: Callable[[int], None]) -> None:
        """Release pages between steps that touch many, so that the next one has room; in any
        thread, also before the server's start."""
        bound = self._bound - _FEWER if self._is_alone else self._bound
        self._relieved(release, self._resident(), bound)

    def _relieved(self, release: Callable[[int], None], resident: Resident, bound: int) -> Resident:
        """Release pages until a bound is kept, or all; returns what is resident then."""
        for _ in range(_STEPS):
            if resident.files <= bound:
                break
            release(_STEP)
            resident = self._resident()
        return resident

    def _check(self, store: Store) -> None:
        self._is_due = False
        resident = self._resident()
        is_growing = resident.files > self._files + _GROWTH
        resident = self._relieved(store.release, resident, self._bound)
        if resident.files > self._bound:
            # What remains are other files, such as libraries: releasing again would be in vain.
            self._bound = resident.files + _STEP
        self._files = resident.files
        if is_growing:  # the request that touches them may still run
            self.used(store)
        if self._is_alone and resident.everything and self.on_room is not None:
            self._report(self.on_room, _SMALL - resident.everything)

    def _report(self, on_room: Callable[[int], bool], room: int) -> None:
        if on_room(room):
            _give_back()


def _bound(workers: int) -> int:
    return _BOUND if workers == 1 else _LIBRARIES + _WORKERS_DATA // workers


def _give_back() -> None:
    """Return free memory to the system, which glibc does by itself only at the end of the heap."""
    import ctypes  # few processes need it

    with suppress(AttributeError, OSError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)


def _resident() -> Resident:
    try:
        descriptor = os.open(_STATM, os.O_RDONLY)  # half the time of a file object
    except OSError:
        return Resident(0, 0)
    try:
        _, everything, files, *_ = os.read(descriptor, 200).split()
        return Resident(int(everything) * PAGESIZE, int(files) * PAGESIZE)
    finally:
        os.close(descriptor)
