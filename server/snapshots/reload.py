"""server.snapshots: switches a running server to each newly released snapshot."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import threading
import time
import weakref
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from math import inf
from pathlib import Path

from datastore.base.damage import Problem
from datastore.base.errors import DamagedSnapshot, SnapshotError
from datastore.base.snapshot import current_version, snapshot_path
from datastore.store import Store
from resolvers.examples import examples
from server.snapshots.files import SnapshotFiles
from server.snapshots.holder import Holder
from server.snapshots.leases import Leases
from server.snapshots.private_copy import open_private_copy
from server.snapshots.selection import damaged, open_another, open_verified
from server.snapshots.verification import verified_in_background

__all__ = ["Reloader", "reloading"]

logger = logging.getLogger("playgraph.snapshots")

#: Files of the live snapshot that may be replaced: a build repairs a damaged folder, `playgraph
#: evaluate` writes new figures, and `playgraph snapshots verify` ends a quarantine.
_REPLACED = ("manifest.json", "evaluation.json", "quarantine.json")
#: Seconds before another attempt to open a snapshot: there may be enough memory by then.
_PAUSE = 60.0
#: Longest wait for requests that still use a snapshot whose files somebody waits to write. The
#: kernel lets them wait for 45 seconds.
_LONGEST_USE = 30.0


class Reloader:
    """Loads each snapshot released in a data folder into the holder, and drops damaged ones.

    A new snapshot is opened and checked in a thread, then replaces the old one in one step. Running
    requests keep the old one until they end. `leased`: the process handles SIGIO, so that writers
    of files of the live snapshot can be made to wait.
    """

    def __init__(self, holder: Holder, data_dir: Path, *, leased: bool = False) -> None:
        self._holder = holder
        self._data_dir = data_dir
        self._leased = leased
        self._leases = Leases()
        self._woken = asyncio.Event()
        self._requested = False
        self._retry_at = inf
        self._last_problem = ""
        #: The files of the live snapshot; None if they do not matter any more.
        self._files: SnapshotFiles | None = None
        #: Whether the live snapshot is a private copy, which nobody can change.
        self._private = False
        #: Damage that the verification in the background has found.
        self._found: Problem | None = None
        #: The quarantine of the live snapshot that does not concern the files it has open.
        self._harmless = ""
        self._reported_lost = False
        self._verification: asyncio.Task[None] | None = None
        self._folder_state = self._read_folder_state()
        version = self._folder_state[0]
        if version != self._live_version:
            folder = self._folder(str(version))
            problem = holder.quarantine.problem(folder) if version else None
            if problem is not None:  # known since the start
                holder.problem = str(damaged(folder, problem))
                self._last_problem = holder.problem
            else:  # released while the server started
                self._folder_state = ()

    def request(self) -> None:
        """Reload the live snapshot of the data folder, even if it is the same as before."""
        self._requested = True
        self.wake()

    def wake(self) -> None:
        """Check the files of the live snapshot now."""
        self._woken.set()

    async def run(self, seconds: float) -> None:
        """Check the folder every `seconds` (0: never) and on each request, until cancelled."""
        try:
            if self._holder.ready:
                self._watch(self._holder.store)
                self._verification = asyncio.create_task(self._verify())
            while True:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), seconds or None)
                requested, self._requested = self._requested, False
                self._woken.clear()
                await self._protect()
                await self._inspect()
                if not (seconds or requested):
                    continue
                store = await asyncio.to_thread(self._opened, requested)
                if store is not None:
                    previous = self._live_version
                    self._holder.problem = ""
                    await self._switch(store, verified=True)
                    if self._live_version != previous:
                        logger.info("Switched to snapshot %s.", self._live_version)
                    else:
                        logger.info("Reopened the live snapshot %s.", previous)
                    del store  # a reference would keep it alive after its replacement
        finally:
            self._leases.give_up()
            if self._verification is not None:
                self._verification.cancel()
                with suppress(asyncio.CancelledError):
                    await self._verification

    async def _switch(self, store: Store, *, verified: bool) -> None:
        if self._verification is not None:
            self._verification.cancel()
        self._holder.replace(store, verified=verified)
        self._watch(store)
        del store
        # GraphQL leaves reference cycles, which would keep the old snapshot alive.
        await asyncio.to_thread(gc.collect)

    def _watch(self, store: Store) -> None:
        """Watch the files of the live snapshot from now on."""
        self._found, self._private, self._reported_lost, self._harmless = None, False, False, ""
        self._files = SnapshotFiles(self._folder(store.manifest.version), store.manifest)
        if self._leased:
            self._leases.take(self._files.paths)

    async def _verify(self) -> None:
        """Check every byte of the snapshot that was opened at the start."""
        if self._files is not None:
            self._found = await verified_in_background(self._files)
            self._holder.verified = self._found is None
            self.wake()

    async def _protect(self) -> None:
        """If somebody is about to write a file of the live snapshot, serve a private copy of it, or
        else another snapshot. Then let them write."""
        path, version, files = self._leases.broken(), self._live_version, self._files
        if path is None or version is None:
            return
        reason = f"Another process writes {path}, but snapshots must not be changed."
        try:
            store = await asyncio.to_thread(
                open_private_copy, self._folder(version), self._holder.people
            )
        except (SnapshotError, OSError) as error:
            logger.error("%s %s", reason, error)
            if await self._replace_damaged({version}):
                logger.error("This server now serves snapshot %s.", self._live_version)
                self._folder_state = ()  # it may turn out to be unchanged
            else:
                self._leases.give_up()
        else:
            old = weakref.ref(self._holder.store)
            self._holder.replace(store, verified=True)
            await _unused(old)
            await self._switch(store, verified=True)
            self._leases.give_up()
            self._files, self._private = files, True
            logger.error(
                "%s This server continues with a private copy of snapshot %s.", reason, version
            )

    async def _inspect(self) -> None:
        """Put the live snapshot into quarantine if it is damaged, and serve another one."""
        version = self._live_version
        if version is None or self._files is None:
            return
        problem = await asyncio.to_thread(self._damage, self._files)
        if problem is None:
            self._report_lost(version, self._files)
            return
        self._files = self._found = None
        folder = self._folder(version)
        if problem.lasting:
            self._holder.quarantine.add(folder, problem.text)
            state = self._read_folder_state()
            if state[0] == version:
                self._folder_state = state
        error = str(damaged(folder, problem.text))
        self._holder.problem = self._last_problem = error
        if self._private:
            logger.error("%s This server keeps its private copy.", error)
        elif await self._replace_damaged({version}):
            logger.error("%s This server now serves snapshot %s.", error, self._live_version)
        else:
            self._holder.remove()
            logger.critical(
                "%s There is no other whole snapshot: queries are answered with 503.", error
            )

    def _damage(self, files: SnapshotFiles) -> Problem | None:
        """What is wrong with the opened files. A quarantine, of another process or because of a
        new manifest, is a reason to read them all once."""
        quarantined = self._holder.quarantine.problem(files.folder)
        if quarantined is not None and quarantined != self._harmless:
            problem = files.verify(lambda: None)
            if problem is not None:
                return problem
            self._harmless = quarantined
        return self._found or files.changed()

    def _report_lost(self, version: str, files: SnapshotFiles) -> None:
        """Log once that another server could not open the live snapshot any more."""
        lost = files.lost()
        if lost is None or self._reported_lost or self._read_folder_state()[0] != version:
            return
        self._reported_lost = True
        self._holder.problem = str(damaged(files.folder, f"{lost} was removed or replaced"))
        logger.error("%s This server keeps what it has opened.", self._holder.problem)

    async def _replace_damaged(self, without: set[str]) -> bool:
        """Serve the newest whole snapshot besides those `without`; False if there is none."""
        holder = self._holder
        store = await asyncio.to_thread(
            open_another, self._data_dir, holder.people, holder.quarantine, without
        )
        if store is not None:
            await self._switch(store, verified=True)
        return store is not None

    def _opened(self, requested: bool) -> Store | None:
        """The snapshot to serve from now on; None if nothing changed or it cannot be opened."""
        state = self._read_folder_state()
        if state == self._folder_state and not requested and time.monotonic() < self._retry_at:
            return None
        self._folder_state, self._retry_at = state, inf
        problem = ""
        try:
            return self._checked(requested)
        except Exception as error:  # whatever is wrong with it, the live snapshot stays
            self._retry_at = time.monotonic() + _PAUSE
            problem = str(error) if isinstance(error, SnapshotError) else f"{error!r}."
            self._holder.problem = problem
            if isinstance(error, DamagedSnapshot):  # marked just now
                self._folder_state = self._read_folder_state()
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
        snapshot = self._folder(version or "")
        files = (self._data_dir / "current", *(snapshot / name for name in _REPLACED))
        return (version, *map(_identity, files))

    @property
    def _live_version(self) -> str | None:
        return self._holder.store.manifest.version if self._holder.ready else None

    def _folder(self, version: str) -> Path:
        return snapshot_path(self._data_dir, version)

    def _checked(self, requested: bool) -> Store | None:
        version = current_version(self._data_dir)
        if version is None:
            if self._holder.ready:
                raise SnapshotError(f"{self._data_dir} no longer contains a snapshot.")
            return None
        if requested:  # it may have been repaired
            self._holder.quarantine.end(self._folder(version))
        store = open_verified(self._folder(version), self._holder.people, self._holder.quarantine)
        examples(store)  # exercises all tables
        return store


async def _unused(store: weakref.ref[Store]) -> None:
    """Wait until no request uses a snapshot any more, for a while at most."""
    deadline = time.monotonic() + _LONGEST_USE
    while store() is not None and time.monotonic() < deadline:
        await asyncio.to_thread(gc.collect)
        await asyncio.sleep(0.02)


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        stat = file.stat()
    except OSError:
        return None
    return stat.st_ino, stat.st_ctime_ns  # a copy may have the modification time of its original


@asynccontextmanager
async def reloading(holder: Holder, data_dir: Path, seconds: float) -> AsyncIterator[None]:
    """Switch to newly released snapshots while the context lasts; on SIGHUP immediately."""
    loop = asyncio.get_running_loop()
    # Only the main thread can handle signals, and Windows has no SIGHUP.
    signals = threading.current_thread() is threading.main_thread() and hasattr(signal, "SIGHUP")
    reloader = Reloader(holder, data_dir, leased=signals)
    if signals:
        in_terminal = os.isatty(0)

        def hang_up() -> None:
            if in_terminal and not os.isatty(0):  # the terminal was closed: stop the server
                os.kill(os.getpid(), signal.SIGTERM)
            else:
                reloader.request()

        loop.add_signal_handler(signal.SIGHUP, hang_up)
        loop.add_signal_handler(signal.SIGIO, reloader.wake)
    task = asyncio.create_task(reloader.run(seconds))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        if signals:
            loop.remove_signal_handler(signal.SIGHUP)
            loop.remove_signal_handler(signal.SIGIO)
