"""server.snapshots: the files of an open snapshot, watched for changes under the server's feet.

A mapped file outlives its name: removing or replacing it harms no server. Truncating or writing it
in place changes what the server reads, so sizes and times of change are checked again and again.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from datastore.base.damage import (
    Entry,
    Problem,
    content_problem,
    files_of,
    sha256_of,
    size_problem,
    unreadable,
)
from datastore.base.snapshot import Manifest

__all__ = ["SnapshotFiles"]


class _Stamp(NamedTuple):
    """A file's identity, and when its bytes last changed."""

    device: int
    inode: int
    modified: int


class SnapshotFiles:
    """Tables and arrays of a snapshot, as they were when it was opened."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self._entries = files_of(manifest)
        self._stamps = {name: self._stamp(name) for name in self._entries}

    @property
    def paths(self) -> list[Path]:
        """Paths of all files."""
        return [self.folder / name for name in self._entries]

    def cut(self) -> Problem | None:
        """The first file whose size is not that of the manifest: touching it could end the process.
        Files without a name are left out."""
        for name, entry in self._entries.items():
            try:
                problem = size_problem(name, entry, (self.folder / name).stat().st_size)
            except OSError:
                continue
            if problem is not None:
                return problem
        return None

    def changed(self) -> Problem | None:
        """The first file that was truncated or written since it was opened and is damaged.

        Takes less than a millisecond unless a file was written; its content is then read.
        """
        for name, entry in self._entries.items():
            stamp, opened = self._stamp(name), self._stamps[name]
            if stamp is None or opened is None or stamp[:2] != opened[:2]:
                continue  # removed or replaced: the opened file is as it was
            if stamp != opened:
                problem = self._problem(name, entry, _continue)
                if problem is not None:
                    return problem
                self._stamps[name] = stamp
        return None

    def lost(self) -> str | None:
        """The first file whose name is gone, or belongs to another file by now."""
        for name, opened in self._stamps.items():
            stamp = self._stamp(name)
            if opened is not None and (stamp is None or stamp[:2] != opened[:2]):
                return name
        return None

    def verify(self, between: Callable[[], object]) -> Problem | None:
        """Read all files; the first one that is damaged. Files that were removed or replaced are
        left out. Calls a function after each megabyte, which may raise to stop."""
        for name, entry in self._entries.items():
            problem = self._problem(name, entry, between)
            if problem is not None:
                return problem
        return None

    def _problem(self, name: str, entry: Entry, between: Callable[[], object]) -> Problem | None:
        try:
            file = os.open(self.folder / name, os.O_RDONLY)
        except OSError:
            return None
        try:
            stat, opened = os.fstat(file), self._stamps[name]
            if opened is None or (stat.st_dev, stat.st_ino) != opened[:2]:
                return None
            problem = size_problem(name, entry, stat.st_size)
            return problem or content_problem(name, entry, sha256_of(file, between))
        except OSError as error:
            return unreadable(name, error)
        finally:
            os.close(file)

    def _stamp(self, name: str) -> _Stamp | None:
        try:
            stat = (self.folder / name).stat()
        except OSError:
            return None
        return _Stamp(stat.st_dev, stat.st_ino, stat.st_mtime_ns)


def _continue() -> None:
    """Never stop."""
