"""server.snapshots: holds the live snapshot, and replaces it."""

from __future__ import annotations

from pathlib import Path

from datastore.base.errors import Unavailable
from datastore.store import Store

__all__ = ["Holder"]


class Holder:
    """Holds one open snapshot; each request takes it once and keeps it to its end."""

    def __init__(self, store: Store | None = None) -> None:
        self._store = store

    @property
    def ready(self) -> bool:
        """Whether there is anything to answer from."""
        return self._store is not None

    @property
    def store(self) -> Store:
        """The live snapshot. Raises Unavailable before the first load."""
        if self._store is None:
            raise Unavailable("No snapshot is loaded yet; try again in a moment.")
        return self._store

    def replace(self, store: Store) -> None:
        """Answer from this snapshot from now on."""
        self._store = store

    def load(self, data_dir: Path) -> bool:
        """Open the newest snapshot; False when nothing was built yet. Raises SnapshotError."""
        store = Store.open_current(data_dir)
        if store is not None:
            self._store = store
        return store is not None
