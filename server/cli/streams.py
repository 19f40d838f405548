"""server.cli: the standard streams, whatever the command was started with.

They may be closed, a pipe whose reader has gone, a full disk, or lack our letters.
"""

from __future__ import annotations

import io
import os
import sys
from typing import TextIO

__all__ = ["open_streams", "progress_failure", "progress_stream", "write_failure"]


class _Descriptor(io.FileIO):
    """A descriptor to write to that never fails, so that a build goes on after `| head` and on a
    full disk: from the first error on, what is written is dropped. `failure` is that error."""

    failure: OSError | None = None

    def write(self, data: object) -> int:
        view = memoryview(data)  # type: ignore[arg-type]  # any buffer
        if self.failure is None:
            try:
                return super().write(view)
            except BlockingIOError:
                raise
            except OSError as error:
                self.failure = error
        return view.nbytes


class _Text(io.TextIOWrapper):
    """A text stream over such a descriptor. Letters that its encoding lacks become `?`."""

    def __init__(self, descriptor: int, like: TextIO | None, *, buffered: bool = True) -> None:
        self.descriptor = _Descriptor(descriptor, "w", closefd=False)
        super().__init__(
            io.BufferedWriter(self.descriptor),
            encoding=like.encoding if like else "utf-8",
            errors="replace",
            line_buffering=not buffered or self.descriptor.isatty(),
        )


def open_streams() -> None:
    """Replace the standard streams of this process by ones that are open and never fail."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:  # closed: else the next file or socket would get this number
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    if sys.stdin is None:
        sys.stdin = io.TextIOWrapper(io.FileIO(0, closefd=False), encoding="utf-8")
    sys.stdout = _Text(1, sys.stdout)
    sys.stderr = _Text(2, sys.stderr, buffered=False)


def progress_stream() -> TextIO:
    """Standard output for what a command reports while it works. Its result is elsewhere, so that
    a report that nobody can read is no failure."""
    if isinstance(sys.stdout, _Text):
        return _progress.setdefault(1, _Text(1, sys.stdout, buffered=False))
    return sys.stdout  # called as a function


def progress_failure() -> OSError | None:
    """Why progress could not be written; None as in `write_failure`."""
    return _failure_of(_progress.get(1))


def write_failure() -> OSError | None:
    """Why a result could not be written to standard output. None when it was, and when its reader
    has gone (`| head`), who wants no more of it."""
    return _failure_of(sys.stdout)


def _failure_of(stream: TextIO | None) -> OSError | None:
    if not isinstance(stream, _Text):
        return None
    stream.flush()
    failure = stream.descriptor.failure
    return None if isinstance(failure, BrokenPipeError) else failure


_progress: dict[int, _Text] = {}
