"""datastore: the search index of one noun's names."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from datastore.base.search_keys import trigrams
from datastore.frame import Frame

__all__ = ["ERROR", "MATCH", "PIECE", "NameIndex", "Phrases", "Places", "Result"]

Rows = npt.NDArray[np.int64]

#: Searches whose result is remembered: some 100 KB each at most.
_REMEMBERED = 64
#: Longest word, in bytes, behind whose beginning a number is looked for.
_LONGEST_WORD = 20


#: How a name fits a text: it matches, resembles it, or holds it inside a word.
MATCH, ERROR, PIECE = 0, 1, 2


class Result(NamedTuple):
    """Rows that a search finds, best first, and the kind of each: MATCH, ERROR or PIECE."""

    rows: Rows
    kinds: Rows


class Places(NamedTuple):
    """Places where words of names continue with a text, one entry per place."""

    rows: npt.NDArray[np.int32]
    begins: npt.NDArray[np.uint8]  # mark where the text begins: 2 at the beginning of the name
    ends: npt.NDArray[np.uint8]  # where it ends: 0 in a word, 1 behind one, 2 behind the name
    near: npt.NDArray[np.uint8]  # one letter further on


class Phrases:
    """Finds a text at the beginnings of words of names, ignoring blanks."""

    def __init__(self, arrays: dict[str, npt.NDArray[Any]], prefix: str) -> None:
        self._text, self._marks, self._starts, self._rows = (
            arrays[f"{prefix}_{part}"] for part in ("text", "marks", "starts", "rows")
        )

    def beginning(self, piece: bytes) -> Places:
        """The beginnings of words from which a name continues with a piece, ignoring blanks."""
        found = self._range(piece)
        starts = self._starts[found]
        ends = starts + len(piece)
        after = np.minimum(ends + 1, len(self._marks) - 1)
        marks = self._marks
        return Places(self._rows[found], marks[starts], marks[ends], marks[after])

    def numbered(self, letters: bytes, number: bytes) -> npt.NDArray[np.int32]:
        """Rows of names with a word that begins with some letters, and a number right behind it."""
        found = self._range(letters)
        last = len(self._marks) - 1
        ahead = np.minimum(self._starts[found, None] + np.arange(1, _LONGEST_WORD), last)
        rows: npt.NDArray[np.int32] = self._rows[found]
        if not len(rows):
            return rows
        parts = self._marks[ahead] > 0
        behind = ahead[np.arange(len(ahead)), parts.argmax(axis=1)]
        ends = np.minimum(behind + len(number), last)
        same = self._marks[ends] > 0
        for place, byte in enumerate(number):
            same &= self._text[np.minimum(behind + place, last)] == byte
        matching: npt.NDArray[np.int32] = rows[same]
        return matching

    def _range(self, piece: bytes) -> slice:
        text, size = self._text, len(piece)

        def head(start: int) -> bytes:
            return text[start : start + size].tobytes()

        starts = self._starts
        return slice(bisect_left(starts, piece, key=head), bisect_right(starts, piece, key=head))


class NameIndex:
    """Finds names by words, initials and shared three-letter pieces."""

    def __init__(self, frame: Frame, arrays: dict[str, npt.NDArray[Any]], noun: str) -> None:
        self._frame = frame
        self.size = len(frame)
        self.words = Phrases(arrays, f"search_{noun}_words")
        self.initials = Phrases(arrays, f"search_{noun}_initials")
        self._found: dict[str, Result] = {}  # the one used last is last
        self._codes = arrays[f"search_{noun}_codes"]
        self._offsets = arrays[f"search_{noun}_offsets"]
        self._rows = arrays[f"search_{noun}_rows"]

    def keys(self, rows: Rows) -> Sequence[str]:
        """The searchable forms of names, "" where there is none."""
        return self._frame.texts("search_key", rows)

    @cached_property
    def sizes(self) -> npt.NDArray[np.int32]:
        """Length of each name's searchable form, in bytes."""
        return self._frame.sizes("search_key")

    def remembered(self, key: str, find: Callable[[], Result]) -> Result:
        """What was found for a key: the last keys are remembered, for the next page and for the
        same search in every entry of a list."""
        result = self._found.pop(key, None)
        if result is None:
            result = find()
            result.rows.flags.writeable = False
        self._found[key] = result
        if len(self._found) > _REMEMBERED:
            del self._found[next(iter(self._found))]
        return result

    def overlaps(self, key: str) -> npt.NDArray[np.float64]:
        """Share of the key's distinct pieces that each name holds, 0 to 1."""
        pieces = np.unique(trigrams(key))
        counts = np.zeros(self.size, np.int32)
        at = np.searchsorted(self._codes, pieces)
        for piece, position in zip(pieces.tolist(), at.tolist(), strict=True):
            if position < len(self._codes) and self._codes[position] == piece:
                counts[self._rows[self._offsets[position] : self._offsets[position + 1]]] += 1
        return counts / max(1, len(pieces))
