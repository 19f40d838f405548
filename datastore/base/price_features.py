"""datastore.base: what the price models know of a game, as numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from datastore.base.names import fold

__all__ = [
    "DEVELOPER",
    "EARLY_ACCESS",
    "GENRES",
    "KEY_CODES",
    "METASCORE",
    "NUMBER_OF_WORDS",
    "OTHER_WORDS",
    "PUBLISHER",
    "WORDS",
    "YEAR",
    "Details",
    "Features",
    "Vocabulary",
    "features",
    "set_key",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: What can move an estimate: these, and from WORDS on each genre, tag and feature. OTHER_WORDS are
#: all that a game does not have; GENRES are those that it has, together.
DEVELOPER, PUBLISHER, YEAR, EARLY_ACCESS, METASCORE, NUMBER_OF_WORDS, OTHER_WORDS, GENRES = range(8)
WORDS = 8

#: Whose prices are compared: games of the developer, of the publisher; of them those that are
#: downloadable content as well (or are not); of the developer's those of the same year as well.
KEY_CODES = (DEVELOPER, PUBLISHER, DEVELOPER, PUBLISHER, DEVELOPER)

#: Folded feature of entries that need another game.
_CONTENT = "downloadable content"


class Details(NamedTuple):
    """A game as the models know it: rows of genres, tags and specs, folded names ("" when
    unknown), and NaN for unknown numbers."""

    genres: Sequence[int]
    tags: Sequence[int]
    specs: Sequence[int]
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
    to `offsets[i + 1]`. `keys` are games x KEY_CODES: 0 without that developer or publisher."""

    offsets: Ints
    words: Ints
    sizes: Ints  # games x 3: number of genres, tags, features
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

    def take(self, rows: Ints) -> Features:
        """The features of some of the games."""
        sizes = np.diff(self.offsets)[rows]
        offsets = np.concatenate([[0], np.cumsum(sizes)])
        entries = np.arange(offsets[-1]) + np.repeat(self.offsets[rows] - offsets[:-1], sizes)
        return Features(
            offsets,
            self.words[entries],
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
    words, sizes, sets, keys, flags, numbers = [], [], [], [], [], []
    for game in games:
        own = vocabulary.words(game)
        words.append(own)
        flags.append(content in own)
        sizes.append([len(set(rows)) for rows in (game.genres, game.tags, game.specs)])
        sets.append(set_key(game.genres))
        keys.append(_keys(game, flags[-1]))
        numbers.append((game.early_access, game.year, game.metascore))
    early_access, year, metascore = np.array(numbers, np.float64).reshape(-1, 3).T
    return Features(
        np.cumsum([0, *map(len, words)]),
        np.array([word for own in words for word in own], np.int64),
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


def _keys(game: Details, content: bool) -> list[int]:
    kind = "content" if content else "game"
    names = (game.developer, game.publisher, game.developer, game.publisher, game.developer)
    others = ("", "", kind, kind, f"{kind} {game.year:.0f}")
    return [
        _key(f"{slot}\n{other}\n{name}") if name else 0
        for slot, (name, other) in enumerate(zip(names, others, strict=True))
    ]


def _key(text: str) -> int:
    """A number for a text: chance makes two texts share one in a billion snapshots."""
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
