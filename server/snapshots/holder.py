"""server.snapshots: the holder of the live snapshot."""

from __future__ import annotations

from pathlib import Path

from datastore.base.errors import Unavailable
from datastore.people import People
from datastore.store import Store

__all__ = ["Holder"]


class Holder:
    """Holds one open snapshot. Each request gets it once and uses it until its end.

    Every snapshot shows users and viewers as `people` says.
    """

    def __init__(self, store: Store | None = None, people: People | None = None) -> None:
        self.people = people or People()
        self._store = None if store is None else store.showing(self.people)

    @property
    def ready(self) -> bool:
        """Whether a snapshot is loaded."""
        return self._store is not None

    @property
    def store(self) -> Store:
        """The live snapshot. Raises Unavailable before the first load."""
        if self._store is None:
            raise Unavailable("No snapshot is loaded yet; try again in a moment.")
        return self._store

    def replace(self, store: Store) -> None:
        """Make this snapshot the live one for later requests."""
        self._store = store.showing(self.people)

    def load(self, data_dir: Path) -> bool:
        """Open the live snapshot of a data folder; False if nothing has been built yet.

        Raises SnapshotError if it cannot be opened.
        """
        store = Store.open_current(data_dir, self.people)
        if store is not None:
            self._store = store
        return store is not None
