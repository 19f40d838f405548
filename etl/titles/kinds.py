"""etl.titles: the raw kinds of the titles subject: catalogues of platforms, and ratings."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from datastore.base.codes import PLATFORMS
from etl.columns.arrow import whole
from etl.raw.formats import Form
from etl.raw.kinds import Origins, RawKind, Tables, UserRows
from etl.titles import catalogue, ratings
from etl.titles.ratings import Ratings

__all__ = ["KINDS", "RATINGS", "TITLES"]

_VIEWERS = pa.schema({"viewer_id": pa.string(), "ratings": pa.int32()})
_RATED = pa.schema({"title_id": pa.string()})
_ROWS = pa.schema(
    {"viewer": pa.int32(), "title": pa.int32(), "value": pa.uint8(), "time": pa.int64()}
)

TITLES = RawKind(
    name="titles",
    help="Titles of a platform (CSV): amazon, disney, hulu or netflix, else as the file is named.",
    label="a platform's titles (CSV with show_id, type, title, ...)",
    marks=frozenset(["show_id", "listed_in", "date_added", "release_year", "duration"]),
    needs=catalogue.COLUMNS,
    forms=(Form.CSV,),
    origins=Origins("platform", tuple(name.lower() for name in PLATFORMS)),
    required=True,
    read=catalogue.read,
    merge=catalogue.merge,
    compare=catalogue.compare,
    to_tables=lambda titles: {"titles": titles},
    from_tables=lambda tables: tables["titles"].cast(catalogue.RAW),
)


def _rating_tables(part: Ratings) -> Tables:
    per_viewer = np.bincount(part.viewers, minlength=len(part.viewer_ids)).astype(np.int32)
    return {
        "viewers": pa.table([part.viewer_ids, per_viewer], _VIEWERS),
        "titles": pa.table([part.title_ids], _RATED),
        "ratings": pa.table([part.viewers, part.titles, part.values, part.times], _ROWS),
    }


def _ratings(tables: Tables) -> Ratings:
    viewers, titles, rows = (
        tables[name].cast(schema).columns
        for name, schema in (("viewers", _VIEWERS), ("titles", _RATED), ("ratings", _ROWS))
    )
    return Ratings(whole(viewers[0]), whole(titles[0]), *(column.to_numpy() for column in rows))


RATINGS = RawKind(
    name="ratings",
    help="Viewers' ratings of titles (CSV or Parquet).",
    label="ratings (CSV or Parquet with userId, rating, timestamp, movieId)",
    marks=frozenset(["userId", "movieId"]),
    needs=ratings.COLUMNS,
    forms=(Form.CSV, Form.PARQUET),
    required=True,
    read=ratings.read,
    merge=ratings.merge,
    to_tables=_rating_tables,
    from_tables=_ratings,
    users=UserRows(
        noun="rating",
        table="viewers",
        column="viewer_id",
        count="ratings",
        without=ratings.without,
        split=ratings.by_range,
    ),
)

#: In the order in which they are read and reported.
KINDS = (TITLES, RATINGS)
