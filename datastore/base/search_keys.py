"""datastore.base: how names are made searchable. The build and the search must agree on it."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import numpy.typing as npt

from datastore.base.names import fold

__all__ = ["search_key", "trigrams"]

_SEPARATORS = re.compile(r"[\W_]+")


def search_key(text: str) -> str:
    """The letters and digits of a name, without case and accents, words separated by one blank.

    >>> search_key("Café: “Crème” Brûlée®")
    'cafe creme brulee'
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", fold(text)) if not _is_mark(c))
    return _SEPARATORS.sub(" ", bare).strip()


def _is_mark(character: str) -> bool:
    return unicodedata.combining(character) != 0


def trigrams(key: str) -> npt.NDArray[np.uint32]:
    """Numbers of the three-letter pieces of a key, repeated ones too.

    Words are padded by two blanks in front and one behind, so that beginnings weigh more and a
    single letter has a piece. Different pieces may share a number, which costs precision only in
    the choice of candidates.
    """
    padded = "  " + "   ".join(key.split()) + " "
    points = np.frombuffer(padded.encode("utf-32-le"), dtype=np.uint32)
    if len(points) < 4:
        return np.zeros(0, np.uint32)
    codes = points[:-2] * np.uint32(65_599) ** 2 + points[1:-1] * np.uint32(65_599) + points[2:]
    # What spans two words is padding alone or a word's end with the next one's padding.
    spans = (points[1:-1] == 32) & (points[:-2] != 32)
    blank = (points[:-2] == 32) & (points[1:-1] == 32) & (points[2:] == 32)
    kept: npt.NDArray[np.uint32] = codes[~(spans | blank)]
    return kept
