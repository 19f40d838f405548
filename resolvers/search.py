"""resolvers: search by name: ranked, tolerant of typing errors, blind to case and accents."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from datastore.base.errors import InvalidArgument
from datastore.base.search_keys import is_numeral, search_key, with_digits
from datastore.search import ERROR, MATCH, PIECE, NameIndex, Result

__all__ = ["search", "suggestions"]

#: Longest text that is searched for, in characters.
_LONGEST = 200
#: Share of three-letter pieces a name must share: a typing error in a word of six letters
#: destroys three of its seven pieces.
_OVERLAP = 0.35
#: Names that do not match which are compared letter by letter, those with most shared pieces
#: first. Names that match are all found, however many there are.
_CANDIDATES = 400
#: Least likeness of a name that only resembles the text: one error in four letters, two in eight.
_LIKENESS = 0.74
#: Least likeness, 0 to 100, of the best stretch of letters, before words are compared.
_ROUGH = 70
#: Weight of likeness to part of a name, relative to likeness to all of it.
_PART = 0.95
#: Letters by which a stretch of words may be shorter or longer than the text that it resembles.
_SLACK = 2
#: Words of a text that are also tried as one, and words of a text for which that is tried.
_JOINED, _FEW = 3, 8

#: How a name holds a word of the text: for each whole step its weight counts ten times.
_ABSENT, _INITIALS, _BEGINS, _WORD = -np.inf, 0.0, 0.5, 1.0
#: How a name goes on behind the whole text: one letter is missing, only blanks differ, equal.
_NEARLY, _NAME, _EQUAL = 1.9, 2.0, 9.0
#: Letters of a text in which blanks do not count, and one letter at the end hardly does.
_LONG = 6
#: Letters of a text from which on a name that differs by one of them may be meant.
_NEAR = 4
#: Letters up to which a word followed by others does not match the start of a longer one.
_SHORT = 2

#: Letters with a number behind them.
_NUMBERED = re.compile(r"([^\W\d_]{2,})(\d+)")

Grades = npt.NDArray[np.float64]


def search(index: NameIndex, text: str, weight: Callable[[], npt.NDArray[Any]]) -> Result:
    """Rows that match a text, best first; `weight` is how well known each is, above 0.

    Case, accents, punctuation and the way of writing numbers (V, 5, five) never count.
    1. Equal names; blanks do not count in a text of six letters or more.
    2. Names with all words of the text, anywhere: as words, as beginnings of words, or abbreviated
       (GTA for Grand Theft Auto, BL2 for Borderlands 2, Civ5 for Civilization V). Words may be
       joined or split on either side. Sorted by weight, times 10 for each word that is one, 3 for
       a beginning, 1 for an abbreviation, in the geometric mean; times 10 for a name that begins
       with the text, 80 if only its last letter is missing, 100 if only blanks differ.
    3. Names that resemble the text in whole or in a stretch of words: likely typing errors, by
       likeness. Where no name has the words as they are, names with a single error are sorted
       among the second group, as abbreviations are.
    4. Names that hold the text inside a word, by weight.

    Ties: shorter name first. The result tells matches (1, 2) from errors and pieces. Raises
    InvalidArgument for a text without letters and digits, or one that is too long.
    """
    if len(text) > _LONGEST:
        raise InvalidArgument(
            "search", text[:40] + "…", f"at most {_LONGEST} characters are searched."
        )
    key = search_key(text)
    if not key:
        raise InvalidArgument("search", text, "it has neither letters nor digits.")
    return index.remembered(key, lambda: _result(index, key, weight()))


def suggestions(
    index: NameIndex, names: Sequence[str | None], text: str, weight: Callable[[], npt.NDArray[Any]]
) -> list[str]:
    """Up to three names that come close to a text that is none of them, closest first."""
    if len(text) > _LONGEST or len(search_key(text)) < 2:
        return []
    close = (names[row] for row in search(index, text, weight).rows[:3].tolist())
    return [name for name in close if name]


def _result(index: NameIndex, key: str, weight: npt.NDArray[Any]) -> Result:
    typed = key.split()
    digits = with_digits(typed)
    grades = _grades(index, typed)
    if digits != typed:
        np.maximum(grades, _grades(index, digits), out=grades)
    matching = np.flatnonzero(grades > _ABSENT)
    (named,) = np.nonzero(grades == _NAME)
    for row, name in zip(named.tolist(), index.keys(named), strict=True):
        if sum(map(len, typed)) >= _LONG or with_digits(name.split()) == digits:
            grades[row] = _EQUAL
    errors = _errors(index, key, grades, weight)
    if np.max(grades, initial=_ABSENT) < _WORD:
        # No name has the words as they are: perhaps one of them has an error.
        grades[errors.near] = _INITIALS
    first = np.flatnonzero(grades > _ABSENT)
    worth = 10.0 ** grades[first] * weight[first]
    first = first[np.lexsort((first, index.sizes[first], -worth))]
    resembling = np.array([row for row in errors.rows if grades[row] == _ABSENT], np.int64)
    rows = [first, resembling, np.array(errors.pieces, np.int64)]
    kinds = np.repeat([MATCH, ERROR, PIECE], [len(group) for group in rows])
    kinds[: len(first)][~np.isin(first, matching)] = ERROR
    return Result(np.concatenate(rows), kinds)


def _grades(index: NameIndex, words: list[str]) -> Grades:
    """How well each name matches the words of a text on average, or the text as one word."""
    size = len(words)
    # Of sums over the first words: the best way to read some of the last ones as one.
    best = [np.zeros(index.size)]
    joined = _JOINED if size <= _FEW else 1
    known: dict[str, Grades] = {}
    for stop in range(1, size + 1):
        sums = np.full(index.size, _ABSENT)
        for start in range(max(0, stop - joined), stop):
            word, length = "".join(words[start:stop]), stop - start
            if length < size:
                if word not in known or stop == size:
                    known[word] = _grade(index, word, last=stop == size)
                np.maximum(sums, best[start] + length * known[word], out=sums)
        best.append(sums)
    whole = _grade(index, "".join(words), whole=True, numeral=is_numeral(words[-1]))
    return np.maximum(best[-1] / size, whole)


def _grade(
    index: NameIndex, word: str, *, last: bool = True, whole: bool = False, numeral: bool = False
) -> Grades:
    """How each name holds a word, the `last` of a text, or several as one that are the `whole`,
    with a Roman `numeral` at the end."""
    grades = np.full(index.size, _ABSENT)
    places = index.words.beginning(word.encode())
    if last or len(word) > _SHORT:
        # A number is another number than one that it begins.
        grades[places.rows] = _INITIALS if word.isdigit() or is_numeral(word) else _BEGINS
    if len(word) > 1:
        initials = index.initials.beginning(word.encode())
        short = initials.rows[initials.ends > 0]
        numbered = _NUMBERED.fullmatch(word)
        if numbered:
            letters, number = numbered.groups()
            behind = index.words.numbered(letters.encode(), number.encode())
            short = np.concatenate([short, behind])
        grades[short] = np.maximum(grades[short], _INITIALS)
    grades[places.rows[places.ends > 0]] = _WORD
    if whole:
        heads = places.begins == 2
        if numeral:
            heads &= places.ends > 0
        if not word.isdigit():
            grades[places.rows[heads]] = _WORD
        if len(word) >= _LONG:
            grades[places.rows[heads & (places.near == 2)]] = _NEARLY
        grades[places.rows[heads & (places.ends == 2)]] = _NAME
    return grades


class _Errors(NamedTuple):
    """Rows that resemble a text, the likest first, those of them with one error, and rows that
    hold the text inside a word."""

    rows: list[int]
    near: list[int]
    pieces: list[int]


def _errors(index: NameIndex, key: str, grades: Grades, weight: npt.NDArray[Any]) -> _Errors:
    """Rows without a grade whose names resemble the text or hold it inside a word."""
    overlaps = np.where(grades > _ABSENT, 0.0, index.overlaps(key))
    rows = np.flatnonzero(overlaps >= _OVERLAP)
    if len(rows) > _CANDIDATES:
        rows = rows[np.lexsort((rows, -weight[rows], -overlaps[rows]))[:_CANDIDATES]]
    typed = key.split()
    text, names = "".join(typed), [name.split() for name in index.keys(rows)]
    resembling: list[tuple[float, float, int]] = []
    near: list[int] = []
    pieces: list[tuple[float, int]] = []
    for name, _, place in process.extract_iter(
        text, ["".join(name) for name in names], scorer=fuzz.partial_ratio, score_cutoff=_ROUGH
    ):
        row, words = int(rows[place]), names[place]
        likeness = _likeness(text, words)
        if with_digits(words) != words or with_digits(typed) != typed:
            digits = "".join(with_digits(typed))
            likeness = max(likeness, _likeness(digits, with_digits(words)))
        if likeness >= _LIKENESS:
            resembling.append((-likeness, -weight[row], row))
            if len(text) >= _NEAR and OSA.distance(text, name, score_cutoff=1) <= 1:
                near.append(row)
        elif text in name:
            pieces.append((-weight[row], row))
    return _Errors(
        [row for *_, row in sorted(resembling)], near, [row for _, row in sorted(pieces)]
    )


def _likeness(text: str, words: list[str]) -> float:
    """How much a name resembles the text, both without blanks: 0 to 1."""
    name = "".join(words)
    likeness: float = OSA.normalized_similarity(text, name, score_cutoff=_LIKENESS)
    if likeness >= _PART or len(name) <= len(text) - _SLACK:
        return likeness
    ends = list(accumulate(map(len, words)))
    shortest, longest = len(text) - _SLACK, len(text) + _SLACK
    for start in (0, *ends[:-1]):
        first = bisect_left(ends, start + shortest)
        for end in ends[first : bisect_right(ends, start + longest, first)]:
            least = max(likeness, _LIKENESS) / _PART
            part = OSA.normalized_similarity(text, name[start:end], score_cutoff=least)
            likeness = max(likeness, _PART * part)
    return likeness
