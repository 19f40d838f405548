"""etl.games: entries of the store that nobody looks for as a game: tests, servers, tools, music.

A rule by title, genres, features and catalogue. An entry that the catalogue merely lacks stays
listed: it lacks Skyrim. So does one without a price, because half of these are free.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from datastore.base.codes import (
    BETA,
    DEMO,
    MODDING_KIT,
    PART,
    SERVER,
    SOUNDTRACK,
    TEST,
    TOOL,
    VIDEO,
)
from etl.games.labels import Labels

__all__ = ["Entry", "Rule", "unlisted_reasons"]

#: Genres of software, folded; an entry with no others is a tool.
_SOFTWARE = frozenset(
    [
        "accounting", "animation & modeling", "audio production", "design & illustration",
        "education", "photo editing", "software training", "utilities", "video production",
        "web publishing",
    ]
)  # fmt: skip
#: The feature of a trial version, folded.
_DEMO = "game demo"
#: Features of films and of nothing that is played, folded.
_SHOWN = frozenset(["captions available", "steam achievements"])

#: Endings of titles, as words, that say what an entry is.
_ENDINGS = {
    TEST: ["test server", "test servers", "test client", "test branch", "test realm",
           "public test", "test build"],
    SERVER: ["dedicated server"],
    DEMO: ["demo", "playable teaser"],
    MODDING_KIT: ["sdk", "authoring tools", "mod tools", "modding tools", "modding kit",
                  "mod kit", "modkit", "workshop tools", "development kit",
                  "resource archiver", "modding tutorials", "script extender",
                  "script extender skse"],
    SOUNDTRACK: ["soundtrack", "soundtracks", "ost", "original score", "official score"],
    VIDEO: ["streaming", "web series", "documentary", "making of"],
}  # fmt: skip
#: Endings that say it if the catalogue lacks the entry, or has the rest of the title: some games
#: are sold as betas.
_ENDINGS_OUTSIDE = {
    TEST: ["test"],
    BETA: ["beta", "unstable"],
    SERVER: ["server"],
    MODDING_KIT: ["editor", "level editor", "map editor", "in game editor"],
}
#: Endings that say it only if there is an entry with the rest of the title.
_ENDINGS_BESIDE = {BETA: ["alpha", "preview"], MODDING_KIT: ["creation kit"]}
#: Endings of extras that come with a game, which has an entry of its own. The catalogue lacks them.
#: Not among them is what people play for itself, such as the multiplayer part of a shooter.
_PARTS = ["deleted scenes", "tutorial", "bonus content", "multiplayer osx"]
#: Words behind an ending that do not matter: a version, or that it is out of date.
_TRAILING = re.compile(r"^(obsolete|v?[0-9.]+|vol|volume|edition)$")
#: Letters by which titles are looked up.
_START = 2
#: Words that make what follows a bonus of a game: "Sinless + OST".
_AND = frozenset(["+", "&", "and", "with", "plus"])
_word = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*|[+&]")


class Entry(NamedTuple):
    """An entry of the store: its plain title, "" if unknown, and folded genres and features."""

    title: str
    in_catalogue: bool
    genres: Collection[str]
    specs: Collection[str]


@dataclass(frozen=True, slots=True)
class _Ending:
    words: tuple[str, ...]
    reason: int


def _by_last_word(endings: dict[int, list[str]]) -> dict[str, list[_Ending]]:
    """Endings by their last word, the longest first."""
    found: dict[str, list[_Ending]] = {}
    for reason, phrases in endings.items():
        for phrase in phrases:
            words = tuple(phrase.split())
            found.setdefault(words[-1], []).append(_Ending(words, reason))
    for each in found.values():
        each.sort(key=lambda ending: -len(ending.words))
    return found


_endings = _by_last_word(_ENDINGS)
_endings_outside = _by_last_word(_ENDINGS_OUTSIDE)
_endings_beside = _by_last_word(_ENDINGS_BESIDE)
_parts = _by_last_word({PART: _PARTS})
_last_words = {*_endings, *_endings_outside, *_endings_beside, *_parts}


class Rule:
    """The rule over all entries of a store, which it compares with each other."""

    def __init__(self, titles: Sequence[str]) -> None:
        """`titles` are the plain titles of all entries."""
        self._like: dict[str, list[str]] = {}  # by the first letters
        for title in titles:
            self._like.setdefault(title[:_START], []).append(title)

    def reason(self, entry: Entry) -> int | None:
        """Why an entry is not a game to look for, as a code of `UNLISTED_REASONS`; None if it
        is one."""
        if _DEMO in entry.specs:
            return DEMO
        if entry.genres and _SOFTWARE.issuperset(entry.genres):
            return TOOL
        if entry.in_catalogue and not entry.genres and _is_shown(entry.specs):
            return VIDEO
        return self._by_title(entry)

    def _by_title(self, entry: Entry) -> int | None:
        last = entry.title.rsplit(" ", 1)[-1]
        if last.isalnum() and last not in _last_words and not _TRAILING.match(last):
            return _by_other_words(entry)  # as most titles end
        words = _words(entry.title)
        while len(words) > 1 and _TRAILING.match(words[-1]):
            words.pop()
        if len(words) < 2:
            return _by_other_words(entry)
        last = words[-1]
        for ending in _endings.get(last, ()):
            if (rest := _before(words, ending)) and not (
                ending.reason == SOUNDTRACK and rest[-1] in _AND
            ):
                return ending.reason
        for endings, outside in ((_endings_outside, True), (_endings_beside, False)):
            for ending in endings.get(last, ()):
                rest = _before(words, ending)
                if rest and ((outside and not entry.in_catalogue) or self._is_title(rest)):
                    return ending.reason
        for ending in _parts.get(last, ()):
            rest = _before(words, ending)
            if rest and not entry.in_catalogue and self._is_beside(entry, rest):
                return PART
        return _by_other_words(entry)

    def _is_title(self, words: list[str]) -> bool:
        """Whether there is an entry with these words as its title."""
        return words in self._words_like(words)

    def _words_like(self, words: list[str]) -> Iterator[list[str]]:
        """The words of titles that may begin with some words."""
        return map(_words, self._like.get(words[0][:_START], ()))

    def _is_beside(self, entry: Entry, rest: list[str]) -> bool:
        """Whether the title of another entry begins with the rest of a title."""
        own, count = _words(entry.title), len(rest)
        return any(words[:count] == rest for words in self._words_like(rest) if words != own)


def _by_other_words(entry: Entry) -> int | None:
    """What other words than the last ones tell, of entries that the catalogue lacks."""
    if entry.in_catalogue:
        return None
    if entry.title.startswith("patch testing "):
        return TEST
    return VIDEO if "web series" in entry.title else None


def unlisted_reasons(
    titles: Sequence[str], in_catalogue: int, genres: Labels, specs: Labels
) -> npt.NDArray[np.int8]:
    """The code of each entry, -1 where it is listed.

    `titles` are plain, "" where unknown; the first `in_catalogue` entries are the catalogue's.
    """
    rule = Rule(titles)
    entries = zip(titles, genres.folded_of_each(), specs.folded_of_each(), strict=True)
    reasons = (
        rule.reason(Entry(title, row < in_catalogue, own_genres, own_specs))
        for row, (title, own_genres, own_specs) in enumerate(entries)
    )
    return np.array([-1 if reason is None else reason for reason in reasons], np.int8)


def _is_shown(specs: Collection[str]) -> bool:
    """Whether the features are those of a film."""
    return "captions available" in specs and _SHOWN.issuperset(specs)


def _words(title: str) -> list[str]:
    return _word.findall(title)


def _before(words: list[str], ending: _Ending) -> list[str]:
    """The words before an ending; none if the title does not end so."""
    count = len(ending.words)
    return words[:-count] if tuple(words[-count:]) == ending.words else []
