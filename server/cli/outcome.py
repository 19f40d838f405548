"""server.cli: the outcome of a command as JSON, for the process that started it.

`playgraph --result-json FILE COMMAND` writes it to FILE, including an error, which then does not go
to stderr.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from datastore.base.errors import (
    InputError,
    NotReleased,
    PlaygraphError,
    SettingsError,
    SnapshotError,
)
from datastore.base.gate import Gate

if TYPE_CHECKING:
    from etl.release.publication import Release

__all__ = ["Done", "Failed", "Outcome", "Recorder", "record_release"]

#: Errors that a parent process tells from others; a subclass comes back as one of these.
_ERRORS: tuple[type[PlaygraphError], ...] = (
    InputError,
    NotReleased,
    SettingsError,
    SnapshotError,
    PlaygraphError,
)


class Done(msgspec.Struct, frozen=True, tag="done"):
    """The command succeeded. For a released snapshot: its version, verdict and one line per drift.
    Without a version, nothing was released."""

    version: str | None = None
    gate: Gate | None = None
    drifts: list[str] = []


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """The command failed: class, message and data of its error."""

    error: str
    message: str
    path: str | None = None
    rejects: str | None = None
    gate: Gate | None = None
    drifts: list[str] = []

    @classmethod
    def of(cls, error: Exception) -> Failed:
        """The outcome of a command that raised this error."""
        name = next((e.__name__ for e in _ERRORS if isinstance(error, e)), PlaygraphError.__name__)
        match error:
            case InputError():
                path, rejects = (
                    None if path is None else str(path) for path in (error.path, error.rejects)
                )
                return cls(name, str(error.args[0]), path, rejects)
            case NotReleased():
                return cls(name, str(error), gate=error.gate, drifts=error.drifts)
        return cls(name, str(error))

    def exception(self) -> PlaygraphError:
        """The error, recreated with its data."""
        match self.error:
            case InputError.__name__:
                path, rejects = (
                    None if name is None else Path(name) for name in (self.path, self.rejects)
                )
                return InputError(self.message, path=path, rejects=rejects)
            case NotReleased.__name__:
                return NotReleased(self.message, gate=self.gate, drifts=self.drifts)
        return next(error for error in _ERRORS if error.__name__ == self.error)(self.message)


Outcome = Done | Failed


class Recorder:
    """Keeps the outcome of this process's command, and writes it to `path` if that is set."""

    def __init__(self) -> None:
        self.path: Path | None = None
        self.done = Done()

    def succeed(self) -> None:
        """Write the outcome of a successful command."""
        self._write(self.done)

    def fail(self, error: Exception) -> bool:
        """Write the outcome of a failed command; returns whether it was written."""
        return self._write(Failed.of(error))

    def _write(self, outcome: Outcome) -> bool:
        if self.path is None:
            return False
        self.path.write_bytes(msgspec.json.encode(outcome))
        return True


def record_release(release: Release, drifts: Sequence[str]) -> None:
    """Record a released snapshot as the outcome of the running command."""
    recorder = click.get_current_context().find_object(Recorder)
    if recorder is not None:
        recorder.done = Done(release.manifest.version, release.gate, list(drifts))
