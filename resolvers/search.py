"""resolvers: search by name: ranked, tolerant of typing errors, blind to case and accents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz

from datastore.base.errors import InvalidArgument
from datastore.base.search_keys import search_key
from datastore.search import NameIndex

__all__ = ["search", "suggestions"]

#: Longest text that is searched for, in characters.
_LONGEST = 200
#: Share of three-letter pieces a name must share: a typing error in a word of six letters
#: destroys three of its seven pieces.
_OVERLAP = 0.35
#: Names without the words that are compared letter by letter, those with most shared pieces
#: first. Names that have the words are all found, however many there are.
_CANDIDATES = 400
#: Least likeness of a name that only resembles the query, 0 to 100.
_LIKENESS = 74.0

_RESEMBLES, _HAS_WORDS, _BEGINS, _EQUAL = 1, 2, 3, 4


def search(
    index: NameIndex, text: str, weight: Callable[[], npt.NDArray[Any]]
) -> npt.NDArray[np.int64]:
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
    return index.remembered(key, lambda: _ranked(index, key, weight()))


def suggestions(
    index: NameIndex, names: Sequence[str | None], text: str, weight: Callable[[], npt.NDArray[Any]]
) -> list[str]:
    """Up to three names that come close to a text that is none of them, closest first."""
    if len(text) > _LONGEST or len(search_key(text)) < 2:
        return []
    close = (names[row] for row in search(index, text, weight)[:3].tolist())
    return [name for name in close if name]


def _ranked(index: NameIndex, key: str, weight: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    overlaps = index.overlaps(key)
    words = [f" {word}" for word in key.split()]
    known = -weight.astype(np.float64)
    ranked: list[tuple[float, ...]] = []
    others: list[int] = []
    for row in np.flatnonzero(overlaps >= _OVERLAP).tolist():
        name = index.keys[row]
        tier = _tier(key, words, name)
        if tier:
            # Whoever types a beginning means the well-known one.
            ranked.append((-tier, known[row], -_ratio(key, name), row))
        else:
            others.append(row)
    rows = np.array(others, np.int64)
    if len(rows) > _CANDIDATES:
        rows = rows[np.lexsort((rows, known[rows], -overlaps[rows]))[:_CANDIDATES]]
    for row in rows.tolist():
        likeness = _likeness(key, index.keys[row])
        if likeness >= _LIKENESS:
            # Whoever errs means the likest one.
            ranked.append((-_RESEMBLES, -likeness, known[row], row))
    ranked.sort()
    return np.array([row for *_, row in ranked], np.int64)


def _tier(key: str, words: list[str], name: str) -> int:
    """How a name holds the words of the key, one blank in front of each; 0 when it does not."""
    if name == key:
        return _EQUAL
    if name.startswith(key):
        return _BEGINS
    padded = f" {name}"
    return _HAS_WORDS if all(word in padded for word in words) else 0


def _ratio(key: str, name: str) -> float:
    return float(round(fuzz.ratio(key, name)))


def _likeness(key: str, name: str) -> float:
    """How much a name resembles the key, 0 to 100."""
    whole = max(_ratio(key, name), fuzz.token_sort_ratio(key, name))
    if len(name) < len(key) - 2:
        return whole  # every short name is a stretch of some long text
    # A typing error within a longer name: compare with the best stretch.
    return max(whole, 0.95 * fuzz.partial_ratio(key, name))
