"""datastore.base: how names are made searchable. The build and the search must agree on it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from datastore.base.names import fold

__all__ = ["initial", "search_key", "trigrams", "trigrams_of", "with_digits"]

_SEPARATORS = re.compile(r"[\W_]+")
#: Of ASCII, small letters and digits; a blank for anything else.
_PLAIN = bytes(ord(c.lower() if c.isalnum() else " ") for c in map(chr, range(128))).ljust(256)
#: What needs more than that although it is ASCII.
_SIGNS = re.compile("[&']")
#: Compatibility forms would read these signs as the letters "tm" and "sm".
_MARKS = str.maketrans("", "", "™℠")
#: The apostrophe of "Garry's" and "don't"; that of "l'âge" separates two words.
_APOSTROPHE = re.compile(r"(?<=[^\W_])['’](?=[^\W\d_]{1,2}(?![^\W_]))")
_DIGIT = re.compile(r"\d")
_AND = re.compile(r"(?<=[^\W_])\s*&\s*(?=[^\W_])")

_UNITS = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
#: Roman numerals from 1 to 39, with their digits.
_ROMAN = {
    tens + unit: f"{10 * len(tens) + number}"
    for tens in ("", "x", "xx", "xxx")
    for number, unit in enumerate(_UNITS)
    if tens + unit
}
#: Small numbers in words, with their digits.
_SPELLED = {
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
    "seven": "7", "eight": "8", "nine": "9", "ten": "10", "first": "1", "second": "2",
    "third": "3", "fourth": "4", "fifth": "5", "sixth": "6", "seventh": "7", "eighth": "8",
    "ninth": "9", "tenth": "10",
}  # fmt: skip
_DIGITS = _ROMAN | _SPELLED


def search_key(text: str) -> str:
    """The letters and digits of a name, without case and accents, words separated by one blank.

    An ampersand between words is the word "and". Apostrophes within a word and trademark signs
    leave no trace.

    >>> search_key("Café: “Crème” & Brûlée®")
    'cafe creme and brulee'
    >>> search_key("Don't Starve™")
    'dont starve'
    """
    if text.isascii() and not _SIGNS.search(text):  # most names; the steps below come to the same
        return b" ".join(text.encode().translate(_PLAIN).split()).decode()
    bare = fold(text.translate(_MARKS))
    if not bare.isascii():
        bare = "".join(c for c in unicodedata.normalize("NFKD", bare) if not _is_mark(c))
    bare = _AND.sub(" and ", _APOSTROPHE.sub("", bare))
    return _SEPARATORS.sub(" ", bare).strip()


def with_digits(words: Iterable[str]) -> list[str]:
    """Words with Roman numerals up to 39 and small numbers in words written in digits.

    >>> with_digits(["episode", "two", "xiv"])
    ['episode', '2', '14']
    """
    return [_DIGITS.get(word, word) for word in words]


def initial(word: str) -> str:
    """What initials keep of a word: numbers, Roman numerals and "and" are kept whole.

    >>> [initial(word) for word in ["mount", "and", "v2", "xiv"]]
    ['m', 'and', 'v2', 'xiv']
    """
    return word if word == "and" or word in _ROMAN or _DIGIT.search(word) else word[0]


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
