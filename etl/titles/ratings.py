"""etl.titles: viewers' ratings, from one file and from all, as arrays: eleven million are usual."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from etl.raw import dates
from etl.raw.counts import Counted, RowCounts
from etl.raw.kinds import Targets
from etl.raw.records import RecordReader
from etl.raw.tables import Batch

__all__ = ["COLUMNS", "MOST_VALUE", "Ratings", "by_range", "merge", "read", "without"]

#: The columns of a file of ratings.
COLUMNS = ("userId", "rating", "timestamp", "movieId")
#: Five stars, in half stars.
MOST_VALUE = 10

_RATING = re.compile(r"\+?(\d{0,3}(?:\.\d*)?)", re.ASCII)
_SECONDS = r"^[+-]?\d{1,15}(?:\.0*)?$"
#: The years 1 to 9999: what a date can be.
_FIRST_SECOND, _LAST_SECOND = -62_135_596_800, 253_402_300_799

Ints = npt.NDArray[np.int32]
_NO_NUMBERS = np.zeros(0, np.int32)


@dataclass(frozen=True, slots=True)
class Ratings:
    """Ratings in the order of their rows: numbers of viewers and titles, whose ids are distinct,
    `values` in half stars, and `times` in seconds since 1970."""

    viewer_ids: pa.Array
    title_ids: pa.Array
    viewers: Ints
    titles: Ints
    values: npt.NDArray[np.uint8]
    times: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.values)


def read(reader: RecordReader) -> Ratings:
    """Read the ratings of one file. Rows with a broken field are rejected."""
    viewers, titles = _Numbers(), _Numbers()
    parts: list[tuple[Ints, Ints, npt.NDArray[np.uint8], npt.NDArray[np.int64]]] = []
    rows = 0
    for batch in reader.batches(COLUMNS):
        viewer, title = (batch.columns[name].dictionary_encode() for name in ("userId", "movieId"))
        viewer_ids, title_ids = (_stripped(each.dictionary) for each in (viewer, title))
        values, times = _values(batch.columns["rating"]), _times(batch.columns["timestamp"])
        faults = {
            "no userId": _holds(pc.equal(viewer_ids, ""), viewer),
            "no movieId": _holds(pc.equal(title_ids, ""), title),
            "rating is not 0.5 to 5 stars in half-star steps": values == 0,
            "timestamp is neither a number of seconds since 1970 nor a date": times < _FIRST_SECOND,
        }
        kept = _without_faults(reader, batch, viewer_ids.take(viewer.indices), faults)
        of_viewer = viewers.of(viewer_ids, viewer.indices)
        of_title = titles.of(title_ids, title.indices)
        parts.append((of_viewer[kept], of_title[kept], values[kept], times[kept]))
        rows += len(parts[-1][0])
        reader.stage.rows(rows, "rating")
    viewer, title, value, time = ([part[place] for part in parts] for place in range(4))
    return _with_used_ids(
        viewers.ids(),
        titles.ids(),
        np.concatenate([_NO_NUMBERS, *viewer]),
        np.concatenate([_NO_NUMBERS, *title]),
        np.concatenate([np.zeros(0, np.uint8), *value]),
        np.concatenate([np.zeros(0, np.int64), *time]),
    )


class _Numbers:
    """Ids, numbered in the order in which they come."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def of(self, ids: pa.Array, places: pa.Array) -> Ints:
        """The numbers of ids, given as places in an array of them."""
        numbers = self._numbers
        known = [numbers.setdefault(each, len(numbers)) for each in ids.to_pylist()]
        found: Ints = np.array(known, np.int32)[places.to_numpy()]
        return found

    def ids(self) -> pa.Array:
        """The ids, by number."""
        return pa.array(self._numbers, pa.string())


def _stripped(ids: pa.Array) -> pa.Array:
    return pc.utf8_trim_whitespace(ids)


def _holds(flags: pa.Array, column: pa.DictionaryArray) -> npt.NDArray[np.bool_]:
    """For each row, the flag of its distinct value."""
    found: npt.NDArray[np.bool_] = flags.to_numpy(zero_copy_only=False)[column.indices.to_numpy()]
    return found


def _values(column: pa.Array) -> npt.NDArray[np.uint8]:
    """Ratings in half stars, 1 to 10; 0 for anything else."""
    encoded = column.dictionary_encode()
    halves = np.array([_half_stars(text) for text in encoded.dictionary.to_pylist()], np.uint8)
    found: npt.NDArray[np.uint8] = halves[encoded.indices.to_numpy()]
    return found


def _half_stars(text: str) -> int:
    match = _RATING.fullmatch(text.strip())
    if not match or match[1] in ("", "."):
        return 0
    halves = 2 * float(match[1])
    return int(halves) if halves.is_integer() and 1 <= halves <= MOST_VALUE else 0


def _times(column: pa.Array) -> npt.NDArray[np.int64]:
    """Seconds since 1970, also of dates; less than the first possible one for anything else."""
    try:
        seconds = column.cast(pa.int64())
    except pa.ArrowInvalid:
        column = pc.utf8_trim_whitespace(column)
        valid = pc.match_substring_regex(column, _SECONDS)
        digits = pc.replace_substring_regex(column, r"^\+|\.0*$", "")
        seconds = pc.if_else(valid, digits, None).cast(pa.int64()).fill_null(_FIRST_SECOND - 1)
    times: npt.NDArray[np.int64] = seconds.to_numpy(zero_copy_only=False)
    others = (times < _FIRST_SECOND) | (times > _LAST_SECOND)
    if others.any():
        times = times.copy()
        times[others] = _times_of_dates(column.filter(pa.array(others)))
    return times


def _times_of_dates(column: pa.Array) -> npt.NDArray[np.int64]:
    """Seconds since 1970 of texts other than whole seconds, as `etl.raw.dates` reads them."""
    try:
        moments = column.cast(pa.timestamp("s"))
    except pa.ArrowInvalid:
        encoded = column.dictionary_encode()
        seconds = np.array([_seconds(text) for text in encoded.dictionary.to_pylist()], np.int64)
        times: npt.NDArray[np.int64] = seconds[encoded.indices.to_numpy()]
    else:
        times = moments.cast(pa.int64()).to_numpy(zero_copy_only=False)
    possible = (times >= _FIRST_SECOND) & (times <= _LAST_SECOND)
    return np.where(possible, times, _FIRST_SECOND - 1)


def _seconds(text: str) -> int:
    moment = dates.moment(text)
    return _FIRST_SECOND - 1 if moment is None else math.floor(moment.timestamp())


def _without_faults(
    reader: RecordReader,
    batch: Batch,
    viewer_ids: pa.Array,
    faults: dict[str, npt.NDArray[np.bool_]],
) -> npt.NDArray[np.bool_] | slice:
    """Reject rows for their first fault; return which are kept."""
    faulty = np.logical_or.reduce([*faults.values()])
    if not faulty.any():
        return slice(None)
    for row in np.flatnonzero(faulty).tolist():
        reader.move_to(batch, row)
        reason = next(reason for reason, flags in faults.items() if flags[row])
        reader.reject(reason, reader.content, viewer_ids[row].as_py() or None)
    kept: npt.NDArray[np.bool_] = ~faulty
    return kept


def merge(parts: Sequence[Ratings]) -> Counted[Sequence[Ratings]]:
    """The ratings of each file. They are merged when the titles are known, too, by
    `etl.titles.rating_table`."""
    return Counted(list(parts), RowCounts())


def without(part: Ratings, covers: Callable[[str], bool]) -> Ratings:
    """The ratings of one file but those of the viewers for whom the function is true."""
    kept = ~np.array([covers(viewer) for viewer in part.viewer_ids.to_pylist()], np.bool_)
    if kept.all():
        return part
    rows = kept[part.viewers]
    return _with_used_ids(
        part.viewer_ids,
        part.title_ids,
        part.viewers[rows],
        part.titles[rows],
        part.values[rows],
        part.times[rows],
    )


def by_range(part: Ratings, targets: Targets) -> Iterator[tuple[int, Ratings]]:
    """The ratings of one file by ranges of viewers, each in the order of their rows."""
    of_viewers = targets(part.viewer_ids)
    of_rows = of_viewers[part.viewers]
    for target in np.unique(of_rows).tolist():
        rows = np.flatnonzero(of_rows == target)
        yield (
            target,
            _with_used_ids(
                part.viewer_ids,
                part.title_ids,
                part.viewers[rows],
                part.titles[rows],
                part.values[rows],
                part.times[rows],
            ),
        )


def _with_used_ids(
    viewer_ids: pa.Array,
    title_ids: pa.Array,
    viewers: Ints,
    titles: Ints,
    values: npt.NDArray[np.uint8],
    times: npt.NDArray[np.int64],
) -> Ratings:
    """Ratings, and of the ids those that occur."""
    viewer_ids, viewers = _used(viewer_ids, viewers)
    title_ids, titles = _used(title_ids, titles)
    return Ratings(viewer_ids, title_ids, viewers, titles, values, times)


def _used(ids: pa.Array, numbers: Ints) -> tuple[pa.Array, Ints]:
    used = np.bincount(numbers, minlength=len(ids)) > 0
    if used.all():
        return ids, numbers
    return ids.filter(pa.array(used)), (np.cumsum(used) - 1).astype(np.int32)[numbers]
