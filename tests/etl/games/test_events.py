"""Events of the running platform: read line by line, and what they change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dumps import libraries_of, raw_reviews, reviews_in, rows_in
from etl.games import events, libraries, reviews
from etl.games.events import Event, Events

NOON = 1_488_715_200  # 2017-03-05, 12:00 UTC

Read = Callable[..., Any]


def event(**fields: Any) -> dict[str, Any]:
    return {"userId": "ann", "appId": "10", "at": "2017-03-05T12:00:00Z"} | fields


def test_each_kind_of_event_is_read(dump: Any, read: Read) -> None:
    path = dump(
        event(minutes=45),
        event(recommended=False, at="2017-03-05"),
        event(clicked=True, appId=20, at="2017-03-05T13:00:00+01:00"),
        notation="json",
    )
    assert read(events, path).result[0].rows == [
        Event(NOON - 12 * 3600, "ann", "10", "recommended", 0),
        Event(NOON, "ann", "10", "minutes", 45),
        Event(NOON, "ann", "20", "clicked", 1),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ({"appId": "1", "minutes": 1, "at": "2017-01-01"}, "no userId"),
        ({"userId": "a", "appId": "  ", "minutes": 1, "at": "2017-01-01"}, "no appId"),
        (event(minutes=1, at="yesterday"),
         "at is not a timestamp such as 2017-03-05T20:15:00Z"),
        (event(minutes=1, at=2017), "at is not a timestamp such as 2017-03-05T20:15:00Z"),
        (event(minutes=1, at="1970-01-01"), "at is outside the years 2000 to 2099"),
        (event(clicked=True, at="9999-12-31T23:59:59-14:00"),
         "at is outside the years 2000 to 2099"),
        (event(minutes=1, at="0001-01-01T00:00:00+14:00"), "at is outside the years 2000 to 2099"),
        (event(), "not exactly one of minutes, recommended and clicked"),
        (event(minutes=1, clicked=True), "not exactly one of minutes, recommended and clicked"),
        (event(minutes=-1), "minutes is not a number from 0 to 10,080"),
        (event(minutes=10_081), "minutes is not a number from 0 to 10,080"),
        (event(minutes="many"), "minutes is not a number from 0 to 10,080"),
        (event(recommended="yes"), "recommended is neither true nor false"),
    ],
)  # fmt: skip
def test_an_event_that_makes_no_sense_is_rejected_with_the_reason(
    dump: Any, read: Read, line: dict[str, Any], reason: str
) -> None:
    source = read(events, dump(line, event(minutes=1), notation="json"))
    assert source.report.rejected == {reason: 1}
    assert (source.rejects[0]["line"], source.rejects[0]["reason"]) == (1, reason)
    assert source.report.kept == 1


@pytest.mark.parametrize("at", [NOON, NOON * 1000, str(NOON), {"$date": "2017-03-05T12:00:00Z"}])
@pytest.mark.parametrize("minutes", [12, 12.4, "12", "12.4", {"$numberInt": "12"}])
def test_time_and_minutes_are_read_like_everywhere(
    dump: Any, read: Read, at: Any, minutes: Any
) -> None:
    source = read(events, dump(event(at=at, minutes=minutes), notation="json"))
    assert source.result[0].rows == [Event(NOON, "ann", "10", "minutes", 12)]


@pytest.mark.parametrize(("flag", "value"), [("true", 1), ("False", 0), (1, 1), (0, 0), ("0", 0)])
@pytest.mark.parametrize("action", ["recommended", "clicked"])
def test_flags_are_read_like_those_of_reviews(
    dump: Any, read: Read, action: str, flag: Any, value: int
) -> None:
    source = read(events, dump(event(**{action: flag}), notation="json"))
    assert source.result[0].rows == [Event(NOON, "ann", "10", action, value)]


def test_an_event_that_is_delivered_twice_counts_once(dump: Any, read: Read) -> None:
    source = read(events, dump(event(minutes=5), event(minutes=5), notation="json"))
    assert len(source.result[0].rows) == 1
    again = events.merge([*source.result, *source.result]).rows
    assert [len(part.rows) for part in again] == [1, 0]


def sessions(*rows: tuple[str, str, int]) -> Events:
    return Events([Event(at, *row[:2], "minutes", row[2]) for at, row in enumerate(rows)])


def merged(*parts: Any) -> dict[tuple[str, str], int]:
    return rows_in(libraries.merge(parts).rows)


def test_sessions_are_added_to_the_playtime_and_the_games() -> None:
    dump = libraries_of(("ann", "10", 100), ("ann", "20", 0), ("bob", "10", 7))
    played = sessions(("ann", "10", 30), ("ann", "10", 30), ("bob", "99", 5), ("cat", "10", 1))
    assert merged(dump, played) == {
        ("ann", "10"): 160, ("ann", "20"): 0, ("bob", "10"): 7, ("bob", "99"): 5, ("cat", "10"): 1,
    }  # fmt: skip


def test_a_later_dump_that_knows_the_sessions_does_not_count_them_twice() -> None:
    dump, played = libraries_of(("ann", "10", 100)), sessions(("ann", "10", 30))
    assert merged(dump, played, libraries_of(("ann", "10", 130))) == {("ann", "10"): 130}
    assert merged(dump, played, libraries_of(("ann", "10", 110))) == {("ann", "10"): 130}
    assert merged(dump, played, libraries_of(("ann", "10", 190))) == {("ann", "10"): 190}


def test_playtime_ends_at_what_its_column_holds() -> None:
    most = 2**31 - 1
    assert merged(libraries_of(("a", "1", most)), sessions(("a", "1", 60))) == {("a", "1"): most}


def said(*parts: Any) -> dict[tuple[str, str], tuple[bool, str | None, str | None]]:
    found = reviews.merge(parts).rows
    return {
        (row.user_id, row.app_id): (
            row.recommend, row.text, row.posted and row.posted.isoformat()
        )
        for row in reviews_in(found)
    }  # fmt: skip


def test_a_vote_changes_a_review_or_is_one_without_a_text() -> None:
    dump = raw_reviews(("ann", "10", True, "Great!", "Posted May 2, 2011."))
    votes = Events(
        [Event(NOON, "ann", "10", "recommended", 0), Event(NOON, "cat", "20", "recommended", 1)]
    )
    assert said(dump, votes) == {
        ("ann", "10"): (False, "Great!", "2011-05-02"),
        ("cat", "20"): (True, None, "2017-03-05"),
    }
    found = reviews.merge([dump, votes]).rows
    assert set(found.users.to_pylist()) == {"ann", "cat"}
    assert found.crawl_year == 2012  # a vote does not affect the year of a dump


def test_the_later_of_two_votes_counts_in_any_order() -> None:
    earlier, later = (
        Events([Event(NOON + at, "ann", "10", "recommended", vote)])
        for at, vote in ((0, 0), (60, 1))
    )
    for parts in ((earlier, later), (later, earlier)):
        assert [recommend for recommend, *_ in said(*parts).values()] == [True]


def test_a_review_posted_after_the_vote_counts() -> None:
    votes = Events([Event(NOON, "ann", "10", "recommended", 0)])
    dump = raw_reviews(("ann", "10", True, "Great!", "Posted May 2, 2018."))
    assert said(votes, dump) == {("ann", "10"): (True, "Great!", "2018-05-02")}


def test_a_date_without_a_year_belongs_to_the_crawl_of_its_own_file() -> None:
    def dump(user: str, year: int) -> reviews.RawReviews:
        return raw_reviews(
            (user, "1", True, "a", f"Posted May 2, {year}."),
            (user, "2", True, "b", "Posted May 2."),
        )

    found = said(dump("ann", 2015), dump("bob", 2017), dump("cat", 2011))
    assert [found[user, "2"][2] for user in ("ann", "bob", "cat")] == [
        "2016-05-02", "2018-05-02", "2018-05-02",
    ]  # fmt: skip
