"""etl.titles: one published value into one clean value: durations, dates, years, lists of names."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from datastore.base.codes import MIN, MOVIE, SEASON, SERIES
from etl.raw import dates

__all__ = [
    "Duration",
    "Names",
    "date_of",
    "duration",
    "folded",
    "kind_of",
    "lines",
    "names",
    "people",
    "year",
]

_DURATION = re.compile(r"(\d{1,9}) ?(mins?|minutes?|seasons?)", re.ASCII)
_KINDS = {"movie": MOVIE, "tv show": SERIES}
_YEAR = re.compile(r"(\d{1,4})(?:\.0*)?", re.ASCII)
_LINE_ENDS = re.compile(r"\r\n?")
#: Parts of a list that belong to the name before them, without dots.
_SUFFIXES = frozenset(["jr", "sr", "ii", "iii", "iv", "phd", "md", "esq"])


class Duration(NamedTuple):
    """A duration, and the code of its unit: minutes or seasons."""

    number: int
    unit: int


class Names(NamedTuple):
    """The names of a list, how many suffixes were joined to one of them, and how many entries were
    dropped."""

    names: list[str]
    joined: int
    dropped: int = 0


def folded(text: str) -> str | None:
    """A text with each run of whitespace as one blank; None when nothing is left."""
    return " ".join(text.split()) or None


def lines(text: str) -> str | None:
    """A text whose line breaks are line feeds; None when it is blank."""
    return _LINE_ENDS.sub("\n", text) if text.strip() else None


def kind_of(text: str) -> int | None:
    """The code of a kind: `Movie` or `TV Show`."""
    return _KINDS.get(" ".join(text.lower().split()))


def duration(text: str) -> Duration | None:
    """A duration such as `90 min` or `2 Seasons`; None for any other text."""
    match = _DURATION.fullmatch(" ".join(text.lower().split()))
    return Duration(int(match[1]), MIN if match[2].startswith("m") else SEASON) if match else None


def year(text: str) -> int | None:
    """A year from 1 to 9999, also one written `2014.0`."""
    match = _YEAR.fullmatch(text.strip())
    return (int(match[1]) or None) if match else None


def date_of(text: str) -> date | None:
    """A day such as `March 30, 2021` or `2021-03-30`; None for any other text."""
    parsed = dates.read(text)
    return parsed.date if parsed else None


def names(text: str) -> Names:
    """The names of a list, split at commas; a suffix stays with the name before it.

    >>> names("Cuba Gooding, Jr., ,Famke  Janssen").names
    ['Cuba Gooding Jr.', 'Famke Janssen']
    """
    return _with_suffixes(_parts(text))


def people(text: str) -> Names:
    """The same for persons: an entry without a letter is nobody, and dropped first.

    >>> people("Ada Stone, 1, Jr.").names
    ['Ada Stone Jr.']
    """
    parts = _parts(text)
    persons = [name for name in parts if any(map(str.isalpha, name))]
    return _with_suffixes(persons)._replace(dropped=len(parts) - len(persons))


def _parts(text: str) -> list[str]:
    return [name for part in text.split(",") if (name := " ".join(part.split()))]


def _with_suffixes(parts: list[str]) -> Names:
    found: list[str] = []
    for name in parts:
        if found and name.replace(".", "").lower() in _SUFFIXES:
            found[-1] += f" {name}"
        else:
            found.append(name)
    return Names(found, len(parts) - len(found))
