"""server.snapshots: the damaged snapshots that this server must not serve."""

from __future__ import annotations

from pathlib import Path

from datastore.base import quarantine as marker

__all__ = ["Quarantine"]


class Quarantine:
    """Marks damaged snapshots in their folders; remembers those whose folder is read-only."""

    def __init__(self) -> None:
        #: Snapshots that this process has found damaged.
        self.count = 0
        self._remembered: dict[Path, tuple[tuple[int, int] | None, str]] = {}

    def add(self, folder: Path, problem: str) -> None:
        """Put a snapshot into quarantine."""
        self.count += 1
        if not marker.quarantine(folder, problem):
            self._remembered[folder] = _identity(folder), problem

    def problem(self, folder: Path) -> str | None:
        """What is wrong with a snapshot in quarantine; None if it is not, or was rebuilt."""
        identity, problem = self._remembered.get(folder, (None, None))
        if problem is not None and identity == _identity(folder):
            return problem
        return marker.quarantined(folder)

    def end(self, folder: Path) -> None:
        """Release a snapshot that was verified."""
        self._remembered.pop(folder, None)
        marker.end_quarantine(folder)


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        stat = folder.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino
