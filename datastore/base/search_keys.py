"""datastore.base: searchable forms of names, shared by the build and the search."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from datastore.base.names import fold

__all__ = ["initial", "is_numeral", "search_key", "trigrams", "trigrams_of", "with_digits"]

_SEPARATORS = re.compile(r"[\W_]+")
#: Translation of ASCII to lower-case letters and digits, and a blank for anything else.
_PLAIN = bytes(ord(c.lower() if c.isalnum() else " ") for c in map(chr, range(128))).ljust(256)
#: Characters that may be more than separators.
_SIGNS = re.compile("[&']")
#: NFKC would turn these signs into the letters "tm" and "sm".
_MARKS = "™℠"
#: The apostrophe in "Garry's" and "don't", but not in "l'âge", where it separates two words.
_APOSTROPHE = re.compile(r"(?<=[^\W_])'(?=[^\W\d_]{1,2}(?![^\W_]))")
_DIGIT = re.compile(r"\d")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
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

    An ampersand between words becomes the word "and". Apostrophes within a word and trademark signs
    are removed.

    >>> search_key("Café: “Crème” & Brûlée®")
    'cafe creme and brulee'
    >>> search_key("Don't Starve™")
    'dont starve'
    """
    if text.isascii():  # most names; faster with the same result
        if text.isalnum():
            return text.lower()
        if not _SIGNS.search(text):
            return _ascii_words(text)
    for mark in _MARKS:
        text = text.replace(mark, "")
    bare = fold(text)
    if not bare.isascii():
        bare = _NOT_ASCII.sub(_plain, unicodedata.normalize("NFKD", bare))
    if "'" in bare:
        bare = _APOSTROPHE.sub("", bare)
    if "&" in bare:
        bare = _AND.sub(" and ", bare)
    return _ascii_words(bare) if bare.isascii() else _SEPARATORS.sub(" ", bare).strip()


def _plain(characters: re.Match[str]) -> str:
    """Characters without accents, and ASCII ones for signs."""
    return "".join(
        [
            c if c.isalnum() else " " if c.isspace() else "'" if c == "’" else "-"
            for c in characters[0]
            if not unicodedata.combining(c)
        ]
    )


def with_digits(words: Iterable[str]) -> list[str]:
    """Words with Roman numerals up to 39 and small numbers in words written in digits.

    >>> with_digits(["episode", "two", "xiv"])
    ['episode', '2', '14']
    """
    return [_DIGITS.get(word, word) for word in words]


def is_numeral(word: str) -> bool:
    """Whether a word is a Roman numeral that is more than a letter; `I`, `V` and `X` may be names.

    >>> [is_numeral(word) for word in ["ii", "xiv", "v", "vice", "2"]]
    [True, True, False, False, False]
    """
    return len(word) > 1 and word in _ROMAN


def initial(word: str) -> str:
    """The initial of a word; numbers, Roman numerals and "and" are kept whole.

    >>> [initial(word) for word in ["mount", "and", "v2", "xiv"]]
    ['m', 'and', 'v2', 'xiv']
    """
    if word == "and" or word in _ROMAN or (not word.isalpha() and _DIGIT.search(word)):
        return word
    return word[:1]


def _ascii_words(text: str) -> str:
    return b" ".join(text.encode().translate(_PLAIN).split()).decode()


def trigrams(key: str) -> npt.NDArray[np.uint32]:
    """Codes of the trigrams of a key, including repeated ones.

    Words are padded with two blanks in front and one behind, so that beginnings weigh more and
    single letters have a trigram. Trigrams may share a code, which costs some precision in the
    choice of candidates only.
    """
    return trigrams_of([key])[0]


def trigrams_of(keys: Sequence[str]) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.intp]]:
    """Codes of the trigrams of many keys, in the order of the keys; and the key index of each."""
    padded = "\n".join(keys).replace(" ", "   ").replace("\n", " \n  ")
    points = np.frombuffer(f"  {padded} ".encode("utf-32-le"), dtype=np.uint32)
    first, middle, last = points[:-2], points[1:-1], points[2:]
    # Drop trigrams that only consist of padding between words or behind the last one, and those
    # that span two keys. Padding in front of a word has a letter behind it.
    padding = (middle == 32) & ((first != 32) | (last <= 32))
    end = points == 10
    kept = np.flatnonzero(~(padding | end[:-2] | end[1:-1] | end[2:]))
    codes = first * np.uint32(65_599) ** 2 + middle * np.uint32(65_599) + last
    return codes[kept], np.cumsum(end)[kept]
