"""Ratings of one file: what is read, what is rejected and why, and what goes with a viewer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl.titles import ratings
from etl.titles.kinds import RATINGS
from etl.titles.ratings import Ratings

from .conftest import Source, ratings_csv

Read = Callable[..., Source]


def rows(part: Ratings) -> list[tuple[str, str, int, int]]:
    viewers, titles = part.viewer_ids.to_pylist(), part.title_ids.to_pylist()
    return [
        (viewers[viewer], titles[title], value, time)
        for viewer, title, value, time in zip(
            *(each.tolist() for each in (part.viewers, part.titles, part.values, part.times)),
            strict=True,
        )
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("packed", [False, True])
def test_rows_are_read_in_their_order(read: Read, end: str, packed: bool) -> None:
    content = ratings_csv("20,4.5,100,as1", "3,0.5,-7,ns2", "20,5.0,101,hs3", end=end)
    found = read(RATINGS, b"\xef\xbb\xbf" + content, packed=packed)
    assert rows(found.rows) == [("20", "as1", 9, 100), ("3", "ns2", 1, -7), ("20", "hs3", 10, 101)]
    assert (found.counts.lines, found.counts.rows) == (3, 3)
    assert not found.rejects


def test_white_space_around_values_and_spellings_of_numbers_do_not_matter(read: Read) -> None:
    content = ratings_csv(" ann , 4.0 , 100 ,\tas1 ", 'ann,4,"100",as1', "ann,+4.00,100.0,as1")
    assert rows(read(RATINGS, content).rows) == [("ann", "as1", 8, 100)] * 3


def test_a_parquet_file_has_the_same_ratings(read: Read, tmp_path: Path) -> None:
    expected = read(RATINGS, ratings_csv("20,4.5,100,as1", "3,4,101,ns2")).rows
    columns: list[dict[str, Any]] = [
        {"userId": [20, 3], "rating": [4.5, 4], "timestamp": [100, 101]},
        {"userId": ["20", "3"], "rating": ["4.5", "4.0"], "timestamp": ["100", "101"]},
        {"userId": [20.0, 3.0], "rating": pa.array([4.5, 4], pa.float32()),
         "timestamp": [datetime.fromtimestamp(at, UTC) for at in (100, 101)]},
        {"userId": pa.array(["20", "3"], pa.string_view()), "rating": [4.5, 4],
         "timestamp": [100, 101]},
    ]  # fmt: skip
    for each in columns:
        path = tmp_path / "ratings.parquet"
        pq.write_table(pa.table(each | {"movieId": ["as1", "ns2"]}), path)
        assert rows(read(RATINGS, path.read_bytes()).rows) == rows(expected)


@pytest.mark.parametrize(
    "at",
    ["2017-03-05 20:15:00", "2017-03-05T20:15:00Z", "Mar 5, 2017 8:15 PM", "1488744900000",
     "1488744900.7", "1.4887449e9", "2017-03-05 21:15:00+01:00"],
)  # fmt: skip
def test_a_timestamp_may_be_any_date_that_dumps_have(read: Read, at: str) -> None:
    content = ratings_csv(f'ann,4,"{at}",as1', "bob,3,100,as2", "cat,3,2017-03-05,as2")
    found = rows(read(RATINGS, content).rows)
    assert [time for *_, time in found] == [1_488_744_900, 100, 1_488_672_000]


def test_dates_alone_are_read_at_once_and_alike(read: Read) -> None:
    content = ratings_csv("ann,4,2017-03-05,as1", "bob,3,2017-03-06,as2")
    assert [time for *_, time in rows(read(RATINGS, content).rows)] == [
        1_488_672_000,
        1_488_758_400,
    ]


_NO_TIME = "timestamp is neither a number of seconds since 1970 nor a date"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",4.5,100,as1", "no userId"),
        (" ,4.5,100,as1", "no userId"),
        ("ann,4.5,100,", "no movieId"),
        *(
            (f"ann,{rating},100,as1", "rating is not 0.5 to 5 stars in half-star steps")
            for rating in ("0", "5.5", "4.25", "-4", "10", "", "four", "nan", "4e0", "٤", ".")
        ),
        *(
            (f"ann,4.5,{time},as1", _NO_TIME)
            for time in ("", "soon", "1.5", "--1", "- 1", "9" * 13, "9" * 30, "May 5", "10:15")
        ),
    ],
)
def test_a_row_with_a_broken_field_is_rejected_with_its_reason(
    read: Read, row: str, reason: str
) -> None:
    found = read(RATINGS, ratings_csv("bob,4.5,100,as1", row, "bob,4.5,101,as2"))
    assert [title for _, title, _, _ in rows(found.rows)] == ["as1", "as2"]
    assert found.rows.viewer_ids.to_pylist() == ["bob"]
    assert found.counts.rejected == {reason: 1}
    (reject,) = found.rejects
    assert (reject["line"], reject["reason"], reject["content"]) == (3, reason, row)
    assert reject["users"] == ([] if reason == "no userId" else ["ann"])


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("ann,4.5", "it has 2 fields, the header has 4"),
        ("ann,4.5,100,as1,1", "it has 5 fields, the header has 4"),
        ('ann,4.5,100,"as1', "a quote is not closed"),
    ],
)
def test_a_truncated_or_too_long_row_is_rejected_by_its_line(
    read: Read, row: str, reason: str
) -> None:
    found = read(RATINGS, ratings_csv("bob,4.5,100,as1", row, "bob,4.5,101,as2"))
    assert len(found.rows) == 2
    assert (found.counts.rows, found.counts.unreadable) == (2, 1)
    (reject,) = found.rejects
    assert (reject["line"], reject["reason"], reject["content"]) == (3, reason, row)


def test_rows_are_numbered_alike_in_all_blocks_of_a_large_file(read: Read) -> None:
    lines = [f"viewer {n % 1_000},{n % 10 / 2 + 0.5},{n},as{n % 77}" for n in range(90_000)]
    found = read(RATINGS, ratings_csv(*lines[:70_000], "ann,9,1,as1", *lines[70_000:]))
    assert rows(found.rows) == [
        (f"viewer {n % 1_000}", f"as{n % 77}", n % 10 + 1, n) for n in range(90_000)
    ]
    assert [reject["line"] for reject in found.rejects] == [70_002]


def test_a_forgotten_viewer_is_left_out_with_what_nobody_else_rated(read: Read) -> None:
    part = read(RATINGS, ratings_csv("ann,4,1,as1", "bob,3,2,as2", "ann,5,3,as2")).rows
    kept = ratings.without(part, "ann".__eq__)
    assert rows(kept) == [("bob", "as2", 6, 2)]
    assert (kept.viewer_ids.to_pylist(), kept.title_ids.to_pylist()) == (["bob"], ["as2"])
    assert ratings.without(part, "nobody".__eq__) is part


def test_ratings_come_back_from_the_cache(read: Read) -> None:
    part = read(RATINGS, ratings_csv("ann,4,1,as1", "bob,3,2,as2", "ann,5,3,as2")).rows
    tables = RATINGS.to_tables(part)
    assert rows(RATINGS.from_tables(tables)) == rows(part)
    assert tables["viewers"].to_pylist() == [
        {"viewer_id": "ann", "ratings": 2},
        {"viewer_id": "bob", "ratings": 1},
    ]
