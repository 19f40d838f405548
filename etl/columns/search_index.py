"""etl.columns: the search index: names by words, initials and trigrams."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from datastore.base.search_keys import initial, search_key, trigrams_of, with_digits

__all__ = ["index", "keys"]

Arrays = dict[str, npt.NDArray[np.generic]]

#: Letters of the shortest word that a compound is split into.
_SHORTEST = 3
#: Names that must hold a word by itself, before compounds are split into it.
_COMMON = 2


def keys(names: Sequence[str | None]) -> list[str]:
    """The search key of each name; "" for null."""
    return [search_key(name) if name else "" for name in names]


def index(keys: Sequence[str], *, abbreviated: bool = True) -> Arrays:
    """The arrays of `datastore.base.tables`, without their prefix `search_NOUN_`.

    Initials are left out, as empty arrays, where names are not `abbreviated`.
    """
    phrases = {
        "words": _phrases(_spellings(keys), 1),
        "initials": _phrases(_abbreviations(keys) if abbreviated else iter(()), 2),
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
    packed.sort()
    packed = packed[np.diff(packed, prepend=-1) != 0]
    codes = packed >> 31
    starts = np.flatnonzero(np.diff(codes, prepend=-1))
    return {
        "codes": codes[starts].astype(np.uint32),
        "offsets": np.append(starts, len(codes)),
        "rows": (packed & 0x7FFFFFFF).astype(np.int32),
    }


def _phrases(spellings: Iterator[tuple[int, str]], shortest: int) -> Arrays:
    """Index spellings of names, each with its row: parts (words or initials) with blanks between.

    `text` holds the parts run together, a line for each spelling. `marks` is 2 where a spelling
    begins or ends, 1 where another part begins. `starts` lists the beginnings of spellings and of
    parts that are not among the last `shortest - 1`, sorted by the text that follows, each text
    once for each name; `rows` the name of each.
    """
    pairs = list(spellings)
    owners = np.array([row for row, _ in pairs], np.int32)
    spaced = np.frombuffer("".join(f"{line}\n" for _, line in pairs).encode(), np.uint8)
    before = np.concatenate([[10], spaced[:-1]]) if len(spaced) else spaced
    kept = spaced != 32
    text = spaced[kept]
    ends = text == 10
    marks = np.where(ends | (before[kept] == 10), 2, before[kept] == 32).astype(np.uint8)
    parts = np.flatnonzero(marks)
    starts = parts[~ends[parts]]
    if shortest > 1:
        follows = parts[np.searchsorted(parts, starts, side="right")]
        starts = starts[(marks[starts] == 2) | ~ends[follows]]
    line = np.cumsum(ends)[starts]
    rows = owners[line]
    joined, stops = text.tobytes(), np.flatnonzero(ends)[line]
    endings = [joined[a:b] for a, b in zip(starts.tolist(), stops.tolist(), strict=True)]
    order = pc.sort_indices(pa.array(endings, pa.binary())).to_numpy()
    same_name = np.flatnonzero(rows[order[1:]] == rows[order[:-1]])
    repeated = [
        position + 1
        for position in same_name.tolist()
        if endings[order[position]] == endings[order[position + 1]]
    ]
    order = np.delete(order, repeated)
    return {
        "text": text,
        "marks": marks,
        "starts": starts[order].astype(np.int32),
        "rows": rows[order],
    }


def _spellings(keys: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Each name as written, and with its numerals as digits if that differs."""
    for row, key in enumerate(keys):
        yield row, key
        words = key.split()
        digits = with_digits(words)
        if digits != words:
            yield row, " ".join(digits)


def _abbreviations(keys: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The abbreviations of each name of several words: its initials, with whole numbers; the same
    with compounds as two words (BL2 for Borderlands 2), and without "and"; its first initial before
    its second word (GMod)."""
    names = [key.split() for key in keys]
    common = Counter(word for words in names for word in set(words) if len(word) >= _SHORTEST)
    initials: dict[str, tuple[str, ...]] = {}
    for row, words in enumerate(names):
        for word in words:
            if word not in initials:
                initials[word] = _initials(word, common)
        lines = list(map(" ".join, zip(*[initials[word] for word in words], strict=True)))
        if "and" in words:
            lines += [line.replace(" and ", " ") for line in lines]
        yield from ((row, line) for line in dict.fromkeys(lines) if " " in line)
        if len(words) > 1 and len(words[1]) >= _SHORTEST:
            yield row, words[0][0] + words[1]


def _initials(word: str, common: Counter[str]) -> tuple[str, ...]:
    """The initials of a word: as it is and with digits, then both for the words it consists of."""
    halves = _halves(word, common)
    return tuple(
        " ".join([initial(part) for part in form])
        for form in ([word], with_digits([word]), halves, with_digits(halves))
    )


def _halves(word: str, common: Counter[str]) -> list[str]:
    """The two common words that a word consists of, the second with or without an s behind it;
    else the word."""
    splits = [
        (
            min(
                common[word[:split]],
                max(common[word[split:]], common[word[split:].removesuffix("s")]),
            ),
            split,
        )
        for split in range(_SHORTEST, len(word) - _SHORTEST + 1)
        if word[:split] in common
    ]
    names, split = max(splits, default=(0, 0))
    return [word[:split], word[split:]] if names >= _COMMON else [word]
