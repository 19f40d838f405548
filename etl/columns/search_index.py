"""etl.columns: the search index: names by words, initials and trigrams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from datastore.base.search_keys import initial, search_key, trigrams_of, with_digits

__all__ = ["index", "keys"]

Arrays = dict[str, npt.NDArray[np.generic]]
Places = npt.NDArray[np.intp]
#: Other forms of some words, by the words' places.
Changes = dict[int, str]

#: Letters of the shortest word that a compound is split into.
_SHORTEST = 3
#: Names that must hold a word by itself, before compounds are split into it.
_COMMON = 2
#: Masks of the first bytes of eight, by their number.
_LEADING = np.array([256**8 - 256 ** (8 - size) for size in range(9)], np.uint64)


def keys(names: Sequence[str | None]) -> list[str]:
    """The search key of each name; "" for null."""
    return [search_key(name) if name else "" for name in names]


def index(keys: Sequence[str], *, abbreviated: bool = True) -> Arrays:
    """The arrays of `datastore.base.tables`, without their prefix `search_NOUN_`.

    Initials are left out, as empty arrays, where names are not `abbreviated`.
    """
    names = _Names(pa.array(keys, pa.string()))
    phrases = {
        "words": _phrases(_spellings(names), 1),
        "initials": _phrases(_abbreviations(names) if abbreviated else [], 2),
    }
    return _trigrams(keys) | {
        f"{kind}_{part}": array
        for kind, arrays in phrases.items()
        for part, array in arrays.items()
    }


def _trigrams(keys: Sequence[str]) -> Arrays:
    """`codes` (ascending, distinct), `offsets` (codes + 1) and `rows` (keys per code)."""
    pieces, owner = trigrams_of(keys)
    packed = pieces.astype(np.int64) << 31 | owner  # sorts twenty times faster than two columns
    packed = _sorted_distinct(packed)
    codes = packed >> 31
    starts = np.flatnonzero(_changes(codes))
    return {
        "codes": codes[starts].astype(np.uint32),
        "offsets": np.append(starts, len(codes)),
        "rows": (packed & 0x7FFFFFFF).astype(np.int32),
    }


def _sorted_distinct(values: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The distinct values, ascending; sorts the given ones in place."""
    values.sort()
    return values[_changes(values)]


def _changes(values: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Whether each value differs from the previous one."""
    changes = np.ones(len(values), np.bool_)
    np.not_equal(values[1:], values[:-1], out=changes[1:])
    return changes


class _Names:
    """Names as words: the `distinct` words, and which of them each name consists of."""

    def __init__(self, keys: pa.StringArray) -> None:
        self.keys = keys
        lists = pc.split_pattern(keys, " ")
        words = lists.flatten().dictionary_encode()
        self.distinct: list[str] = words.dictionary.to_pylist()
        self._offsets = lists.offsets
        self._words = words.indices

    def written(self, forms: Sequence[str]) -> pa.StringArray:
        """The names with these forms in place of the distinct words."""
        words = pa.array(forms, pa.string()).take(self._words)
        return pc.binary_join(pa.ListArray.from_arrays(self._offsets, words), " ")

    def rewritten(self, forms: Sequence[str], changed: Mapping[int, str]) -> pa.StringArray:
        """The names with these forms, of which some are `changed`, by the places of their words;
        null for names without such a word."""
        holders = self.holding(list(changed))
        lists = pa.ListArray.from_arrays(self._offsets, self._words).filter(holders)
        forms = [changed.get(place, form) for place, form in enumerate(forms)]
        words = pa.array(forms, pa.string()).take(lists.flatten())
        sizes = lists.value_lengths().to_numpy()
        offsets = np.append(0, np.cumsum(sizes)).astype(np.int32)
        written = pc.binary_join(pa.ListArray.from_arrays(offsets, words), " ")
        return pc.replace_with_mask(pa.nulls(len(self.keys), pa.string()), holders, written)

    def word(self, position: int, forms: Sequence[str | None]) -> pa.StringArray:
        """The form of the word at a position of each name; null where a name is shorter."""
        at = self._offsets.to_numpy()[:-1] + position
        at = pa.array(at, mask=at >= self._offsets.to_numpy()[1:])
        return pa.array(forms, pa.string()).take(self._words.take(at))

    def holding(self, places: Sequence[int]) -> pa.BooleanArray:
        """Whether each name holds one of the distinct words at these places."""
        sought = np.zeros(len(self.distinct), np.bool_)
        sought[places] = True
        holders = np.zeros(len(self.keys), np.bool_)
        holders[self._owners[sought[self._words]]] = True
        return pa.array(holders)

    def holders(self) -> dict[str, int]:
        """The number of names that hold each word."""
        once = _sorted_distinct(self._owners << 32 | self._words.to_numpy()) & 0xFFFFFFFF
        counts = np.bincount(once, minlength=len(self.distinct))
        return dict(zip(self.distinct, counts.tolist(), strict=True))

    @cached_property
    def _owners(self) -> npt.NDArray[np.int64]:
        """The name of each word."""
        return np.repeat(np.arange(len(self.keys)), np.diff(self._offsets))


def _phrases(columns: Sequence[pa.StringArray], shortest: int) -> Arrays:
    """Index spellings of names: parts (words or initials) with blanks between. A column has one
    spelling of each name, or null.

    `text` holds the parts run together, a line for each spelling. `marks` is 2 where a spelling
    begins or ends, 1 where another part begins. `starts` lists the beginnings of spellings and of
    parts that are not among the last `shortest - 1`, sorted by the text that follows, each text
    once for each name; `rows` the name of each.
    """
    owners, spaced = _lines(columns)
    before = np.append(np.uint8(10), spaced[:-1])
    kept = spaced != 32
    text, before = spaced[kept], before[kept]
    ends = text == 10
    marks = (before == 32).view(np.uint8)
    marks[ends | (before == 10)] = 2
    parts = np.flatnonzero(marks != 0)
    is_end = ends[parts]
    begins = ~is_end
    if shortest > 1:
        begins &= (marks[parts] == 2) | ~np.append(is_end[1:], True)
    starts, line = parts[begins], np.cumsum(is_end)[begins]
    rows = owners[line]
    order, repeats = _order(text, starts, parts[is_end][line])
    repeats[1:] &= rows[order[1:]] == rows[order[:-1]]
    order = order[~repeats]
    return {
        "text": text,
        "marks": marks,
        "starts": starts[order].astype(np.int32),
        "rows": rows[order],
    }


def _lines(
    columns: Sequence[pa.StringArray],
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint8]]:
    """The spellings of the first name, then those of the second, and so on: the name of each, and
    their text, a newline behind each."""
    if not columns:
        return np.empty(0, np.int32), np.empty(0, np.uint8)
    names = len(columns[0])
    spellings = pa.concat_arrays(columns)
    column, name = np.divmod(np.flatnonzero(pc.is_valid(spellings)), max(names, 1))
    by_name = np.sort(name * len(columns) + column)
    name, column = np.divmod(by_name, len(columns))
    by_name = column * names + name
    lines = pc.binary_join_element_wise(spellings.take(pa.array(by_name)), "", "\n")
    _, offsets, text = lines.buffers()
    size = np.frombuffer(offsets, np.int32)[len(lines)]
    return name.astype(np.int32), np.frombuffer(text, np.uint8)[:size]


def _order(
    text: npt.NDArray[np.uint8], starts: Places, stops: Places
) -> tuple[Places, npt.NDArray[np.bool_]]:
    """Indices that sort pieces of the text, equal ones by position; and whether each is equal to
    the previous one.

    Sorts by up to eight bytes at a time, packed into one number, then equal ones by the next ones,
    with the number of their group in front.
    """
    size = stops - starts
    padded = np.append(text, np.zeros(size.max(initial=0) + 8, np.uint8))
    eight_bytes = np.ndarray(len(padded) - 7, ">u8", padded, strides=1)
    order = np.arange(len(starts))
    repeats = np.ones(len(starts), np.bool_)
    repeats[:1] = False
    places, depth = order.copy(), 0
    while len(places):
        pieces = order[places]
        group = np.cumsum(~repeats[places]).astype(np.uint64) - np.uint64(1)
        width = (64 - int(group[-1]).bit_length()) // 8
        packed = eight_bytes[starts[pieces] + depth].astype(np.uint64)
        packed &= _LEADING[np.clip(size[pieces] - depth, 0, width)]
        packed >>= np.uint64(64 - 8 * width)
        if width < 8:
            packed |= group << np.uint64(8 * width)
        ranked = np.argsort(packed)  # not stable: faster
        packed = packed[ranked]
        order[places] = pieces[ranked]
        repeats[places[1:]] = packed[1:] == packed[:-1]
        repeated = repeats[places]
        undecided = (repeated | np.append(repeated[1:], False)) & (packed & 0xFF != 0)
        places, depth = places[undecided], depth + width
    by_position = np.sort(np.cumsum(~repeats) << 32 | order)
    return by_position & 0xFFFFFFFF, repeats


def _spellings(names: _Names) -> list[pa.StringArray]:
    """Each name as written, and with its numerals as digits if that differs."""
    return [names.keys, names.rewritten(names.distinct, _digits(names.distinct))]


def _abbreviations(names: _Names) -> list[pa.StringArray]:
    """The abbreviations of each name of several words: its initials, with whole numbers; the same
    with compounds as two words (BL2 for Borderlands 2), and without "and"; its first initial before
    its second word (GMod)."""
    initials, *changes = _initials(names)
    lines = [
        names.written(initials),
        *(names.rewritten(initials, changed) for changed in changes),
    ]
    with_and = names.holding([place for place, word in enumerate(names.distinct) if word == "and"])
    lines += [
        pc.replace_substring(pc.if_else(with_and, line, None), " and ", " ") for line in lines
    ]
    several = [pc.if_else(pc.match_substring(line, " "), line, None) for line in lines]
    first = names.word(0, [word[:1] for word in names.distinct])
    second = names.word(1, [word if len(word) >= _SHORTEST else None for word in names.distinct])
    return [*_distinct(several), pc.binary_join_element_wise(first, second, "")]


def _distinct(columns: Sequence[pa.StringArray]) -> list[pa.StringArray]:
    """Columns with null for every value that an earlier column has in the same row."""
    distinct: list[pa.StringArray] = []
    for column in columns:
        for earlier in distinct:
            repeats = pc.fill_null(pc.equal(column, earlier), False)
            column = pc.if_else(repeats, None, column)
        distinct.append(column)
    return distinct


def _initials(names: _Names) -> tuple[list[str], Changes, Changes, Changes]:
    """The initials of each distinct word, and which are others with digits for numerals, with those
    of the words that it consists of, and with both."""
    words = names.distinct
    digits = {place: initial(number) for place, number in _digits(words).items()}
    split, split_digits = dict[int, str](), digits.copy()
    holders = names.holders()
    common = {word: n for word, n in holders.items() if n >= _COMMON and len(word) >= _SHORTEST}
    beginnings = {word[:_SHORTEST] for word in common}
    for place, word in enumerate(words):
        if len(word) >= 2 * _SHORTEST and word[:_SHORTEST] in beginnings:
            halves = _halves(word, common)
            if halves:
                split[place] = " ".join(map(initial, halves))
                split_digits[place] = " ".join(map(initial, with_digits(halves)))
    return list(map(initial, words)), digits, split, split_digits


def _digits(words: Sequence[str]) -> Changes:
    """The words that are numerals or numbers, by their places, in digits."""
    forms = with_digits(words)
    return {place: form for place, form in enumerate(forms) if form != words[place]}


def _halves(word: str, common: Mapping[str, int]) -> list[str]:
    """The two common words that a word consists of, the second with or without an s behind it."""
    splits = []
    for split in range(_SHORTEST, len(word) - _SHORTEST + 1):
        if word[:split] in common:
            second = word[split:]
            names = max(common.get(second, 0), common.get(second.removesuffix("s"), 0))
            splits.append((min(common[word[:split]], names), split))
    names, split = max(splits, default=(0, 0))
    return [word[:split], word[split:]] if names else []
