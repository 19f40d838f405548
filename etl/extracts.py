"""etl: what is read from one raw file, before files are merged; to Parquet and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from etl.events import Event, Events
from etl.forgotten import Forgotten
from etl.games import CatalogueGame, RawCatalogue
from etl.reviews import RawReview, RawReviews
from etl.users import Libraries

__all__ = ["Extract", "Tables", "extract_of", "tables_of", "without"]

Extract = RawCatalogue | RawReviews | Libraries | Events
Tables = dict[str, pa.Table]


def tables_of(kind: str, extract: Extract) -> Tables:
    """An extract as tables by name, to be written."""
    return _TABLES[kind](extract)


def extract_of(kind: str, tables: Tables) -> Extract:
    """What `tables_of` was given. Raises KeyError, ValueError or ArrowException for others."""
    return _EXTRACTS[kind](tables)


def without(extract: Extract, forgotten: Forgotten) -> Extract:
    """The extract without its forgotten users."""
    if not forgotten or isinstance(extract, RawCatalogue):
        return extract
    if isinstance(extract, RawReviews):
        users = {user for user in extract.users if not forgotten.covers(user)}
        pairs = {key: row for key, row in extract.pairs.items() if key[0] in users}
        return RawReviews(pairs, users)
    if isinstance(extract, Events):
        return Events([row for row in extract.rows if not forgotten.covers(row.user_id)])
    gone = np.array([forgotten.covers(user) for user in extract.users], bool)
    return _some_users(extract, ~gone) if gone.any() else extract


def _some_users(libraries: Libraries, kept: npt.NDArray[np.bool_]) -> Libraries:
    """The libraries of some users; games that nobody else has go, too."""
    rows = kept[libraries.user]
    user, game = libraries.user[rows], libraries.game[rows]
    before = np.bincount(libraries.game, minlength=len(libraries.games)) > 0
    owned = (np.bincount(game, minlength=len(libraries.games)) > 0) | ~before
    return Libraries(
        _where(libraries.users, kept),
        _where(libraries.games, owned),
        _where(libraries.names, owned),
        (np.cumsum(kept) - 1)[user].astype(np.int32),
        (np.cumsum(owned) - 1)[game].astype(np.int32),
        libraries.minutes[rows],
    )


def _where(entries: list[Any], kept: npt.NDArray[np.bool_]) -> list[Any]:
    return [entries[at] for at in np.flatnonzero(kept).tolist()]


# ---------------------------------------------------------------- rows <-> Parquet

_TEXT = pa.string()
_TEXTS = pa.list_(pa.string())
_GAME = pa.schema(
    {
        "app_id": _TEXT,
        "title": _TEXT,
        "developer": _TEXT,
        "publisher": _TEXT,
        "genres": _TEXTS,
        "tags": _TEXTS,
        "specs": _TEXTS,
        "release_date": pa.date32(),
        "release_date_text": _TEXT,
        "release_year": pa.int16(),
        "price": pa.float64(),
        "price_text": _TEXT,
        "early_access": pa.bool_(),
        "metascore": pa.int16(),
        "rescued": pa.bool_(),
    }
)
_REVIEW = pa.schema(
    {
        "user_id": _TEXT,
        "item_id": _TEXT,
        "recommend": pa.bool_(),
        "review": _TEXT,
        "posted": _TEXT,
        "helpful": _TEXT,
        "funny": _TEXT,
    }
)
_EVENT = pa.schema(
    {"at": pa.int64(), "user_id": _TEXT, "app_id": _TEXT, "action": _TEXT, "value": pa.int32()}
)


def _table(schema: pa.Schema, rows: list[tuple[Any, ...]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.table(
        [pa.array(c, field.type) for c, field in zip(columns, schema, strict=True)], schema=schema
    )


def _rows(table: pa.Table) -> Iterable[tuple[Any, ...]]:
    return zip(*(column.to_pylist() for column in table.columns), strict=True)


def _catalogue_tables(catalogue: RawCatalogue) -> Tables:
    names = [field.name for field in fields(CatalogueGame)]
    rows = [
        (*(getattr(game, name) for name in names), app_id in catalogue.rescued)
        for app_id, game in catalogue.games.items()
    ]
    return {"games": _table(_GAME, rows)}


def _catalogue(tables: Tables) -> RawCatalogue:
    rows = list(_rows(tables["games"]))
    return RawCatalogue(
        {row[0]: CatalogueGame(*row[:-1]) for row in rows}, {row[0] for row in rows if row[-1]}
    )


def _review_tables(part: RawReviews) -> Tables:
    rows = [(user, *msgspec.structs.astuple(row)) for (user, _), row in part.pairs.items()]
    return {
        "reviews": _table(_REVIEW, rows),
        "users": pa.table({"user_id": pa.array(sorted(part.users), _TEXT)}),
    }


def _raw_reviews(tables: Tables) -> RawReviews:
    pairs = {(user, said[0].strip()): RawReview(*said) for user, *said in _rows(tables["reviews"])}
    return RawReviews(pairs, set(tables["users"]["user_id"].to_pylist()))


def _library_tables(libraries: Libraries) -> Tables:
    return {
        "users": pa.table({"user_id": pa.array(libraries.users, _TEXT)}),
        "games": pa.table(
            {"app_id": pa.array(libraries.games, _TEXT), "name": pa.array(libraries.names, _TEXT)}
        ),
        "items": pa.table(
            {"user": libraries.user, "game": libraries.game, "minutes": libraries.minutes}
        ),
    }


def _libraries(tables: Tables) -> Libraries:
    items = tables["items"]
    return Libraries(
        tables["users"]["user_id"].to_pylist(),
        tables["games"]["app_id"].to_pylist(),
        tables["games"]["name"].to_pylist(),
        *(items[name].to_numpy() for name in ("user", "game", "minutes")),
    )


def _event_tables(part: Events) -> Tables:
    rows = [(e.at, e.user_id, e.app_id, e.action, e.value) for e in part.rows]
    return {"events": _table(_EVENT, rows)}


def _events(tables: Tables) -> Events:
    return Events([Event(*row) for row in _rows(tables["events"])])


_TABLES: dict[str, Callable[[Any], Tables]] = {
    "games": _catalogue_tables,
    "reviews": _review_tables,
    "items": _library_tables,
    "events": _event_tables,
}
_EXTRACTS: dict[str, Callable[[Tables], Extract]] = {
    "games": _catalogue,
    "reviews": _raw_reviews,
    "items": _libraries,
    "events": _events,
}
