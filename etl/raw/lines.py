"""etl.raw: a raw file as lines or records. Plain or gzip, streamed, bounded."""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, cast

from datastore.base.errors import InputError
from datastore.base.visible import is_utf8
from etl.raw.formats import GZIP, HEAD_BYTES, PARQUET, Form, format_of
from etl.raw.layout import STEP, Layout, NotClosed, Values, layout_of

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

_BOM = b"\xef\xbb\xbf"


class TooLong(ValueError):
    """A record longer than the cap; it was skipped without being held in memory."""


class _Tap(io.RawIOBase):
    """A file that reports the number of bytes read from it."""

    def __init__(self, file: BinaryIO, on_bytes: Callable[[int], None]) -> None:
        self._file = file
        self._on_bytes = on_bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        size = cast(int, self._file.readinto(view))  # type: ignore[attr-defined]
        self._on_bytes(size)
        return size


class _LineEnds(io.RawIOBase):
    """A file with carriage returns as line ends, read with line feeds instead."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        data = self._file.read(len(view)).replace(b"\r", b"\n")
        view[: len(data)] = data
        return len(data)


class RawFile:
    """One raw dump, read once from start to end.

    `head` is what it begins with, unpacked; `forms` are those that are expected, `parquet` says
    that it has that one. Raises InputError for a file that cannot be opened, is empty, is of a
    format that is not expected, ends within a record or its compressed data, unpacks to more than
    `max_unpacked_bytes`, or has a path that is not UTF-8.
    """

    def __init__(
        self,
        path: Path,
        max_line_bytes: int,
        max_unpacked_bytes: int = sys.maxsize,
        forms: Collection[Form] = (Form.RECORDS,),
    ) -> None:
        self.path = path
        #: Whether the line that was read last has no line end.
        self.is_cut = False
        self.max_line_bytes = max_line_bytes
        self._max_unpacked = max_unpacked_bytes
        if not is_utf8(path):  # it is kept in JSON
            raise InputError(f"The path {path} is not valid UTF-8: rename it.", path=path)
        try:
            self.size = path.stat().st_size
            if path.is_dir():
                raise IsADirectoryError(21, "it is a folder, not a file")
            if not path.is_file():  # a pipe would be used up by the first look at it
                raise OSError(29, "it is a pipe or a device; the build reads a file more than once")
            with path.open("rb") as file:
                self.head = file.read(HEAD_BYTES)
        except OSError as error:
            raise InputError(f"{path} cannot be read: {error.strerror}.", path=path) from error
        if self.size == 0:
            raise InputError(f"{path} is empty: expected one record per line.", path=path)
        self._gzip = self.head.startswith(GZIP)
        if self._gzip:
            self.head = self._begin(HEAD_BYTES)
        self.parquet = self.head.startswith(PARQUET) and not self._gzip and Form.PARQUET in forms
        unsupported = None if self.parquet else format_of(self.head, self._gzip)
        if unsupported is not None:
            expected = next(iter(forms))
            raise InputError(f"{path} is {unsupported.instead_of(expected)}", path=path)

    def _begin(self, size: int) -> bytes:
        """The first bytes, unpacked; fewer if the file ends or is damaged."""
        head = b""
        with self.path.open("rb") as file:
            source = self._unpacked(cast(BinaryIO, file))
            try:
                while len(head) < size and (piece := source.read(min(size - len(head), 512))):
                    head += piece
            except _DAMAGE:
                pass  # found again, and said, when the file is read
        return head

    def _unpacked(self, stream: BinaryIO) -> BinaryIO:
        if not self._gzip:
            return stream
        # A gzip file's own readline works in smaller steps.
        return cast(BinaryIO, io.BufferedReader(_GzipFile(fileobj=stream, mode="rb"), STEP))

    @cached_property
    def _layout(self) -> tuple[Layout, bool]:
        """The layout of the records, and whether lines end in a carriage return alone."""
        head = bytearray()
        with self.path.open("rb") as file:
            source = self._unpacked(cast(BinaryIO, file))
            while True:
                try:
                    piece = source.read(STEP)
                except _DAMAGE:
                    piece = b""
                head += piece
                returns = b"\r" in head and b"\n" not in head
                seen = bytes(head.replace(b"\r", b"\n") if returns else head)
                layout = layout_of(seen, not piece)
                if layout or len(head) > self.max_line_bytes:
                    return layout or Layout.LINES, returns

    def lines(
        self, on_bytes: Callable[[int], None] = lambda _: None
    ) -> Iterator[tuple[int, bytes | TooLong]]:
        """Yield (line number from 1, line without its end), blank lines, too.

        Where records do not lie one per line, each is yielded with the line that it begins in:
        arrays are taken apart, records over several lines come whole.
        """
        number = 0
        with self._source(on_bytes) as source:
            try:
                for number, line in self._records(source):
                    yield number, line
            except NotClosed as error:
                raise self._damaged(f": {error}") from error
            except _DAMAGE as error:
                # A small file is unpacked before its first line: the damage may be anywhere.
                where = f" after line {number:,}" if number else ""
                raise self._damaged(f"{where}: {_reason(error)}") from error

    def pieces(self, on_bytes: Callable[[int], None] = lambda _: None) -> Iterator[bytes]:
        """Yield the bytes of the file, unpacked, some at a time."""
        left = self._max_unpacked if self._gzip else sys.maxsize
        with self._source(on_bytes) as source:
            try:
                while piece := source.read(STEP):
                    left -= len(piece)
                    if left < 0:
                        raise self._unpacks_to_too_much()
                    yield piece
            except _DAMAGE as error:
                raise self._damaged(f": {_reason(error)}") from error

    def check_unpacked(self, size: int) -> None:
        """Raise InputError when a packed file unpacks to more bytes than it may."""
        if size > self._max_unpacked:
            raise self._unpacks_to_too_much()

    @contextmanager
    def _source(self, on_bytes: Callable[[int], None]) -> Iterator[BinaryIO]:
        """The file, unpacked; bytes behind the data are progress as well."""
        with self.path.open("rb", buffering=0) as file:
            tap = _Tap(cast(BinaryIO, file), on_bytes)
            yield self._unpacked(cast(BinaryIO, io.BufferedReader(tap, 1 << 20)))
            while tap.read(1 << 20):
                pass

    def _damaged(self, what: str) -> InputError:
        problem = f"{self.path} is damaged{what}. Copy or download the file again."
        return InputError(problem, path=self.path)

    def _records(self, source: BinaryIO) -> Iterator[tuple[int, bytes | TooLong]]:
        layout, returns = self._layout
        if returns:
            source = cast(BinaryIO, io.BufferedReader(_LineEnds(source), STEP))
        if layout is Layout.VALUES:
            return self._values(source)
        return enumerate(self._bounded(source), 1)

    def _values(self, source: BinaryIO) -> Iterator[tuple[int, bytes | TooLong]]:
        left = self._max_unpacked if self._gzip else sys.maxsize

        def read(size: int) -> bytes:
            nonlocal left
            chunk = source.read(size)
            left -= len(chunk)
            if left < 0:
                raise self._unpacks_to_too_much()
            return chunk

        for number, record in Values(read, self.max_line_bytes):
            yield number, self._too_long() if record is None else record

    def _too_long(self) -> TooLong:
        return TooLong(f"it has more than {self.max_line_bytes:,} bytes")

    def _unpacks_to_too_much(self) -> InputError:
        return InputError(
            f"{self.path} unpacks to more than {self._max_unpacked:,} bytes. If intended, raise "
            "PLAYGRAPH_MAX_UNPACKED_BYTES.",
            path=self.path,
        )

    def _bounded(self, source: BinaryIO) -> Iterator[bytes | TooLong]:
        readline, cap = source.readline, self.max_line_bytes
        left = self._max_unpacked if self._gzip else sys.maxsize
        while line := readline(cap + 1):
            left -= len(line)
            self.is_cut = not line.endswith(b"\n")
            too_long = len(line) > cap and self.is_cut
            if too_long:
                while left >= 0 and (rest := readline(STEP)):
                    left -= len(rest)
                    if rest.endswith(b"\n"):
                        break
            if left < 0:
                raise self._unpacks_to_too_much()
            if too_long:
                yield self._too_long()
            else:
                while line.startswith(_BOM):  # of files that were joined, every one has it
                    line = line.removeprefix(_BOM)
                yield line.strip()


def _reason(error: Exception) -> str:
    if isinstance(error, EOFError):
        return "its compressed data ends too early, or other data follows it"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return f"its compressed data is broken ({error})"
