"""The reader of dates: every way in which dumps write them, and values other than dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.raw import dates
from etl.raw.dates import PartialDate

NOV_5 = PartialDate(2011, 11, 5)


def year_of(said: Any) -> int | None:
    found = dates.read(said)
    return found.year if found else None


@pytest.mark.parametrize(
    ("said", "year"),
    [
        ("2016-11-05", 2016),
        ("Q1 2018", 2018),
        ("Dec 2017", 2017),
        ("2018", 2018),
        ("2018.0", 2018),
        ("05/11/2011", 2011),
        ("2018年1月", 2018),
        ("15.01.2018", 2018),
        ("Winter 2017", 2017),
        ("2016 or 2016", 2016),
        ("1970-07-15", 1970),
        ("2015-02-30", 2015),
        ("14 July", None),
        ("预热群52756441", None),
        ("Late 2016 - Early 2017", None),
        ("Coming Soon", None),
        ("SOON™", None),
        ("TBA", None),
        ("When it's done", None),
        ("20180101", 2018),
        ("1234", None),
        ("0000-00-00", None),
        ("9999", None),
        ("", None),
        (None, None),
    ],
)
def test_a_date_gives_the_only_plausible_year_it_names(said: str | None, year: int | None) -> None:
    assert year_of(said) == year


@given(st.none() | st.text() | st.from_regex(r"[\d\w ]*\d{4}[-\d\w ]*"))
def test_a_year_is_plausible_whatever_the_text_is(said: str | None) -> None:
    assert year_of(said) in {None, *range(1950, 2100)}


@pytest.mark.parametrize(
    "value",
    [
        "2011-11-05", " 2011-11-05 ", "2011-11-5", "2011/11/05", "2011/11/5", "2011.11.05",
        "20111105", 20111105, "2011-11-05T20:15:00Z", "2011-11-05T20:15:00.123Z",
        "2011-11-05T23:15:00-08:00", "2011-11-05 20:15:00", "2011-11-05 20:15", "20111105T201500Z",
        "2011-11-05 20:15:00 UTC", "2011-11-05 20:15:00 +0000", "2011/11/05 20:15:00",
        "Nov 5, 2011", "Nov. 5, 2011", "November 5, 2011", "November 5th, 2011", "5 Nov, 2011",
        "5 Nov 2011", "05 November 2011", "5th of November, 2011", "05-Nov-2011", "nov 5 2011",
        "Posted November 5, 2011.", "Posted: 5 November, 2011", "Posted on November 5, 2011",
        "Sat, 05 Nov 2011 20:15:00 GMT", "5 Nov 2011 20:15:00 +0100",
        "November 5,2011", "Nov 05 , 2011", "2011-Nov-05", "2011 November 5", "5/Nov/2011",
        "Saturday, November 5, 2011", "Sat Nov 5, 2011", "2011.11.05.", "2011-11-05t20:15:00z",
        "Nov 5, 2011 @ 8:15pm", "Posted: 5 Nov, 2011 @ 8:15pm", "November 5, 2011 at 8:15 PM",
        "Nov 5, 2011, 8:15:00 p.m.", "2011-11-05 8:15 PM", "2011-11-05 20:15:00 PST",
        "Sat Nov  5 20:15:00 2011", "Sat Nov 05 20:15:00 +0000 2011", "Nov 5 20:15:00 PST 2011",
        "05/Nov/2011:20:15:00 +0000", "2011-11-05 20:15 UTC+2", "2011-11-05T24:00:00",
        "Sat Nov 05 2011 20:15:00 GMT+0000 (Coordinated Universal Time)", "2011-11-05Z",
        "2011-11-05 20:15:00 -0800 PST", "2011-11-05T20:15:00+09:00[Asia/Tokyo]",
        "2011-11-05+01:00",
        "2011-11-05T23:59:60Z", "Posted November 5, 2011. Last edited June 6, 2013.",
        1320523200, 1320523200.5, "1320523200", 1320523200000, "1320523200000", 1.3205232e12,
        "1.3205232e+12", 1320523200000000, 1320523200000000000,
        {"$date": "2011-11-05T20:15:00Z"}, {"$date": "2011-11-05T20:15:00.000+0000"},
        {"$date": 1320523200000}, {"$date": {"$numberLong": "1320523200000"}},
        {"$numberLong": "1320523200000"}, {"$date": 1320523200000.0},
    ],
)  # fmt: skip
def test_a_day_may_be_written_in_many_ways(value: Any) -> None:
    assert dates.read(value) == NOV_5
    assert dates.read(value).date == date(2011, 11, 5)  # type: ignore[union-attr]
    assert dates.posted(value) == NOV_5
    assert dates.read(dates.as_text(value)) == NOV_5
    assert dates.moment(value).year == 2011  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (2018, PartialDate(2018)),
        (2018.0, PartialDate(2018)),
        ({"$numberInt": "2018"}, PartialDate(2018)),
        ("14 July", PartialDate(None, 7, 14)),
        ("Posted June 16.", PartialDate(None, 6, 16)),
        (" Posted June 16 ", PartialDate(None, 6, 16)),
        ("Posted 16 June.", PartialDate(None, 6, 16)),
        ("Posted February 30, 2014.", PartialDate(2014, 2, 30)),
        ("Posted in 2014.", PartialDate(2014)),
        ("Posted: 16 June @ 2:15pm", PartialDate(None, 6, 16)),
        ("Posted June 16. Last edited July 4, 2015.", PartialDate(None, 6, 16)),
        ("June 16, 2014 25:00", PartialDate(2014)),
        ("June 16, 2014 13:00 PM", PartialDate(2014)),
        ("June 16, 2014 10:00 CET", PartialDate(2014)),
        ({"$date": 0}, PartialDate(1970, 1, 1)),
        ({"$date": {"$numberLong": "-86400000"}}, PartialDate(1969, 12, 31)),
        ("2016-02-29", PartialDate(2016, 2, 29)),
        ("2015-02-29", PartialDate(2015)),
        ("2016-13-01", PartialDate(2016)),
        ("2016-W07", PartialDate(2016)),
        ("2016W07", PartialDate(2016)),
        ("2016-W07-3", PartialDate(2016, 2, 17)),
        ("0001-01-01", None),
        (1234, None),
        (2018.5, None),
        (52756441, None),
        (9_000_000_000, None),
        (10**400, None),
        (-1, None),
        (float("nan"), None),
        (float("inf"), None),
        (True, None),
        ([2018], None),
        ({"$date": 2018, "more": 1}, None),
        ({"$date": {"$numberLong": "soon"}}, None),
        ({"$date": 10**400}, None),
        ({"year": 2018}, None),
        ("Posted June 32.", None),
        ("Posted June 0.", None),
        ("Posted Juno 16.", None),
        ("Posted June 16, 0016.", None),
        ("Last edited June 16.", None),
        ("", None),
        (None, None),
    ],
)  # fmt: skip
def test_a_date_is_known_as_far_as_it_is_said(value: Any, found: PartialDate | None) -> None:
    assert dates.read(value) == found


def test_a_day_that_does_not_exist_keeps_its_year() -> None:
    assert PartialDate(2014, 2, 30).date is PartialDate(2014).date is None
    assert PartialDate(None, 2, 3).date is None


def test_a_review_is_not_posted_in_a_future_year() -> None:
    now = datetime.now(UTC).year
    assert dates.posted(f"Posted June 3, {now}.") == PartialDate(now, 6, 3)
    assert dates.posted(f"Posted June 3, {now + 2}.") is None
    assert dates.posted(str(now + 2)) is None


@pytest.mark.parametrize(
    ("value", "when"),
    [
        ("2017-03-05T20:15:00Z", datetime(2017, 3, 5, 20, 15, tzinfo=UTC)),
        ("2017-03-05T20:15:00+01:00", datetime(2017, 3, 5, 19, 15, tzinfo=UTC)),
        ("2017-03-05T20:15:00", datetime(2017, 3, 5, 20, 15, tzinfo=UTC)),
        ("2017-03-05", datetime(2017, 3, 5, tzinfo=UTC)),
        ("5 Mar 2017", datetime(2017, 3, 5, tzinfo=UTC)),
        (1488744900, datetime(2017, 3, 5, 20, 15, tzinfo=UTC)),
        (1488744900123, datetime(2017, 3, 5, 20, 15, 0, 123000, tzinfo=UTC)),
        ("5 Mar 2017, 8:15 p.m.", datetime(2017, 3, 5, 20, 15, tzinfo=UTC)),
        ("Mar 5, 2017 @ 12:15am EST", datetime(2017, 3, 5, 5, 15, tzinfo=UTC)),
        ("Sun Mar 05 20:15:00 -0330 2017", datetime(2017, 3, 5, 23, 45, tzinfo=UTC)),
        ("2017-03-05T20:15:00.25z", datetime(2017, 3, 5, 20, 15, 0, 250_000, tzinfo=UTC)),
        ("2017-03-05 20:15:00 -0800 PST", datetime(2017, 3, 6, 4, 15, tzinfo=UTC)),
        ("Sun Mar 05 2017 20:15:00 GMT+0100 (CET)", datetime(2017, 3, 5, 19, 15, tzinfo=UTC)),
        ("2017-03-05+01:00", datetime(2017, 3, 5, tzinfo=UTC)),
        ("2017-03-05T24:00:00Z", datetime(2017, 3, 6, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=UTC)),
        ("2017-03-05T25:00:00Z", None),
        ("2017-03-05 10:00 CET", None),
        ("9999-12-31T23:00-99:00", None),
        ("2017", None),
        ("March 5", None),
        ("Posted February 30, 2014.", None),
        (None, None),
    ],
)
def test_a_moment_needs_a_whole_day(value: Any, when: datetime | None) -> None:
    assert dates.moment(value) == when


@pytest.mark.parametrize(
    ("value", "text"),
    [("14 July", "14 July"), (" 2018 ", "2018"), ("soon", "soon"), ("", None), (2018, "2018"),
     (1320523200000, "2011-11-05"), ({"$date": "2011-11-05T20:15:00Z"}, "2011-11-05"),
     ({"$date": "14 July"}, None), (7, None), (None, None)],
)  # fmt: skip
def test_what_is_no_text_is_written_as_iso_8601(value: Any, text: str | None) -> None:
    assert dates.as_text(value) == text


FORMS = ["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S", "%b %d, %Y",
         "%d %b, %Y", "%B %d, %Y", "%d %B %Y", "Posted %B %d, %Y.",
         "%a, %d %b %Y %H:%M:%S +0000"]  # fmt: skip
DAYS = st.datetimes(datetime(1974, 1, 1), datetime(2099, 12, 30))


@given(DAYS, st.sampled_from(FORMS))
def test_every_form_of_a_day_is_that_day(when: datetime, form: str) -> None:
    found = dates.read(when.strftime(form))
    assert found is not None
    assert found.date == when.date()


@given(DAYS, st.sampled_from([1, 1000]), st.booleans())
def test_a_unix_time_is_its_day_as_number_or_text(when: datetime, scale: int, text: bool) -> None:
    number = (when.replace(microsecond=0) - datetime(1970, 1, 1)) // timedelta(seconds=1) * scale
    found = dates.read(str(number) if text else number)
    assert found is not None
    assert found.date == when.date()


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()
    | st.from_regex(r"(Posted )?[A-Z][a-z]{2,4} \d{1,2}(, \d{4})?")
    | st.from_regex(r"\d{4}[-/. T]\d{1,2}[-/. T]?\d{0,8}[Z+-]?\d*"),
    lambda inner: st.dictionaries(st.sampled_from(["$date", "$numberLong", "a"]), inner, max_size=2)
    | st.lists(inner, max_size=2),
)  # fmt: skip


@given(ANYTHING)
def test_no_value_is_too_odd_to_be_read(value: Any) -> None:
    found, moment = dates.read(value), dates.moment(value)
    assert found is None or found.year is None or 1950 <= found.year < 2100
    assert found is None or (0 <= found.month <= 12 and 0 <= found.day <= 31)
    assert moment is None or moment.tzinfo is not None
    text = dates.as_text(value)
    assert text is None or isinstance(text, str)
    if found is not None and found.year is not None and (found.date or not found.month):
        assert dates.read(text) == found
