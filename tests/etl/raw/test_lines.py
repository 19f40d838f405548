"""Raw files as lines: what is yielded, what is hashed, and what is said of a useless file."""

from __future__ import annotations

import gzip
import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from datastore.base.errors import InputError
from etl.raw import lines
from etl.raw.lines import RawFile, TooLong


@pytest.fixture(params=["isal, where it is installed", "standard library"], autouse=True)
def unpacker(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "standard library":
        monkeypatch.setattr(lines, "_GzipFile", gzip.GzipFile)


def write(folder: Path, content: bytes, *, packed: bool = False) -> Path:
    path = folder / "dump"
    path.write_bytes(gzip.compress(content) if packed else content)
    return path


def lines_of(path: Path, cap: int = 100) -> list[Any]:
    shown = RawFile(path, cap).lines()
    return [(n, "TOO LONG" if isinstance(line, TooLong) else line) for n, line in shown]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a\nb\n", [b"a", b"b"]),
        (b"a\nb", [b"a", b"b"]),
        (b"a\r\nb\r\n", [b"a", b"b"]),
        (b"a\n\n  \nb\n", [b"a", b"", b"", b"b"]),
        (b"\xef\xbb\xbfa\n\xef\xbb\xbfb\n", [b"a", b"b"]),  # two files that were joined
        (b"\xef\xbb\xbf\xef\xbb\xbfa\nb\n", [b"a", b"b"]),  # some programs write another one
        (b"\xef\xbb\xbf\r\na\n", [b"", b"a"]),
        (b"  a \t\n", [b"a"]),
    ],
)
def test_lines_come_without_their_ends_packed_or_plain(
    tmp_path: Path, content: bytes, expected: list[bytes], packed: bool
) -> None:
    path = write(tmp_path, content, packed=packed)
    assert lines_of(path) == list(enumerate(expected, 1))


@pytest.mark.parametrize("packed", [False, True])
def test_the_progress_is_that_of_the_file_as_it_lies_on_disk(tmp_path: Path, packed: bool) -> None:
    path = write(tmp_path, b"some\nlines\n" * 1000, packed=packed)
    raw, seen = RawFile(path, 100), []
    list(raw.lines(seen.append))
    assert sum(seen) == raw.size == path.stat().st_size


def test_a_gzip_of_several_members_is_one_file(tmp_path: Path) -> None:
    path = tmp_path / "dump"
    path.write_bytes(gzip.compress(b"a\nb\n") + gzip.compress(b"c\n"))
    assert lines_of(path) == [(1, b"a"), (2, b"b"), (3, b"c")]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a" * 11 + b"\nb\n", ["TOO LONG", b"b"]),
        (b"a" * 10 + b"\nb\n", [b"a" * 10, b"b"]),
        (b"a" * 10, [b"a" * 10]),
        (b"b\n" + b"a" * 1000 + b"\n" + b"c\n", [b"b", "TOO LONG", b"c"]),
        (b"b\n" + b"a" * 1000, [b"b", "TOO LONG"]),
        (b"a" * 20 + b"\n\nb", ["TOO LONG", b"", b"b"]),
        # The mark at the start of the file once hid that the line had more bytes than allowed.
        (b"\xef\xbb\xbf" + b"a" * 15 + b"\nb\n", ["TOO LONG", b"b"]),
    ],
)
def test_a_line_that_is_too_long_is_passed_over_and_the_next_one_is_read(
    tmp_path: Path, content: bytes, expected: list[Any]
) -> None:
    assert lines_of(write(tmp_path, content), 10) == list(enumerate(expected, 1))


def test_what_is_too_long_says_so() -> None:
    path = Path(__file__)
    assert str(next(RawFile(path, 5).lines())[1]) == "it has more than 5 bytes"


def test_a_bomb_ends_the_build_before_it_is_unpacked(tmp_path: Path) -> None:
    zeros = gzip.compress(b"\0" * 10_000_000)
    path = tmp_path / "dump"
    path.write_bytes(gzip.compress(b"a\n") + zeros * 100)  # a gigabyte
    tracemalloc.start()
    with pytest.raises(InputError) as caught:
        list(RawFile(path, 1_000_000, 20_000_000).lines())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert str(caught.value) == (
        f"{path} unpacks to more than 20,000,000 bytes. If intended, raise "
        "PLAYGRAPH_MAX_UNPACKED_BYTES."
    )
    assert peak < 10_000_000


@pytest.mark.parametrize("content", [b"aaa\n" * 5, b"\n" * 20, b"a" * 20])
def test_a_file_may_unpack_to_as_many_bytes_as_allowed_and_no_more(
    tmp_path: Path, content: bytes
) -> None:
    path = write(tmp_path, content, packed=True)
    assert len(list(RawFile(path, 5, 20).lines())) == len(content.splitlines())
    with pytest.raises(InputError, match="unpacks to more than 19 bytes"):
        list(RawFile(path, 5, 19).lines())


def test_a_file_that_is_not_packed_may_be_of_any_size(tmp_path: Path) -> None:
    path = write(tmp_path, b"a\n" * 20)
    assert len(list(RawFile(path, 5, 10).lines())) == 20


def test_an_endless_line_is_never_held_in_memory(tmp_path: Path) -> None:
    path = write(tmp_path, b"a" * 15_000_000 + b"\nb\n", packed=True)
    tracemalloc.start()
    assert lines_of(path, 1_000_000) == [(1, "TOO LONG"), (2, b"b")]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 6_000_000


def damaged(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        list(RawFile(path, 10_000).lines())
    return str(caught.value)


def test_a_truncated_gzip_is_damaged_after_its_last_whole_line(tmp_path: Path) -> None:
    path = write(tmp_path, b"".join(b"%d\n" % (n * n) for n in range(100_000)), packed=True)
    path.write_bytes(path.read_bytes()[:-5000])
    message = damaged(path)
    assert message.startswith(f"{path} is damaged after line ")
    assert message.endswith(
        ": its compressed data ends too early, or other data follows it. "
        "Copy or download the file again."
    )


@pytest.mark.parametrize(
    "change", [lambda packed: packed[:5], lambda packed: packed[:-3], lambda packed: packed + b"x"]
)
def test_damage_of_a_small_gzip_may_be_anywhere(
    tmp_path: Path, change: Callable[[bytes], bytes]
) -> None:
    path = write(tmp_path, b"a\nb\n", packed=True)
    path.write_bytes(change(path.read_bytes()))
    assert damaged(path).startswith(f"{path} is damaged: its compressed data ")


@pytest.mark.parametrize("at", [40, -6, -1])
def test_a_gzip_with_a_wrong_byte_is_damaged(tmp_path: Path, at: int) -> None:
    path = write(tmp_path, b"".join(b"%d\n" % (n * n) for n in range(1000)), packed=True)
    content = bytearray(path.read_bytes())
    content[at] ^= 0xFF
    path.write_bytes(content)
    assert " is damaged" in damaged(path)


def test_data_after_a_gzip_is_damage_as_well(tmp_path: Path) -> None:
    path = write(tmp_path, b"a\n", packed=True)
    path.write_bytes(path.read_bytes() + b"and more")
    assert " is damaged" in damaged(path)


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        RawFile(path, 100)
    return str(caught.value)


def test_a_file_that_cannot_be_opened_says_why(tmp_path: Path) -> None:
    missing, empty, pipe = (tmp_path / name for name in ("missing", "empty", "pipe"))
    empty.touch()
    os.mkfifo(pipe)
    assert refusal(missing) == f"{missing} cannot be read: No such file or directory."
    assert refusal(empty) == f"{empty} is empty: expected one record per line."
    assert refusal(tmp_path) == f"{tmp_path} cannot be read: it is a folder, not a file."
    assert refusal(pipe) == (
        f"{pipe} cannot be read: it is a pipe or a device; the build reads a file more than once."
    )


def test_a_path_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.json")
    path.write_bytes(b"{}\n")
    assert refusal(path) == f"The path {path} is not valid UTF-8: rename it."


def test_lines_may_end_in_a_carriage_return_alone(tmp_path: Path) -> None:
    assert lines_of(write(tmp_path, b"{'a': 1}\r{'a': 2}\r\r{'a': 3}")) == [
        (1, b"{'a': 1}"), (2, b"{'a': 2}"), (3, b""), (4, b"{'a': 3}"),
    ]  # fmt: skip


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'[{"a": 1}, {"b": 2}]', [(1, b'{"a": 1}'), (1, b'{"b": 2}')]),
        (b'[\n{"a": 1},\n{"b": 2}\n]\n', [(2, b'{"a": 1}'), (3, b'{"b": 2}')]),
        (b'[{"a": 1},\r\n{"b": 2}]\r\n', [(1, b'{"a": 1}'), (2, b'{"b": 2}')]),
        (b'{"a": 1},\n{"b": 2},\n', [(1, b'{"a": 1}'), (2, b'{"b": 2}')]),
        (b'{"a": 1}{"b": 2}\n{"c": 3}', [(1, b'{"a": 1}'), (1, b'{"b": 2}'), (2, b'{"c": 3}')]),
        (b'{\n "a": 1\n}\n{\n "b": 2\n}', [(1, b'{\n "a": 1\n}'), (4, b'{\n "b": 2\n}')]),
        (b'[\n {\n  "a": 1\n }\n]', [(2, b'{\n  "a": 1\n }')]),
        (b"\xef\xbb\xbf[{'a': ']}'}, {'b': \"}'\"}]", [(1, b"{'a': ']}'}"), (1, b"{'b': \"}'\"}")]),
        (b'[{"a": "\\"]}"}, 1, "x, y", nul, [2]]',
         [(1, b'{"a": "\\"]}"}'), (1, b"1"), (1, b'"x, y"'), (1, b"nul"), (1, b"[2]")]),
        (b"[{'a': 1}]\n[{'a': 2}]\n", [(1, b"{'a': 1}"), (2, b"{'a': 2}")]),
        (b"\xef\xbb\xbf[{}]\n\xef\xbb\xbf[{'a': 2}]", [(1, b"{}"), (2, b"{'a': 2}")]),
        (b"[]", []),
    ],
)  # fmt: skip
def test_records_that_have_no_line_of_their_own_come_one_by_one(
    tmp_path: Path, content: bytes, expected: list[Any], packed: bool
) -> None:
    path = write(tmp_path, content, packed=packed)
    assert lines_of(path) == expected


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b'[{"a": 1}, {"b": 2}', "the array that begins on line 1 is never closed"),
        (b'\n[\n{"a": 1},\n{"b": 2},\n', "the array that begins on line 2 is never closed"),
        (b'{"a": 1}{"b":\n{', "the record that begins on line 1 is never closed"),
        (b'{\n"a": 1}\n{\n"b": "}', "the record that begins on line 3 is never closed"),
    ],
)
def test_an_array_or_record_that_is_cut_off_is_damage(
    tmp_path: Path, content: bytes, what: str
) -> None:
    path = write(tmp_path, content)
    assert damaged(path) == f"{path} is damaged: {what}. Copy or download the file again."


@pytest.mark.parametrize("inside", [b"1, " * 100, b"'" + b"x{" * 100 + b"'", b"{}, " * 90 + b"0"])
def test_a_record_of_an_array_that_is_too_long_is_passed_over(
    tmp_path: Path, inside: bytes
) -> None:
    path = write(tmp_path, b"[{'a': 1}, {'b': [%b]}, {'c': 3}]" % inside)
    assert lines_of(path) == [(1, b"{'a': 1}"), (1, "TOO LONG"), (1, b"{'c': 3}")]


LONG = b"x" * 1_000


@pytest.mark.parametrize(
    "inside", [b"'%b'" % (b"x\\y" * 2_500_000), b"{'b': '%b'}, " % LONG * 7_000]
)
def test_an_endless_record_is_never_held_in_memory(tmp_path: Path, inside: bytes) -> None:
    path = write(tmp_path, b"[{'a': 1}, {'b': [%b]},\n{'c': 3}]" % inside, packed=True)
    tracemalloc.start()
    assert lines_of(path, 500_000) == [(1, b"{'a': 1}"), (1, "TOO LONG"), (2, b"{'c': 3}")]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 6_000_000


def test_a_long_array_is_read_in_little_memory(tmp_path: Path) -> None:
    record = b"{'a': '%b'}" % LONG
    path = write(tmp_path, b"[%b]" % b", ".join([record] * 7_000), packed=True)
    tracemalloc.start()
    assert sum(line == record for _, line in RawFile(path, 2_000).lines()) == 7_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 6_000_000


def test_a_bomb_of_an_array_ends_before_it_is_unpacked(tmp_path: Path) -> None:
    path = write(tmp_path, b"[%b]" % b", ".join([b"{'a': '%b'}" % LONG] * 7_000), packed=True)
    with pytest.raises(InputError, match="unpacks to more than 2,000,000 bytes"):
        list(RawFile(path, 2_000, 2_000_000).lines())


@pytest.mark.parametrize(
    "content", [b"{bad\n{'a': 1}\n", b"{'it's'}\n{'a': 1}\n", b"{'a': 1}}\n{'a': 1}\n", b"{bad"]
)
def test_a_broken_first_line_does_not_swallow_the_next(tmp_path: Path, content: bytes) -> None:
    path = write(tmp_path, content)
    assert lines_of(path) == list(enumerate(content.splitlines(), 1))
