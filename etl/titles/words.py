"""etl.titles: the words of descriptions by which titles are compared."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from etl.process.memory import without_pandas

__all__ = ["LEAST", "Words", "description_words", "words_of"]

Ints = npt.NDArray[np.int64]

#: Letters and digits, and a single apostrophe within a word.
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
#: Shortest word that counts, in letters; numbers do not count.
_SHORTEST = 3
#: Least number of titles with a word: one of a single title connects it to none.
LEAST = 2


class Words(NamedTuple):
    """The words that descriptions are compared by, by code point, and those of each title."""

    names: list[str]
    offsets: Ints  # titles + 1
    values: Ints

    @property
    def counts(self) -> Ints:
        """Number of titles with each word."""
        return np.bincount(self.values, minlength=len(self.names))


def description_words(text: str) -> list[str]:
    """The distinct words of a description in lower case, in order of first occurrence; a possessive
    counts as its noun. Stop words, numbers and very short words are left out.

    >>> description_words("the world's end – and the world’s rock'n in 1999")
    ['world', 'end', "rock'n"]
    """
    words = (word.replace("’", "'").removesuffix("'s") for word in _WORD.findall(text))
    return [word for word in dict.fromkeys(words) if _counts(word)]


def words_of(descriptions: Iterable[str | None]) -> Words:
    """The words of descriptions that at least two of them contain."""
    numbers: dict[str, int] = {}
    values: list[int] = []
    sizes: list[int] = []
    for description in descriptions:
        own = description_words(description or "")
        values += [numbers.setdefault(word, len(numbers)) for word in own]
        sizes.append(len(own))
    return _kept(numbers, np.array(values, np.int64), np.array(sizes, np.int64))


def _counts(word: str) -> bool:
    return len(word) >= _SHORTEST and not word.isdigit() and word not in _stop_words()


@cache
def _stop_words() -> frozenset[str]:
    with without_pandas():  # slow, and for the build only
        from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    found: frozenset[str] = ENGLISH_STOP_WORDS
    return found


def _kept(numbers: dict[str, int], values: Ints, sizes: Ints) -> Words:
    """The words of two titles and more, renumbered by code point."""
    titles = np.bincount(values, minlength=len(numbers))
    names = sorted(word for word, number in numbers.items() if titles[number] >= LEAST)
    place = np.full(len(numbers), -1)
    place[[numbers[name] for name in names]] = np.arange(len(names))
    renumbered = place[values]
    known = renumbered >= 0
    owners = np.repeat(np.arange(len(sizes)), sizes)[known]
    kept_sizes = np.bincount(owners, minlength=len(sizes))
    return Words(names, np.concatenate([[0], np.cumsum(kept_sizes)]), renumbered[known])
