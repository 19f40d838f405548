"""datastore.base: what the titles of two games have in common: words, and the series."""

from __future__ import annotations

import re
from collections.abc import Sequence

from datastore.base.names import fold

__all__ = ["merged", "overlap", "plain", "series", "words"]

_word = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*")
_marks = re.compile(r"\((?:tm|r|c)\)|[™®©]", re.IGNORECASE)
#: Numbers of a series, in digits or roman, and years.
_number = re.compile(r"^(?:\d+(?:st|nd|rd|th)?|[ivx]+)$")
#: Where the name of a series ends.
_break = re.compile(r"\s*(?::|\s[-–—]\s|\().*")
#: Words that do not tell games apart.
_COMMON = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "and",
        "in",
        "on",
        "to",
        "for",
        "at",
        "by",
        "with",
        "from",
        "or",
        "is",
        "it",
        "&",
        "game",
        "games",
        "edition",
        "deluxe",
        "complete",
        "collection",
        "pack",
        "gold",
        "ultimate",
        "definitive",
        "enhanced",
        "remastered",
        "hd",
        "goty",
        "year",
        "special",
        "classic",
        "episode",
        "chapter",
        "part",
        "vol",
        "volume",
        "season",
        "simulator",
        "online",
        "free",
        "dlc",
    ]
)


def plain(title: str) -> str:
    """A title without trademark signs, folded."""
    if not title.isascii() or "(" in title:
        title = _marks.sub("", title)
    return fold(title)


def words(title: str) -> frozenset[str]:
    """The words of a plain title that tell it from others: no numbers, no editions."""
    found = _word.findall(title)
    return frozenset(word for word in found if word not in _COMMON and not _number.match(word))


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Words in common, as a share of those of both titles, 0 to 1. L. R. Dice, Measures of the
    Amount of Ecologic Association Between Species (Ecology 1945)."""
    total = len(one) + len(other)
    return 2 * len(one & other) / total if total else 0.0


def series(title: str) -> str:
    """The name of the series in a plain title: without a subtitle and the numbers at its end.

    >>> series("half-life 2: episode two")
    'half life'
    >>> series("the elder scrolls v: skyrim")
    'elder scrolls'
    """
    found = _word.findall(_break.sub("", title)) or _word.findall(title)
    while len(found) > 1 and (_number.match(found[-1]) or found[-1] in _COMMON):
        found.pop()
    while len(found) > 1 and found[0] in ("the", "a", "an"):
        del found[0]
    return " ".join(found)


#: Letters of a single word that may be the name of a series: "Fallout", and not "The".
_LONG = 6


def merged(names: Sequence[str]) -> list[str]:
    """The names with each spin-off's replaced by that of the series whose name it begins with.

    >>> merged(["half life", "half life deathmatch", "portal stories", "portal", "rust"])
    ['half life', 'half life', 'portal', 'portal', 'rust']
    """
    known = set(names)
    return [next((start for start in _starts(name) if start in known), name) for name in names]


def _starts(name: str) -> list[str]:
    """The first words of a name, the shortest first, if they can be a series."""
    found = name.split()
    starts = [" ".join(found[:count]) for count in range(1, len(found))]
    return [start for start in starts if " " in start or len(start) >= _LONG]
