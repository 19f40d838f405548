"""The review dump: one row for each distinct pair of user and game."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dumps import Review, reviews_in
from etl.games import reviews

Dump = Callable[..., Path]
Read = Callable[..., Any]


def review(item_id: Any = "10", **said: Any) -> dict[str, Any]:
    row = {
        "funny": "", "posted": "Posted November 5, 2011.", "last_edited": "", "item_id": item_id,
        "helpful": "No ratings yet", "recommend": True, "review": "Fun.",
    }  # fmt: skip
    return row | said


def of(user_id: Any, *rows: Any) -> dict[str, Any]:
    return {"user_id": user_id, "user_url": "http://store.example/id/ann", "reviews": list(rows)}


CLEAN = Review("ann", "10", True, "Fun.", date(2011, 11, 5), 2011, False, 0, 0, 0)


@pytest.mark.parametrize("name", ["dump.json", "dump.json.gz"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("notation", ["python", "python2", "json"])
def test_a_review_is_cleaned_alike_in_every_notation(
    dump: Dump, read: Read, notation: str, end: bytes, name: str
) -> None:
    said = "It's \"good\" ♥\n\\o/ 'yes'"
    row = review(review=said, helpful="1,203 of 1,500 people (80%) found this review helpful",
                 funny="2 people found this review funny")  # fmt: skip
    source = read(reviews, dump(of("ann", row), notation=notation, end=end, name=name))
    assert reviews_in(source.result) == [
        Review("ann", "10", True, said, date(2011, 11, 5), 2011, False, 1203, 1500, 2)
    ]
    assert set(source.result.users.to_pylist()) == {"ann"}
    assert source.result.crawl_year == 2012
    assert (source.report.lines, source.report.rows, source.report.kept) == (1, 1, 1)
    assert source.rejects == []


def test_reviews_come_by_user_then_game(dump: Dump, read: Read) -> None:
    source = read(reviews, dump(of("b", review("2"), review("10")), of("a", review("3"))))
    assert [(r.user_id, r.app_id) for r in reviews_in(source.result)] == [
        ("a", "3"), ("b", "10"), ("b", "2"),
    ]  # fmt: skip


def test_an_exact_duplicate_counts_once(dump: Dump, read: Read) -> None:
    source = read(reviews, dump(of("ann", review(), review()), of(" ann ", review())))
    assert reviews_in(source.result) == [CLEAN]
    assert source.report.deduplicated == {"exact duplicate": 2}
    assert (source.report.rows, source.report.kept) == (3, 1)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_newest_of_two_reviews_of_a_user_and_game_is_kept(
    dump: Dump, read: Read, order: tuple[int, ...]
) -> None:
    rows = [
        review(review="oldest", posted="Posted November 5, 2011."),
        review(review="newer", posted="Posted January 6, 2014."),
        review(review="newest", posted="Posted January 1."),
    ]
    source = read(reviews, dump(of("ann", *(rows[at] for at in order))))
    assert [r.text for r in reviews_in(source.result)] == ["newest"]
    assert source.report.deduplicated == {"older review by the same user of the same game": 2}


def test_a_date_without_a_year_is_of_the_year_after_the_newest_one_shown(
    dump: Dump, read: Read
) -> None:
    rows = [review("1", posted="Posted June 16."), review("2", posted="Posted May 1, 2015."),
            review("3", posted="Posted May 1, 2012."), review("4", posted="soon"),
            review("5", posted="Posted February 29.")]  # fmt: skip
    source = read(reviews, dump(of("ann", *rows)))
    assert source.result.crawl_year == 2016
    assert [
        (r.posted, r.posted_year, r.posted_year_inferred) for r in reviews_in(source.result)
    ] == [
        (date(2016, 6, 16), 2016, True),
        (date(2015, 5, 1), 2015, False),
        (date(2012, 5, 1), 2012, False),
        (None, None, False),
        (date(2016, 2, 29), 2016, True),
    ]
    assert source.report.rescued == {"date without a year (crawl year assumed)": 2}
    assert source.report.notes == {"date unknown": 1}


def test_without_any_year_there_is_no_crawl_year(dump: Dump, read: Read) -> None:
    source = read(reviews, dump(of("ann", review(posted="Posted June 16."))))
    assert source.result.crawl_year is None
    assert [
        (r.posted, r.posted_year, r.posted_year_inferred) for r in reviews_in(source.result)
    ] == [(None, None, False)]


def test_a_day_that_never_was_leaves_its_year(dump: Dump, read: Read) -> None:
    source = read(reviews, dump(of("ann", review(posted="Posted February 30, 2014."))))
    assert [(r.posted, r.posted_year) for r in reviews_in(source.result)] == [(None, 2014)]


@pytest.mark.parametrize("text", ["", "  \n\t", None, float("nan"), 5])
@pytest.mark.parametrize("notation", ["json"])
def test_a_blank_text_counts_as_missing(dump: Dump, read: Read, text: Any, notation: str) -> None:
    source = read(reviews, dump(of("ann", review(review=text)), notation=notation))
    assert [r.text for r in reviews_in(source.result)] == [None]
    assert source.report.notes == {"text missing or blank": 1}


def test_a_user_without_reviews_is_known(dump: Dump, read: Read) -> None:
    source = read(reviews, dump(of("ann"), of("bob", review())))
    assert set(source.result.users.to_pylist()) == {"ann", "bob"}
    assert [r.user_id for r in reviews_in(source.result)] == ["bob"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (review(None), "no item_id"),
        (review("  "), "no item_id"),
        (review(recommend=None), "recommend is neither true nor false"),
        (review(recommend="maybe"), "recommend is neither true nor false"),
        ("no review", "no item_id"),
        (7, "no item_id"),
    ],
)
def test_a_row_that_cannot_be_saved_is_rejected_with_its_line_and_the_others_stay(
    dump: Dump, read: Read, row: Any, reason: str
) -> None:
    path = dump("", of("ann", row, review("11")))
    source = read(reviews, path)
    assert [r.app_id for r in reviews_in(source.result)] == ["11"]
    assert source.report.rejected == {reason: 1}
    assert (source.report.rows, source.report.kept, source.report.unreadable) == (2, 1, 0)
    assert source.rejects == [
        {"file": str(path), "line": 2, "reason": reason, "users": ["ann"], "content": str(row)}
    ]


def test_a_row_that_only_has_other_types_is_saved(dump: Dump, read: Read) -> None:
    row = review(10, recommend="True", helpful=None, funny=3)
    source = read(reviews, dump(of("ann", row)))
    assert reviews_in(source.result) == [CLEAN._replace(funny=3)]
    assert source.rejects == []


def test_unreadable_lines_are_counted_and_skipped(dump: Dump, read: Read) -> None:
    path = dump(
        b"\xef\xbb\xbf" + repr(of("ann", review())).encode(), "", "{bad", "[]",
        of(None, review()), {"user_id": "bob"}, "x" * 3000, of("bob", review()),
    )  # fmt: skip
    source = read(reviews, path, 2000)
    assert [r.user_id for r in reviews_in(source.result)] == ["ann", "bob"]
    assert source.report.unreadable == source.report.rejected["line cannot be read"] == 5
    assert source.report.notes["blank line"] == 1
    assert [(r["line"], r["reason"]) for r in source.rejects] == [
        (3, "'{' was never closed at character 1"),
        (4, "the record is not an object"),
        (5, "no user_id"),
        (6, "no list of reviews"),
        (7, "it has more than 2,000 bytes"),
    ]


@pytest.mark.parametrize(
    "posted",
    ["2014-06-03", "June 3, 2014", "2014-06-03T10:00:00Z", 1401789600, 1401789600000, "1401789600",
     {"$date": "2014-06-03T10:00:00Z"}, {"$date": {"$numberLong": "1401789600000"}}],
)  # fmt: skip
def test_a_date_is_read_however_it_is_written(dump: Dump, read: Read, posted: Any) -> None:
    lines = of("ann", review("10", posted=posted)), of("bob", review("10", posted="June 16"))
    first, second = reviews_in(read(reviews, dump(*lines)).result)
    assert (first.posted, first.posted_year) == (date(2014, 6, 3), 2014)
    assert (second.posted, second.posted_year_inferred) == (date(2015, 6, 16), True)


def test_a_date_with_a_year_only_has_no_day(dump: Dump, read: Read) -> None:
    (row,) = reviews_in(read(reviews, dump(of("ann", review("10", posted=2014)))).result)
    assert (row.posted, row.posted_year) == (None, 2014)


def test_a_future_year_does_not_change_the_crawl_year(dump: Dump, read: Read) -> None:
    lines = (
        of("ann", review("10", posted="Posted June 16, 2014.")),
        of("bob", review("10", posted="Posted June 16, 2091.")),
        of("cat", review("10", posted="Posted June 17.")),
    )
    source = read(reviews, dump(*lines))
    assert source.result.crawl_year == 2015
    assert [row.posted_year for row in reviews_in(source.result)] == [2014, None, 2015]
    assert source.report.notes["date unknown"] == 1
