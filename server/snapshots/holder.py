"""server.snapshots: the holder of the live snapshot."""

from __future__ import annotations

import logging
from pathlib import Path

from datastore.base.errors import SnapshotError, Unavailable
from datastore.base.snapshot import current_version, snapshot_path
from datastore.people import People
from datastore.store import Store
from server.snapshots.files import SnapshotFiles
from server.snapshots.quarantine import Quarantine
from server.snapshots.residency import Residency
from server.snapshots.selection import open_whole

__all__ = ["Holder"]

logger = logging.getLogger("playgraph.snapshots")


class Holder:
    """Holds one open snapshot. Each request gets it once and uses it until its end.

    Every snapshot shows users and viewers as `people` says. `workers` is the number of processes
    that share this machine's memory.
    """

    def __init__(
        self,
        store: Store | None = None,
        people: People | None = None,
        quarantine: Quarantine | None = None,
        workers: int = 1,
    ) -> None:
        self.people = people or People()
        self.quarantine = quarantine or Quarantine()
        #: Why the snapshot that should be live is not served; "" if it is.
        self.problem = ""
        #: Whether every byte of the snapshot has been checked.
        self.verified = False
        #: Checks the memory of this process after requests.
        self.residency = Residency(workers=workers)
        self._store: Store | None = None
        if store is not None:
            self.replace(store)

    @property
    def ready(self) -> bool:
        """Whether a snapshot is loaded."""
        return self._store is not None

    @property
    def store(self) -> Store:
        """The live snapshot. Raises Unavailable if none is loaded."""
        if self._store is None:
            raise Unavailable("No snapshot is loaded; try again in a moment.")
        self.residency.used(self._store)
        return self._store

    def replace(self, store: Store, *, verified: bool = False) -> None:
        """Make this snapshot the live one for later requests."""
        self._store, self.verified = store.showing(self.people), verified
        self._store.relieve_by(self.residency.relieve)

    def remove(self) -> None:
        """Serve no snapshot: the only one is damaged."""
        self._store, self.verified = None, False

    def load(self, data_dir: Path) -> bool:
        """Open the live snapshot of a data folder, or the newest whole one if it is damaged; False
        if nothing has been built yet.

        Raises SnapshotError if none can be opened.
        """
        store = open_whole(data_dir, self.people, self.quarantine)
        if store is not None:
            self.replace(store)
        return store is not None

    def catch_up(self, data_dir: Path) -> None:
        """Open the live snapshot if it was released after the one that is held, or if that one is
        damaged. If none can be opened, the one that is held stays, unless it is damaged."""
        held, damage = self._store, None
        try:
            if held is not None:
                version = held.manifest.version
                folder = snapshot_path(data_dir, version)
                damage = SnapshotFiles(folder, held.manifest).cut()
                whole = damage is None and self.quarantine.problem(folder) is None
                if whole and current_version(data_dir) == version:
                    return
            self.load(data_dir)
        except SnapshotError as error:
            logger.error("%s", error)
            self.problem = str(error)
            if damage is not None:
                self.remove()
