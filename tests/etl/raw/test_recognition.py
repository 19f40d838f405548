"""A file of the wrong kind, or not a dump at all, is refused in one sentence."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from datastore.base.errors import InputError
from etl.raw import recognition
from etl.raw.lines import RawFile
from etl.subjects import RAW_KINDS

RECORDS: dict[str, dict[str, Any]] = {
    "games": {"app_name": "Alpha", "id": "10"},
    "reviews": {"user_id": "ann", "reviews": []},
    "items": {"user_id": "ann", "items": []},
}


def check(path: Path, kind: str) -> None:
    recognition.check(RawFile(path, 10_000), RAW_KINDS[kind], RAW_KINDS.values())


def refusal(path: Path, kind: str) -> str:
    with pytest.raises(InputError) as caught:
        check(path, kind)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert "\n" not in message
    return message.removeprefix(f"{path} ")


@pytest.mark.parametrize("notation", ["python", "python2", "json"])
@pytest.mark.parametrize("kind", RECORDS)
def test_the_right_file_is_accepted(dump: Callable[..., Path], kind: str, notation: str) -> None:
    check(dump(RECORDS[kind], notation=notation), kind)


@pytest.mark.parametrize("given", RECORDS)
@pytest.mark.parametrize("kind", RECORDS)
def test_the_refusal_of_a_wrong_file_names_its_option(
    dump: Callable[..., Path], given: str, kind: str
) -> None:
    if given == kind:
        return
    message = refusal(dump(RECORDS[kind]), given)
    assert message.startswith(f"was given as --{given}, but its first record is not from ")
    assert message.endswith(f": use --{kind}.")
    assert f"Keys found: {', '.join(sorted(RECORDS[kind]))}. It looks like " in message


def test_the_refusal_of_an_unknown_record_names_its_keys(dump: Callable[..., Path]) -> None:
    assert refusal(dump({"movieId": 1, "rating": 5}), "games") == (
        "was given as --games, but its first record is not from a catalogue (records with "
        "app_name, genres, price, ...). Keys found: movieId, rating."
    )
    assert refusal(dump({}), "items").endswith("Keys found: no keys.")


def test_many_long_keys_are_cut(dump: Callable[..., Path]) -> None:
    message = refusal(dump({f"{n:02d}" + "x" * 500: n for n in range(15)}), "items")
    assert len(message) < 600


CSV = "a table (CSV, comma-separated): convert it to JSON lines first."
NO_RECORD = "not a dump for --items: no line is a JSON object or a Python dictionary. "


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("app_id,title\n10,Alpha", CSV),
        ("app_id,title\n10,20", CSV),
        ("10,20", CSV),
        ("<html>", "an HTML page: download the file itself, not the page that links to it."),
        ("'hello'", NO_RECORD + "The first problem is in line 1: a string, not an object {...}."),
        ("7", NO_RECORD + "The first problem is in line 1: a number, not an object {...}."),
        ("None", NO_RECORD + "The first problem is in line 1: null, not an object {...}."),
        ("[[1], 2]", NO_RECORD + "The first problem is in line 1: a list, not an object {...}."),
        ("var x = [{'a': 1}];", NO_RECORD + "The first problem is in line 1: invalid syntax at "
         "character 5."),
        ("[]", NO_RECORD + "It has no records."),
        ("\n \n", NO_RECORD + "It has only blank lines."),
    ],
)  # fmt: skip
def test_a_file_that_is_not_a_dump_is_named(
    dump: Callable[..., Path], line: str, what: str
) -> None:
    assert refusal(dump(line), "items") == f"is {what}"


def test_records_inside_another_one_are_pointed_at(dump: Callable[..., Path]) -> None:
    message = refusal(dump({"count": 1, "apps": [RECORDS["games"]]}, notation="json"), "games")
    assert message.endswith(
        "Keys found: apps, count. The records seem to be in apps: pass that list on its own."
    )


def test_lines_that_are_not_records_are_skipped_at_the_start(dump: Callable[..., Path]) -> None:
    check(dump("7", "[1]", "'x'", RECORDS["items"]), "items")


@pytest.mark.parametrize("indent", [None, 1])
def test_an_array_is_a_dump(dump: Callable[..., Path], indent: int | None) -> None:
    path = dump(json.dumps([RECORDS["items"]] * 2, indent=indent))
    check(path, "items")
    assert recognition.kind_of(RawFile(path, 10_000), RAW_KINDS.values()) is RAW_KINDS["items"]


def test_a_table_in_a_watched_folder_is_named_as_well(dump: Callable[..., Path]) -> None:
    with pytest.raises(InputError, match="is a table"):
        recognition.kind_of(RawFile(dump("app_id,title\n10,20"), 10_000), RAW_KINDS.values())


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (random.Random(1).randbytes(5000), "a binary file of unknown format"),
        (b"\0" * 5000, "a binary file of unknown format"),
        ('{"name": "Café"'.encode("latin-1"), "text in an encoding other than UTF-8"),
    ],
    ids=["random", "zeros", "latin-1"],
)  # fmt: skip
def test_bytes_that_are_not_text_are_named(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "dump"
    path.write_bytes(content)
    assert refusal(path, "items").startswith(f"is {what}: ")


def test_a_gzip_of_nothing_is_empty(dump: Callable[..., Path]) -> None:
    assert refusal(dump(name="dump.gz"), "items") == (
        "is not a dump for --items: no line is a JSON object or a Python dictionary. "
        "It is empty when unpacked."
    )


def test_a_few_bad_lines_at_the_start_are_skipped(dump: Callable[..., Path]) -> None:
    check(dump("", "{bad", "x" * 10_001, RECORDS["items"]), "items")


def test_a_file_is_refused_after_a_thousand_bad_lines(dump: Callable[..., Path]) -> None:
    message = refusal(dump(*["{bad"] * 1_000, RECORDS["items"]), "items")
    assert message.endswith("The first problem is in line 1: '{' was never closed at character 1.")
    check(dump(*["{bad"] * 999, RECORDS["items"]), "items")
