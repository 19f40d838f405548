"""etl.snapshot: the pointer to the live snapshot, and unfinished files next to it."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from etl.snapshot.durable_files import sync_folder, write

__all__ = ["UNFINISHED", "point", "remove_unfinished"]

#: Folders and files with this prefix are invisible to readers.
UNFINISHED = ".unfinished-"


def point(data_dir: Path, version: str) -> None:
    """Make a version the live one: `current` names it or the previous one, never half of it."""
    pointer = data_dir / f"{UNFINISHED}current"
    write(pointer, f"{version}\n".encode("ascii"))
    pointer.replace(data_dir / "current")
    sync_folder(data_dir)


def remove_unfinished(data_dir: Path) -> None:
    """Remove unfinished files and folders; all of them belong to the holder of the lock."""
    for leftover in (data_dir / "snapshots").glob(f"{UNFINISHED}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    for name in ("current", "forgotten.json"):
        with suppress(OSError):
            (data_dir / f"{UNFINISHED}{name}").unlink()
