"""Catalogues and ratings that a test writes, and what the readers make of them."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from etl.process.progress import Stage
from etl.raw.counts import RowCounts
from etl.raw.kinds import RawKind
from etl.raw.lines import RawFile
from etl.raw.records import read_file
from etl.titles.kinds import RATINGS, TITLES

Row = dict[str, Any]


def catalogue_csv(
    *titles: Row, end: str = "\r\n", columns: tuple[str, ...] = TITLES.needs
) -> bytes:
    """A platform's catalogue; what a title leaves out is empty, and its type is Movie."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, columns, restval="", lineterminator=end, extrasaction="ignore")
    writer.writeheader()
    writer.writerows({"type": "Movie"} | title for title in titles)
    return file.getvalue().encode()


def ratings_csv(*rows: str, end: str = "\r\n") -> bytes:
    """Ratings, each as in a file: `ann,4.5,100,as1`."""
    return end.join([",".join(RATINGS.needs), *rows, ""]).encode()


class Source(NamedTuple):
    """What a reader made of a file."""

    rows: Any
    counts: RowCounts
    rejects: list[Row]


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Source]:
    """Read one file of a kind."""

    def reading(kind: RawKind, content: bytes, origin: str = "", packed: bool = False) -> Source:
        path, rejects = tmp_path / "file.csv", tmp_path / "rejects.jsonl"
        path.write_bytes(gzip.compress(content) if packed else content)
        raw = RawFile(path, 1 << 20, forms=kind.forms)
        found = read_file(raw, kind.read, rejects, Stage(None, None), origin=origin)
        kept = [json.loads(line) for line in rejects.read_text("utf-8").splitlines()]
        return Source(found.rows, found.counts, kept)

    return reading
