"""resolvers: search by name: ranked, tolerant of typos, case and accents."""

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

__all__ = ["likenesses_by_word", "search", "suggestions"]

#: Longest search text and longest searchable form of one, in characters; and what an error quotes.
_LONGEST, _SHOWN = 200, 40
#: Least share of the text's trigrams that a name must contain to be compared: a typo in a word of
#: six letters changes three of its seven trigrams.
_OVERLAP = 0.35
#: Most names without a match that are compared letter by letter, those with the most shared
#: trigrams first. Matches are not limited.
_CANDIDATES = 400
#: Least likeness of a name that resembles the text: one error in four letters, two in eight.
_LIKENESS = 0.74
#: Least likeness, 0 to 100, of the best run of letters, to compare words at all.
_ROUGH = 70
#: Weight of likeness to part of a name, relative to likeness to all of it.
_PART = 0.95
#: Likeness of the beginning of a word to the word, if words are compared one by one.
_BEGUN = 0.9
#: Letters by which a run of words may be shorter or longer than the text it resembles.
_SLACK = 2
#: Most words of a text that are also tried as one word, and longest text for which that is tried.
_JOINED, _FEW = 3, 8

#: Grades of a name for a word of the text; one grade more multiplies the weight by ten.
_ABSENT, _INITIALS, _BEGINS, _WORD = -np.inf, 0.0, 0.5, 1.0
#: Grades for the whole text: the name has one more letter, differs in blanks only, is equal.
_NEARLY, _NAME, _EQUAL = 1.9, 2.0, 9.0
#: Least length of a text whose blanks are ignored, and that may lack the name's last letter.
_LONG = 6
#: Least length of a text for which a name that differs by one letter is a near match.
_NEAR = 4
#: Longest word that, if others follow it, does not match the start of a longer word.
_SHORT = 2

#: A year, as it is put behind a name to tell releases of one name apart.
_YEAR = re.compile(r"(?:19|20)\d\d")
#: Letters followed by a number.
_NUMBERED = re.compile(r"([^\W\d_]{2,})(\d+)")

Grades = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int32]


class _Graded(NamedTuple):
    """Rows and their grades. A row may occur several times, with the same grade."""

    rows: Rows
    grades: Grades


_NONE = _Graded(np.zeros(0, np.int32), np.zeros(0))


def search(index: NameIndex, text: str, weight: Callable[[], npt.NDArray[Any]]) -> Result:
    """Rows that match a text, best first. `weight` returns the popularity of each row, above 0.

    Case, accents, punctuation and the notation of numbers (V, 5, five) are ignored.
    1. Equal names; blanks are ignored in a text of six letters or more.
    2. Names that contain all words of the text, anywhere: as words, as beginnings of words, or
       abbreviated (GTA for Grand Theft Auto, BL2 for Borderlands 2, Civ5 for Civilization V).
       Words may be joined or split on either side. Sorted by weight, multiplied by the geometric
       mean over the text's words of 10 for a word, 3 for a beginning, 1 for an abbreviation; by 10
       if the name begins with the text, 80 if only the name's last letter is missing, 100 if only
       blanks differ. So do names that lack a 1 at the end of the text, by 80, if none has it. A
       plural in -ies counts as a beginning. If nothing matches, a year at the end is that of the
       release, and a 1 at the end of initials (HL1) is left out.
    3. Names that resemble the text as a whole or in a run of words: likely typos, by likeness. If
       no name contains the words themselves, also names that resemble it word by word, in any order
       and with words between; and names with a single error are sorted into the second group, like
       abbreviations.
    4. Names that contain the text inside a word, by weight.

    Ties: shorter name first. The result marks matches (1, 2), errors (3) and pieces (4). Raises
    InvalidArgument for a text without letters and digits, and for one that is too long.
    """
    if len(text) > _LONGEST:
        rule = f"at most {_LONGEST} characters are searched."
        raise InvalidArgument("search", text[:_SHOWN] + "…", rule)
    key = search_key(text)
    if len(key) > _LONGEST:  # one character may become many
        rule = f"at most {_LONGEST} letters and digits are searched."
        raise InvalidArgument("search", text[:_SHOWN] + "…", rule)
    if not key:
        raise InvalidArgument("search", text, "it has neither letters nor digits.")
    return index.remembered(key, lambda: _result(index, key, weight()))


def suggestions(
    index: NameIndex, names: Sequence[str | None], text: str, weight: Callable[[], npt.NDArray[Any]]
) -> list[str]:
    """Up to three names similar to an unknown name, most similar first."""
    if len(text) > _LONGEST or not 2 <= len(search_key(text)) <= _LONGEST:
        return []
    close = (names[row] for row in search(index, text, weight).rows[:3].tolist())
    return [name for name in close if name]


def _result(index: NameIndex, key: str, weight: npt.NDArray[Any]) -> Result:
    typed = key.split()
    digits = with_digits(typed)
    grades = _grades(index, typed)
    if digits != typed:
        np.maximum(grades, _grades(index, digits), out=grades)
    if len(typed) > 1 and digits[-1] == "1" and not np.any(grades >= _NAME):
        scratch = np.full(index.size, _ABSENT)
        unnumbered = _grade(index, "".join(typed[:-1]), scratch, whole=True)
        grades[unnumbered.rows[unnumbered.grades == _NAME]] = _NEARLY
    if not np.any(grades > _ABSENT):
        released = _released(index, typed, weight)
        if released is not None:
            return released
        initials = _initials(index, "".join(typed))
        grades[initials] = _INITIALS
    matching = np.flatnonzero(grades > _ABSENT)
    (named,) = np.nonzero(grades == _NAME)
    for row, name in zip(named.tolist(), index.keys(named), strict=True):
        if sum(map(len, typed)) >= _LONG or with_digits(name.split()) == digits:
            grades[row] = _EQUAL
    has_words = np.max(grades, initial=_ABSENT) >= _WORD
    errors = _errors(index, key, grades, weight, by_word=len(typed) > 1 and not has_words)
    if not has_words:
        # No name has the words as they are: perhaps one of them has an error.
        grades[errors.near] = _INITIALS
    first = np.flatnonzero(grades > _ABSENT)
    worth = 10.0 ** grades[first] * weight[first]
    first = first[np.lexsort((index.order.places(first), index.sizes[first], -worth))]
    resembling = np.array([row for row in errors.rows if grades[row] == _ABSENT], np.int64)
    rows = [first, resembling, np.array(errors.pieces, np.int64)]
    kinds = np.repeat([MATCH, ERROR, PIECE], [len(group) for group in rows])
    kinds[: len(first)][~np.isin(first, matching)] = ERROR
    return Result(np.concatenate(rows), kinds)


def _released(index: NameIndex, words: list[str], weight: npt.NDArray[Any]) -> Result | None:
    """Rows that match all words but the last, and were released in the year that it is, else in an
    unknown one; None if there are none."""
    *name, year = words
    if not name or index.years is None or not _YEAR.fullmatch(year):
        return None
    if _YEAR.fullmatch(name[-1]):  # would be searched once per year
        return None
    rows, kinds = _result(index, " ".join(name), weight)
    rows = rows[kinds == MATCH]
    years = index.years[rows]
    for fits in (years == int(year), np.isnan(years)):
        if np.any(fits):
            return Result(rows[fits], np.full(np.count_nonzero(fits), MATCH))
    return None


def _initials(index: NameIndex, text: str) -> Rows:
    """Rows of names that have these initials, without the 1 at the end of the text."""
    letters = text.removesuffix("1")
    if letters == text or len(letters) < 2 or letters[-1].isdigit():
        return _NONE.rows
    places = index.initials.beginning(letters.encode())
    whole: Rows = places.rows[(places.begins == 2) & (places.ends == 2)]
    return whole


def _grades(index: NameIndex, words: list[str]) -> Grades:
    """How well each name matches the words of a text on average, or the text as one word.

    The time grows with the names that match all words so far, not with all names.
    """
    size, scratch = len(words), np.full(index.size, _ABSENT)
    #: Of sums over the first words: the best way to read some of the last ones as one.
    best = [_NONE]
    joined = _JOINED if size <= _FEW else 1
    known: dict[str, _Graded] = {}
    for stop in range(1, size + 1):
        sums = []
        for start in range(max(0, stop - joined), stop):
            word, length = "".join(words[start:stop]), stop - start
            if length < size and (start == 0 or len(best[start].rows)):
                if word not in known or stop == size:
                    known[word] = _grade(index, word, scratch, last=stop == size)
                rows, grades = known[word]
                before = _read(scratch, [best[start]], rows) if start else 0.0
                sums.append(_Graded(rows, before + length * grades))
        rows = np.concatenate([_NONE.rows, *(part.rows for part in sums)])
        values = _read(scratch, sums, rows)
        kept = values > _ABSENT
        best.append(_Graded(rows[kept], values[kept]))
    average = best[-1]._replace(grades=best[-1].grades / size)
    whole = _grade(index, "".join(words), scratch, whole=True, numeral=is_numeral(words[-1]))
    for rows, grades in (average, whole):
        scratch[rows] = np.maximum(scratch[rows], grades)
    return scratch


def _read(scratch: Grades, written: Sequence[_Graded], rows: Rows) -> Grades:
    """The best of the written grades for some rows, by an array of all rows, which is left as it
    was: without a grade."""
    for part in written:
        scratch[part.rows] = np.maximum(scratch[part.rows], part.grades)
    grades: Grades = scratch[rows]
    for part in written:
        scratch[part.rows] = _ABSENT
    return grades


def _grade(
    index: NameIndex,
    word: str,
    scratch: Grades,
    *,
    last: bool = True,
    whole: bool = False,
    numeral: bool = False,
) -> _Graded:
    """Grades of the names that match a word. `last`: it is the last word of the text; `whole`: it
    is the whole text, joined; `numeral`: it ends with a Roman numeral. `scratch` has no grades."""
    places = index.words.beginning(word.encode())
    parts: list[tuple[Rows, float]] = []  # a later one counts where both have a row
    if len(word) > 1:
        initials = index.initials.beginning(word.encode())
        parts.append((initials.rows[initials.ends > 0], _INITIALS))
        numbered = _NUMBERED.fullmatch(word)
        if numbered:
            letters, number = numbered.groups()
            parts.append((index.words.numbered(letters.encode(), number.encode()), _INITIALS))
    if last or len(word) > _SHORT:
        # A number does not match the beginning of a longer one.
        grade = _INITIALS if word.isdigit() or is_numeral(word) else _BEGINS
        parts.append((places.rows, grade))
    if word.endswith("y") and len(word) > _SHORT:
        plurals = index.words.beginning(f"{word[:-1]}ies".encode())
        parts.append((plurals.rows[plurals.ends > 0], _BEGINS))
    parts.append((places.rows[places.ends > 0], _WORD))
    if whole:
        heads = places.begins == 2
        if numeral:
            heads &= places.ends > 0
        if not word.isdigit():
            parts.append((places.rows[heads], _WORD))
        if len(word) >= _LONG:
            parts.append((places.rows[heads & (places.near == 2)], _NEARLY))
        parts.append((places.rows[heads & (places.ends == 2)], _NAME))
    rows = np.concatenate([part for part, _ in parts])
    for part, grade in parts:
        scratch[part] = grade
    grades = scratch[rows]
    scratch[rows] = _ABSENT
    return _Graded(rows, grades)


class _Errors(NamedTuple):
    """Rows that resemble a text, most similar first; those of them with one error; and rows that
    contain the text inside a word."""

    rows: list[int]
    near: list[int]
    pieces: list[int]


def _errors(
    index: NameIndex, key: str, grades: Grades, weight: npt.NDArray[Any], *, by_word: bool
) -> _Errors:
    """Rows without a grade whose names resemble the text, also `by_word`, or contain it inside a
    word."""
    overlaps = np.where(grades > _ABSENT, 0.0, index.overlaps(key))
    rows = np.flatnonzero(overlaps >= _OVERLAP)
    if len(rows) > _CANDIDATES:
        rows = rows[np.lexsort((rows, -weight[rows], -overlaps[rows]))[:_CANDIDATES]]
    typed = key.split()
    text, names = "".join(typed), [name.split() for name in index.keys(rows)]
    likenesses = likenesses_by_word(typed, names) if by_word else np.zeros(len(names))
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
            likenesses[place] = max(likeness, likenesses[place])
            if len(text) >= _NEAR and OSA.distance(text, name, score_cutoff=1) <= 1:
                near.append(row)
        elif text in name and not likenesses[place]:
            pieces.append((-weight[row], row))
    resembling = np.flatnonzero(likenesses)
    order = np.lexsort((rows[resembling], -weight[rows[resembling]], -likenesses[resembling]))
    return _Errors(rows[resembling[order]].tolist(), near, [row for _, row in sorted(pieces)])


def likenesses_by_word(typed: list[str], names: Sequence[list[str]]) -> Grades:
    """Likeness of each name, as words, to the words of a text, 0 to 1; 0 if one of them resembles
    none of the name's. The last word may be the beginning of one."""
    likenesses = _words_in_names(typed, names)
    digits = with_digits(typed)
    if any(map(str.isdigit, digits)):
        of_digits = _words_in_names(digits, [with_digits(name) for name in names])
        likenesses = np.maximum(likenesses, of_digits)
    return likenesses


def _words_in_names(typed: list[str], names: Sequence[list[str]]) -> Grades:
    """Likeness of each name to words, as `likenesses_by_word`, numbers as they are written."""
    if not names:
        return np.zeros(0)
    places: dict[str, int] = {}
    words = [places.setdefault(word, len(places)) for name in names for word in name]
    scores = process.cdist(
        typed, list(places), scorer=OSA.normalized_similarity, score_cutoff=_LIKENESS
    )
    for word, place in places.items():
        if len(typed[-1]) > _SHORT and word.startswith(typed[-1]):
            scores[-1, place] = max(scores[-1, place], _BEGUN)
    starts = np.cumsum([0, *map(len, names[:-1])])
    best = np.maximum.reduceat(scores[:, words], starts, axis=1)
    likenesses: Grades = _PART * np.average(best, axis=0, weights=[len(word) for word in typed])
    likenesses[best.min(axis=0) == 0] = 0
    return likenesses


def _likeness(text: str, words: list[str]) -> float:
    """Likeness of a name to the text, both without blanks, 0 to 1."""
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
