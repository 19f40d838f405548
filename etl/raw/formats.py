"""etl.raw: the format of an unsupported file, by its first bytes, and the remedy."""

from __future__ import annotations

import codecs
import csv
import re
from enum import Enum
from typing import NamedTuple

__all__ = ["GZIP", "HEAD_BYTES", "PARQUET", "Form", "Format", "format_of", "text_format_of"]

#: First bytes of a file, by which it is recognised: a tar archive has its mark in byte 257.
HEAD_BYTES = 4_096
GZIP = b"\x1f\x8b"
PARQUET = b"PAR1"


class Form(Enum):
    """How a raw file may be written, and what to convert others to."""

    RECORDS = "JSON lines"  # or Python literals; also in an array
    CSV = "CSV"
    PARQUET = "Parquet"


class Format(NamedTuple):
    """`X is {what}: {remedy}.`"""

    what: str
    remedy: str

    def instead_of(self, form: Form) -> str:
        """What to say of such a file where one in a certain form is expected."""
        return f"{self.what}: {self.remedy.replace(Form.RECORDS.value, form.value)}."


_UNPACK = "unpack it first"
_CONVERT = "convert it to JSON lines first"
_UTF8 = "save it as UTF-8 first, for example with iconv"

#: Marks at the start of a file; the first that matches is used.
_MARKS = [
    (rb"PK(?=.{28}(?:\[Content_Types\]\.xml|xl/|_rels/))", "an Excel workbook", _CONVERT),
    (rb"PK(?=.{28}mimetypeapplication/vnd\.oasis)", "an OpenDocument file", _CONVERT),
    (rb"PK(?:\x03\x04|\x05\x06|\x07\x08)", "a zip archive", _UNPACK),
    (rb"BZh[1-9](?:1AY&SY|\x17\x72\x45\x38)", "a bzip2 file", _UNPACK),
    (rb"\xfd7zXZ\x00", "an xz file", _UNPACK),
    (rb"\x5d\x00\x00.{2}(?:\xff{8}|.{3}\x00{5})", "an lzma file", _UNPACK),
    (rb"[\x22-\x28]\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18", "a zstd file", _UNPACK),
    (rb"\x04\x22\x4d\x18", "an lz4 file", _UNPACK),
    (rb"\xff\x06\x00\x00sNaPpY", "a snappy file", _UNPACK),
    (rb"\x1f[\x9d\xa0]", "a file packed with compress", _UNPACK),
    (rb"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACK),
    (rb"Rar!\x1a\x07", "a rar archive", _UNPACK),
    (PARQUET, "a Parquet file", _CONVERT),
    (rb"ARROW1|FEA1|\xff{4}.{2}\x00\x00", "an Arrow file", _CONVERT),
    (rb"Obj\x01", "an Avro file", _CONVERT),
    (rb"ORC", "an ORC file", _CONVERT),
    (rb"\x89HDF\r\n\x1a\n", "an HDF5 file", _CONVERT),
    (rb"\x93NUMPY", "a NumPy array", _CONVERT),
    (rb"\x80[\x02-\x05][\x80-\xff}\]cK(GMUX]", "a Python pickle", _CONVERT),
    (rb"SQLite format 3\x00", "an SQLite database", "export its tables as JSON lines first"),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel workbook", _CONVERT),
    (rb".{3}\x00[\x01-\x12][ -~]{1,99}\x00", "a BSON dump", "export it with mongoexport instead"),
    (rb"%PDF-", "a PDF document", "get the data as JSON lines"),
    (rb"\x89PNG\r\n|\xff\xd8\xff|GIF8[79]a", "an image", "get the data as JSON lines"),
    (rb"version https://git-lfs", "a Git LFS pointer", "fetch the file itself with git lfs pull"),
]  # fmt: skip
_SIGNATURES = [(re.compile(mark, re.DOTALL).match, Format(*named)) for mark, *named in _MARKS]
_TAR = Format("a tar archive", _UNPACK)
_TWICE = Format("gzipped twice", "unpack it once")
_UTF16 = Format("text in UTF-16", _UTF8)
_UTF32 = Format("text in UTF-32", _UTF8)
_HTML = Format("an HTML page", "download the file itself, not the page that links to it")
_XML = Format("an XML document", _CONVERT)
_BINARY = Format("a binary file of unknown format", "expected plain or gzipped text")
_ENCODING = Format("text in an encoding other than UTF-8", _UTF8)
_DELIMITERS = {",": "CSV, comma-separated", "\t": "TSV, tab-separated",
               ";": "CSV, semicolon-separated", "|": "CSV, pipe-separated"}  # fmt: skip
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def format_of(head: bytes, packed: bool = False) -> Format | None:
    """The format of a file other than UTF-8 text, by its first bytes.

    With `packed`, the bytes are what a gzip file unpacks to.
    """
    detected = _format_of(head)
    if not packed or detected is None:
        return detected
    return (
        _TWICE if head.startswith(GZIP) else detected._replace(what=f"{detected.what} inside gzip")
    )


def _format_of(head: bytes) -> Format | None:
    if head.startswith(GZIP):
        return _TWICE
    for encoding, marks in (
        (_UTF32, (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, b"{\0\0\0", b"[\0\0\0")),
        (_UTF16, (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"{\0", b"[\0", b"\0{", b"\0[")),
    ):
        if head.startswith(marks):
            return encoding
    if head.startswith((b"\0\0\0{", b"\0\0\0[")):
        return _UTF32
    for matches, named in _SIGNATURES:
        if matches(head):
            return named
    return _TAR if _is_tar(head) else None


def _is_tar(head: bytes) -> bool:
    """Whether the first block is a tar header: bytes 148 to 155 are its sum, in octal digits."""
    block, digits = head[:512], head[148:156].strip(b" \0")
    if len(block) < 512 or not re.fullmatch(rb"[0-7]{1,8}", digits):
        return False
    return sum(block) - sum(block[148:156]) + 8 * ord(" ") == int(digits, 8)


def text_format_of(head: bytes) -> Format | None:
    """The likely format of a file without any record: HTML, CSV, binary, ...; None if unknown."""
    text = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if text.startswith(b"<"):
        return _HTML if re.match(rb"(?is)<!doctype html|<html|.*<(?:html|body)\b", text) else _XML
    if len(_CONTROLS.findall(head)) > len(head) / 50:
        return _BINARY
    try:
        decoded = codecs.getincrementaldecoder("utf-8")().decode(text)
    except UnicodeDecodeError:
        return _ENCODING
    lines = [line for line in decoded.splitlines() if line.strip()]
    return _table(lines if len(lines) < 2 or len(head) < HEAD_BYTES else lines[:-1])


def _table(lines: list[str]) -> Format | None:
    """A table, if the first lines have the same number of columns and at least two."""
    if not lines or re.search(r"[{}\[(=]", lines[0]):
        return None
    for delimiter, name in _DELIMITERS.items():
        try:
            columns = {len(row) for row in csv.reader(lines[:5], delimiter=delimiter)}
        except csv.Error:
            continue
        header = lines[0].split(delimiter)
        if len(columns) == 1 and len(header) > 1 and all(len(name) < 50 for name in header):
            return Format(f"a table ({name})", _CONVERT)
    return None
