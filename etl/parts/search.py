"""etl.parts: the search index over names in parts: the same arrays as of all names at once.

Every part is indexed by itself. Trigrams are then brought together by ranges of codes, and the
beginnings of words by ranges of their texts.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from datastore.base.errors import SnapshotError
from etl.columns import search_index
from etl.parts.folder import WorkFolder
from etl.parts.ranges import Sample, bounds, cuts
from etl.process.engine import Engine

__all__ = ["NamedPart", "SearchParts", "index_parts"]

Values = npt.NDArray[Any]
#: Reads the search keys of a part, by its number.
Keys = Callable[[int], list[str]]

#: Codes and texts of a part of which the ranges are made.
_SAMPLED = 64
#: Bytes of all names, whose positions have 32 bits.
_MOST_TEXT = 2**31 - 1


@dataclass(frozen=True, slots=True)
class NamedPart:
    """Some names: the number of the part, and of the first name."""

    number: int
    first: int


class _Indexed(NamedTuple):
    """What is known about the index of one part; `size` is that of its text."""

    size: int
    codes: list[Sample]
    texts: list[Sample]


@dataclass(frozen=True, slots=True)
class SearchParts:
    """The arrays of the index, in parts of their own: `sizes` by array."""

    folder: WorkFolder
    sizes: dict[str, int]
    targets: int
    parts: int

    def arrays(self) -> Iterator[tuple[str, int, Iterable[Values]]]:
        """Name, rows and content of each array; those of initials are empty."""
        for name in ("codes", "rows", "words_starts", "words_rows"):
            yield name, self.sizes[name], self.folder.arrays(name, range(self.targets))
        for name in ("words_text", "words_marks"):
            yield name, self.sizes[name], self.folder.arrays(name, range(self.parts))
        yield "offsets", self.sizes["codes"] + 1, self._offsets()
        for name, array in search_index.index([], abbreviated=False).items():
            if name.startswith("initials_"):
                yield name, len(array), [array]

    def _offsets(self) -> Iterator[Values]:
        end = 0
        yield np.zeros(1, np.int64)
        for counts in self.folder.arrays("counts", range(self.targets)):
            yield np.cumsum(counts, dtype=np.int64) + end
            end += int(counts.sum())


def index_parts(
    engine: Engine, folder: WorkFolder, parts: Sequence[NamedPart], keys: Keys, noun: str
) -> SearchParts:
    """Index names, whose search keys a function reads by the number of the part. Raises
    SnapshotError for more than 2 GB of names."""
    stage = f"search index of {noun}"
    indexed = list(engine.map(_Index(folder, keys), parts, stage))
    ends: list[int] = list(accumulate(each.size for each in indexed))
    if ends and ends[-1] > _MOST_TEXT:
        raise SnapshotError(
            f"The {stage} cannot be written: the names take {ends[-1]:,} bytes, and the format has "
            f"room for {_MOST_TEXT:,}."
        )
    codes = bounds([sample for part in indexed for sample in part.codes], len(parts))
    texts = bounds([sample for part in indexed for sample in part.texts], len(parts))
    targets = max(len(codes), len(texts)) + 1
    placed = list(zip(parts, [0, *ends[:-1]], strict=True))
    sizes = {"words_text": ends[-1], "words_marks": ends[-1]}
    names = ("codes", "rows", "words_starts", "words_rows")
    split, gather = _SplitIndex(folder, codes, texts), _GatherIndex(folder)
    gathered = engine.exchange(split, placed, targets, gather, _totals, stage)
    sizes |= dict(zip(names, gathered, strict=True))
    return SearchParts(folder, sizes, targets, len(parts))


def _totals(counts: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*counts, strict=True)))


@dataclass(frozen=True, slots=True)
class _Index:
    folder: WorkFolder
    keys: Keys

    def __call__(self, part: NamedPart) -> _Indexed:
        index = search_index.index(self.keys(part.number), abbreviated=False)
        for name, array in index.items():
            if not name.startswith("initials_"):
                stored = name if name in ("words_text", "words_marks") else f"own_{name}"
                self.folder.write_array(stored, part.number, array)
        texts = _beginnings(index["words_text"], index["words_starts"])
        sizes = np.diff(index["offsets"])
        some = range(0, len(sizes), max(1, len(sizes) // _SAMPLED))
        codes = [Sample(int(index["codes"][place]), int(sizes[place])) for place in some]
        spread = range(0, len(texts), max(1, len(texts) // _SAMPLED))
        return _Indexed(
            len(index["words_text"]), codes, [Sample(texts[place], 1) for place in spread]
        )


def _beginnings(text: Values, starts: Values) -> list[bytes]:
    """The text from each start to the end of its line."""
    content = text.tobytes()
    ends = np.flatnonzero(text == 10)
    stops = ends[np.searchsorted(ends, starts)] if len(starts) else starts
    return [content[a:b] for a, b in zip(starts.tolist(), stops.tolist(), strict=True)]


@dataclass(frozen=True, slots=True)
class _SplitIndex:
    folder: WorkFolder
    codes: Sequence[int]
    texts: Sequence[bytes]

    def __call__(self, placed: tuple[NamedPart, int]) -> Iterator[tuple[int, Any]]:
        part, text_start = placed
        names = ("codes", "offsets", "rows", "words_starts", "words_rows")
        codes, offsets, rows, starts, start_rows = (
            self.folder.read_array(f"own_{name}", part.number) for name in names
        )
        text = self.folder.read_array("words_text", part.number)
        texts = _beginnings(text, starts)
        code_cuts = cuts(np.searchsorted(codes, self.codes, "right"), len(codes))
        text_cuts = cuts([bisect_right(texts, bound) for bound in self.texts], len(texts))
        for target in range(max(len(code_cuts), len(text_cuts))):
            own_codes = slice(*code_cuts[target]) if target < len(code_cuts) else slice(0)
            own_texts = slice(*text_cuts[target]) if target < len(text_cuts) else slice(0)
            first_row, last_row = offsets[own_codes.start or 0], offsets[own_codes.stop]
            yield (
                target,
                (
                    codes[own_codes],
                    np.diff(offsets)[own_codes],
                    rows[first_row:last_row] + np.int32(part.first),
                    pa.array(texts[own_texts], pa.binary()),
                    starts[own_texts].astype(np.int64) + text_start,
                    start_rows[own_texts] + np.int32(part.first),
                ),
            )


@dataclass(frozen=True, slots=True)
class _GatherIndex:
    folder: WorkFolder

    def __call__(self, target: int, pieces: list[Any]) -> tuple[int, ...]:
        columns = list(zip(*pieces, strict=True))
        code, counts, rows = (np.concatenate(column) for column in columns[:3])
        # Of one code the parts come in their order, and so do their rows.
        by_code = np.argsort(np.repeat(code, counts), kind="stable")
        distinct, place = np.unique(code, return_inverse=True)
        sums = np.bincount(place, counts, len(distinct)).astype(np.int64)
        texts = [text for column in columns[3] for text in column.to_pylist()]
        starts, start_rows = (np.concatenate(column) for column in columns[4:])
        by_text = sorted(range(len(texts)), key=texts.__getitem__)  # stable: ties by position
        arrays = {
            "codes": distinct,
            "counts": sums,
            "rows": rows[by_code],
            "words_starts": starts[by_text].astype(np.int32),
            "words_rows": start_rows[by_text],
        }
        for name, array in arrays.items():
            self.folder.write_array(name, target, array)
        return len(distinct), len(rows), len(starts), len(starts)
