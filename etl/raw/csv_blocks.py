"""etl.raw: CSV (RFC 4180) in blocks of whole records, each with its line; broken ones apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

__all__ = ["BLOCK_BYTES", "Block", "Broken", "Record", "blocks", "fields_of"]

#: Bytes that are parsed at once: enough to be fast, few enough for little memory.
BLOCK_BYTES = 1 << 20

#: A field is quoted, with two quotes for one, or runs to the next comma. As in the `csv` module,
#: text behind a closing quote belongs to it, and a quote in an unquoted field is a letter.
_FIELD = rb'(?:"(?:[^"]++|"")*+"|(?!"))[^,\r\n]*+'
#: A carriage return at the end of what was read may be half a line end.
_RECORD = re.compile(rb"%b(?:,%b)*+(?:\r\n|\n|\r(?=[^\n]))" % (_FIELD, _FIELD))
_FIELDS = re.compile(rb"(%b)(,|\Z)" % _FIELD)
#: A record without text behind a closing quote.
_STRICT = rb'(?:"(?:[^"]++|"")*+"|[^",\r\n][^,\r\n]*+|)'
_WELL_QUOTED = re.compile(rb"%b(?:,%b)*+(?:\r\n|\n|\r)" % (_STRICT, _STRICT))
#: Lines of fields without a quote or a line break in them, quoted or not.
_PART = rb'(?:"[^"\r\n]*+"|[^",\r\n]*+)'
_SIMPLE = re.compile(rb"(?:%b(?:,%b)*+\r?\n)*+" % (_PART, _PART))
_QUOTED = re.compile(rb'"((?:[^"]++|"")*+)"')
_LINE_END = re.compile(rb"\r\n|\n|\r")
_BLANK = re.compile(rb"(?:\A|\n)\r?\n")


class Record(NamedTuple):
    """The bytes of a record, and the line on which it begins, from 1."""

    line: int
    content: bytes


class Broken(NamedTuple):
    """A line that is not a record, and why. Content that is too long is omitted."""

    line: int
    content: bytes
    reason: str


@dataclass(frozen=True)
class Block:
    """Whole records as one text.

    `records` lists them if a record may have several lines, or if lines were left out: they are
    `broken`, or counted as `blank`. None means one record per line, from `line` on.
    """

    text: bytes
    line: int
    records: list[Record] | None
    broken: list[Broken]
    blank: int

    def record(self, place: int) -> Record:
        """One of the records, counted from 0."""
        if self.records is not None:
            return self.records[place]
        return Record(self.line + place, self._lines[place].rstrip(b"\r"))

    @cached_property
    def _lines(self) -> list[bytes]:
        return self.text.split(b"\n")


def fields_of(record: bytes) -> list[bytes]:
    """The fields of one record, without quotes."""
    record = record.rstrip(b"\r\n")
    fields: list[bytes] = []
    position = 0
    while match := _FIELDS.match(record, position):
        fields.append(_unquoted(match[1]))
        position = match.end()
        if not match[2]:
            return fields
    return [*fields, record[position:]]  # its quote is never closed


def _unquoted(field: bytes) -> bytes:
    quoted = _QUOTED.match(field)
    return quoted[1].replace(b'""', b'"') + field[quoted.end() :] if quoted else field


def blocks(pieces: Iterable[bytes], cap: int) -> Iterator[Block]:
    """Split a file that comes in pieces into blocks; a record has at most `cap` bytes."""
    return _Splitter(pieces, cap).blocks()


class _Splitter:
    def __init__(self, pieces: Iterable[bytes], cap: int) -> None:
        self._pieces = iter(pieces)
        self._cap = cap
        self._held = b""  # what was read and not yet given out
        self._ended = False
        self._line = 1
        self._fields = 0  # of a record, once one was seen

    def blocks(self) -> Iterator[Block]:
        self._read(BLOCK_BYTES)
        while self._held:
            block = self._plain() or self._recordwise()
            if block is None:
                self._read(len(self._held) + BLOCK_BYTES)
                continue
            yield block
            self._read(BLOCK_BYTES)

    def _read(self, size: int) -> None:
        """Hold at least `size` bytes, or all that is left, with a line end behind it."""
        parts = [self._held]
        held = len(self._held)
        while held < size and not self._ended:
            piece = next(self._pieces, None)
            if piece is None:
                self._ended = True
                if held and not parts[-1].endswith(b"\n"):
                    parts.append(b"\n")
            elif piece:
                parts.append(piece)
                held += len(piece)
        self._held = b"".join(parts)

    def _plain(self) -> Block | None:
        """A block in which each line is one record; None if that is not certain."""
        end = self._held.rfind(b"\n") + 1
        text = self._held[:end]
        if (
            not end
            or (b'"' in text and _SIMPLE.fullmatch(text) is None)
            or _BLANK.search(text)
            or text.count(b"\r") != text.count(b"\r\n")
            or not _is_utf8(text)
            or (end > self._cap and _longest_line(text) > self._cap)
        ):
            return None
        block = Block(text, self._line, None, [], 0)
        self._line += text.count(b"\n")
        self._held = self._held[end:]
        return block

    def _recordwise(self) -> Block | None:
        """A block whose records are found one by one; None if not even one is complete."""
        held, position, blank = self._held, 0, 0
        records: list[Record] = []
        broken: list[Broken] = []
        while position < len(held):
            match = _RECORD.match(held, position)
            if match is None and not self._ended and len(held) - position <= self._cap:
                break  # the rest of it is not here yet
            if match is None or self._is_misquoted(match[0]):
                end, lost = self._lost(position)
                broken.append(lost)
                self._line += 1
                if not end:
                    self._skip_line()
                    return _block(records, broken, blank)
                position = end
                continue
            content, position = match[0], match.end()
            reason = self._fault(content)
            if reason:
                kept = b"" if len(content) > self._cap else content.rstrip(b"\r\n")
                broken.append(Broken(self._line, kept, reason))
            elif content.isspace():
                blank += 1
            else:
                records.append(Record(self._line, content))
            self._line += len(_LINE_END.findall(content))
        if not position:
            return None
        self._held = held[position:]
        return _block(records, broken, blank)

    def _is_misquoted(self, content: bytes) -> bool:
        """Whether a record over several lines is due to a stray quote, which would join all lines
        up to the next quote."""
        several = len(_LINE_END.findall(content)) > 1
        fields = len(fields_of(content)) if several or not self._fields else 0
        self._fields = self._fields or fields
        return several and (
            len(content) > self._cap
            or fields != self._fields
            or _WELL_QUOTED.fullmatch(content) is None
        )

    def _fault(self, content: bytes) -> str:
        if len(content) > self._cap and len(content.rstrip(b"\r\n")) > self._cap:
            return f"it has more than {self._cap:,} bytes"
        if not _is_utf8(content):
            return "it is not UTF-8"
        return ""

    def _lost(self, position: int) -> tuple[int, Broken]:
        """The line at a position, which begins no record, and where it ends (0: not in sight)."""
        match = _LINE_END.search(self._held, position)
        if match is None or match.start() - position > self._cap:
            too_long = Broken(self._line, b"", f"it has more than {self._cap:,} bytes")
            return (match.end() if match else 0), too_long
        content = self._held[position : match.start()]
        return match.end(), Broken(self._line, content, "a quote is not closed")

    def _skip_line(self) -> None:
        """Pass over the rest of a line that is too long to be held."""
        match = None
        while match is None and self._held:
            self._held = b""
            self._read(BLOCK_BYTES)
            match = _LINE_END.search(self._held)
        self._held = self._held[match.end() :] if match else b""


def _block(records: list[Record], broken: list[Broken], blank: int) -> Block:
    text = b"".join([record.content for record in records])
    return Block(text, records[0].line if records else 0, records, broken, blank)


def _is_utf8(text: bytes) -> bool:
    if text.isascii():
        return True
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _longest_line(text: bytes) -> int:
    ends = np.flatnonzero(np.frombuffer(text, np.uint8) == ord("\n"))
    return int(np.diff(ends, prepend=-1).max()) - 1
