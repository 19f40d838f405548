"""datastore.base: what the price models know of a game, as numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from math import isnan
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from datastore.base.names import fold

__all__ = [
    "DETAILS",
    "DEVELOPER",
    "EARLY_ACCESS",
    "GENRES",
    "KEY_CODES",
    "METASCORE",
    "NUMBER_OF_WORDS",
    "OTHER_WORDS",
    "PUBLISHER",
    "UNKNOWN",
    "WORDS",
    "YEAR",
    "Details",
    "Features",
    "Vocabulary",
    "features",
    "find_keys",
    "name_keys",
    "set_key",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: What can move an estimate: these, and from WORDS on each genre, tag and feature that a game has.
#: OTHER_WORDS are all that it does not have; GENRES are those that it has, together; UNKNOWN are
#: the details that are not known of it.
(
    DEVELOPER, PUBLISHER, YEAR, EARLY_ACCESS, METASCORE, NUMBER_OF_WORDS, OTHER_WORDS, GENRES,
    UNKNOWN,
) = range(9)  # fmt: skip
WORDS = 9

#: Number of details that can be unknown: see `Features.hidden`.
DETAILS = 8

#: Whose prices are compared: games of the developer, of the publisher; of them those that are
#: downloadable content as well (or are not); of the developer's those of the same year as well.
KEY_CODES = (DEVELOPER, PUBLISHER, DEVELOPER, PUBLISHER, DEVELOPER)

#: Folded feature of entries that need another game.
_CONTENT = "downloadable content"


class Details(NamedTuple):
    """A game as the models know it: rows of genres, tags and specs, folded names, and numbers. An
    empty list or name and NaN mean unknown; any other list is complete."""

    genres: Sequence[int] = ()
    tags: Sequence[int] = ()
    specs: Sequence[int] = ()
    developer: str = ""
    publisher: str = ""
    early_access: float = np.nan
    year: float = np.nan
    metascore: float = np.nan


@dataclass(frozen=True)
class Vocabulary:
    """The genres, tags and features of a snapshot; together they are the words, in this order."""

    genres: Sequence[str]
    tags: Sequence[str]
    specs: Sequence[str]

    @property
    def tags_at(self) -> int:
        """The first tag among the words."""
        return len(self.genres)

    @property
    def specs_at(self) -> int:
        """The first feature among the words."""
        return len(self.genres) + len(self.tags)

    def __len__(self) -> int:
        return self.specs_at + len(self.specs)

    def words(self, details: Details) -> list[int]:
        """The distinct words of a game, ascending."""
        tags, specs = self.tags_at, self.specs_at
        return sorted(
            {
                *details.genres,
                *(tags + row for row in details.tags),
                *(specs + row for row in details.specs),
            }
        )

    def label(self, word: int) -> str:
        """A word with its kind, such as `tag: Indie`."""
        if word < self.tags_at:
            return f"genre: {self.genres[word]}"
        if word < self.specs_at:
            return f"tag: {self.tags[word - self.tags_at]}"
        return f"feature: {self.specs[word - self.specs_at]}"

    @cached_property
    def content(self) -> int:
        """The word of downloadable content; -1 where no game has it."""
        named = (
            self.specs_at + row for row, name in enumerate(self.specs) if fold(name) == _CONTENT
        )
        return next(named, -1)


@dataclass(frozen=True, slots=True)
class Features:
    """The details of several games as arrays; the words of game `i` are those from `offsets[i]`
    to `offsets[i + 1]`. `keys` are games x KEY_CODES: 0 where a part of the key is unknown.
    `starts` are the first tag and the first feature among the words."""

    offsets: Ints
    words: Ints
    starts: Ints
    sizes: Ints  # games x 3: number of genres, tags, features; 0 when unknown
    genre_sets: Ints  # key of the set of genres
    keys: Ints
    content: npt.NDArray[np.bool_]  # whether it is downloadable content
    early_access: Floats
    year: Floats
    metascore: Floats

    def __len__(self) -> int:
        return len(self.content)

    @property
    def owners(self) -> Ints:
        """The game of each entry of `words`."""
        return np.repeat(np.arange(len(self)), np.diff(self.offsets))

    def codes_of_details(self) -> Ints:
        """DEVELOPER, PUBLISHER, YEAR, EARLY_ACCESS and METASCORE of each game, or UNKNOWN."""
        numbers = np.column_stack([self.year, self.early_access, self.metascore])
        known = np.column_stack([self.keys[:, :2] != 0, ~np.isnan(numbers)])
        return np.where(known, [DEVELOPER, PUBLISHER, YEAR, EARLY_ACCESS, METASCORE], UNKNOWN)

    def marks(self, words: Ints) -> Floats:
        """Whether each game has each of some words: 1 or 0, NaN when unknown."""
        lists = np.searchsorted(self.starts, words, side="right")
        marks = np.where(self.sizes[:, lists] > 0, 0.0, np.nan)
        place = np.full(1 + max(words.max(initial=-1), self.words.max(initial=-1)), -1)
        place[words] = np.arange(len(words))
        column = place[self.words]
        marks[self.owners[column >= 0], column[column >= 0]] = 1
        return marks

    def with_nothing(self) -> Features:
        """The same games, and behind them one of which nothing is known."""
        return Features(
            np.append(self.offsets, self.offsets[-1]),
            self.words,
            self.starts,
            np.vstack([self.sizes, np.zeros((1, 3), np.int64)]),
            np.append(self.genre_sets, set_key(())),
            np.vstack([self.keys, np.zeros((1, len(KEY_CODES)), np.int64)]),
            np.append(self.content, False),
            *(np.append(known, np.nan) for known in (self.early_access, self.year, self.metascore)),
        )

    def hidden(self, hide: npt.NDArray[np.bool_]) -> Features:
        """The same games without some details: games x DETAILS (genres, tags, features, developer,
        publisher, early access, year, metascore)."""
        lists, numbers = hide[:, :3], hide[:, 5:]
        kept = ~lists[self.owners, np.searchsorted(self.starts, self.words, side="right")]
        developer, publisher = hide[:, 3], hide[:, 4]
        kind = lists[:, 2]  # downloadable content is a feature
        without = [
            developer,
            publisher,
            developer | kind,
            publisher | kind,
            developer | kind | numbers[:, 1],
        ]
        early_access, year, metascore = (
            np.where(numbers[:, place], np.nan, known)
            for place, known in enumerate((self.early_access, self.year, self.metascore))
        )
        counts = np.bincount(self.owners[kept], minlength=len(self))
        return replace(
            self,
            offsets=np.concatenate([[0], np.cumsum(counts)]),
            words=self.words[kept],
            sizes=np.where(lists, 0, self.sizes),
            genre_sets=np.where(lists[:, 0], set_key(()), self.genre_sets),
            keys=np.where(np.column_stack(without), 0, self.keys),
            content=self.content & ~kind,
            early_access=early_access,
            year=year,
            metascore=metascore,
        )

    def take(self, rows: Ints) -> Features:
        """The features of some of the games."""
        sizes = np.diff(self.offsets)[rows]
        offsets = np.concatenate([[0], np.cumsum(sizes)])
        entries = np.arange(offsets[-1]) + np.repeat(self.offsets[rows] - offsets[:-1], sizes)
        return Features(
            offsets,
            self.words[entries],
            self.starts,
            self.sizes[rows],
            self.genre_sets[rows],
            self.keys[rows],
            self.content[rows],
            self.early_access[rows],
            self.year[rows],
            self.metascore[rows],
        )


def features(games: Iterable[Details], vocabulary: Vocabulary) -> Features:
    """The features of games."""
    content = vocabulary.content
    key_of_set = cache(set_key)  # most games share theirs
    words, sizes, sets, keys, flags, numbers = [], [], [], [], [], []
    for game in games:
        own = vocabulary.words(game)
        words.append(own)
        flags.append(content in own)
        sizes.append([len(set(rows)) for rows in (game.genres, game.tags, game.specs)])
        sets.append(key_of_set(tuple(game.genres)))
        keys.append(_keys(game, flags[-1] if game.specs else None))
        numbers.append((game.early_access, game.year, game.metascore))
    early_access, year, metascore = np.array(numbers, np.float64).reshape(-1, 3).T
    return Features(
        np.cumsum([0, *map(len, words)]),
        np.array([word for own in words for word in own], np.int64),
        np.array([vocabulary.tags_at, vocabulary.specs_at], np.int64),
        np.array(sizes, np.int64).reshape(-1, 3),
        np.array(sets, np.int64),
        np.array(keys, np.int64).reshape(-1, len(KEY_CODES)),
        np.array(flags, bool),
        early_access,
        year,
        metascore,
    )


def set_key(genres: Iterable[int]) -> int:
    """Key of a set of genres."""
    return _key(" ".join(map(str, sorted(set(genres)))))


def name_keys(developer: str, publisher: str) -> list[int]:
    """Keys of a folded developer and a folded publisher; 0 for an empty name."""
    return _keys(Details(developer=developer, publisher=publisher), None)[:2]


def _keys(game: Details, content: bool | None) -> list[int]:
    """`content` is None when unknown."""
    kind = None if content is None else "content" if content else "game"
    dated = None if kind is None or isnan(game.year) else f"{kind} {game.year:.0f}"
    names = (game.developer, game.publisher, game.developer, game.publisher, game.developer)
    others = ("", "", kind, kind, dated)
    return [
        _key(f"{slot}\n{other}\n{name}") if name and other is not None else 0
        for slot, (name, other) in enumerate(zip(names, others, strict=True))
    ]


def _key(text: str) -> int:
    """A number for a text: chance makes two texts share one in a billion snapshots."""
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def find_keys(keys: Ints, wanted: Ints) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Places of `wanted` in `keys`, which ascend, and whether each is there; places of others are
    meaningless. Key 0 means none."""
    if not len(keys):
        return np.full(wanted.shape, -1), np.zeros(wanted.shape, bool)
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return places, (keys[places] == wanted) & (wanted != 0)
