"""etl.games: what is read from one raw file, before files are merged; to Parquet and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from etl.columns.arrow import table_of, whole
from etl.games import catalogue as games
from etl.games import reviews
from etl.games.events import Event, Events
from etl.games.libraries import Libraries
from etl.games.reviews import RawReviews
from etl.snapshot.forgotten import Forgotten

__all__ = ["Extract", "Tables", "extract_of", "tables_of", "without"]

Extract: TypeAlias = pa.Table | RawReviews | Libraries | Events
Tables = dict[str, pa.Table]


def tables_of(kind: str, extract: Extract) -> Tables:
    """An extract as tables by name, to be written."""
    return _TABLES[kind](extract)


def extract_of(kind: str, tables: Tables) -> Extract:
    """What `tables_of` was given. Raises KeyError, ValueError or ArrowException for others."""
    return _EXTRACTS[kind](tables)


def without(extract: Extract, forgotten: Forgotten) -> Extract:
    """The extract without its forgotten users."""
    if not forgotten or isinstance(extract, pa.Table):
        return extract
    if isinstance(extract, Events):
        return Events([row for row in extract.rows if not forgotten.covers(row.user_id)])
    gone = np.array([forgotten.covers(user) for user in extract.users.to_pylist()], np.bool_)
    if not gone.any():
        return extract
    if isinstance(extract, RawReviews):
        users = extract.users.filter(pa.array(~gone))
        return RawReviews(extract.rows.filter(pc.is_in(extract.rows["user_id"], users)), users)
    return _some_users(extract, ~gone)


def _some_users(libraries: Libraries, kept: npt.NDArray[np.bool_]) -> Libraries:
    """The libraries of some users; games that nobody else has go, too."""
    rows = np.repeat(kept, libraries.size)
    game, size = libraries.game[rows], len(libraries.games)
    before = np.bincount(libraries.game, minlength=size) > 0
    owned = (np.bincount(game, minlength=size) > 0) | ~before
    return Libraries.of(
        libraries.users.filter(pa.array(kept)),
        libraries.games.filter(pa.array(owned)),
        libraries.names.filter(pa.array(owned)),
        libraries.size[kept],
        (np.cumsum(owned) - 1)[game].astype(np.int32),
        libraries.minutes[rows],
    )


# ---------------------------------------------------------------- extracts <-> Parquet

_TEXT = pa.string()
_USERS = pa.schema({"user_id": _TEXT})
_OWNERS = pa.schema({"user_id": _TEXT, "items": pa.int32()})
_OWNED = pa.schema({"app_id": _TEXT, "name": _TEXT})
_ITEMS = pa.schema({"game": pa.int32(), "minutes": pa.int32()})
_EVENT = pa.schema(
    {"at": pa.int64(), "user_id": _TEXT, "app_id": _TEXT, "action": _TEXT, "value": pa.int32()}
)


def _review_tables(part: RawReviews) -> Tables:
    return {"reviews": part.rows, "users": pa.table([part.users], _USERS)}


def _raw_reviews(tables: Tables) -> RawReviews:
    users = tables["users"].cast(_USERS)
    return RawReviews(tables["reviews"].cast(reviews.RAW), whole(users["user_id"]))


def _library_tables(part: Libraries) -> Tables:
    return {
        "users": pa.table([part.users, part.size], _OWNERS),
        "games": pa.table([part.games, part.names], _OWNED),
        "items": pa.table([part.game, part.minutes], _ITEMS),
    }


def _libraries(tables: Tables) -> Libraries:
    users, owned, items = (
        tables[name].cast(schema).columns
        for name, schema in (("users", _OWNERS), ("games", _OWNED), ("items", _ITEMS))
    )
    rows = (column.to_numpy() for column in (users[1], *items))
    return Libraries.of(whole(users[0]), *map(whole, owned), *rows)


def _event_tables(part: Events) -> Tables:
    rows = ((e.at, e.user_id, e.app_id, e.action, e.value) for e in part.rows)
    return {"events": table_of(_EVENT, rows)}


def _events(tables: Tables) -> Events:
    columns = (column.to_pylist() for column in tables["events"].cast(_EVENT).columns)
    return Events([Event(*row) for row in zip(*columns, strict=True)])


_TABLES: dict[str, Callable[[Any], Tables]] = {
    "games": lambda games: {"games": games},
    "reviews": _review_tables,
    "items": _library_tables,
    "events": _event_tables,
}
_EXTRACTS: dict[str, Callable[[Tables], Extract]] = {
    "games": lambda tables: tables["games"].cast(games.RAW),
    "reviews": _raw_reviews,
    "items": _libraries,
    "events": _events,
}
