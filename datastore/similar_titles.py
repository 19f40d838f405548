"""datastore: precomputed lists of similar titles, and the words by which they were found."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy.typing as npt

from datastore.frame import TextColumn

__all__ = ["Neighbour", "SimilarTitles"]


class Neighbour(NamedTuple):
    """A title similar to another: row, and score from 0 to 1."""

    title: int
    score: float


class SimilarTitles:
    """Lists of similar titles for each title, best first."""

    def __init__(self, arrays: dict[str, npt.NDArray[Any]]) -> None:
        self._titles = arrays["similar_titles"]
        self._scores = arrays["similar_title_scores"]
        self._words = TextColumn(arrays["title_words_offsets"], arrays["title_words_text"].data)
        self._counts = arrays["title_words_titles"]
        self._description_offsets = arrays["description_offsets"]
        self._description_words = arrays["description_words"]

    def of(self, title: int, first: int) -> list[Neighbour]:
        """The titles most similar to a title, best first."""
        rows, scores = self._titles[title, :first].tolist(), self._scores[title, :first].tolist()
        return [Neighbour(row, score) for row, score in zip(rows, scores, strict=True) if row >= 0]

    def words(self, title: int, other: int) -> list[str]:
        """Words that the descriptions of two titles share, rarest first, ties by name."""
        both = set(self._of_title(title)).intersection(self._of_title(other))
        return [self._words[word] for word in sorted(both, key=lambda w: (self._counts[w], w))]

    def _of_title(self, title: int) -> list[int]:
        words: list[int] = self._description_words[
            self._description_offsets[title] : self._description_offsets[title + 1]
        ].tolist()
        return words
