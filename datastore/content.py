"""datastore: games as vectors of their tags and genres."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from datastore.base import scoring
from datastore.base.evidence import spans
from datastore.base.signals import WordRows
from datastore.frame import Ragged
from datastore.games import Games

__all__ = ["Content"]

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.integer]


class Content:
    """Vectors over tags, then genres, weighted by idf; each has length 1, or 0 without any."""

    def __init__(self, games: Games, genre_names: list[str]) -> None:
        self._games = games
        self._names = games.tag_names + genre_names

    @cached_property
    def _words(self) -> Ragged:
        """Columns of each game's tags and genres; genres follow all tags."""
        tags, genres = self._games.tag_rows, self._games.genres
        sizes = np.diff(tags.offsets) + np.diff(genres.offsets)
        offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
        values = np.empty(offsets[-1], np.int32)
        for part, shift, start in (
            (tags, 0, offsets[:-1]),
            (genres, len(self._games.tag_names), offsets[:-1] + np.diff(tags.offsets)),
        ):
            counts = np.diff(part.offsets)
            targets = np.repeat(start - part.offsets[:-1], counts) + np.arange(part.offsets[-1])
            values[targets] = part.values + shift
        return Ragged(offsets, values)

    @cached_property
    def _weights(self) -> Floats:
        """Weight of each entry of `_words`: its idf over the length of the game's vector."""
        offsets, values = self._words
        size = len(offsets) - 1
        weights = scoring.idf(size, np.bincount(values, minlength=len(self._names)))[values]
        owner = np.repeat(np.arange(size), np.diff(offsets))
        length = np.sqrt(np.bincount(owner, weights.astype(np.float64) ** 2, size))
        return (weights / np.where(length > 0, length, 1)[owner]).astype(np.float32)

    def vectors(self, games: Rows) -> Floats:
        """Vectors of games: games x tags and genres."""
        offsets, values = self._words
        words, owner = self._words.gather(games.astype(np.int64))
        entries, _ = Ragged(offsets, np.arange(len(values), dtype=np.int32)).gather(
            games.astype(np.int64)
        )
        vectors = np.zeros((len(games), len(self._names)), np.float32)
        vectors[owner, words] = self._weights[entries]
        return vectors

    def word_rows(self, games: Rows) -> WordRows:
        """The same vectors without their zeros."""
        offsets, values = self._words
        entries, owner = spans(offsets[games], offsets[games + 1])
        starts = np.searchsorted(owner, np.arange(len(games) + 1))
        return WordRows(starts, values[entries], self._weights[entries], len(self._names))

    def cosines(self, profile: Floats) -> Floats:
        """Cosines of all games with a vector of length 1, rounded by `scoring.ranked`."""
        offsets, values = self._words
        owner = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
        parts = self._weights * profile[values]
        return scoring.ranked(np.bincount(owner, parts, len(offsets) - 1))

    def shared(self, game: int, other: int) -> list[str]:
        """Names of the tags and genres that two games have in common, rarest first."""
        common = np.intersect1d(self._words.row(game), self._words.row(other))
        uses = np.bincount(self._words.values, minlength=len(self._names))[common]
        names = [self._names[word] for word in common[np.lexsort((common, uses))].tolist()]
        return list(dict.fromkeys(names))  # many genres are also tags
