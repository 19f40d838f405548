"""etl.snapshot: locks of a data folder. The system releases those of a process that is killed."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from datastore.base.errors import SnapshotError
from datastore.base.shortage import shortage

__all__ = ["UNCHANGED", "build_lock", "hold", "unwritable"]

UNCHANGED = "Nothing was changed. "


@contextmanager
def build_lock(data_dir: Path, other: str = "Another build") -> Iterator[None]:
    """Hold the lock of a data folder: one process at a time builds, trains, chooses or prunes.

    Raises SnapshotError when `other` holds it, or when the folder cannot be written.
    """
    with hold(data_dir, "lock", f"{other} is running in {data_dir}."):
        yield


@contextmanager
def hold(data_dir: Path, name: str, taken: str) -> Iterator[None]:
    """Hold the lock file of this name.

    Raises SnapshotError with the message `taken` when another process holds it, or when the folder
    cannot be written.
    """
    lock = FileLock(data_dir / name, blocking=False)
    try:
        lock.acquire()
    except Timeout:
        raise SnapshotError(taken) from None
    except OSError as error:  # some network file systems have no locks
        raise unwritable(data_dir, error) from error
    try:
        yield
    finally:
        lock.release()


def unwritable(data_dir: Path, error: OSError, state: str = UNCHANGED) -> SnapshotError:
    """The error for a folder that cannot be written, and the state that this leaves it in."""
    # Arrow puts a whole sentence there; the system's own words for the number say enough.
    reason = os.strerror(error.errno) if error.errno else str(error)
    if shortage(error):
        return SnapshotError(f"{data_dir} cannot be written: {reason}. {state}{shortage(error)}")
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    remedy = "Free some space there" if full else "Make it a writable folder"
    return SnapshotError(
        f"{data_dir} cannot be written: {reason}. {state}{remedy}, or choose another folder with "
        "--data or PLAYGRAPH_DATA_DIR."
    )
