"""server.cli: the standard streams, made safe to write to.

They may be closed, a pipe without a reader, on a full disk, or in a limited encoding.
"""

from __future__ import annotations

import io
import os
import sys
from typing import Any, TextIO, cast

from datastore.base.visible import visible

__all__ = ["open_streams", "progress_failure", "progress_stream", "unescaped", "write_failure"]


class _Descriptor(io.FileIO):
    """A descriptor whose writes never fail, so that a build continues after `| head` or on a full
    disk. After the first error, which `failure` keeps, output is dropped."""

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
    """A text stream over such a descriptor. Invisible characters are escaped, so that no name
    controls the terminal; those missing in its encoding become `?`."""

    def __init__(self, descriptor: int, like: TextIO | None, *, buffered: bool = True) -> None:
        self.descriptor = _Descriptor(descriptor, "w", closefd=False)
        super().__init__(
            io.BufferedWriter(self.descriptor),
            encoding=like.encoding if like else "utf-8",
            errors="replace",
            line_buffering=not buffered or self.descriptor.isatty(),
        )

    def write(self, text: str) -> int:
        super().write(visible(text, lines=True))
        return len(text)

    def write_unescaped(self, text: str) -> int:
        """Write a text that has no characters of others."""
        return super().write(text)


class _Unescaped:
    """A text stream for what draws on a terminal, and makes texts of others visible itself."""

    def __init__(self, stream: _Text) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return self._stream.write_unescaped(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def open_streams() -> None:
    """Replace the standard streams of this process with open streams that never fail."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:  # closed: the next file or socket would get this number
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    if sys.stdin is None:
        sys.stdin = io.TextIOWrapper(io.FileIO(0, closefd=False), encoding="utf-8")
    sys.stdout = _Text(1, sys.stdout)
    sys.stderr = _Text(2, sys.stderr, buffered=False)


def progress_stream() -> TextIO:
    """Standard output for progress messages. Failing to write them is not an error, because the
    result of the command is elsewhere."""
    if isinstance(sys.stdout, _Text):
        return _progress.setdefault(1, _Text(1, sys.stdout, buffered=False))
    return sys.stdout  # called as a function


def unescaped(stream: TextIO) -> TextIO:
    """The same stream for whatever draws on a terminal with control characters, and escapes those
    of others itself."""
    return cast(TextIO, _Unescaped(stream)) if isinstance(stream, _Text) else stream


def progress_failure() -> OSError | None:
    """Why progress could not be written, as `write_failure` does."""
    return _failure_of(_progress.get(1))


def write_failure() -> OSError | None:
    """Why the result could not be written to standard output. None if it was written, and if the
    reader has closed the pipe (`| head`), because it does not want more."""
    return _failure_of(sys.stdout)


def _failure_of(stream: TextIO | None) -> OSError | None:
    if not isinstance(stream, _Text):
        return None
    stream.flush()
    failure = stream.descriptor.failure
    return None if isinstance(failure, BrokenPipeError) else failure


_progress: dict[int, _Text] = {}
