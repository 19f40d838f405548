"""etl.titles: what of the titles subject is compared with the live snapshot, to notice drift."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from datastore.base.codes import PLATFORMS, SERIES
from datastore.base.reader import SnapshotReader
from etl.subject import Values

__all__ = ["DISTRIBUTIONS", "SHARES"]


def _stars(reader: SnapshotReader) -> npt.NDArray[np.float64]:
    stars: npt.NDArray[np.float64] = reader.array("rating_values") / 2
    return stars


DISTRIBUTIONS: Mapping[str, Values] = {
    "Release years of titles": ("titles", "release_year"),
    "Scores of titles (stars)": ("titles", "score_mean"),
    "Ratings per title": ("titles", "score_count"),
    "Ratings per viewer": ("viewers", "rating_count"),
    "Ratings (stars)": _stars,
}


def _titles_with(column: str, code: int) -> Callable[[SnapshotReader], tuple[int, int]]:
    def part(reader: SnapshotReader) -> tuple[int, int]:
        codes = reader.known("titles", column)
        return int((codes == code).sum()), len(codes)

    return part


SHARES: Mapping[str, Callable[[SnapshotReader], tuple[int, int]]] = {
    "Series among titles": _titles_with("kind", SERIES),
    **{
        f"Titles of {name.capitalize()}": _titles_with("platform", code)
        for code, name in enumerate(PLATFORMS)
    },
}
