"""etl.raw: the one reader of dates, for every field and every way that dumps write them.

Rules, first match wins. A year is plausible from 1950 to 2099.

1. A number: a plausible year; eight digits as YYYYMMDD; else a Unix time after 1973, in seconds,
   milliseconds, microseconds or nanoseconds, told apart by size. Digits in a text read like it.
2. MongoDB's {"$date": ...}: ISO 8601 text, or milliseconds.
3. ISO 8601, with or without time and zone; also with slashes, dots or missing zeros.
4. Month names: `November 5, 2011`, `5 Nov, 2011`, also behind `Posted`, also without a year.
5. The only plausible year that the text names: `Q1 2018`, `2018年1月`.

The day is the one written, whatever the zone. `05/11/2011` has a year and no day: it may be May.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

__all__ = ["PartialDate", "as_text", "moment", "posted", "read"]

#: Years a game can have been published in. The store's own range is 1970 to 2021; what lies
#: outside of this one is a number that only looks like a year.
_YEARS = range(1950, 2100)
#: Unix times read as such: the least (in 1973, nine digits) and the end (2100), in seconds.
_FIRST_SECOND, _END_SECOND = 100_000_000, 4_102_444_800
_NUMBER = re.compile(r"\d{1,19}(?:\.\d+)?(?:[eE]\+?\d{1,2})?")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[ T](\d.*?))?", re.ASCII)
_ZONE = re.compile(r"\s*(?:(Z|UTC|GMT)|([+-]\d{2}:?\d{2}))$")
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_MONTH = r"(?P<month>[a-z]{3,9})\.?"
_NAMED = [
    re.compile(rf"(?:posted:?\s+(?:on\s+)?)?{form}\.?", re.IGNORECASE | re.ASCII)
    for form in (
        rf"{_MONTH}\s+{_DAY}(?:,?\s+(?P<year>\d{{4}}))?",
        rf"{_DAY}\.?(?:\s+of)?[\s-]+{_MONTH}(?:,?[\s-]+(?P<year>\d{{4}}))?",
    )
]
_MAIL = re.compile(
    r"(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d(?::\d\d)? (?:GMT|UTC|[+-]\d{4})"
)
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
    if isinstance(parsed, datetime):
        parsed = PartialDate(parsed.year, parsed.month, parsed.day)
    if parsed is not None and (parsed.year is None or parsed.year in _YEARS):
        return parsed
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
    if isinstance(parsed, PartialDate):
        day = parsed.date
        parsed = datetime(day.year, day.month, day.day) if day else None
    return parsed.replace(tzinfo=UTC) if parsed is not None and parsed.tzinfo is None else parsed


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


def _exact(value: Any) -> datetime | PartialDate | None:
    if isinstance(value, dict):
        return _wrapped(value)
    if isinstance(value, str):
        text = value.strip()
        if _NUMBER.fullmatch(text) and text.isascii():
            return _of_number(float(text) if not text.isdigit() else int(text))
        return _of_text(text)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return _of_number(value) if is_number else None


def _of_number(number: float) -> datetime | PartialDate | None:
    if number in _YEARS:
        return PartialDate(int(number))
    if 19_000_000 <= number < 22_000_000 and number == int(number):
        return _day(int(number) // 10_000, int(number) // 100 % 100, int(number) % 100)
    for scale in (1, 1_000, 1_000_000, 1_000_000_000):
        if _FIRST_SECOND * scale <= number < _END_SECOND * scale:
            return _since_1970(number / scale)
    return None


def _since_1970(seconds: float) -> datetime | None:
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    except OverflowError:
        return None


def _wrapped(value: dict[Any, Any]) -> datetime | PartialDate | None:
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
        return _of_text(inner.strip()) if isinstance(inner, str) else None
    return _exact(inner) if key in ("$numberInt", "$numberLong", "$numberDouble") else None


def _of_text(text: str) -> datetime | PartialDate | None:
    if text[:4].isdigit():
        return _of_year_first(text)
    for form in _NAMED:
        match = form.fullmatch(text)
        month = _MONTHS.get(match["month"].lower()) if match else None
        if match and month and 1 <= int(match["day"]) <= 31:
            return PartialDate(int(match["year"]) if match["year"] else None, month,
                               int(match["day"]))  # fmt: skip
    if _MAIL.fullmatch(text):
        try:
            return parsedate_to_datetime(text)
        except ValueError:
            return None
    return None


def _of_year_first(text: str) -> datetime | PartialDate | None:
    match = _YEAR_FIRST.fullmatch(text)
    if match is None:
        return _iso(text)  # the basic format and weeks
    year, _, month, day, time = match.groups()
    if time is None:
        return _day(int(year), int(month), int(day))
    zone = _ZONE.search(time)
    if zone:
        time = time[: zone.start()] + ("+00:00" if zone[1] else zone[2])
    return _iso(f"{year}-{month:0>2}-{day:0>2}T{time}")


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text.isascii() else None
    except ValueError:
        return None


def _day(year: int, month: int, day: int) -> PartialDate | None:
    parsed = PartialDate(year, month, day)
    return parsed if parsed.date else None
