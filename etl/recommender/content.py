"""etl.recommender: games by content and popularity: tags, genres, players.

Used for the fallback sources CONTENT and POPULAR.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from datastore.base import scoring
from etl.recommender.interactions import Popular

__all__ = ["GameWords", "Popularity", "Words"]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]
Places = npt.NDArray[np.int64]


class Words(NamedTuple):
    """The tags or the genres of all games: folded names, and their numbers game after game."""

    names: list[str]
    offsets: Places  # games + 1
    numbers: Ints


@dataclass(frozen=True, slots=True)
class GameWords:
    """The words of each game: its tags, then its genres, each once; and its year of release.

    A word is a number: tags are numbered first, genres behind them.
    """

    tags: list[str]  # folded names
    genres: list[str]  # folded names
    offsets: Places  # games + 1
    words: Ints
    years: Floats  # 0 if unknown

    @classmethod
    def of(cls, tags: Words, genres: Words, years: Sequence[int | None] | Ints = ()) -> Self:
        """From the tags, the genres and the years of the same games; those at the end may have no
        year, and an unknown one is None or below 0."""
        tag_counts, genre_counts = np.diff(tags.offsets), np.diff(genres.offsets)
        offsets = tags.offsets + genres.offsets
        words = np.empty(offsets[-1], np.int32)
        tag_starts, genre_starts = offsets[:-1], offsets[:-1] + tag_counts
        for part, starts, counts, first in (
            (tags, tag_starts, tag_counts, 0),
            (genres, genre_starts, genre_counts, len(tags.names)),
        ):
            shift = np.repeat(starts - part.offsets[:-1], counts)
            words[np.arange(len(shift)) + shift] = part.numbers + first
        known = np.zeros(len(offsets) - 1, np.float32)
        known[: len(years)] = [max(year or 0, 0) for year in years]
        return cls(tags.names, genres.names, offsets, words, known)

    def __len__(self) -> int:
        """The number of games."""
        return len(self.offsets) - 1

    @property
    def counts(self) -> Places:
        """The number of words of each game."""
        return np.diff(self.offsets)

    def first_genre(self, game: int) -> int | None:
        """The first genre of a game, as a word; None where it has none."""
        words = self.words[self.offsets[game] : self.offsets[game + 1]]
        genres = words[words >= len(self.tags)]
        return int(genres[0]) if len(genres) else None

    def games_with(self, word: int) -> npt.NDArray[np.bool_]:
        """Whether each game has a word."""
        owners = np.repeat(np.arange(len(self)), self.counts)
        flags = np.zeros(len(self), np.bool_)
        flags[owners[self.words == word]] = True
        return flags

    def of_games(self, games: Ints) -> Self:
        """The words of some games, in their order."""
        counts = self.counts[games]
        offsets = np.concatenate([[0], np.cumsum(counts)])
        positions = np.arange(offsets[-1]) + np.repeat(self.offsets[games] - offsets[:-1], counts)
        words = self.words[positions]
        return replace(self, offsets=offsets, words=words, years=self.years[games])

    def halves(self, seed: int) -> tuple[Self, Self]:
        """Divide the vocabulary, not the games: a word is in the same half in every game, and a tag
        is in the same half as the genre of its name."""

        def in_first(name: str) -> bool:
            seeded = f"{seed}:{name}".encode("utf-8", "surrogatepass")
            return blake2b(seeded).digest()[0] < 128

        first = np.array([in_first(name) for name in (*self.tags, *self.genres)], np.bool_)
        chosen = first[self.words]
        return self._with(chosen), self._with(~chosen)

    def _with(self, chosen: npt.NDArray[np.bool_]) -> Self:
        running = np.concatenate([[0], np.cumsum(chosen)])
        return replace(self, offsets=running[self.offsets], words=self.words[chosen])


@dataclass(frozen=True, slots=True)
class Popularity:
    """Games by players: `order` has all of them, most players first, then most owners, then row.

    `unlisted` are the games that are never recommended.
    """

    order: Ints
    players: npt.NDArray[np.intp]
    unlisted: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, counted: Popular, unlisted: npt.NDArray[np.bool_]) -> Self:
        """Popularity from the players and owners of each game."""
        games = np.arange(len(unlisted))
        order = np.lexsort((games, -counted.owners, -counted.players)).astype(np.int32)
        return cls(order, counted.players, unlisted)

    @property
    def listed(self) -> Ints:
        """The games that may be recommended, in order."""
        return self.order[~self.unlisted[self.order]]

    @property
    def share(self) -> Floats:
        """Players of each game, as a share of those of the most played one."""
        share: Floats = (self.players / max(1, self.players.max(initial=0))).astype(np.float32)
        return share

    @property
    def known(self) -> Ints:
        """Games that may be recommended and that somebody has played, in order, or all: see
        `scoring.known`."""
        known = scoring.known(self.order, self.players)
        return known[~self.unlisted[known]]
