"""etl.games: one raw value into one clean value: dates, years, prices, counts, ids."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import Any, NamedTuple

from datastore.base.names import clean

__all__ = [
    "Price",
    "app_id",
    "boolean",
    "companies",
    "counts_in",
    "identifier",
    "iso_date",
    "posted",
    "price",
    "release_year",
    "text",
    "text_list",
    "whole_number",
]

#: Years a game can have been published in. The store's own range is 1970 to 2021; what lies
#: outside of this one is a number that only looks like a year.
_YEARS = range(1950, 2100)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_AMOUNT = re.compile(r"\$\s?(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?![\d,.]*\d)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_FREE = re.compile(r"\bfree\b", re.IGNORECASE)
_POSTED = re.compile(r"Posted ([A-Z][a-z]+) (\d{1,2})(?:, (\d{4}))?\.?")
_COUNT = re.compile(r"\d[\d,]*")
_APP = re.compile(r"/app/(\d+)")
#: No price of a game is higher; a greater number is a mistake, and would spoil every sum.
_MOST_USD = 1_000_000.0
#: What the columns of counts hold (int32).
_MOST_COUNT = 2**31 - 1
#: January is 1. `calendar.month_name` would depend on the locale.
_MONTHS = {
    "January": 1, "February": 2, "March": 3, "April": 4, "May": 5, "June": 6,
    "July": 7, "August": 8, "September": 9, "October": 10, "November": 11, "December": 12,
}  # fmt: skip


class Price(NamedTuple):
    """A price in USD (0 when free, None when unknown) and the text it stood in, if any."""

    usd: float | None
    text: str | None


def missing(value: Any) -> bool:
    """Whether the dump says nothing here: absent, None or NaN."""
    return value is None or (isinstance(value, float) and math.isnan(value))


def text(value: Any) -> str | None:
    """A name or sentence, unescaped and stripped; None when there is none."""
    return (clean(value) or None) if isinstance(value, str) else None


def text_list(value: Any) -> list[str]:
    """Distinct names in the order of the dump."""
    if not isinstance(value, list | tuple):
        return []
    return list(dict.fromkeys(name for name in map(text, value) if name))


def identifier(value: Any) -> str | None:
    """A user or product id as text, white space at the ends aside."""
    if isinstance(value, bool) or missing(value):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip() or None if isinstance(value, str | int) else None


def app_id(value: Any, url: Any) -> tuple[str | None, bool]:
    """The product id, else the one in the store address; and whether it had to be rescued."""
    found = identifier(value)
    if found is not None:
        return found, False
    match = _APP.search(url) if isinstance(url, str) else None
    return (match[1], True) if match else (None, False)


def iso_date(value: str | None) -> date | None:
    """The day of an ISO date; None for anything else."""
    match = _ISO.fullmatch(value or "")
    try:
        day = date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
    return day if day and day.year in _YEARS else None


def release_year(value: str | None) -> int | None:
    """The only plausible year that a date text names.

    >>> release_year("Q1 2018"), release_year("Late 2016 - Early 2017"), release_year("14 July")
    (2018, None, None)
    """
    years = {int(match) for match in _YEAR.findall(value or "")} & set(_YEARS)
    return years.pop() if len(years) == 1 else None


def price(value: Any) -> Price:
    """A price as the dump has it: a number, a text that says free, one amount in a text, or none.

    >>> price("Free To Play"), price("Starting at $499.00"), price("Third-party")
    (Price(usd=0.0, text='Free To Play'), Price(usd=499.0, text='Starting at $499.00'), \
Price(usd=None, text='Third-party'))
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Price(_usd(value), None)
    said = text(value)
    if said is None:
        return Price(None, None)
    amounts = _AMOUNT.findall(said)
    if len(amounts) == 1:
        return Price(_usd(float(amounts[0].replace(",", ""))), said)
    if _NUMBER.fullmatch(said):
        return Price(_usd(float(said)), said)
    return Price(0.0 if _FREE.search(said) and not amounts else None, said)


def _usd(amount: float) -> float | None:
    return float(amount) if 0 <= amount <= _MOST_USD else None


def whole_number(value: Any) -> int | None:
    """A count that may stand as a number or as its digits; None for `'NA'` and the like."""
    if isinstance(value, bool) or missing(value):
        return None
    if isinstance(value, str):
        digits = value.strip()
        return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else None
    if isinstance(value, float) and not value.is_integer():
        return None  # infinity, too, is no integer
    return int(value) if isinstance(value, int | float) else None


def boolean(value: Any) -> bool | None:
    """A flag that may stand as a boolean, as 0 or 1, or as its name."""
    if isinstance(value, str):
        return {"true": True, "false": False, "1": True, "0": False}.get(value.strip().lower())
    return bool(value) if value in (0, 1) else None


def posted(value: Any) -> tuple[int | None, int, int] | None:
    """(year or None, month, day) of `Posted June 16.` or `Posted November 5, 2011.`."""
    match = _POSTED.fullmatch(value.strip()) if isinstance(value, str) else None
    if not match or match[1] not in _MONTHS:
        return None
    year = int(match[3]) if match[3] else None
    if not 1 <= int(match[2]) <= 31 or (year is not None and year not in _YEARS):
        return None
    return year, _MONTHS[match[1]], int(match[2])


def counts_in(value: Any) -> list[int]:
    """The counts that a sentence names, thousands commas aside; none where one is impossible.

    >>> counts_in("1,203 of 1,500 people (80%) found this review helpful")
    [1203, 1500, 80]
    """
    if not isinstance(value, str):
        return []
    digits = [found.replace(",", "") for found in _COUNT.findall(value)]
    if any(len(each) > 10 or int(each) > _MOST_COUNT for each in digits):
        return []
    return list(map(int, digits))


_LEGAL = re.compile(
    r"(?:inc|ltd|llc|l\.l\.c|co|corp|gmbh|s\.?\s?r\.?\s?[lo]|s\.?a|a\.?s|s\.?l|lp|limited|"
    r"co\.?\s*ltd)\.?(?=[,)\s]|$)",
    re.IGNORECASE,
)


def companies(developer: str) -> list[str]:
    """The companies a developer string names.

    The store joins companies by a bare comma. A comma followed by a blank, within brackets, or
    before a legal form belongs to a name.

    >>> companies("Firaxis Games,Aspyr (Mac, Linux)"), companies("CAPCOM CO.,LTD.")
    (['Firaxis Games', 'Aspyr (Mac, Linux)'], ['CAPCOM CO.,LTD.'])
    """
    if "," not in developer:
        return [developer.strip()] if developer.strip() else []
    parts: list[str] = []
    start = depth = 0
    for at, character in enumerate(developer):
        if character == "(":
            depth += 1
        elif character == ")":
            depth = max(0, depth - 1)
        elif character == "," and not depth:
            rest = developer[at + 1 :]
            if rest[:1].isspace() or _LEGAL.match(rest):
                continue
            parts.append(developer[start:at])
            start = at + 1
    parts.append(developer[start:])
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))
