"""datastore.base: how names are made searchable. The build and the search must agree on it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from datastore.base.names import fold

__all__ = ["search_key", "trigrams", "trigrams_of"]

_SEPARATORS = re.compile(r"[\W_]+")
#: Of ASCII, small letters and digits; a blank for anything else.
_PLAIN = bytes(ord(c.lower() if c.isalnum() else " ") for c in map(chr, range(128))).ljust(256)


def search_key(text: str) -> str:
    """The letters and digits of a name, without case and accents, words separated by one blank.

    >>> search_key("Café: “Crème” Brûlée®")
    'cafe creme brulee'
    """
    if text.isascii() and "&" not in text:  # most names; the steps below come to the same
        return b" ".join(text.encode().translate(_PLAIN).split()).decode()
    bare = fold(text)
    if not bare.isascii():
        bare = "".join(c for c in unicodedata.normalize("NFKD", bare) if not _is_mark(c))
    return _SEPARATORS.sub(" ", bare).strip()


def _is_mark(character: str) -> bool:
    return unicodedata.combining(character) != 0


def trigrams(key: str) -> npt.NDArray[np.uint32]:
    """Numbers of the three-letter pieces of a key, repeated ones too.

    Words are padded by two blanks in front and one behind, so that beginnings weigh more and a
    single letter has a piece. Different pieces may share a number, which costs precision only in
    the choice of candidates.
    """
    return trigrams_of([key])[0]


def trigrams_of(keys: Sequence[str]) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.intp]]:
    """The trigrams of many keys, one key behind the other; and the key that each is of."""
    padded = "\n".join(keys).replace(" ", "   ").replace("\n", " \n  ")
    points = np.frombuffer(f"  {padded} ".encode("utf-32-le"), dtype=np.uint32)
    first, middle, last = points[:-2], points[1:-1], points[2:]
    # A blank in the middle is padding: of two words, or behind the last one. Padding in front has
    # a letter behind it, and nothing spans two keys.
    padding = (middle == 32) & ((first != 32) | (last <= 32))
    end = points == 10
    kept = np.flatnonzero(~(padding | end[:-2] | end[1:-1] | end[2:]))
    codes = first * np.uint32(65_599) ** 2 + middle * np.uint32(65_599) + last
    return codes[kept], np.cumsum(end)[kept]
