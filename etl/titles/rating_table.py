"""etl.titles: the ratings of all files by viewer and title, each pair once; scores of titles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from datastore.base.plural import listed
from etl.process.progress import Stage
from etl.raw.counts import RowCounts
from etl.titles.ratings import Ratings

__all__ = ["UNKNOWN_TITLE", "RatingTable", "TitleScores", "rating_table"]

Ints = npt.NDArray[np.int32]
Places = npt.NDArray[np.int64]

#: Rows that are sorted at once: with eleven million, this needs 60 MB instead of 700.
_SOME = 1 << 20
#: Most unknown titles that are named.
_NAMED = 5
#: Why a rating is rejected when all catalogues are known.
UNKNOWN_TITLE = "unknown title"
_REPLACED = "in the score only: rated differently later"


@dataclass(frozen=True, slots=True)
class TitleScores:
    """The scores of titles, about all rows, but equal ones count once; and the row counts."""

    count: Places  # titles: distinct rows
    sum: Places  # titles: their half stars
    counts: RowCounts
    #: Ratings of titles that the catalogue lacks.
    unknown_ratings: Counter[str]

    @property
    def rows(self) -> int:
        """The number of rows that differ in viewer, title, rating or time."""
        return self.counts.kept

    @property
    def unknown(self) -> list[tuple[str, int]]:
        """The unknown titles with most ratings, at most five, and their numbers; ties by id."""
        ratings = self.unknown_ratings.items()
        return nsmallest(_NAMED, ratings, key=lambda entry: (-entry[1], entry[0]))

    def say_unknown(self, stage: Stage) -> None:
        """Note the unknown titles with most ratings, if there are any."""
        if self.unknown:
            named = listed([f"{title_id} ({number:,})" for title_id, number in self.unknown])
            stage.say(f"unknown titles with most ratings: {named}")

    @classmethod
    def merged(cls, parts: Sequence[Self]) -> Self:
        """The scores by the ratings of all ranges of viewers; there must be one."""
        unknown: Counter[str] = Counter()
        for part in parts:
            unknown.update(part.unknown_ratings)
        return cls(
            np.sum([part.count for part in parts], axis=0),
            np.sum([part.sum for part in parts], axis=0),
            sum((part.counts for part in parts), RowCounts()),
            unknown,
        )


@dataclass(frozen=True, slots=True)
class RatingTable:
    """The rating of each pair that counts: of several by a viewer for a title the last by time,
    and of those the later row. Titles are numbered as in the catalogue, viewers by id."""

    viewer_ids: pa.Array
    offsets: Places  # viewers + 1: where the ratings of a viewer start
    titles: npt.NDArray[Any]  # ratings, ascending in a viewer; uint16 or int32
    values: npt.NDArray[np.uint8]  # ratings, half stars
    times: Places  # ratings, seconds since 1970
    scores: TitleScores


def rating_table(parts: Sequence[Ratings], title_ids: pa.Array) -> RatingTable:
    """Bring the ratings of all files, oldest first, together with the titles of the catalogue.
    Rows of other titles are rejected."""
    counts = RowCounts()
    numbered = _Numbered(parts, title_ids)
    size = len(title_ids)
    score_count, score_sum = np.zeros(size, np.int64), np.zeros(size, np.int64)
    per_viewer = np.zeros(len(numbered.viewer_ids), np.int64)
    titles = np.empty(numbered.known, np.uint16 if size <= 1 << 16 else np.int32)
    values, times = np.empty(len(titles), np.uint8), np.empty(len(titles), np.int64)
    end = 0
    for viewer, title, value, time in numbered.slices():
        rows = _sorted(viewer, title, value, time)
        counts.kept += int(rows.distinct.sum())
        score_count += np.bincount(rows.title[rows.distinct], minlength=size)
        score_sum += np.bincount(rows.title[rows.distinct], rows.value[rows.distinct], size).astype(
            np.int64
        )
        counts.notes[_REPLACED] += rows.conflicts
        last = np.flatnonzero(rows.last)
        per_viewer += np.bincount(rows.viewer[last], minlength=len(per_viewer))
        start, end = end, end + len(last)
        titles[start:end] = rows.title[last]
        values[start:end] = rows.value[last]
        times[start:end] = rows.time[last]
    counts.rejected[UNKNOWN_TITLE] = numbered.unknown
    counts.deduplicated["repeated row"] = numbered.known - counts.kept
    conflicts = counts.notes[_REPLACED]
    counts.notes["in the score only: rated the same later"] = counts.kept - end - conflicts
    rated = per_viewer > 0
    return RatingTable(
        numbered.viewer_ids.filter(pa.array(rated)),
        np.concatenate([[0], np.cumsum(per_viewer[rated])]),
        titles[:end],
        values[:end],
        times[:end],
        TitleScores(score_count, score_sum, _that_happened(counts), numbered.unknown_ratings()),
    )


def _that_happened(counts: RowCounts) -> RowCounts:
    """The counts without reasons that never occurred."""
    for reasons in (counts.rejected, counts.deduplicated, counts.notes):
        for reason in [reason for reason, number in reasons.items() if not number]:
            del reasons[reason]
    return counts


class _Numbered:
    """The rows of all files, with numbers of viewers (by id) and of the catalogue's titles."""

    def __init__(self, parts: Sequence[Ratings], title_ids: pa.Array) -> None:
        self._parts = parts
        distinct = pc.unique(pa.chunked_array([part.viewer_ids for part in parts], pa.string()))
        self.viewer_ids = distinct.take(pc.sort_indices(distinct))
        self._viewers = [_numbers(part.viewer_ids, self.viewer_ids) for part in parts]
        self._titles = [_numbers(part.title_ids, title_ids) for part in parts]
        self._rows = np.zeros(len(self.viewer_ids), np.int64)  # of each viewer
        self.unknown = 0
        for part, viewers, titles in zip(parts, self._viewers, self._titles, strict=True):
            self._rows += np.bincount(viewers[part.viewers], minlength=len(self._rows))
            self.unknown += int((titles[part.titles] < 0).sum())
        self.known = int(self._rows.sum()) - self.unknown

    def unknown_ratings(self) -> Counter[str]:
        """The numbers of ratings of unknown titles."""
        ratings: Counter[str] = Counter()
        for part, titles in zip(self._parts, self._titles, strict=True):
            unknown = titles < 0
            per_title = np.bincount(part.titles, minlength=len(titles))[unknown]
            ids = part.title_ids.filter(pa.array(unknown)).to_pylist()
            ratings.update(dict(zip(ids, per_title.tolist(), strict=True)))
        return ratings

    def slices(self) -> Iterator[tuple[Ints, Ints, npt.NDArray[np.uint8], Places]]:
        """The rows of some viewers at a time, with a title of the catalogue, oldest file first:
        viewer, title, value and time."""
        ends = np.cumsum(self._rows)
        first = 0
        while first < len(ends):
            before = int(ends[first] - self._rows[first])
            end = max(first + 1, int(np.searchsorted(ends, before + _SOME, "right")))
            yield self._slice(first, end)
            first = end

    def _slice(self, first: int, end: int) -> tuple[Ints, Ints, npt.NDArray[np.uint8], Places]:
        columns = []
        for part, viewers, titles in zip(self._parts, self._viewers, self._titles, strict=True):
            within = (viewers >= first) & (viewers < end)
            if not within.any():
                continue
            rows = np.flatnonzero(within[part.viewers])
            rows = rows[titles[part.titles[rows]] >= 0]
            viewer, title = viewers[part.viewers[rows]], titles[part.titles[rows]]
            columns.append((viewer, title, part.values[rows], part.times[rows]))
        viewer, title, value, time = map(np.concatenate, zip(*columns, strict=True))
        return viewer, title, value, time


def _numbers(ids: pa.Array, among: pa.Array) -> Ints:
    """The place of each id among others, -1 for none."""
    found: Ints = pc.index_in(ids, value_set=among).fill_null(-1).to_numpy().astype(np.int32)
    return found


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows by viewer, title, time and place in the files."""

    viewer: Ints
    title: Ints
    value: npt.NDArray[np.uint8]
    time: Places
    distinct: npt.NDArray[np.bool_]  # whether no earlier row is equal
    last: npt.NDArray[np.bool_]  # whether it is the last one of its viewer and title
    conflicts: int  # distinct rows with another value than the last one


def _sorted(viewer: Ints, title: Ints, value: npt.NDArray[np.uint8], time: Places) -> _Rows:
    order = _order(viewer, title, time)
    viewer, title, value, time = viewer[order], title[order], value[order], time[order]
    new_pair = np.ones(len(order), np.bool_)
    new_pair[1:] = (viewer[1:] != viewer[:-1]) | (title[1:] != title[:-1])
    last = np.append(new_pair[1:], True) if len(order) else new_pair
    distinct = _distinct(new_pair, time, value)
    several = np.flatnonzero(~(new_pair & last))  # rows of pairs with more than one
    pair = np.cumsum(new_pair[several])
    counting = value[several][last[several]]  # of each such pair, in order
    differs = value[several] != counting[pair - 1]
    conflicts = int((differs & distinct[several]).sum())
    return _Rows(viewer, title, value, time, distinct, last, conflicts)


def _order(viewer: Ints, title: Ints, time: Places) -> npt.NDArray[np.intp]:
    """Indices that sort by viewer, title, time and position: as one number where 63 bits hold it,
    which is five times as fast."""
    if not len(viewer):
        return np.zeros(0, np.intp)
    least, first = int(time.min()), int(viewer.min())
    title_bits, time_bits = int(title.max()).bit_length(), (int(time.max()) - least).bit_length()
    if (int(viewer.max()) - first).bit_length() + title_bits + time_bits > 63:
        return np.lexsort((time, title, viewer))
    packed = (viewer - first).astype(np.int64)
    packed <<= title_bits
    packed |= title
    packed <<= time_bits
    packed |= time - least
    return np.argsort(packed, kind="stable")


def _distinct(
    new_pair: npt.NDArray[np.bool_], time: Places, value: npt.NDArray[np.uint8]
) -> npt.NDArray[np.bool_]:
    """Whether no earlier row has the same viewer, title, time and value; rows are sorted by the
    first three."""
    distinct = np.ones(len(time), np.bool_)
    new = new_pair.copy()
    new[1:] |= time[1:] != time[:-1]
    together = np.flatnonzero(~(new & np.append(new[1:], True)))  # rows of groups of several
    group = np.cumsum(new[together])
    order = np.lexsort((value[together], group))
    group, ordered = group[order], value[together][order]
    equal = (group[1:] == group[:-1]) & (ordered[1:] == ordered[:-1])
    distinct[together[order[1:][equal]]] = False
    return distinct
