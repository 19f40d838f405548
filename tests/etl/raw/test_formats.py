"""A file that cannot be read is named by what it is, and what to do with it."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import pickle
import sqlite3
import struct
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest

from datastore.base.errors import InputError
from etl.raw.formats import format_of, text_format_of
from etl.raw.lines import RawFile

LINES = b"".join(b'{"id": "%d"}\n' % n for n in range(100))


OPENDOCUMENT = b"application/vnd.oasis.opendocument.spreadsheet"


def _zip(name: str = "catalogue.json", content: bytes = LINES) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, content)
    return file.getvalue()


def _tar(form: int) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=form) as archive:
        member = tarfile.TarInfo("catalogue.json")
        member.size = len(LINES)
        archive.addfile(member, io.BytesIO(LINES))
    return file.getvalue()


def _old_tar() -> bytes:
    """As before 1988: without a magic number."""
    block = bytearray(_tar(tarfile.USTAR_FORMAT))
    block[257:512] = bytes(255)
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block[:512])
    return bytes(block)


def _table(write: str) -> bytes:
    file = io.BytesIO()
    table = pa.table({"id": ["10"]})
    if write == "parquet":
        pq.write_table(table, file)
    elif write == "stream":
        with pa.ipc.new_stream(file, table.schema) as writer:
            writer.write_table(table)
    else:
        feather.write_feather(table, file)
    return file.getvalue()


def _sqlite(folder: Path) -> bytes:
    path = folder / "made.db"
    with sqlite3.connect(path) as database:
        database.execute("create table games (id)")
    database.close()
    return path.read_bytes()


def _npy() -> bytes:
    file = io.BytesIO()
    np.save(file, np.arange(3))
    return file.getvalue()


UNPACK = "unpack it first"
CONVERT = "convert it to JSON lines first"
UTF_8 = "save it as UTF-8 first, for example with iconv"
BSON = struct.pack("<i", 22) + b"\x02_id\0" + struct.pack("<i", 6) + b"hello\0\0"
FORMATS = {
    "zip": (_zip(), "a zip archive", UNPACK),
    "empty zip": (b"PK\x05\x06" + bytes(18), "a zip archive", UNPACK),
    "xlsx": (_zip("[Content_Types].xml"), "an Excel workbook", CONVERT),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504), "an Excel workbook", CONVERT),
    "ods": (_zip("mimetype", OPENDOCUMENT), "an OpenDocument file", CONVERT),
    "bz2": (bz2.compress(LINES), "a bzip2 file", UNPACK),
    "xz": (lzma.compress(LINES), "an xz file", UNPACK),
    "lzma": (lzma.compress(LINES, format=lzma.FORMAT_ALONE), "an lzma file", UNPACK),
    "zstd": (pa.compress(LINES, codec="zstd", asbytes=True), "a zstd file", UNPACK),
    "lz4": (b"\x04\x22\x4d\x18" + bytes(20), "an lz4 file", UNPACK),
    "compress": (b"\x1f\x9d\x90" + bytes(20), "a file packed with compress", UNPACK),
    "7z": (b"7z\xbc\xaf\x27\x1c\0\4" + bytes(20), "a 7z archive", UNPACK),
    "rar": (b"Rar!\x1a\x07\x01\0", "a rar archive", UNPACK),
    "tar": (_tar(tarfile.USTAR_FORMAT), "a tar archive", UNPACK),
    "gnu tar": (_tar(tarfile.GNU_FORMAT), "a tar archive", UNPACK),
    "pax tar": (_tar(tarfile.PAX_FORMAT), "a tar archive", UNPACK),
    "old tar": (_old_tar(), "a tar archive", UNPACK),
    "parquet": (_table("parquet"), "a Parquet file", CONVERT),
    "feather": (_table("feather"), "an Arrow file", CONVERT),
    "arrow stream": (_table("stream"), "an Arrow file", CONVERT),
    "avro": (b"Obj\x01\x04", "an Avro file", CONVERT),
    "orc": (b"ORC\x11", "an ORC file", CONVERT),
    "npy": (_npy(), "a NumPy array", CONVERT),
    "pickle": (pickle.dumps([{"id": "10"}]), "a Python pickle", CONVERT),
    "pickle 2": (pickle.dumps({"id": "10"}, 2), "a Python pickle", CONVERT),
    "bson": (BSON, "a BSON dump", "export it with mongoexport instead"),
    "pdf": (b"%PDF-1.7\n", "a PDF document", "get the data as JSON lines"),
    "png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "an image", "get the data as JSON lines"),
    "lfs": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0", "a Git LFS pointer",
            "fetch the file itself with git lfs pull"),
    "utf-16 with mark": (LINES.decode().encode("utf-16"), "text in UTF-16", UTF_8),
    "utf-16-le": (LINES.decode().encode("utf-16-le"), "text in UTF-16", UTF_8),
    "utf-16-be": (LINES.decode().encode("utf-16-be"), "text in UTF-16", UTF_8),
    "utf-32 with mark": (LINES.decode().encode("utf-32"), "text in UTF-32", UTF_8),
    "utf-32-le": (LINES.decode().encode("utf-32-le"), "text in UTF-32", UTF_8),
    "utf-32-be": (LINES.decode().encode("utf-32-be"), "text in UTF-32", UTF_8),
}  # fmt: skip


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        RawFile(path, 10_000)
    return str(caught.value)


@pytest.mark.parametrize("name", FORMATS)
def test_what_cannot_be_read_is_named_plain_or_inside_gzip(tmp_path: Path, name: str) -> None:
    content, what, remedy = FORMATS[name]
    path = tmp_path / "dump"
    path.write_bytes(content)
    assert refusal(path) == f"{path} is {what}: {remedy}."
    path.write_bytes(gzip.compress(content))
    assert refusal(path) == f"{path} is {what} inside gzip: {remedy}."


def test_a_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "dump"
    path.write_bytes(_sqlite(tmp_path))
    assert refusal(path) == f"{path} is an SQLite database: export its tables as JSON lines first."


def test_a_file_gzipped_twice_is_named(tmp_path: Path) -> None:
    path = tmp_path / "dump"
    path.write_bytes(gzip.compress(gzip.compress(LINES)))
    assert refusal(path) == f"{path} is gzipped twice: unpack it once."


@pytest.mark.parametrize("notation", [json.dumps, repr])
def test_a_dump_is_of_no_other_format(notation: type) -> None:
    content = str(notation({"user_id": "ann", "text": "Café, bar; 1\t2"})).encode()
    for head in (content, b"\xef\xbb\xbf" + content, b"[" + content, b"\n " + content * 100):
        assert format_of(head[:4096]) is None
        assert text_format_of(head[:4096]) is None


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (b"<!DOCTYPE html>\n<p>", "an HTML page"),
        (b"\n <html lang='en'>", "an HTML page"),
        (b"<!-- 404 --><body>Not found</body>", "an HTML page"),
        (b"<?xml version='1.0'?><games/>", "an XML document"),
        (b"id,title\n10,Alpha\n20,Beta\n", "a table (CSV, comma-separated)"),
        (b'\xef\xbb\xbf"id","title"\r\n"10","Alpha, Beta"\r\n',
         "a table (CSV, comma-separated)"),
        (b"id\ttitle\n10\tAlpha, Beta\n", "a table (TSV, tab-separated)"),
        (b"id;title\n10;Alpha\n", "a table (CSV, semicolon-separated)"),
        (b"Caf\xe9, bar", "text in an encoding other than UTF-8"),
        (b"\x00\x01\x02abc", "a binary file of unknown format"),
        (b"Hello world", None),
        (b"", None),
        (b"plain text\nof two lines, and no table", None),
    ],
)  # fmt: skip
def test_text_that_is_not_a_dump_is_named(head: bytes, what: str | None) -> None:
    found = text_format_of(head)
    assert (found and found.what) == what


def test_a_character_that_is_cut_off_at_the_end_of_the_head_is_no_other_encoding() -> None:
    assert text_format_of("plain ♥".encode()[:-1]) is None
