"""server.cli: the snapshot that a command serves: the live one, or the demo dataset."""

from __future__ import annotations

from pathlib import Path
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
    folder is the default one; one of another version of playgraph is built again. With a
    `quarantine`, the newest whole snapshot is opened in place of a damaged one. Raises
    SnapshotError for a named folder without a snapshot, for a snapshot that cannot be opened, and
    for real data if `demo` is set.
    """
    from datastore.base.snapshot import is_outdated_demo
    from datastore.store import Store
    from server.snapshots.people import people_of
    from server.snapshots.selection import open_whole

    folder, people = settings.data_dir, people_of(settings)
    if is_outdated_demo(folder):
        _build_demo(folder, "The demo dataset in {} is of another version: building it again.")
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
        _build_demo(folder, "No snapshot in {}: building the invented demo dataset.")
        store = Store.open_current(folder, people)
        assert store is not None
    if demo and not store.manifest.demo:
        raise SnapshotError(
            f"{folder} contains real data, not the demo dataset: choose another folder with --data."
        )
    return store


def _build_demo(folder: Path, message: str) -> None:
    """Build the demo dataset in a child process, so that the server never loads the trainer."""
    click.echo(message.format(folder), err=True)
    run_command(["demo", "--data", str(folder)], visible=True)
