"""A file of the wrong kind, or not a dump at all, is refused in one sentence."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from datastore.base.errors import InputError
from etl.raw import recognition
from etl.raw.formats import Form
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


def test_records_by_their_ids_are_pointed_at(dump: Callable[..., Path]) -> None:
    message = refusal(dump({"10": RECORDS["games"], "20": {}}, notation="json"), "games")
    assert message.endswith(
        "Keys found: 10, 20. The records seem to be its values: pass these on their own, one per "
        "line."
    )


def test_lines_that_are_not_records_are_skipped_at_the_start(dump: Callable[..., Path]) -> None:
    check(dump("7", "[1]", "'x'", RECORDS["items"]), "items")


@pytest.mark.parametrize("indent", [None, 1])
def test_an_array_is_a_dump(dump: Callable[..., Path], indent: int | None) -> None:
    path = dump(json.dumps([RECORDS["items"]] * 2, indent=indent))
    check(path, "items")
    assert recognition.kind_of(RawFile(path, 10_000), RAW_KINDS.values()) is RAW_KINDS["items"]


@pytest.mark.parametrize(
    ("content", "named", "problem"),
    [
        ("app_id,title\n10,20", "CSV, comma-separated", "Columns found: app_id, title."),
        ("userId\trating\n1\t2", "TSV, tab-separated", "Columns are separated by commas."),
    ],
)
def test_an_unknown_table_in_a_watched_folder_is_told_which_tables_are_known(
    dump: Callable[..., Path], content: str, named: str, problem: str
) -> None:
    path = dump(content)
    with pytest.raises(InputError) as caught:
        recognition.kind_of(RawFile(path, 10_000), RAW_KINDS.values())
    assert str(caught.value) == (
        f"{path} is a table ({named}), but neither a platform's titles (CSV with show_id, type, "
        "title, ...) nor ratings (CSV or Parquet with userId, rating, timestamp, movieId). "
        f"{problem}"
    )


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


# ---------------------------------------------------------------- tables

HEADERS = {
    "titles": "show_id,type,title,director,cast,country,date_added,release_year,rating,duration,"
    "listed_in,description",
    "ratings": "userId,rating,timestamp,movieId",
}
FORMS = tuple(Form)


def table(folder: Path, header: str, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_text(f"{header}\n{','.join(['1'] * (header.count(',') + 1))}\n")
    return path


def table_refusal(path: Path, kind: str) -> str:
    found = RAW_KINDS[kind]
    with pytest.raises(InputError) as caught:
        recognition.check(RawFile(path, 10_000, forms=found.forms), found, RAW_KINDS.values())
    return str(caught.value).removeprefix(f"{path} ")


@pytest.mark.parametrize("kind", HEADERS)
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_table_is_recognised_by_its_header(tmp_path: Path, kind: str, mark: str) -> None:
    columns = HEADERS[kind].split(",")
    path = table(tmp_path, mark + ",".join([f'"{columns[-1]}"', "more", *columns[:-1]]))
    raw = RawFile(path, 10_000, forms=FORMS)
    recognition.check(raw, RAW_KINDS[kind], RAW_KINDS.values())
    assert recognition.kind_of(raw, RAW_KINDS.values()) is RAW_KINDS[kind]


def test_ratings_in_parquet_are_recognised_and_titles_are_asked_for_as_csv(tmp_path: Path) -> None:
    for kind, header in HEADERS.items():
        pq.write_table(pa.table({name: ["1"] for name in header.split(",")}), tmp_path / kind)
    ratings = RawFile(tmp_path / "ratings", 10_000, forms=FORMS)
    assert recognition.kind_of(ratings, RAW_KINDS.values()) is RAW_KINDS["ratings"]
    with pytest.raises(InputError, match="titles is a Parquet file: convert it to CSV first"):
        recognition.kind_of(RawFile(tmp_path / "titles", 10_000, forms=FORMS), RAW_KINDS.values())


@pytest.mark.parametrize("kind", ["games", "ratings"])
def test_the_refusal_of_a_table_of_another_kind_names_its_option(tmp_path: Path, kind: str) -> None:
    what = {"games": "a catalogue (records with app_name, genres, price, ...)"}
    assert table_refusal(table(tmp_path, HEADERS["titles"]), kind) == (
        f"was given as --{kind}, but its header is not from "
        f"{what.get(kind, RAW_KINDS[kind].label)}. Columns found: cast, country, date_added, "
        "description, director, duration, listed_in, rating, release_year, show_id, title, type. "
        f"It looks like {RAW_KINDS['titles'].label}: use --titles."
    )


def test_the_refusal_of_an_unknown_table_names_its_columns(tmp_path: Path) -> None:
    assert table_refusal(table(tmp_path, "id,name"), "titles") == (
        f"was given as --titles, but its header is not from {RAW_KINDS['titles'].label}. "
        "Columns found: id, name."
    )


@pytest.mark.parametrize(
    ("kind", "column"), [(k, c) for k in HEADERS for c in HEADERS[k].split(",")]
)
def test_the_refusal_of_a_table_without_a_column_names_it(
    tmp_path: Path, kind: str, column: str
) -> None:
    others = [name for name in HEADERS[kind].split(",") if name != column]
    path = table(tmp_path, ",".join([*others, "more"]))
    expected = (
        f"looks like {RAW_KINDS[kind].label}, but lacks the column {column}. "
        f"Columns found: {', '.join(sorted([*others, 'more']))}."
    )
    assert table_refusal(path, kind) == expected
    with pytest.raises(InputError) as caught:  # in a watched folder, too
        recognition.kind_of(RawFile(path, 10_000, forms=FORMS), RAW_KINDS.values())
    assert str(caught.value) == f"{path} {expected}"


def test_a_table_with_two_columns_of_one_name_is_refused(tmp_path: Path) -> None:
    path = table(tmp_path, f"{HEADERS['ratings']},rating")
    assert table_refusal(path, "ratings") == "has two columns rating: remove one."


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("userId;rating;timestamp;movieId\n1;2;3;4\n",
         "is a table (CSV, semicolon-separated): separate its columns by commas first."),
        ('{"userId": "1", "rating": 5, "timestamp": 1, "movieId": "as1"}\n',
         "is JSON lines: convert it to CSV first."),
        ('{"user_id": "ann", "reviews": []}\n',
         f"was given as --ratings, but its first record is not from {RAW_KINDS['ratings'].label}. "
         "Keys found: reviews, user_id. It looks like reviews (records with user_id and reviews): "
         "use --reviews."),
        ("<html>", "is an HTML page: download the file itself, not the page that links to it."),
        ("hello\n", "is not a dump for --ratings: its first line is not a header with userId, "
         "rating, timestamp, movieId."),
        ("PK\3\4" + "x" * 50, "is a zip archive: unpack it first."),
        ("\x93NUMPY", "is a NumPy array: convert it to CSV first."),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_is_named(tmp_path: Path, content: str, what: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content.encode("latin-1"))
    assert table_refusal(path, "ratings") == what
