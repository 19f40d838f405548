"""etl.titles: the tables and arrays of titles, people and viewers, from the clean rows."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from datastore.base.names import fold
from datastore.base.snapshot import SubjectData
from etl.columns.arrow import members_of, whole
from etl.columns.sorting import ranks
from etl.columns.spellings import Names, spellings
from etl.snapshot.searchable import searchable
from etl.snapshot.writer import SnapshotWriter
from etl.titles.rating_table import RatingTable, TitleScores

__all__ = ["subject_data", "viewer_columns", "write_tables", "write_titles"]

#: An age rating where the platform gives none.
_NO_RATING = "g"

Lists = list[list[str]]


def write_tables(writer: SnapshotWriter, titles: pa.Table, ratings: RatingTable) -> SubjectData:
    """Write every table and array of the subject but those of its models; returns the numbers of
    rows for the manifest. `titles` are columns of `etl.titles.catalogue.RAW`."""
    write_titles(writer, titles, ratings.scores)
    _viewers(writer, ratings)
    _ratings(writer, ratings, len(titles))
    return subject_data(titles, ratings.scores, len(ratings.viewer_ids))


def subject_data(titles: pa.Table, scores: TitleScores, viewers: int) -> SubjectData:
    """The numbers of rows, and coverage, for the manifest."""
    counts = {"titles": len(titles), "viewers": viewers, "ratings": scores.rows}
    return SubjectData(counts, _coverage(titles, scores))


# ---------------------------------------------------------------- titles


def write_titles(writer: SnapshotWriter, titles: pa.Table, scores: TitleScores) -> None:
    """Write the tables of titles, people, countries and genres, and the index of titles."""
    published = {name: titles[name].to_pylist() for name in ("title", "rating", "description")}
    lowered = {name: [_lower(text) for text in texts] for name, texts in published.items()}
    titles_folded = [fold(title) if title else "" for title in lowered["title"]]
    spelled = {
        name: titles[name].to_pylist() for name in ("directors", "cast", "countries", "genres")
    }
    people = _names([*spelled["directors"], *spelled["cast"]])
    countries, genres = _names(spelled["countries"]), _names(spelled["genres"])
    cast = _numbers(people, spelled["cast"])
    writer.table(
        "people",
        {
            "name": people.folded,
            "display_name": people.shown,
            "cast_titles": _members(_once(cast), len(people.folded)),
        },
    )
    writer.table("countries", {"name": countries.folded})
    writer.table("title_genres", {"name": genres.folded})
    as_read = (
        "title_id", "platform", "kind", "date_added", "release_year", "duration_int",
        "duration_type",
    )  # fmt: skip
    scored = np.where(scores.count > 0, scores.count, 1)
    writer.table(
        "titles",
        {name: whole(titles[name]) for name in as_read}
        | {f"published_{name}": whole(titles[name]) for name in (*published, *spelled)}
        | {
            "title": lowered["title"],
            "title_folded": titles_folded,
            "title_rank": ranks(titles_folded),
            "search_key": searchable(writer, "titles", lowered["title"]),
            "directors": _as_lists(_numbers(people, spelled["directors"])),
            "cast": _as_lists(cast),
            "countries": _as_lists(_numbers(countries, spelled["countries"])),
            "genres": _as_lists(_numbers(genres, spelled["genres"])),
            "rating": [rating or _NO_RATING for rating in lowered["rating"]],
            "rating_missing": [rating is None for rating in lowered["rating"]],
            "description": lowered["description"],
            "score_mean": np.where(scores.count > 0, scores.sum / 2 / scored, np.nan),
            "score_count": scores.count.astype(np.int32),
        },
    )


def _names(spelled: Lists) -> Names:
    """The distinct names by their lower-case form, by code point."""
    return spellings(Counter(name for names in spelled for name in names), str.lower)


def _numbers(names: Names, spelled: Lists) -> list[list[int]]:
    """The number of each name of the lists, in order."""
    return [[names.number[spelling] for spelling in each] for each in spelled]


def _once(numbers: list[list[int]]) -> list[list[int]]:
    """The same lists with each number once: an actor appears once in a title."""
    return [list(dict.fromkeys(each)) for each in numbers]


def _as_lists(numbers: list[list[int]]) -> pa.Array:
    return pa.array(numbers, pa.list_(pa.int32()))


def _members(numbers: list[list[int]], size: int) -> pa.Array:
    """The places of the lists in which each number is, ascending."""
    owner = np.repeat(np.arange(len(numbers), dtype=np.int32), [len(each) for each in numbers])
    member = np.fromiter((number for each in numbers for number in each), np.int32, len(owner))
    return members_of(member, owner, size)


def _lower(text: str | None) -> str | None:
    return None if text is None else text.lower()


# ---------------------------------------------------------------- viewers and ratings


def _viewers(writer: SnapshotWriter, ratings: RatingTable) -> None:
    viewer_ids = ratings.viewer_ids.to_pylist()
    keys = searchable(writer, "viewers", viewer_ids, abbreviated=False)
    writer.table("viewers", viewer_columns(ratings, keys))


def viewer_columns(ratings: RatingTable, keys: list[str]) -> dict[str, Any]:
    """The columns of the viewers, with their search keys."""
    return {
        "viewer_id": ratings.viewer_ids,
        "search_key": keys,
        "rating_count": np.diff(ratings.offsets).astype(np.int32),
    }


def _ratings(writer: SnapshotWriter, ratings: RatingTable, size: int) -> None:
    writer.array("rating_offsets", ratings.offsets)
    writer.array("rating_titles", ratings.titles)
    writer.array("rating_values", ratings.values)
    writer.array("rating_times", ratings.times)
    per_title = np.bincount(ratings.titles, minlength=size)
    writer.array("title_rating_offsets", np.concatenate([[0], np.cumsum(per_title)]))
    by_title: npt.NDArray[np.int32] = np.argsort(ratings.titles, kind="stable").astype(np.int32)
    writer.array("title_rating_rows", by_title)


def _coverage(titles: pa.Table, scores: TitleScores) -> dict[str, int]:
    empty = {
        name: pc.sum(pc.equal(pc.list_value_length(titles[name]), 0)).as_py() or 0
        for name in ("directors", "cast", "countries", "genres")
    }
    return {
        "titles_without_age_rating": titles["rating"].null_count,
        "titles_without_cast": empty["cast"],
        "titles_without_country": empty["countries"],
        "titles_without_date_added": titles["date_added"].null_count,
        "titles_without_description": titles["description"].null_count,
        "titles_without_director": empty["directors"],
        "titles_without_duration": titles["duration_int"].null_count,
        "titles_without_genre": empty["genres"],
        "titles_without_release_year": titles["release_year"].null_count,
        "titles_without_score": int((scores.count == 0).sum()),
    }
