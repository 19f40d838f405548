"""etl.demo: how the demo's dump files are written: reproducible gzip, Python 2 literals."""

import gzip
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

Value = str | float | bool | list[str] | None
Record = Mapping[str, Value]


@contextmanager
def open_dump(path: Path, *, compress: bool) -> Iterator[IO[bytes]]:
    """A binary file to write to; gzip without name and time, so equal content is equal bytes."""
    with path.open("wb") as raw:
        if not compress:
            yield raw
            return
        with gzip.GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=6, mtime=0) as packed:
            yield packed  # type: ignore[misc]  # an IO[bytes] in all but name


def python2_literal(value: Value) -> str:
    """One value as Python 2's `repr` shows it: `u'...'` strings, all that is not ASCII escaped."""
    if isinstance(value, str):
        return "u" + ascii(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(python2_literal, value)) + "]"
    return repr(value)


def python2_line(record: Record) -> str:
    """A record as one line of the catalogue dump, line end included."""
    pairs = (f"{python2_literal(key)}: {python2_literal(value)}" for key, value in record.items())
    return "{" + ", ".join(pairs) + "}\n"
