"""datastore.base: quarantine of damaged snapshots: a marker in their folder.

A quarantined snapshot is neither served nor used for an update. The marker goes with the folder
when a build replaces it; a successful verification removes it.
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec

__all__ = ["QUARANTINE", "end_quarantine", "quarantine", "quarantined"]

QUARANTINE = "quarantine.json"


class _Marker(msgspec.Struct, frozen=True):
    time: str  # ISO 8601, UTC
    problem: str


def quarantine(snapshot: Path, problem: str) -> bool:
    """Mark a snapshot as damaged; False if its folder cannot be written."""
    marker = _Marker(datetime.now(UTC).isoformat(timespec="seconds"), problem)
    unfinished = snapshot / f".{QUARANTINE}-{os.getpid()}"
    try:
        unfinished.write_bytes(msgspec.json.format(msgspec.json.encode(marker), indent=2))
        unfinished.replace(snapshot / QUARANTINE)
    except OSError:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        return False
    return True


def quarantined(snapshot: Path) -> str | None:
    """The problem of a snapshot that is marked as damaged; None for any other."""
    try:
        content = (snapshot / QUARANTINE).read_bytes()
    except OSError:
        return None
    try:
        return msgspec.json.decode(content, type=_Marker).problem
    except (msgspec.DecodeError, UnicodeDecodeError):
        return "unknown damage"


def end_quarantine(snapshot: Path) -> None:
    """Remove the marker, if there is one and the folder can be written."""
    with suppress(OSError):
        (snapshot / QUARANTINE).unlink(missing_ok=True)
