"""server.cli: the snapshot that a command serves: the live one, or the demo dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from datastore.base.errors import SnapshotError
from datastore.base.settings import Settings
from server.cli.child import run_command

if TYPE_CHECKING:
    from datastore.store import Store
    from server.snapshots.quarantine import Quarantine

__all__ = ["open_store"]


def open_store(
    settings: Settings, *, demo: bool = False, quarantine: Quarantine | None = None
) -> Store:
    """Open the live snapshot of the data folder.

    If nothing has been built yet, the demo dataset is built, provided that `demo` is set or the
    folder is the default one. With a `quarantine`, the newest whole snapshot is opened in place of
    a damaged one. Raises SnapshotError for a named folder without a snapshot, for a
    snapshot that cannot be opened, and for real data if `demo` is set.
    """
    from datastore.store import Store
    from server.snapshots.people import people_of
    from server.snapshots.selection import open_whole

    folder, people = settings.data_dir, people_of(settings)
    if quarantine is None:
        store = Store.open_current(folder, people)
    else:
        store = open_whole(folder, people, quarantine)
    if store is None and settings.data_dir_named and not demo:
        missing = "" if folder.exists() else " The folder does not exist; is its disk mounted?"
        raise SnapshotError(
            f"No snapshot in {folder}.{missing} Build one with playgraph build, or serve the demo "
            "dataset with --demo."
        )
    if store is None:
        click.echo(f"No snapshot in {folder}: building the invented demo dataset.", err=True)
        # In a child process, so that the server never loads the trainer.
        run_command(["demo", "--data", str(folder)], visible=True)
        store = Store.open_current(folder, people)
        assert store is not None
    if demo and not store.manifest.demo:
        raise SnapshotError(
            f"{folder} contains real data, not the demo dataset: choose another folder with --data."
        )
    return store
