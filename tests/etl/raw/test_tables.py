"""Tables with a header: the same rows from CSV and Parquet; invalid lines are rejected."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastore.base.errors import InputError
from etl.process.progress import Stage
from etl.raw.counts import Counted
from etl.raw.formats import Form
from etl.raw.lines import RawFile
from etl.raw.records import RecordReader, read_file
from etl.raw.tables import batches, columns_of

FORMS = (Form.CSV, Form.PARQUET)


def opened(path: Path, cap: int = 10_000, most: int = 1 << 20) -> RawFile:
    return RawFile(path, cap, most, FORMS)


def rows(raw: RawFile, columns: Sequence[str] = ("a", "b")) -> list[tuple[int, list[str]]]:
    """The line of each row, and its texts."""
    return [
        (batch.line(row), [batch.columns[name][row].as_py() for name in columns])
        for batch in batches(raw, columns, lambda _: None)
        for row in range(len(batch))
    ]


def written(folder: Path, content: bytes, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return path


@pytest.mark.parametrize("name", ["table.csv", "table.csv.gz"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf", b"\xef\xbb\xbf" * 2])
def test_line_ends_marks_and_gzip_change_nothing(
    tmp_path: Path, name: str, end: bytes, mark: bytes
) -> None:
    content = mark + end.join([b"a,c,b", b"1,x,2", b'3,y,"4,5"', b""])
    raw = opened(written(tmp_path, content, name))
    assert columns_of(raw) == ["a", "c", "b"]
    assert rows(raw) == [(2, ["1", "2"]), (3, ["3", "4,5"])]


def test_a_quoted_field_may_have_line_breaks(tmp_path: Path) -> None:
    raw = opened(written(tmp_path, b'a,b\r\n1,"two\r\n\r\nlines"\r\n3,4\r\n'))
    assert rows(raw) == [(2, ["1", "two\r\n\r\nlines"]), (5, ["3", "4"])]


def read(path: Path, cap: int = 10_000) -> tuple[Counted[list[int]], list[dict[str, Any]]]:
    """The lines of the rows of a file, its counts, and its rejects."""

    def lines(reader: RecordReader) -> list[int]:
        return [
            batch.line(row) for batch in reader.batches(("a", "b")) for row in range(len(batch))
        ]

    rejects = path.with_name("rejects.jsonl")
    counted = read_file(opened(path, cap), lines, rejects, Stage(None, None))
    return counted, [json.loads(line) for line in rejects.read_text("utf-8").splitlines()]


def test_lines_of_another_number_of_fields_are_rejected(tmp_path: Path) -> None:
    counted, rejects = read(written(tmp_path, b"a,b\n1,2\n3\n\n4,5,6\n \n7,8\n"))
    assert counted.rows == [2, 7]
    assert (counted.counts.lines, counted.counts.rows, counted.counts.unreadable) == (6, 2, 2)
    assert counted.counts.notes == {"blank line": 2}
    assert [(each["line"], each["reason"], each["content"]) for each in rejects] == [
        (3, "it has 1 field, the header has 2", "3"),
        (5, "it has 3 fields, the header has 2", "4,5,6"),
    ]


def test_each_kind_of_broken_line_is_rejected_by_its_line(tmp_path: Path) -> None:
    content = b'a,b\n"1\n\n",2\n3,\xff\n4\n' + b"5" * 200 + b',6\n7,8\n9,"10\n'
    counted, rejects = read(written(tmp_path, content), cap=100)
    assert counted.rows == [2, 8]
    assert [(each["line"], each["reason"]) for each in rejects] == [
        (5, "it is not UTF-8"),
        (6, "it has 1 field, the header has 2"),
        (7, "it has more than 100 bytes"),
        (9, "a quote is not closed"),
    ]


@given(
    table=st.lists(st.lists(st.text('a ,"\n\r♥', max_size=5), min_size=2, max_size=2), min_size=1),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_all_that_the_csv_module_writes_is_read(
    tmp_path_factory: pytest.TempPathFactory, table: list[list[str]], quoting: Any
) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, quoting=quoting).writerows([["a", "b"], *table])
    path = written(tmp_path_factory.mktemp("csv"), file.getvalue().encode())
    assert [texts for _, texts in rows(opened(path))] == table


@pytest.mark.parametrize("content", [b"a,b\n", b"a,b", b"a,b\n\n\n"])
def test_a_header_alone_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputError, match="has a header and no rows"):
        rows(opened(written(tmp_path, content)))


@pytest.mark.parametrize("content", [b"{'a': 1}", b"[1, 2]", b"one\n", b"\xff\xfd,b\n", b"\n"])
def test_what_is_no_table_has_no_columns(tmp_path: Path, content: bytes) -> None:
    assert columns_of(opened(written(tmp_path, content))) is None


def test_a_gzipped_table_unpacks_to_no_more_than_it_may(tmp_path: Path) -> None:
    path = written(tmp_path, b"a,b\n" + b"1,2\n" * 1_000, "table.csv.gz")
    assert len(rows(opened(path, most=4_004))) == 1_000
    with pytest.raises(InputError, match="unpacks to more than 4,003 bytes"):
        rows(opened(path, most=4_003))


def test_a_gzipped_table_that_ends_too_early_is_damaged(tmp_path: Path) -> None:
    path = written(tmp_path, b"a,b\n" + b"".join(b"%d,2\n" % n for n in range(9_999)), "t.csv.gz")
    path.write_bytes(path.read_bytes()[:-2_000])
    with pytest.raises(InputError, match="is damaged: its compressed data"):
        rows(opened(path))


# ---------------------------------------------------------------- Parquet


def parquet(folder: Path, **columns: Any) -> RawFile:
    pq.write_table(pa.table(columns), folder / "table.parquet", row_group_size=2)
    return opened(folder / "table.parquet")


def test_a_parquet_file_has_the_rows_of_the_csv_file(tmp_path: Path) -> None:
    raw = parquet(tmp_path, a=["1", "2", None], c=[0, 0, 0], b=["x", "y,z", ""])
    assert columns_of(raw) == ["a", "c", "b"]
    assert rows(raw) == [(1, ["1", "x"]), (2, ["2", "y,z"]), (3, ["", ""])]


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        (pa.array([4, None], pa.int32()), ["4", ""]),
        (pa.array([4.0, 0.5]), ["4", "0.5"]),
        (pa.array([265409.0, None]), ["265409", ""]),
        (pa.array([Decimal("4.5")]), ["4.5"]),
        (pa.array(["4", "5", "4"]).dictionary_encode(), ["4", "5", "4"]),
        (pa.array(["4"], pa.large_string()), ["4"]),
        (pa.array([None], pa.null()), [""]),
        (pa.array([datetime(1970, 1, 2, 0, 0, 0, 999_999)]), ["86400"]),
        (pa.array([datetime(1970, 1, 2, tzinfo=UTC)]), ["86400"]),
        (pa.array([datetime(1969, 12, 31, 23, 59, 58, 500_000)]), ["-2"]),
    ],
)
def test_numbers_and_moments_are_as_a_csv_file_would_have_them(
    tmp_path: Path, values: pa.Array, texts: list[str]
) -> None:
    raw = parquet(tmp_path, a=values)
    assert [found for _, (found,) in rows(raw, ("a",))] == texts


def test_a_column_of_lists_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"has list<.*> in its column a: expected texts or num"):
        rows(parquet(tmp_path, a=[[1]]), ("a",))


def test_a_parquet_file_may_be_in_a_folder_with_a_colon_in_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = Path("disk:1")
    folder.mkdir()
    assert rows(opened(parquet(folder.absolute(), a=["1"], b=["2"]).path.relative_to(tmp_path)))


def test_a_damaged_parquet_file_is_said_to_be_damaged(tmp_path: Path) -> None:
    raw = parquet(tmp_path, a=["x"] * 99, b=["y"] * 99)
    content = raw.path.read_bytes()
    raw.path.write_bytes(content[:40] + bytes(200) + content[240:])
    with pytest.raises(InputError, match="is damaged"):
        rows(opened(raw.path))
    raw.path.write_bytes(content[:-5])
    with pytest.raises(InputError, match="is damaged"):
        columns_of(opened(raw.path))


def test_a_parquet_file_holds_no_more_than_it_may(tmp_path: Path) -> None:
    raw = parquet(tmp_path, a=[f"{n}" * 50 for n in range(99)], b=["y"] * 99)
    with pytest.raises(InputError, match="unpacks to more than 1,000 bytes"):
        rows(opened(raw.path, most=1_000))


def test_the_progress_of_a_parquet_file_is_about_its_size(tmp_path: Path) -> None:
    raw, seen = parquet(tmp_path, a=["x"] * 99, b=["y"] * 99), list[int]()
    list(batches(raw, ("a", "b"), seen.append))
    assert raw.size * 0.9 < sum(seen) <= raw.size
