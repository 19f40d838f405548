"""datastore: precomputed lists of similar titles, and the words by which they were found."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from datastore.frame import Ragged
from datastore.neighbours import Neighbours
from datastore.text_column import TextColumn

__all__ = ["SimilarTitles"]


class SimilarTitles(Neighbours):
    """The titles similar to each title; scores are from 0 to 1."""

    def __init__(self, arrays: dict[str, npt.NDArray[Any]]) -> None:
        super().__init__(arrays["similar_titles"], arrays["similar_title_scores"])
        self._words = TextColumn(arrays["title_words_offsets"], arrays["title_words_text"].data)
        self._counts = arrays["title_words_titles"]
        self._descriptions = Ragged(arrays["description_offsets"], arrays["description_words"])

    def words(self, title: int, other: int) -> list[str]:
        """Words that the descriptions of two titles share, the most telling first: by idf times the
        number of titles similar to the first one that have the word, then by idf and name.

        The rarest word alone is often a coincidence, such as "led"; one that recurs among the
        similar titles is what they are about.
        """
        own, others = self._descriptions.row(title), self._descriptions.row(other)
        both = np.array(sorted(set(own.tolist()).intersection(others.tolist())), np.int64)
        if len(both) < 2:
            return [self._words[word] for word in both.tolist()]
        similar = self.lists[title]
        recurring, _ = self._descriptions.gather(similar[similar >= 0].astype(np.int64))
        places = np.minimum(both.searchsorted(recurring), len(both) - 1)
        uses = np.bincount(places[both[places] == recurring], minlength=len(both))
        idf = np.log(len(self.lists) / self._counts[both])
        return [self._words[word] for word in both[np.lexsort((both, -idf, -idf * uses))].tolist()]
