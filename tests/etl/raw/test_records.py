"""The records of a file are counted, and so are its unreadable lines, up to a limit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from datastore.base.errors import InputError
from etl.process.progress import Stage
from etl.raw.counts import Counted
from etl.raw.lines import RawFile
from etl.raw.literals import parse
from etl.raw.records import RecordReader, read_file


def read(path: Path, max_rejects: float = 1.0, max_line_bytes: int = 100) -> Counted[list[object]]:
    def rows(reader: RecordReader) -> list[object]:
        return list(reader.records(parse))

    raw, rejects = RawFile(path, max_line_bytes), path.with_name("rejects.jsonl")
    return read_file(raw, rows, rejects, Stage(None, None), max_rejects)


def lines(folder: Path, good: int, bad: int) -> Path:
    path = folder / "dump.json"
    path.write_text("{bad\n" * bad + "{}\n" * good or "\n")
    return path


@pytest.mark.parametrize(
    ("good", "bad", "share"),
    [(99, 1, 0.01), (71, 29, 0.29), (93, 7, 0.07), (10, 0, 0), (0, 0, 0), (0, 1, 1)],
)
def test_as_many_unreadable_lines_as_allowed_are_allowed(
    tmp_path: Path, good: int, bad: int, share: float
) -> None:
    counted = read(lines(tmp_path, good, bad), share)
    assert (len(counted.rows), counted.counts.unreadable) == (good, bad)


def test_one_more_is_too_many_and_the_error_names_the_file_the_first_and_the_rejects(
    tmp_path: Path,
) -> None:
    path = lines(tmp_path, 9_000, 1_001)
    with pytest.raises(InputError) as caught:
        read(path, 0.1)
    rejects = tmp_path / "rejects.jsonl"
    assert str(caught.value) == (
        f"{path}: 1,001 of 10,001 lines (10.01%) cannot be read; at most 10% may (--max-rejects). "
        f"The first is line 1: '{{' was never closed at character 1. All rejects are listed in "
        f"{rejects}."
    )
    assert (caught.value.path, caught.value.rejects) == (path, rejects)


def test_blank_and_overlong_lines_are_counted_and_the_latter_are_rejected(tmp_path: Path) -> None:
    path = tmp_path / "dump.json"
    path.write_text(f'{{"a": 1}}\n\n["{"x" * 100}"]\n')
    counted = read(path)
    assert counted.rows == [{"a": 1}]
    assert (counted.counts.lines, counted.counts.unreadable) == (3, 1)
    assert counted.counts.notes == {"blank line": 1}
    assert counted.counts.rejected == {"line cannot be read": 1}
    reject = json.loads((tmp_path / "rejects.jsonl").read_text())
    assert (reject["line"], reject["reason"], reject["content"]) == (
        3,
        "it has more than 100 bytes",
        "",
    )
