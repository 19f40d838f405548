"""server.snapshots: a running server switches to each newly released snapshot by itself."""

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
from server.pages.examples import example_tabs
from server.snapshots.holder import Holder

__all__ = ["Reloader", "reloading"]

logger = logging.getLogger("playgraph.snapshots")

#: Files of the live snapshot that may be replaced: a damaged folder is built again, and
#: `playgraph evaluate` measures again.
_REPLACED = ("manifest.json", "evaluation.json")
#: Seconds after which what could not be opened is tried again: memory may be there by then.
_PAUSE = 60.0


class Reloader:
    """Gives the holder each snapshot that is released in a data folder.

    The new snapshot is opened and checked in a thread, then put in the place of the old one in a
    single step: a request that has begun keeps the old one to its end.
    """

    def __init__(self, holder: Holder, data_dir: Path) -> None:
        self._holder = holder
        self._data_dir = data_dir
        self._told = asyncio.Event()
        self._seen = self._look()
        if self._seen[0] != self._live_version:  # released while the server started
            self._seen = ()
        self._again = inf
        self._said = ""

    def tell(self) -> None:
        """Open the snapshot that `current` names, whether it is new or not."""
        self._told.set()

    async def run(self, seconds: float) -> None:
        """Look every so many seconds (0: never) and whenever told, until cancelled."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._told.wait(), seconds or None)
            told = self._told.is_set()
            self._told.clear()
            store = await asyncio.to_thread(self._opened, told)
            if store is not None:
                version, before = store.manifest.version, self._live_version
                self._holder.replace(store)
                if version != before:
                    logger.info("Serving snapshot %s now.", version)
                else:
                    logger.info("Reopened the live snapshot %s.", version)
                del store  # else it would outlive its successor
                # GraphQL leaves cycles behind, in which the old one would wait for the collector.
                await asyncio.to_thread(gc.collect)

    def _opened(self, told: bool) -> Store | None:
        """The snapshot to serve from now on; None if nothing changed or it cannot be opened."""
        seen = self._look()
        if seen == self._seen and not told and time.monotonic() < self._again:
            return None
        self._seen, self._again = seen, inf
        problem = ""
        try:
            return self._checked()
        except Exception as error:  # whatever is wrong with it, the live one stays
            self._again = time.monotonic() + _PAUSE
            problem = str(error) if isinstance(error, SnapshotError) else f"{error!r}."
            if told or problem != self._said:
                served = f" Snapshot {self._live_version} stays live." if self._holder.ready else ""
                logger.error("%s%s", problem, served)
            return None
        finally:
            self._said = problem

    def _look(self) -> tuple[object, ...]:
        """The state of the folder: it differs as soon as there is anything to open."""
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
                raise SnapshotError(f"{self._data_dir} no longer holds a snapshot.")
            return None
        snapshot = snapshot_path(self._data_dir, version)
        store = Store.open(snapshot)
        problems = damage(snapshot, store.manifest)
        if problems:
            raise SnapshotError(f"Snapshot {snapshot} is damaged: {problems[0]}.")
        example_tabs(store)  # reads from all tables
        return store


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_ctime_ns  # a copy may have the time of its original


@asynccontextmanager
async def reloading(holder: Holder, data_dir: Path, seconds: float) -> AsyncIterator[None]:
    """Swap snapshots as they are released, while the context lasts; at once on SIGHUP."""
    reloader = Reloader(holder, data_dir)
    task = asyncio.create_task(reloader.run(seconds))
    loop = asyncio.get_running_loop()
    # Only the main thread gets signals, and Windows has none of this name.
    signals = threading.current_thread() is threading.main_thread() and hasattr(signal, "SIGHUP")
    if signals:
        in_terminal = os.isatty(0)

        def hang_up() -> None:
            if in_terminal and not os.isatty(0):  # the window was closed: end as ever
                os.kill(os.getpid(), signal.SIGTERM)
            else:
                reloader.tell()

        loop.add_signal_handler(signal.SIGHUP, hang_up)
    try:
        yield
    finally:
        if signals:
            loop.remove_signal_handler(signal.SIGHUP)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
