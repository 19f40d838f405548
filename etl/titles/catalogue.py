"""etl.titles: a platform's catalogue. One clean title for each of its ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from datastore.base.codes import MOVIE, PLATFORMS, SEASON
from datastore.base.errors import InputError
from etl.columns.arrow import last_of_each, order_of, table_of, whole
from etl.raw.counts import Counted, RowCounts
from etl.raw.records import RecordReader
from etl.titles import values

__all__ = ["COLUMNS", "RAW", "CatalogueTitle", "merge", "read"]

#: The columns of a catalogue file.
COLUMNS = (
    "show_id", "type", "title", "director", "cast", "country", "date_added", "release_year",
    "rating", "duration", "listed_in", "description",
)  # fmt: skip


class CatalogueTitle(NamedTuple):
    """A title after cleaning, in the platform's spelling; then what was changed in it."""

    title_id: str
    platform: int
    kind: int
    title: str | None
    directors: list[str]
    cast: list[str]
    countries: list[str]
    genres: list[str]
    date_added: date | None
    release_year: int | None
    rating: str | None
    duration_int: int | None
    duration_type: int | None
    description: str | None
    duration_moved: bool  # it stood in the column `rating`
    duration_dropped: bool  # the same, but the row has a duration
    duration_unknown: bool  # there is one, but it is not a duration
    date_unknown: bool
    suffixes_joined: int
    directors_dropped: int
    cast_dropped: int


_TEXT, _TEXTS, _NUMBER = pa.string(), pa.list_(pa.string()), pa.int32()
RAW = pa.schema(
    {
        "title_id": _TEXT,
        "platform": pa.int8(),
        "kind": pa.int8(),
        "title": _TEXT,
        "directors": _TEXTS,
        "cast": _TEXTS,
        "countries": _TEXTS,
        "genres": _TEXTS,
        "date_added": pa.date32(),
        "release_year": pa.int16(),
        "rating": _TEXT,
        "duration_int": _NUMBER,
        "duration_type": pa.int8(),
        "description": _TEXT,
        "duration_moved": pa.bool_(),
        "duration_dropped": pa.bool_(),
        "duration_unknown": pa.bool_(),
        "date_unknown": pa.bool_(),
        "suffixes_joined": _NUMBER,
        "directors_dropped": _NUMBER,
        "cast_dropped": _NUMBER,
    }
)
_REPEATED = "duplicate id within a file"
#: Fewest common ids of two files that show whether they are of one platform.
_MANY = 10


def read(reader: RecordReader) -> pa.Table:
    """Read a platform's catalogue, as `RAW`. If several rows have the same id, the first is used.

    Raises InputError if many rows all have the same id.
    """
    platform = PLATFORMS.index(reader.origin.upper())
    titles: dict[str, CatalogueTitle] = {}
    counts = reader.counts
    for batch in reader.batches(COLUMNS):
        rows = zip(*(batch.columns[name].to_pylist() for name in COLUMNS), strict=True)
        for number, row in enumerate(rows):
            published = dict(zip(COLUMNS, row, strict=True))
            show_id, kind = published["show_id"].strip(), values.kind_of(published["type"])
            if not show_id:
                reason = "no show_id"
            elif kind is None:
                reason = "type is neither Movie nor TV Show"
            elif show_id in titles:
                counts.deduplicated[_REPEATED] += 1
                continue
            else:
                titles[show_id] = _title(show_id, platform, kind, published)
                continue
            reader.move_to(batch, number)
            reader.reject(reason, reader.content)
        reader.stage.rows(len(titles), "title")
    if counts.rows >= _MANY and counts.deduplicated[_REPEATED] == counts.rows - 1:
        problem = f"all of its {counts.rows:,} rows have the same id, {next(iter(titles))}"
        raise InputError(f"{reader.path}: {problem}.", path=reader.path)
    return table_of(RAW, titles.values())


def _title(show_id: str, platform: int, kind: int, published: dict[str, str]) -> CatalogueTitle:
    rating, duration = values.folded(published["rating"]), values.duration(published["duration"])
    misplaced = values.duration(published["rating"])
    if misplaced:
        rating = None
    directors, cast = (values.people(published[name]) for name in ("director", "cast"))
    countries, genres = (values.names(published[name]) for name in ("country", "listed_in"))
    used = duration or misplaced
    date_added = values.date_of(published["date_added"])
    return CatalogueTitle(
        title_id=PLATFORMS[platform][0].lower() + show_id,
        platform=platform,
        kind=kind,
        title=values.folded(published["title"]),
        directors=directors.names,
        cast=cast.names,
        countries=countries.names,
        genres=genres.names,
        date_added=date_added,
        release_year=values.year(published["release_year"]),
        rating=rating,
        duration_int=used.number if used else None,
        duration_type=used.unit if used else None,
        description=values.lines(published["description"]),
        duration_moved=misplaced is not None and duration is None,
        duration_dropped=misplaced is not None and duration is not None,
        duration_unknown=not used and bool(published["duration"].strip()),
        date_unknown=date_added is None and bool(published["date_added"].strip()),
        suffixes_joined=sum(each.joined for each in (directors, cast, countries, genres)),
        directors_dropped=directors.dropped,
        cast_dropped=cast.dropped,
    )


def compare(parts: Sequence[pa.Table]) -> None:
    """Raise InputError when two files of one platform are evidently of two, or two platforms have
    the same titles."""
    for number, part in enumerate(parts):
        for other in parts[:number]:
            _check_platforms(other, part)


def merge(parts: Sequence[pa.Table]) -> Counted[pa.Table]:
    """The titles of all files by title id: letter, then number. The last row of an id is kept.

    Raises InputError as `compare` does.
    """
    compare(parts)
    rows = pa.concat_tables([RAW.empty_table(), *parts]).combine_chunks()
    kept = last_of_each(whole(rows["title_id"]).dictionary_encode().indices.to_numpy())
    titles = rows.take(pa.array(kept))
    titles = titles.take(pa.array(_by_id(titles["title_id"])))
    counts = _counts(titles)
    if len(titles) < len(rows):
        counts.deduplicated["duplicate id across files (last file kept)"] = len(rows) - len(titles)
    return Counted(titles, counts)


def _by_id(title_id: pa.ChunkedArray) -> np.ndarray:
    """Indices that sort by platform letter, then number; other ids follow, by code point."""
    number = pc.cast(
        pc.struct_field(pc.extract_regex(title_id, r"^.s(?P<number>\d{1,18})$"), "number"),
        pa.int64(),
    )
    return order_of(pc.utf8_slice_codeunits(title_id, 0, 1), number, title_id)


def _check_platforms(one: pa.Table, other: pa.Table) -> None:
    """Raise InputError if two files say of one platform what two would, or the reverse.

    A newer catalogue of a platform has other titles than the older one for few of its ids, and
    two platforms have the same title for next to no number.
    """
    if not len(one) or not len(other):
        return
    platform, second = one["platform"][0].as_py(), other["platform"][0].as_py()
    first = dict(zip(_numbers(one), one["title"].to_pylist(), strict=True))
    pairs = zip(_numbers(other), other["title"].to_pylist(), strict=True)
    same = [first[number] == title for number, title in pairs if number in first]
    if len(same) < _MANY or (sum(same) > len(same) / 2) == (platform == second):
        return
    name = PLATFORMS[platform].lower()
    if platform == second:
        raise InputError(
            f"Two files were given as titles of {name}, but {len(same) - sum(same):,} of the "
            f"{len(same):,} ids that both have are of different titles: one of the files is of "
            "another platform, or has new ids for its titles. Give each as --titles PLATFORM=FILE."
        )
    raise InputError(
        f"A file was given as titles of {name} and one as titles of {PLATFORMS[second].lower()}, "
        f"but {sum(same):,} of the {len(same):,} ids that both have are of the same titles: they "
        "are of one platform. Give each as --titles PLATFORM=FILE."
    )


def _numbers(titles: pa.Table) -> list[str]:
    return [title_id[1:] for title_id in titles["title_id"].to_pylist()]


def _counts(titles: pa.Table) -> RowCounts:
    """What the merged titles were rescued from, and what they lack."""
    counts = RowCounts(kept=len(titles))
    column = {name: titles[name].to_numpy() for name in RAW.names if name not in _LISTS}
    lacks = {name: titles[name].is_null().to_numpy() for name in RAW.names}
    moved, dropped = (
        column[name].astype(np.bool_) for name in ("duration_moved", "duration_dropped")
    )
    counts.rescued = _happened({"duration taken from the column rating": moved.sum()})
    counts.notes = _happened(
        {
            "age rating not published": (lacks["rating"] & ~moved & ~dropped).sum(),
            "age rating missing (taken as G)": lacks["rating"].sum(),
            "duration in the column rating dropped (the title has another)": dropped.sum(),
            "film whose duration is in seasons": (
                (column["kind"] == MOVIE) & (column["duration_type"] == SEASON)
            ).sum(),
            "cast entries without a letter, dropped": column["cast_dropped"].sum(),
            "casts affected by dropped entries": (column["cast_dropped"] > 0).sum(),
            "directors without a letter, dropped": column["directors_dropped"].sum(),
            "suffixes joined to the name before": column["suffixes_joined"].sum(),
            "duration not understood": column["duration_unknown"].sum(),
            "date not understood": column["date_unknown"].sum(),
            "no duration": lacks["duration_int"].sum(),
            "no title": lacks["title"].sum(),
            "release year unknown": lacks["release_year"].sum(),
        }
    )
    return counts


_LISTS = frozenset(["directors", "cast", "countries", "genres"])


def _happened(numbers: dict[str, int]) -> Counter[str]:
    """What never happened is not named."""
    return Counter({reason: int(number) for reason, number in numbers.items() if number})
