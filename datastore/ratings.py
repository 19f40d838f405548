"""datastore: viewers' ratings of titles, by viewer, then title; one per viewer and title."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Ratings"]

Rows = npt.NDArray[np.int64]

#: Viewers whose means are calculated at once.
_VIEWERS = 1_000


class Ratings:
    """Columns with one entry per rating, which stay on disk."""

    def __init__(self, arrays: dict[str, npt.NDArray[Any]]) -> None:
        self._offsets = arrays["rating_offsets"]
        self._titles = arrays["rating_titles"]
        self._values = arrays["rating_values"]
        self._times = arrays["rating_times"]
        self._title_offsets = arrays["title_rating_offsets"]
        self._title_rows = arrays["title_rating_rows"]

    def __len__(self) -> int:
        return len(self._titles)

    def of_viewer(self, viewer: int) -> range:
        """Ratings by a viewer, by title."""
        start, stop = self._offsets[viewer : viewer + 2].tolist()
        return range(start, stop)

    def of_title(self, title: int) -> npt.NDArray[np.int32]:
        """Ratings of a title, by viewer."""
        start, stop = self._title_offsets[title : title + 2].tolist()
        rows: npt.NDArray[np.int32] = self._title_rows[start:stop]
        return rows

    def find(self, viewer: int, title: int) -> int | None:
        """Row of a viewer's rating of a title; None if there is none."""
        rows = self.of_viewer(viewer)
        row = rows.start + int(np.searchsorted(self._titles[rows.start : rows.stop], title))
        return row if row < rows.stop and self._titles[row] == title else None

    def titles(self, rows: range) -> Rows:
        """The rated titles of consecutive ratings."""
        return self._titles[rows.start : rows.stop].astype(np.int64)

    def viewers(self, rows: Rows) -> Rows:
        """The viewers of ratings."""
        return np.searchsorted(self._offsets, rows, side="right") - 1

    def title(self, row: int) -> int:
        """The rated title."""
        return int(self._titles[row])

    def stars(self, rows: Rows | slice) -> npt.NDArray[np.float64]:
        """Stars of ratings, 0.5 to 5."""
        return self._values[rows] / 2

    def times(self, rows: Rows | slice) -> npt.NDArray[np.int64]:
        """Seconds since 1970, UTC, at which ratings were given."""
        times = self._times
        seconds: npt.NDArray[np.int64] = (
            times[rows] if isinstance(rows, slice) else times.take(rows)
        )
        return seconds

    def mean(self, viewer: int) -> float:
        """Mean of a viewer's ratings, 0.5 to 5."""
        rows = self.of_viewer(viewer)
        values = self._values[rows.start : rows.stop]
        return int(values.sum(dtype=np.int64)) / (2 * len(values))

    def means(self) -> npt.NDArray[np.float64]:
        """Mean of each viewer's ratings, 0.5 to 5. Each viewer has at least one."""
        viewers = len(self._offsets) - 1
        sums = np.empty(viewers, np.int64)
        for start in range(0, viewers, _VIEWERS):  # sums take eight bytes per rating meanwhile
            offsets = self._offsets[start : start + _VIEWERS + 1]
            values = self._values[offsets[0] : offsets[-1]]
            starts = offsets[:-1] - offsets[0]
            sums[start : start + _VIEWERS] = np.add.reduceat(values, starts, dtype=np.int64)
        return np.asarray(sums / (2 * np.diff(self._offsets)))
