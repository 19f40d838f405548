"""server.snapshots: switches a running server to each newly released snapshot."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from math import inf
from pathlib import Path

from datastore.base.errors import SnapshotError
from datastore.base.snapshot import current_version, damage, snapshot_path
from datastore.store import Store
from resolvers.examples import examples
from server.snapshots.holder import Holder

__all__ = ["Reloader", "reloading"]

logger = logging.getLogger("playgraph.snapshots")

#: Files of the live snapshot that may be replaced: a build repairs a damaged folder, and
#: `playgraph evaluate` writes new figures.
_REPLACED = ("manifest.json", "evaluation.json")
#: Seconds before another attempt to open a snapshot: there may be enough memory by then.
_PAUSE = 60.0


class Reloader:
    """Loads each snapshot released in a data folder into the holder.

    The new snapshot is opened and checked in a thread, then replaces the old one in one step.
    Running requests keep the old one until they end.
    """

    def __init__(self, holder: Holder, data_dir: Path) -> None:
        self._holder = holder
        self._data_dir = data_dir
        self._requested = asyncio.Event()
        self._folder_state = self._read_folder_state()
        if self._folder_state[0] != self._live_version:  # released while the server started
            self._folder_state = ()
        self._retry_at = inf
        self._last_problem = ""

    def request(self) -> None:
        """Reload the live snapshot of the data folder, even if it is the same as before."""
        self._requested.set()

    async def run(self, seconds: float) -> None:
        """Check the folder every `seconds` (0: never) and on each request, until cancelled."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._requested.wait(), seconds or None)
            requested = self._requested.is_set()
            self._requested.clear()
            store = await asyncio.to_thread(self._opened, requested)
            if store is not None:
                version, previous = store.manifest.version, self._live_version
                self._holder.replace(store)
                if version != previous:
                    logger.info("Switched to snapshot %s.", version)
                else:
                    logger.info("Reopened the live snapshot %s.", version)
                del store  # a reference would keep it alive after its replacement
                # GraphQL leaves reference cycles, which would keep the old snapshot alive.
                await asyncio.to_thread(gc.collect)

    def _opened(self, requested: bool) -> Store | None:
        """The snapshot to serve from now on; None if nothing changed or it cannot be opened."""
        state = self._read_folder_state()
        if state == self._folder_state and not requested and time.monotonic() < self._retry_at:
            return None
        self._folder_state, self._retry_at = state, inf
        problem = ""
        try:
            return self._checked()
        except Exception as error:  # whatever is wrong with it, the live snapshot stays
            self._retry_at = time.monotonic() + _PAUSE
            problem = str(error) if isinstance(error, SnapshotError) else f"{error!r}."
            if requested or problem != self._last_problem:
                stays = (
                    f" This server keeps snapshot {self._live_version}."
                    if self._holder.ready
                    else ""
                )
                logger.error("%s%s", problem, stays)
            return None
        finally:
            self._last_problem = problem

    def _read_folder_state(self) -> tuple[object, ...]:
        """The version of the live snapshot and the identity of its files; changes on a release."""
        try:
            version = current_version(self._data_dir)
        except SnapshotError as error:
            return ("", str(error))
        snapshot = snapshot_path(self._data_dir, version or "")
        files = (self._data_dir / "current", *(snapshot / name for name in _REPLACED))
        return (version, *map(_identity, files))

    @property
    def _live_version(self) -> str | None:
        return self._holder.store.manifest.version if self._holder.ready else None

    def _checked(self) -> Store | None:
        version = current_version(self._data_dir)
        if version is None:
            if self._holder.ready:
                raise SnapshotError(f"{self._data_dir} no longer contains a snapshot.")
            return None
        snapshot = snapshot_path(self._data_dir, version)
        store = Store.open(snapshot, self._holder.people)
        problems = damage(snapshot, store.manifest)
        if problems:
            raise SnapshotError(f"Snapshot {snapshot} is damaged: {problems[0]}.")
        examples(store)  # exercises all tables
        return store


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        stat = file.stat()
    except OSError:
        return None
    return stat.st_ino, stat.st_ctime_ns  # a copy may have the modification time of its original


@asynccontextmanager
async def reloading(holder: Holder, data_dir: Path, seconds: float) -> AsyncIterator[None]:
    """Switch to newly released snapshots while the context lasts; on SIGHUP immediately."""
    reloader = Reloader(holder, data_dir)
    task = asyncio.create_task(reloader.run(seconds))
    loop = asyncio.get_running_loop()
    # Only the main thread can handle signals, and Windows has no SIGHUP.
    signals = threading.current_thread() is threading.main_thread() and hasattr(signal, "SIGHUP")
    if signals:
        in_terminal = os.isatty(0)

        def hang_up() -> None:
            if in_terminal and not os.isatty(0):  # the terminal was closed: stop the server
                os.kill(os.getpid(), signal.SIGTERM)
            else:
                reloader.request()

        loop.add_signal_handler(signal.SIGHUP, hang_up)
    try:
        yield
    finally:
        if signals:
            loop.remove_signal_handler(signal.SIGHUP)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
