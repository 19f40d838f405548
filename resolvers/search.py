"""resolvers: search by name: ranked, tolerant of typing errors, blind to case and accents."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz

from datastore.base.errors import InvalidArgument
from datastore.base.search_keys import search_key
from datastore.search import NameIndex

__all__ = ["search"]

#: Longest text that is searched for, in characters.
_LONGEST = 200
#: Share of three-letter pieces a name must share: a typing error in a word of six letters
#: destroys three of its seven pieces.
_OVERLAP = 0.35
#: Names that are compared letter by letter, those with most shared pieces first.
_CANDIDATES = 400
#: Least likeness of a name that only resembles the query, 0 to 100.
_LIKENESS = 74.0

_RESEMBLES, _HAS_WORDS, _BEGINS, _EQUAL = 1, 2, 3, 4


def search(index: NameIndex, text: str, weight: npt.NDArray[np.generic]) -> npt.NDArray[np.int64]:
    """Rows whose names match, best first.

    Equal names come first, then names that begin with the text, then those with all of its words
    or their beginnings, both by weight; then similar names by likeness. Ties by row. Raises
    InvalidArgument for a text without letters and digits, or one that is too long.
    """
    if len(text) > _LONGEST:
        raise InvalidArgument(
            "search", text[:40] + "…", f"at most {_LONGEST} characters are searched."
        )
    key = search_key(text)
    if not key:
        raise InvalidArgument("search", text, "it has neither letters nor digits.")
    overlaps = index.overlaps(key)
    found = np.flatnonzero(overlaps >= _OVERLAP)
    if len(found) > _CANDIDATES:
        order = np.lexsort((found, -weight[found].astype(np.float64), -overlaps[found]))
        found = found[order[:_CANDIDATES]]
    ranked = []
    words = key.split()
    for row in found.tolist():
        tier, likeness = _match(key, words, index.key(row))
        if tier:
            # Whoever types a beginning means the well-known one; a typing error the likest.
            known = -float(weight[row])
            keys = (-likeness, known) if tier in (_EQUAL, _RESEMBLES) else (known, -likeness)
            ranked.append((-tier, *keys, row))
    ranked.sort()
    return np.array([row for *_, row in ranked], np.int64)


def _match(key: str, words: list[str], name: str) -> tuple[int, float]:
    if name == key:
        return _EQUAL, 100.0
    likeness = float(round(fuzz.ratio(key, name)))
    if name.startswith(key):
        return _BEGINS, likeness
    padded = f" {name}"
    if all(f" {word}" in padded for word in words):
        return _HAS_WORDS, likeness
    # A typing error within a longer name: compare with the best stretch, word order aside.
    likeness = max(likeness, 0.95 * fuzz.partial_ratio(key, name), fuzz.token_sort_ratio(key, name))
    short = len(name) < len(key) - 2
    return (_RESEMBLES, likeness) if likeness >= _LIKENESS and not short else (0, 0.0)
