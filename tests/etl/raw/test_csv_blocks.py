"""CSV in blocks: the records are those of the `csv` module, each with the line it begins on."""

from __future__ import annotations

import csv
import io
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.raw import csv_blocks
from etl.raw.csv_blocks import Block, Broken, Record, blocks, fields_of

#: Texts of all that has a meaning in CSV.
FIELD = st.text('ab ,"\n\r\t♥', max_size=6)
ROWS = st.integers(2, 4).flatmap(
    lambda width: st.lists(st.lists(FIELD, min_size=width, max_size=width), min_size=1, max_size=6)
)


def split(content: bytes, size: int = 1_000, cap: int = 1_000) -> list[Block]:
    """The blocks of a file that comes in pieces of this size."""
    pieces = [content[at : at + size] for at in range(0, len(content), size)]
    return list(blocks(pieces, cap))


def records(found: list[Block]) -> list[Record]:
    """All records, as single lines and as records over several lines alike."""
    return [
        Record(block.record(place).line, block.record(place).content.rstrip(b"\r\n"))
        for block in found
        for place in range(block.text.count(b"\n") if block.records is None else len(block.records))
    ]


def broken(found: list[Block]) -> list[Broken]:
    return [each for block in found for each in block.broken]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@given(rows=ROWS, size=st.integers(1, 40))
def test_the_records_are_those_that_the_csv_module_wrote(
    end: str, rows: list[list[str]], size: int
) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)
    found = split(written.getvalue().encode(), size)
    assert not broken(found)
    shown = [[field.decode() for field in fields_of(r.content)] for r in records(found)]
    assert shown == rows


@given(rows=ROWS, size=st.integers(1, 40))
def test_a_record_is_on_the_line_on_which_it_begins(rows: list[list[str]], size: int) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    content = written.getvalue().encode()
    found = records(split(content, size))
    lines = [line for line, _ in found]
    assert lines[0] == 1
    for (line, text), (following, _) in pairwise(found):
        inner = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n")
        assert following == line + inner + 1


@given(st.text('a1,"\n', max_size=40), st.integers(1, 9))
def test_no_byte_is_lost_whatever_stands_in_a_file(text: str, size: int) -> None:
    content = text.encode()
    found = split(content, size)
    kept = b"".join(r.content for r in records(found)) + b"".join(b.content for b in broken(found))
    assert sorted(kept.replace(b"\n", b"")) == sorted(content.replace(b"\n", b""))


@pytest.mark.parametrize(
    ("record", "fields"),
    [
        (b"a,b", [b"a", b"b"]),
        (b"a,", [b"a", b""]),
        (b'"a,b",c', [b"a,b", b"c"]),
        (b'"say ""hi""",c', [b'say "hi"', b"c"]),
        (b'5" screen,"c"', [b'5" screen', b"c"]),
        (b'"a"b"c,d', [b'ab"c', b"d"]),
        (b'a,"b', [b"a", b'"b']),
    ],
)
def test_a_quote_has_a_meaning_at_the_start_of_a_field_only(
    record: bytes, fields: list[bytes]
) -> None:
    assert fields_of(record) == fields


@pytest.mark.parametrize("two", [b"1,2", b'"1",2', b'1,"2,3"', b'"",""'])
def test_lines_that_are_records_are_not_split_one_by_one(two: bytes) -> None:
    (block,) = split(b"a,b\r\n" + two + b"\r\n3,4")
    assert block == Block(b"a,b\r\n" + two + b"\r\n3,4\n", 1, None, [], 0)
    assert block.record(1) == Record(2, two)


@pytest.mark.parametrize("two", [b'"1\n",2', b'"1""",2', b'1"2,3', b'"1"2,3'])
def test_lines_with_other_quotes_are_split_one_by_one(two: bytes) -> None:
    (block,) = split(b"a,b\r\n" + two + b"\r\n3,4")
    assert block.records is not None


def test_blank_lines_are_counted_and_keep_their_numbers() -> None:
    found = split(b"\n1,2\r\n\r\n  \n3,4\n")
    assert records(found) == [(2, b"1,2"), (5, b"3,4")]
    assert sum(block.blank for block in found) == 2 + 1


def test_a_quote_that_is_never_closed_costs_its_line_and_no_other() -> None:
    found = split(b'a,b\n1,"2\n3,4\n5,6\n')
    assert records(found) == [(1, b"a,b"), (3, b"3,4"), (4, b"5,6")]
    assert broken(found) == [Broken(2, b'1,"2', "a quote is not closed")]


@pytest.mark.parametrize("later", [b'5,"6"', b'5,"6', b'"5,6"'])
def test_a_stray_quote_does_not_swallow_the_lines_up_to_the_next_one(later: bytes) -> None:
    found = split(b'a,b\n1,"2\n3,4\n' + later + b"\n7,8\n")
    expected = [(1, b"a,b"), (3, b"3,4"), (4, later), (5, b"7,8")]
    assert records(found) == [each for each in expected if each[1].count(b'"') != 1]
    assert broken(found)[0] == Broken(2, b'1,"2', "a quote is not closed")


def test_a_quote_that_is_open_for_too_long_costs_its_line_and_no_other() -> None:
    lines = b"".join(b"%d,0\n" % number for number in range(100))
    found = split(b'1,"2\n' + lines + b'3,"4"\n', size=7, cap=40)
    assert len(records(found)) == 101
    assert broken(found) == [Broken(1, b'1,"2', "a quote is not closed")]


@pytest.mark.parametrize("long", [b"x" * 300 + b",1", b'"' + b"x" * 300 + b'",1'])
@pytest.mark.parametrize("size", [1, 64, 1_000])
def test_a_line_that_is_too_long_is_passed_over(
    long: bytes, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_blocks, "BLOCK_BYTES", 32)
    found = split(b"a,b\n" + long + b"\n1,2\n", size, cap=100)
    assert records(found) == [(1, b"a,b"), (3, b"1,2")]
    (lost,) = broken(found)
    assert (lost.line, lost.content) == (2, b"")
    assert lost.reason == "it has more than 100 bytes"


def test_bytes_that_are_not_utf8_cost_their_record() -> None:
    found = split("a,b\n1,♥\n".encode() + b"2,\xff\n3,4\n")
    assert records(found) == [(1, b"a,b"), (2, "1,♥".encode()), (4, b"3,4")]
    assert broken(found) == [Broken(3, b"2,\xff", "it is not UTF-8")]


def test_a_file_without_a_byte_has_no_block() -> None:
    assert split(b"") == []
