"""Raw files as lines: what is yielded, what is hashed, and what is said of a useless file."""

from __future__ import annotations

import gzip
import hashlib
import os
import tracemalloc
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
        (b"\xef\xbb\xbfa\n\xef\xbb\xbfb\n", [b"a", b"\xef\xbb\xbfb"]),
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
def test_the_hash_and_the_progress_are_those_of_the_file_as_it_lies_on_disk(
    tmp_path: Path, packed: bool
) -> None:
    path = write(tmp_path, b"some\nlines\n" * 1000, packed=packed)
    raw, seen = RawFile(path, 100), []
    list(raw.lines(seen.append))
    assert raw.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
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
        f"{path} unpacks to more than 20,000,000 bytes. If it is no mistake, let "
        "PLAYGRAPH_MAX_UNPACKED_BYTES be more."
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
    path = write(tmp_path, b"a" * 50_000_000 + b"\nb\n", packed=True)
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
        ": its compressed data ends too early (a truncated copy?). Copy or download the file again."
    )


def test_a_gzip_cut_off_in_its_header_is_damaged_at_its_start(tmp_path: Path) -> None:
    path = write(tmp_path, b"a\n", packed=True)
    path.write_bytes(path.read_bytes()[:5])
    assert damaged(path).startswith(f"{path} is damaged at its start: its compressed data ")


@pytest.mark.parametrize("at", [40, -6, -1])
def test_a_gzip_with_a_wrong_byte_is_damaged(tmp_path: Path, at: int) -> None:
    path = write(tmp_path, b"".join(b"%d\n" % (n * n) for n in range(1000)), packed=True)
    content = bytearray(path.read_bytes())
    content[at] ^= 0xFF
    path.write_bytes(content)
    assert " is damaged " in damaged(path)


def test_what_stands_behind_a_gzip_is_damage_as_well(tmp_path: Path) -> None:
    path = write(tmp_path, b"a\n", packed=True)
    path.write_bytes(path.read_bytes() + b"and more")
    assert " is damaged " in damaged(path)


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        RawFile(path, 100)
    return str(caught.value)


def test_a_file_that_cannot_be_opened_says_why(tmp_path: Path) -> None:
    missing, empty, pipe = (tmp_path / name for name in ("missing", "empty", "pipe"))
    empty.touch()
    os.mkfifo(pipe)
    assert refusal(missing) == f"{missing} cannot be read: No such file or directory."
    assert refusal(empty) == f"{empty} is empty: expected one record a line."
    assert refusal(tmp_path) == f"{tmp_path} cannot be read: it is a folder, not a file."
    assert refusal(pipe) == (
        f"{pipe} cannot be read: it is a pipe or a device; the build reads a file more than once."
    )
