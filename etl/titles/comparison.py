"""etl.titles: what of the titles subject `playgraph snapshots diff` compares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from datastore.base.codes import MIN, MOVIE, PLATFORMS
from datastore.base.reader import SnapshotReader
from etl.subject import Answers, ComparedLists, Comparison

if TYPE_CHECKING:  # the kinds are wanted without pandas
    import pandas as pd

__all__ = ["COMPARISON"]

#: Titles or actors that are named of several with the same figure.
_NAMED = 3


def _titles(side: SnapshotReader) -> pd.DataFrame:
    titles: pd.DataFrame = side.table(
        "titles", "title_id", "title", "score_mean", "score_count"
    ).to_pandas()
    titles["score_mean"] = titles["score_mean"].round(3)
    titles = titles.rename(columns={"score_mean": "score", "score_count": "ratings"})
    return titles.rename(columns={"title": "name"}).set_index("title_id")


def _viewers(side: SnapshotReader) -> pd.DataFrame:
    viewers: pd.DataFrame = side.table("viewers", "viewer_id", "rating_count").to_pandas()
    starts = side.array("rating_offsets")[:-1]  # every viewer has a rating
    halves = side.array("rating_values")
    sums = np.add.reduceat(halves, starts, dtype=np.int64) if len(starts) else starts
    viewers["mean rating"] = (sums / 2 / viewers["rating_count"]).round(3)
    return (
        viewers.rename(columns={"rating_count": "ratings"}).assign(name=None).set_index("viewer_id")
    )


def _longest_titles(side: SnapshotReader) -> dict[str, str]:
    """The longest films of each year and platform."""
    columns = ("title_id", "platform", "kind", "release_year", "duration_int", "duration_type")
    titles: pd.DataFrame = side.table("titles", *columns).to_pandas()
    films = titles[(titles["kind"] == MOVIE) & (titles["duration_type"] == MIN)]
    groups = films.dropna(subset=["release_year"]).groupby(["platform", "release_year"])
    longest = films[films["duration_int"] == groups["duration_int"].transform("max")]
    return {
        _key(*place): f"{_some([*group['title_id']])} ({group['duration_int'].iloc[0]:.0f} min)"
        for place, group in longest.groupby(["platform", "release_year"])
    }


def _top_actors(side: SnapshotReader) -> dict[str, str]:
    """The actors with most titles of each year and platform."""
    titles: pd.DataFrame = side.table("titles", "platform", "release_year", "cast").to_pandas()
    names = side.column("people", "display_name")
    cast = titles.dropna(subset=["release_year"]).explode("cast").dropna(subset=["cast"])
    counts = cast.groupby(["platform", "release_year", "cast"]).size()  # people are sorted by name
    by_place = counts.groupby(level=[0, 1])
    top = counts[counts == by_place.transform("max")]
    return {
        _key(*place): f"{_some([names[row] for *_, row in group.index])} ({group.iloc[0]})"
        for place, group in top.groupby(level=[0, 1])
    }


def _key(platform: int, year: float) -> str:
    return f"{PLATFORMS[platform]} {year:.0f}"


def _some(names: list[str]) -> str:
    """The first of these names, and how many more there are."""
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


_TITLES = ("titles", "title_id")

COMPARISON = Comparison(
    figures={"titles": _titles, "viewers": _viewers},
    answers={
        "longest films": Answers("Platforms and years with other longest films", _longest_titles),
        "top actors": Answers("Platforms and years with other top actors", _top_actors),
    },
    lists=(
        ComparedLists(
            what="first 5 similar titles per title",
            keys=_TITLES,
            entries=_TITLES,
            array="similar_titles",
            first=5,
        ),
    ),
)
