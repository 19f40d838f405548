"""The records of a file are counted, and so are its unreadable lines."""

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


def read(path: Path, max_line_bytes: int = 100) -> Counted[list[object]]:
    def rows(reader: RecordReader) -> list[object]:
        return list(reader.records(parse))

    raw, rejects = RawFile(path, max_line_bytes), path.with_name("rejects.jsonl")
    return read_file(raw, rows, rejects, Stage(None, None))


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


@pytest.mark.parametrize("rest", ['{"a": 2, "b', "{'a': [1, 2", '{"a"', "{"])
def test_a_file_that_ends_within_a_record_is_damaged(tmp_path: Path, rest: str) -> None:
    path = tmp_path / "dump.json"
    path.write_text('{"a": 1}\n' * 500 + rest)
    with pytest.raises(InputError) as caught:
        read(path)
    assert str(caught.value) == (
        f"{path} is damaged: it ends within the record on line 501. Copy or download the file "
        "again, or add a line end to use the records before it."
    )
    path.write_text('{"a": 1}\n' * 500 + rest + "\n")
    assert (len(read(path).rows), read(path).counts.unreadable) == (500, 1)


@pytest.mark.parametrize("rest", ["the end", '{"a": }', "\x1a"])
def test_another_last_line_without_a_line_end_is_only_rejected(tmp_path: Path, rest: str) -> None:
    path = tmp_path / "dump.json"
    path.write_text('{"a": 1}\n' * 500 + rest)
    assert (len(read(path).rows), read(path).counts.unreadable) == (500, 1)
