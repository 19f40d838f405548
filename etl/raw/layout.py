"""etl.raw: the layout of records in a file: one per line, in an array, or over several lines."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterator

__all__ = ["STEP", "Layout", "NotClosed", "Values", "is_unfinished", "layout_of"]

#: Bytes that are unpacked, or passed over, at once.
STEP = 1 << 18

_BLANKS = re.compile(rb"[\s\xef\xbb\xbf]*+")
#: Blanks, commas and byte order marks (of files that were joined), three bytes each.
_GAP, _MARK = re.compile(rb"(?:[\s,]++|\xef\xbb\xbf)*+"), 3
#: Whatever changes no depth: strings in either notation, and what stands outside of them.
_FLAT = re.compile(rb"""(?:[^"'{}\[\]]++|"(?:[^"\\]++|\\.)*+"|'(?:[^'\\]++|\\.)*+')*+""", re.DOTALL)
#: A line that ends within a record, and the next one, which continues it.
_CONTINUED = re.compile(
    rb"""[^}\s]\s*?\n\s*["'}]|[,{\[:]\s*?\n\s*[^{\s]|,[ \t\r]*\n[ \t]+\{"""
).search
_STRING = re.compile(rb""""(?:[^"\\]++|\\.)*+"|'(?:[^'\\]++|\\.)*+'""", re.DOTALL)
_WORD = re.compile(rb"""[^\s,"'{}\[\]]++""")
_OPENING, _CLOSING, _QUOTES = b"{[", b"}]", b"\"'"


class Layout(enum.Enum):
    """The layout of records in a file."""

    LINES = "one record per line"
    VALUES = "records that brackets delimit: an array, or any number of lines per record"


class NotClosed(ValueError):
    """The file ends within a record or an array, which begins on line `line`."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(f"the {what} that begins on line {line:,} is never closed")
        self.line = line


def layout_of(head: bytes, ended: bool) -> Layout | None:
    """The layout of a file that begins so; None when more of it must be seen. `ended` says that
    there is no more.

    After a broken line the next one begins with another record; after a line within a record it
    does not.
    """
    unknown = Layout.LINES if ended else None
    start = _end(_BLANKS, head, 0)
    if head[start : start + 1] == b"[":
        start = _end(_BLANKS, head, start + 1)
        if start == len(head):
            return unknown
        return Layout.VALUES if head[start : start + 1] in (b"{", b"]") else Layout.LINES
    if start == len(head):
        return unknown
    if head[start : start + 1] != b"{":
        return Layout.LINES
    end, newline = _end_of_value(head, start), head.find(b"\n", start)
    if newline >= 0 and (end is None or newline < end):
        following = _first(head, newline)
        if not following:
            return unknown
        return Layout.VALUES if following in b"\"'}u" or _CONTINUED(head, start) else Layout.LINES
    if end is None:
        return unknown
    following = _first(head, end)
    if not following:
        return unknown
    same_line = newline < 0 or b"\n" not in head[end : _end(_BLANKS, head, end)]
    together = following == b"," or (same_line and following == b"{")
    return Layout.VALUES if together or _CONTINUED(head, start) else Layout.LINES


def is_unfinished(line: bytes) -> bool:
    """Whether a line begins a record and does not end it.

    >>> is_unfinished(b'{"id": "1", "na'), is_unfinished(b'{"id": }'), is_unfinished(b"a word")
    (True, False, False)
    """
    return line.startswith(b"{") and _end_of_value(line, 0) is None


def _end(pattern: re.Pattern[bytes], text: bytes | bytearray, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position


def _first(head: bytes, position: int) -> bytes:
    position = _end(_BLANKS, head, position)
    return head[position : position + 1]


def _end_of_value(text: bytes, position: int) -> int | None:
    depth = 0
    while True:
        position = _end(_FLAT, text, position)
        if position == len(text) or text[position] in _QUOTES:
            return None
        depth += 1 if text[position] in _OPENING else -1
        position += 1
        if depth <= 0:
            return position


class Values:
    """Splits a stream into records of any layout, in memory bounded by the longest one.

    Iterating yields (line number from 1, bytes of a record, or None for one of more than `cap`
    bytes). Arrays at the top are taken apart. `read(size)` returns the next bytes, b"" at the end.
    Raises NotClosed when the stream ends within a record or an array.
    """

    def __init__(self, read: Callable[[int], bytes], cap: int) -> None:
        self._read = read
        self._cap = cap
        self._buffer = bytearray(read(STEP).removeprefix(b"\xef\xbb\xbf"))
        self._at = 0
        self._line = 1

    def __iter__(self) -> Iterator[tuple[int, bytes | None]]:
        array = 0
        while self._skip_gap():
            character = bytes(self._buffer[self._at : self._at + 1])
            if character == b"[" and not array:
                array = self._line
                self._advance(self._at + 1)
            elif character == b"]" and array:
                array = 0
                self._advance(self._at + 1)
            elif character in (b"{", b"["):
                yield self._line, self._value()
            else:
                yield self._line, self._word()
        if array:
            raise NotClosed(array, "array")

    def _more(self) -> bool:
        chunk = self._read(STEP)
        self._buffer += chunk
        return bool(chunk)

    def _advance(self, end: int) -> None:
        self._line += self._buffer.count(b"\n", self._at, end)
        self._at = end
        if end > STEP:
            del self._buffer[:end]
            self._at = 0

    def _skip_gap(self) -> bool:
        """Advance to the next record or bracket; False at the end of the file."""
        while True:
            self._advance(_end(_GAP, self._buffer, self._at))
            if self._at + _MARK <= len(self._buffer):
                return True
            if not self._more():
                return self._at < len(self._buffer)

    def _value(self) -> bytes | None:
        line, depth, end, too_long = self._line, 0, self._at, False
        while True:
            end = _end(_FLAT, self._buffer, end)
            if end < len(self._buffer) and self._buffer[end] not in _QUOTES:
                depth += 1 if self._buffer[end] in _OPENING else -1
                end += 1
                if depth <= 0:
                    break
                continue
            if end - self._at > self._cap or len(self._buffer) - self._at > self._cap + STEP:
                too_long = True
                end = self._drop(end)
            if not self._more():
                raise NotClosed(line, "record")
        too_long = too_long or end - self._at > self._cap
        record = None if too_long else bytes(self._buffer[self._at : end])
        self._advance(end)
        return record

    def _drop(self, end: int) -> int:
        """Drop the beginning of a record that is too long, keeping an open quote and escape."""
        quote = bytes(self._buffer[end : end + 1])
        rest = self._buffer[end + 1 :]
        escapes = len(rest) - len(rest.rstrip(b"\\"))
        self._line += self._buffer.count(b"\n", self._at)
        self._buffer[:] = quote + b"\\" * (escapes % 2)
        self._at = 0
        return 0

    def _word(self) -> bytes:
        """A value in place of a record: a number, a string, or anything up to whitespace."""
        while True:
            is_text = self._buffer[self._at] in _QUOTES
            end = _end(_STRING if is_text else _WORD, self._buffer, self._at)
            whole = end > self._at if is_text else end < len(self._buffer)
            if whole or end - self._at > self._cap or not self._more():
                break
            if is_text and len(self._buffer) - self._at > self._cap:
                break
        end = max(end, self._at + 1)
        word = bytes(self._buffer[self._at : end])
        self._advance(end)
        return word
