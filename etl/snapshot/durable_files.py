"""etl.snapshot: files and folders that survive a power cut: written, then flushed to the disk."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from datastore.base.snapshot import digest

__all__ = ["link", "seal", "sync_folder", "write"]


def write(path: Path, content: bytes) -> None:
    """Write a file and flush it. A file that is there may be shared with a snapshot: it is left."""
    path.unlink(missing_ok=True)
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def seal(path: Path) -> tuple[int, str]:
    """Flush a file; returns its size in bytes and its SHA-256."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return path.stat().st_size, digest(path)


def link(source: Path, target: Path) -> None:
    """The same file in two folders: a hard link, or a copy on a file system without them."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
        seal(target)


def sync_folder(folder: Path) -> None:
    """Flush a folder's entries."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
