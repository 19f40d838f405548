"""datastore: the search index over the names of one noun."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cached_property
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from cachetools import LRUCache

from datastore.base.search_keys import trigrams
from datastore.frame import Frame
from datastore.order import Order

__all__ = ["ERROR", "MATCH", "PIECE", "NameIndex", "Phrases", "Places", "Result"]

Rows = npt.NDArray[np.int64]

#: Bytes of cached results of one noun. The largest has all users, 1.4 MB.
_REMEMBERED = 2_000_000
#: Bytes that each result takes at least.
_ENTRY = 1_000
#: Longest word, in bytes, after which `numbered` looks for a number.
_LONGEST_WORD = 20


#: How a name fits a text: it matches the text, resembles it, or contains it inside a word.
MATCH, ERROR, PIECE = 0, 1, 2


class Result(NamedTuple):
    """Rows found by a search, best first, and the kind of each: MATCH, ERROR or PIECE."""

    rows: Rows
    kinds: Rows


class Places(NamedTuple):
    """Occurrences of a text at the beginning of a word, one entry per occurrence.

    The marks say where a position is: 0 inside a word, 1 between words, 2 at an end of the name.
    """

    rows: npt.NDArray[np.int32]
    begins: npt.NDArray[np.uint8]  # mark of the beginning of the text
    ends: npt.NDArray[np.uint8]  # mark of its end
    near: npt.NDArray[np.uint8]  # mark of the position one letter after its end


class Phrases:
    """Finds texts at the beginning of words in names, ignoring blanks."""

    def __init__(self, arrays: dict[str, npt.NDArray[Any]], prefix: str) -> None:
        self._text, self._marks, self._starts, self._rows = (
            arrays[f"{prefix}_{part}"] for part in ("text", "marks", "starts", "rows")
        )

    def beginning(self, piece: bytes) -> Places:
        """Occurrences of a piece of text at the beginning of a word, ignoring blanks."""
        matches = self._range(piece)
        starts = self._starts[matches]
        ends = starts + len(piece)
        after = np.minimum(ends + 1, len(self._marks) - 1)
        marks = self._marks
        return Places(self._rows[matches], marks[starts], marks[ends], marks[after])

    def numbered(self, letters: bytes, number: bytes) -> npt.NDArray[np.int32]:
        """Rows of names with a word that begins with these letters, followed by this number."""
        matches = self._range(letters)
        last = len(self._marks) - 1
        positions = np.minimum(self._starts[matches, None] + np.arange(1, _LONGEST_WORD), last)
        rows: npt.NDArray[np.int32] = self._rows[matches]
        if not len(rows):
            return rows
        is_word_end = self._marks[positions] > 0
        word_ends = positions[np.arange(len(positions)), is_word_end.argmax(axis=1)]
        number_ends = np.minimum(word_ends + len(number), last)
        same = self._marks[number_ends] > 0
        for offset, byte in enumerate(number):
            same &= self._text[np.minimum(word_ends + offset, last)] == byte
        matching: npt.NDArray[np.int32] = rows[same]
        return matching

    def _range(self, piece: bytes) -> slice:
        text, size = self._text, len(piece)

        def head(start: int) -> bytes:
            return text[start : start + size].tobytes()

        starts = self._starts
        return slice(bisect_left(starts, piece, key=head), bisect_right(starts, piece, key=head))


class NameIndex:
    """Finds names by words, initials and shared trigrams."""

    def __init__(
        self,
        frame: Frame,
        arrays: dict[str, npt.NDArray[Any]],
        noun: str,
        order: Order | None = None,
    ) -> None:
        """`order` decides between results of equal rank; the rows do unless it is given."""
        self._frame = frame
        self.order = order or Order(len(frame))
        self.size = len(frame)
        self.words = Phrases(arrays, f"search_{noun}_words")
        self.initials = Phrases(arrays, f"search_{noun}_initials")
        self._results: LRUCache[str, Result] = LRUCache(
            _REMEMBERED, getsizeof=lambda result: result.rows.nbytes + result.kinds.nbytes + _ENTRY
        )
        self._lock = Lock()
        self._codes = arrays[f"search_{noun}_codes"]
        self._offsets = arrays[f"search_{noun}_offsets"]
        self._rows = arrays[f"search_{noun}_rows"]

    def keys(self, rows: Rows) -> Sequence[str]:
        """The searchable forms of names; "" without a name."""
        return self._frame.texts("search_key", rows)

    @cached_property
    def sizes(self) -> npt.NDArray[np.int32]:
        """Length of each name's searchable form, in bytes."""
        return self._frame.sizes("search_key")

    @property
    def years(self) -> npt.NDArray[np.float64] | None:
        """Year of release of each row, NaN if unknown; None for a noun that has none."""
        frame = self._frame
        has_years = "release_year" in frame.table.column_names
        return frame.numbers("release_year") if has_years else None

    def remembered(self, key: str, find: Callable[[], Result]) -> Result:
        """The result for a key, cached for the next page and for lists that repeat the search in
        each entry."""
        with self._lock:
            result = self._results.get(key)
        if result is None:
            result = find()
            result.rows.flags.writeable = False
            # Nothing is cached if it is too big.
            with self._lock, suppress(ValueError):
                self._results[key] = result
        return result

    def overlaps(self, key: str) -> npt.NDArray[np.float64]:
        """Share of the key's distinct trigrams that each name contains, 0 to 1."""
        codes = np.unique(trigrams(key))
        counts = np.zeros(self.size, np.int32)
        positions = np.searchsorted(self._codes, codes)
        for code, position in zip(codes.tolist(), positions.tolist(), strict=True):
            if position < len(self._codes) and self._codes[position] == code:
                counts[self._rows[self._offsets[position] : self._offsets[position + 1]]] += 1
        return counts / max(1, len(codes))
