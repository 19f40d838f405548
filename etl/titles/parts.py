"""etl.titles: what is done with a range of viewers: their ratings of all files, in tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from etl.columns import search_index
from etl.parts.folder import WorkFolder
from etl.parts.ranges import cuts
from etl.process.engine import Arrays, Shared
from etl.snapshot.writer import contract_table
from etl.sources.parts import PartedFile
from etl.titles.rating_table import TitleScores, rating_table
from etl.titles.ratings import Ratings
from etl.titles.tables import viewer_columns

__all__ = [
    "Merge",
    "MergedRanges",
    "RangeSize",
    "SearchKeys",
    "SplitByTitle",
    "TitleRows",
    "ViewerRange",
]


class RangeSize(NamedTuple):
    """Numbers of viewers and of their ratings."""

    viewers: int
    ratings: int


@dataclass(frozen=True, slots=True)
class MergedRanges:
    """The sizes of some ranges of viewers, their ratings by title, and the scores by them."""

    sizes: tuple[RangeSize, ...]
    per_title: npt.NDArray[np.int64]
    scores: TitleScores

    @classmethod
    def merged(cls, parts: Sequence[Self]) -> Self:
        """Those of all these ranges; there must be one."""
        return cls(
            tuple(size for part in parts for size in part.sizes),
            np.sum([part.per_title for part in parts], axis=0),
            TitleScores.merged([part.scores for part in parts]),
        )


@dataclass(frozen=True, slots=True)
class Merge:
    """Brings the ratings of a range of viewers together, and keeps their parts of the arrays;
    returns what is known about them."""

    folder: WorkFolder
    title_ids: Shared[pa.Array]

    def __call__(self, target: int, pieces: list[tuple[PartedFile, Ratings]]) -> MergedRanges:
        ratings = rating_table([rows for _, rows in pieces], self.title_ids.value)
        keys = search_index.keys(ratings.viewer_ids.to_pylist())
        viewers = contract_table("viewers", viewer_columns(ratings, keys))
        self.folder.write("viewers", target, viewers)
        arrays: Arrays = {
            "rating_ends": ratings.offsets[1:],
            "rating_titles": ratings.titles.astype(np.int32),
            "rating_values": ratings.values,
            "rating_times": ratings.times,
        }
        for name, array in arrays.items():
            self.folder.write_array(name, target, array)
        per_title = np.bincount(ratings.titles, minlength=len(self.title_ids.value))
        size = RangeSize(len(ratings.viewer_ids), len(ratings.values))
        return MergedRanges((size,), per_title, ratings.scores)


@dataclass(frozen=True, slots=True)
class ViewerRange:
    """A range of viewers: its number, and the numbers of its first viewer and rating."""

    number: int
    first_viewer: int
    first_rating: int


@dataclass(frozen=True, slots=True)
class SearchKeys:
    """Reads the search keys of a range of viewers."""

    folder: WorkFolder

    def __call__(self, part: int) -> list[str]:
        keys: list[str] = self.folder.read("viewers", part)["search_key"].to_pylist()
        return keys


@dataclass(frozen=True, slots=True)
class SplitByTitle:
    """Splits the ratings of a range of viewers by ranges of titles, by their ends."""

    folder: WorkFolder
    ends: Sequence[int]
    titles: int

    def __call__(self, part: ViewerRange) -> Iterator[tuple[int, Any]]:
        title = self.folder.read_array("rating_titles", part.number)
        rows = np.argsort(title, kind="stable").astype(np.int32)
        title = title[rows]
        for target, (first, last) in enumerate(cuts(self.ends, self.titles)):
            own = slice(*np.searchsorted(title, [first, last]))
            yield target, (title[own], rows[own] + np.int32(part.first_rating))


@dataclass(frozen=True, slots=True)
class TitleRows:
    """Sorts the ratings of a range of titles: by title, then viewer."""

    folder: WorkFolder

    def __call__(self, target: int, pieces: list[Any]) -> int:
        title, rows = (np.concatenate(column) for column in zip(*pieces, strict=True))
        self.folder.write_array("title_rating_rows", target, rows[np.argsort(title, kind="stable")])
        return len(rows)
