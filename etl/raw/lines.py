"""etl.raw: raw files as lines. Plain or gzip by content, streamed, bounded, hashed on the way."""

from __future__ import annotations

import gzip
import hashlib
import io
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from datastore.base.errors import InputError

_GzipFile: Any = gzip.GzipFile
_DAMAGE: tuple[type[Exception], ...] = (EOFError, OSError, zlib.error)
try:  # about three times as fast, but not there for every machine
    from isal import igzip, isal_zlib
except ImportError:
    pass
else:
    _GzipFile = igzip.IGzipFile
    _DAMAGE += (cast(type[Exception], isal_zlib.error),)

__all__ = ["RawFile", "TooLong"]

_GZIP_MAGIC = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"
#: Bytes that are unpacked, or passed over, at once.
_STEP = 1 << 18


class TooLong(ValueError):
    """A line longer than the cap; it was passed over without being held in memory."""


class _Tap(io.RawIOBase):
    """A file that hashes and counts the bytes that are read from it."""

    def __init__(self, file: BinaryIO, on_bytes: Callable[[int], None]) -> None:
        self._file = file
        self._on_bytes = on_bytes
        self.sha256 = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        size = cast(int, self._file.readinto(view))  # type: ignore[attr-defined]
        self.sha256.update(view[:size])
        self._on_bytes(size)
        return size


class RawFile:
    """One raw dump, read once from start to end.

    `sha256` is complete when `lines` is exhausted. Raises InputError for a file that cannot be
    opened, is empty, ends in the middle of its compressed data or unpacks to more than
    `max_unpacked_bytes`.
    """

    def __init__(
        self, path: Path, max_line_bytes: int, max_unpacked_bytes: int = sys.maxsize
    ) -> None:
        self.path = path
        self.sha256 = ""
        self._max = max_line_bytes
        self._max_unpacked = max_unpacked_bytes
        try:
            self.size = path.stat().st_size
            if path.is_dir():
                raise IsADirectoryError(21, "it is a folder, not a file")
            if not path.is_file():  # a pipe would be used up by the first look at it
                raise OSError(29, "it is a pipe or a device; the build reads a file more than once")
            with path.open("rb") as file:
                self._gzip = file.read(2) == _GZIP_MAGIC
        except OSError as error:
            raise InputError(f"{path} cannot be read: {error.strerror}.") from error
        if self.size == 0:
            raise InputError(f"{path} is empty: expected one record a line.")

    def lines(
        self, on_bytes: Callable[[int], None] = lambda _: None
    ) -> Iterator[tuple[int, bytes | TooLong]]:
        """Yield (line number from 1, line without its end). Blank lines are yielded, too."""
        with self.path.open("rb", buffering=0) as file:
            tap = _Tap(cast(BinaryIO, file), on_bytes)
            source = stream = io.BufferedReader(tap, 1 << 20)
            if self._gzip:  # a gzip file's own readline works in smaller steps
                source = io.BufferedReader(_GzipFile(fileobj=stream, mode="rb"), _STEP)
            number = 0
            try:
                for number, line in enumerate(self._bounded(cast(BinaryIO, source)), 1):
                    yield number, line
                while tap.read(1 << 20):  # bytes behind the data belong to the hash as well
                    pass
            except _DAMAGE as error:
                where = f"after line {number:,}" if number else "at its start"
                raise InputError(
                    f"{self.path} is damaged {where}: {_reason(error)}. "
                    "Copy or download the file again."
                ) from error
            self.sha256 = tap.sha256.hexdigest()

    def _bounded(self, source: BinaryIO) -> Iterator[bytes | TooLong]:
        readline, cap = source.readline, self._max
        left = self._max_unpacked if self._gzip else sys.maxsize
        first = True
        while line := readline(cap + 1):
            left -= len(line)
            too_long = len(line) > cap and not line.endswith(b"\n")
            if too_long:
                while left >= 0 and (rest := readline(_STEP)):
                    left -= len(rest)
                    if rest.endswith(b"\n"):
                        break
            if left < 0:
                raise InputError(
                    f"{self.path} unpacks to more than {self._max_unpacked:,} bytes. If it is no "
                    "mistake, let PLAYGRAPH_MAX_UNPACKED_BYTES be more."
                )
            if too_long:
                yield TooLong(f"it has more than {cap:,} bytes")
            else:
                yield (line.removeprefix(_BOM) if first else line).strip()
            first = False


def _reason(error: Exception) -> str:
    if isinstance(error, EOFError):
        return "its compressed data ends too early (a truncated copy?)"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return f"its compressed data is broken ({error})"
