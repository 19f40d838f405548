"""etl.raw: the one reader of dates, for every field and every way that dumps write them.

Rules, first match wins. A year is plausible from 1950 to 2099.

1. A number: a plausible year; eight digits as YYYYMMDD; else a Unix time after 1973, in seconds,
   milliseconds, microseconds or nanoseconds, told apart by size. Digits in a text read like it.
2. MongoDB's {"$date": ...}: ISO 8601 text, or milliseconds.
3. ISO 8601, with or without time and zone; also with slashes, dots or missing zeros.
4. Month names: `November 5, 2011`, `5 Nov, 2011`, `2011-Nov-05`, also behind `Posted` or a day of
   the week, with a time, or without a year.
5. The only plausible year that the text names: `Q1 2018`, `2018年1月`.

The day is the one written, whatever the zone. `05/11/2011` has a year and no day: it may be May.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, NamedTuple

__all__ = ["PartialDate", "as_text", "moment", "posted", "read"]

#: Years a game can have been published in. The store's own range is 1970 to 2021; what lies
#: outside of this one is a number that only looks like a year.
_YEARS = range(1950, 2100)
#: Unix times read as such: the least (in 1973, nine digits) and the end (2100), in seconds.
_FIRST_SECOND, _END_SECOND = 100_000_000, 4_102_444_800
_NUMBER = re.compile(r"\d{1,19}(?:\.\d+)?(?:[eE]\+?\d{1,2})?")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)", re.ASCII)
_YEAR_FIRST = re.compile(
    r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[ T](\d.*?)|Z|[+-]\d\d:\d\d)?\.?", re.ASCII | re.I
)
#: A week of ISO 8601 without its day.
_WEEK = re.compile(r"\d{4}-?W\d\d", re.ASCII)
#: Hours by which the zones of RFC 5322 are ahead of UTC.
_ZONES = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5,
    "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
_TIME = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d+))?)?"
    r"(?: ?(?P<half>[ap])\.?m\.?)?"
    r"(?: ?(?:(?:UTC|GMT)?(?P<ahead>[+-]\d\d?)(?::?(?P<minutes>\d\d))?"
    r"(?: ?(?:\([^()]*\)|\[[^\[\]]*\]|[A-Z]{3,5}))?"  # the zone's name, as JavaScript and Go add it
    rf"|(?P<zone>{'|'.join(_ZONES)})))?"
)
_CLOCK = re.compile(_TIME, re.IGNORECASE | re.ASCII)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_MONTH = r"(?P<month>[a-z]{3,9})\.?"
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
_YEAR_BEHIND = r"(?: ?, ?|[ /-])(?P<year>\d{4})"
_NAMED = [
    re.compile(
        rf"(?:posted:? (?:on )?)?(?:{_WEEKDAY},? )?{form}\.?(?: (?:last )?edited\b.*)?",
        re.IGNORECASE | re.ASCII,
    )
    for form in (
        rf"{_MONTH} {_DAY}(?:{_YEAR_BEHIND})?(?:,? (?:(?:@|at) )?{_TIME})?",
        rf"{_DAY}\.?(?: of)?[ /-]{_MONTH}(?:{_YEAR_BEHIND})?(?:(?:,? (?:(?:@|at) )?|:){_TIME})?",
        rf"{_MONTH} {_DAY} {_TIME} (?P<year>\d{{4}})",  # as C, Ruby and Twitter write it
        rf"(?P<year>\d{{4}})[ /-]{_MONTH}[ /-]{_DAY}(?:,? {_TIME})?",
    )
]
#: January is 1. `calendar.month_name` would depend on the locale.
_MONTHS = {
    "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6,
    "july": 7, "august": 8, "september": 9, "october": 10, "november": 11, "december": 12,
    "sept": 9,
}  # fmt: skip
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()}


class PartialDate(NamedTuple):
    """What is known of a date: year (None if unknown), month and day (0 if unknown)."""

    year: int | None
    month: int = 0
    day: int = 0

    @property
    def date(self) -> date | None:
        """The calendar day; None when a part is unknown or the day does not exist."""
        try:
            return date(self.year, self.month, self.day) if self.year and self.month else None
        except ValueError:
            return None


def read(value: Any) -> PartialDate | None:
    """A date as far as the value names one; None when it names neither a year nor a day.

    >>> read("2018-01-31"), read("5 Nov, 2011"), read("Q1 2018")
    (PartialDate(year=2018, month=1, day=31), PartialDate(year=2011, month=11, day=5), \
PartialDate(year=2018, month=0, day=0))
    >>> read("14 July"), read("Late 2016 - Early 2017")
    (PartialDate(year=None, month=7, day=14), None)
    """
    parsed = _exact(value)
    if parsed is not None and (parsed.day.year is None or parsed.day.year in _YEARS):
        return parsed.day
    if not isinstance(value, str):
        return None
    years = {int(match) for match in _YEAR.findall(value)} & set(_YEARS)
    return PartialDate(years.pop()) if len(years) == 1 else None


def posted(value: Any) -> PartialDate | None:
    """The date of a review. None, too, for a year that has not come yet: it would make a mistake
    the newest year of the dump."""
    parsed = read(value)
    return parsed if parsed is not None and (parsed.year or 0) <= this_year() else None


def this_year() -> int:
    """The year it is now, anywhere on earth."""
    return (datetime.now(UTC) + timedelta(hours=14)).year


def moment(value: Any) -> datetime | None:
    """A point in time, of any year; without a zone it is UTC, without a time midnight."""
    parsed = _exact(value)
    if parsed is None or parsed.time is not None:
        return parsed.time if parsed else None
    day = parsed.day.date
    return datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None


def as_text(value: Any) -> str | None:
    """A date as text that `read` understands alike: a text as it is, anything else as ISO 8601 as
    far as it is known; None for anything else."""
    if isinstance(value, str):
        return value.strip() or None
    parsed = read(value)
    if parsed is None:
        return None
    if parsed.date:
        return parsed.date.isoformat()
    return str(parsed.year) if parsed.year else None


class _Parsed(NamedTuple):
    """The day as it is written, and the point in time if a time is given."""

    day: PartialDate
    time: datetime | None = None


def _exact(value: Any) -> _Parsed | None:
    if isinstance(value, dict):
        return _wrapped(value)
    if isinstance(value, str):
        text = " ".join(value.split())
        if _NUMBER.fullmatch(text) and text.isascii():
            return _of_number(float(text) if not text.isdigit() else int(text))
        return _of_text(text)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return _of_number(value) if is_number else None


def _of_number(number: float) -> _Parsed | None:
    if number in _YEARS:
        return _Parsed(PartialDate(int(number)))
    if 19_000_000 <= number < 22_000_000 and number == int(number):
        return _day(int(number) // 10_000, int(number) // 100 % 100, int(number) % 100)
    for scale in (1, 1_000, 1_000_000, 1_000_000_000):
        if _FIRST_SECOND * scale <= number < _END_SECOND * scale:
            return _since_1970(number / scale)
    return None


def _since_1970(seconds: float) -> _Parsed | None:
    try:
        return _at(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))
    except OverflowError:
        return None


def _wrapped(value: dict[Any, Any]) -> _Parsed | None:
    """MongoDB's extended JSON, of either version."""
    if len(value) != 1:
        return None
    ((key, inner),) = value.items()
    if key == "$date":
        if isinstance(inner, dict):
            inner = inner.get("$numberLong")
            if isinstance(inner, str) and re.fullmatch(r"-?\d{1,18}", inner, re.ASCII):
                inner = int(inner)
        if isinstance(inner, int | float) and not isinstance(inner, bool):
            return _since_1970(inner / 1000) if abs(inner) < _END_SECOND * 1000 else None
        return _of_text(" ".join(inner.split())) if isinstance(inner, str) else None
    return _exact(inner) if key in ("$numberInt", "$numberLong", "$numberDouble") else None


def _of_text(text: str) -> _Parsed | None:
    if text[:4].isdigit():
        parsed = _of_year_first(text)
        if parsed is not None:
            return parsed
    for form in _NAMED:
        match = form.fullmatch(text)
        month = _MONTHS.get(match["month"].lower()) if match else None
        if match and month and 1 <= int(match["day"]) <= 31:
            year = int(match["year"]) if match["year"] else None
            return _with_time(PartialDate(year, month, int(match["day"])), match)
    return None


def _of_year_first(text: str) -> _Parsed | None:
    match = _YEAR_FIRST.fullmatch(text)
    if match is None:
        return _iso(text)  # the basic format and weeks
    year, _, month, day, time = match.groups()
    parsed = _day(int(year), int(month), int(day))
    if time is None or parsed is None:
        return parsed
    clock = _CLOCK.fullmatch(time)
    return _with_time(parsed.day, clock) if clock else _iso(f"{parsed.day.date}T{time}")


def _with_time(day: PartialDate, match: re.Match[str]) -> _Parsed | None:
    """A day with the time of a match of `_TIME`, in UTC unless a zone is given; None if there is no
    such time. The end of a day (24:00) and a leap second are the beginning of what follows."""
    if match["hour"] is None:
        return _Parsed(day)
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    if match["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (match["half"] in "pP")
    is_end = (hour, minute, second) == (24, 0, 0)
    offset = timedelta(hours=_ZONES[match["zone"].lower()] if match["zone"] else 0)
    if match["ahead"]:
        minutes = int(f"{match['ahead'][0]}{match['minutes'] or 0}")
        offset = timedelta(hours=int(match["ahead"]), minutes=minutes)
    if not (is_end or (hour < 24 and minute < 60 and second <= 60)) or abs(offset.days) > 1:
        return None
    if day.date is None:
        return _Parsed(day)
    fraction = int((match["fraction"] or "")[:6].ljust(6, "0"))
    try:
        midnight = datetime(day.date.year, day.date.month, day.date.day, tzinfo=timezone(offset))
        clock = timedelta(hours=hour, minutes=minute, seconds=second, microseconds=fraction)
        return _Parsed(day, midnight + clock)
    except (ValueError, OverflowError):
        return None


def _at(time: datetime) -> _Parsed:
    day = PartialDate(time.year, time.month, time.day)
    return _Parsed(day, time if time.tzinfo else time.replace(tzinfo=UTC))


def _iso(text: str) -> _Parsed | None:
    try:
        is_day = text.isascii() and not _WEEK.fullmatch(text)
        return _at(datetime.fromisoformat(text)) if is_day else None
    except ValueError:
        return None


def _day(year: int, month: int, day: int) -> _Parsed | None:
    parsed = PartialDate(year, month, day)
    return _Parsed(parsed) if parsed.date else None
