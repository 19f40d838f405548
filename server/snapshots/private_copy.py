"""server.snapshots: a private copy of a snapshot whose files somebody is about to write."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from datastore.base.damage import damage
from datastore.base.errors import SnapshotError
from datastore.base.snapshot import read_manifest
from datastore.people import People
from datastore.store import Store

__all__ = ["open_private_copy"]

#: The next build removes folders with this prefix, if the server is killed while it copies.
_PREFIX = ".unfinished-private-"


def open_private_copy(folder: Path, people: People) -> Store:
    """Copy a snapshot and open the copy, whose files no longer have names then.

    Raises SnapshotError if there is no room for it or the copy is not whole.
    """
    with _private_folder(folder.parent) as private:
        copy = private / folder.name
        try:
            shutil.copytree(folder, copy)
        except (OSError, shutil.Error) as error:
            raise SnapshotError(f"Snapshot {folder} cannot be copied: {error}.") from error
        problems = damage(copy, read_manifest(copy))
        if problems:
            raise SnapshotError(f"Snapshot {folder} is damaged: {problems[0].text}.")
        return Store.open(copy, people)


@contextmanager
def _private_folder(beside: Path) -> Iterator[Path]:
    """A folder for the time being: on the same disk, or among temporary files if that fails."""
    try:
        private = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=beside))
    except OSError:
        private = Path(tempfile.mkdtemp(prefix="playgraph-"))
    try:
        yield private
    finally:
        shutil.rmtree(private, ignore_errors=True)
