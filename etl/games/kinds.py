"""etl.games: the raw kinds of the games subject: catalogue, reviews, libraries and events."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from etl.columns.arrow import Column, table_of, whole
from etl.games import catalogue, events, libraries, reviews
from etl.games.events import Event, Events
from etl.games.libraries import Libraries
from etl.games.reviews import RawReviews
from etl.raw.kinds import RawKind, Tables, Targets, UserRows

__all__ = ["CATALOGUE", "EVENTS", "KINDS", "LIBRARIES", "REVIEWS"]

_TEXT = pa.string()
_USERS = pa.schema({"user_id": _TEXT})
_OWNERS = pa.schema({"user_id": _TEXT, "items": pa.int32()})
_OWNED = pa.schema({"app_id": _TEXT, "name": _TEXT})
_ITEMS = pa.schema({"game": pa.int32(), "minutes": pa.int32()})
_STARTS = pa.schema({"row": pa.int32()})
_EVENT = pa.schema(
    {"at": pa.int64(), "user_id": _TEXT, "app_id": _TEXT, "action": _TEXT, "value": pa.int32()}
)


# ---------------------------------------------------------------- catalogue

CATALOGUE = RawKind(
    name="games",
    help="The catalogue.",
    label="a catalogue (records with app_name, genres, price, ...)",
    marks=frozenset(["app_name", "title", "genres", "specs", "release_date", "price", "developer"]),
    needs=("id", "app_name or title"),
    required=True,
    read=catalogue.read,
    merge=catalogue.merge,
    to_tables=lambda games: {"games": games},
    from_tables=lambda tables: tables["games"].cast(catalogue.RAW),
)


# ---------------------------------------------------------------- reviews


def _review_tables(part: RawReviews) -> Tables:
    return {"reviews": part.rows, "users": pa.table([part.users], _USERS)}


def _raw_reviews(tables: Tables) -> RawReviews:
    users = tables["users"].cast(_USERS)
    return RawReviews(tables["reviews"].cast(reviews.RAW), whole(users["user_id"]))


def _reviews_without(part: RawReviews, covers: Callable[[str], bool]) -> RawReviews:
    kept = ~_covered(part.users, covers)
    if kept.all():
        return part
    users = part.users.filter(pa.array(kept))
    return RawReviews(part.rows.filter(pc.is_in(part.rows["user_id"], users)), users)


def _reviews_by_range(part: RawReviews, targets: Targets) -> Iterator[tuple[int, RawReviews]]:
    of_users, of_rows = targets(part.users), targets(part.rows["user_id"])
    for target in np.unique(of_users).tolist():
        rows = part.rows.take(np.flatnonzero(of_rows == target))
        users = part.users.take(np.flatnonzero(of_users == target))
        yield target, RawReviews(rows, users, part.newest_year)


REVIEWS = RawKind(
    name="reviews",
    help="Reviews.",
    label="reviews (records with user_id and reviews)",
    marks=frozenset(["reviews"]),
    needs=("item_id", "recommend"),
    required=True,
    is_changed=True,
    read=reviews.read,
    merge=reviews.merge,
    to_tables=_review_tables,
    from_tables=_raw_reviews,
    users=UserRows(
        noun="review", table="reviews", without=_reviews_without, split=_reviews_by_range
    ),
)


# ---------------------------------------------------------------- libraries


def _library_tables(part: Libraries) -> Tables:
    return {
        "users": pa.table([part.users, part.size], _OWNERS),
        "games": pa.table([part.games, part.names], _OWNED),
        "items": pa.table([part.game, part.minutes], _ITEMS),
        "recent_starts": pa.table([part.recent_starts], _STARTS),
    }


def _libraries(tables: Tables) -> Libraries:
    users, owned, items, starts = (
        tables[name].cast(schema).columns
        for name, schema in (
            ("users", _OWNERS),
            ("games", _OWNED),
            ("items", _ITEMS),
            ("recent_starts", _STARTS),
        )
    )
    rows = (column.to_numpy() for column in (users[1], *items, *starts))
    return Libraries.of(whole(users[0]), *map(whole, owned), *rows)


def _libraries_without(part: Libraries, covers: Callable[[str], bool]) -> Libraries:
    """The libraries of the other users; games that nobody else has are left out, too."""
    kept = ~_covered(part.users, covers)
    if kept.all():
        return part
    rows = np.repeat(kept, part.size)
    game, games = part.game[rows], len(part.games)
    owned_before = np.bincount(part.game, minlength=games) > 0
    owned = (np.bincount(game, minlength=games) > 0) | ~owned_before
    return Libraries.of(
        part.users.filter(pa.array(kept)),
        part.games.filter(pa.array(owned)),
        part.names.filter(pa.array(owned)),
        part.size[kept],
        (np.cumsum(owned) - 1)[game].astype(np.int32),
        part.minutes[rows],
        (np.cumsum(rows) - 1)[part.recent_starts[rows[part.recent_starts]]].astype(np.int32),
    )


def _libraries_by_range(part: Libraries, targets: Targets) -> Iterator[tuple[int, Libraries]]:
    of_users = targets(part.users)
    for target in np.unique(of_users).tolist():
        yield target, part.of_users(np.flatnonzero(of_users == target))


LIBRARIES = RawKind(
    name="items",
    help="Users' libraries.",
    label="libraries (records with user_id and items)",
    marks=frozenset(["items"]),
    needs=("item_id", "playtime_forever"),
    required=True,
    is_changed=True,
    read=libraries.read,
    merge=libraries.merge,
    to_tables=_library_tables,
    from_tables=_libraries,
    users=UserRows(
        noun="library row",
        table="users",
        count="items",
        without=_libraries_without,
        split=_libraries_by_range,
    ),
)


# ---------------------------------------------------------------- events


def _event_tables(part: Events) -> Tables:
    rows = ((e.at, e.user_id, e.app_id, e.action, e.value) for e in part.rows)
    return {"events": table_of(_EVENT, rows)}


def _events(tables: Tables) -> Events:
    columns = (column.to_pylist() for column in tables["events"].cast(_EVENT).columns)
    return Events([Event(*row) for row in zip(*columns, strict=True)])


def _events_without(part: Events, covers: Callable[[str], bool]) -> Events:
    return Events([event for event in part.rows if not covers(event.user_id)])


def _events_by_range(part: Events, targets: Targets) -> Iterator[tuple[int, Events]]:
    of_events = targets(pa.array([event.user_id for event in part.rows], _TEXT))
    for target in np.unique(of_events).tolist():
        yield target, Events([part.rows[row] for row in np.flatnonzero(of_events == target)])


EVENTS = RawKind(
    name="events",
    help="Events of the running platform (JSON Lines).",
    label="events (records with userId, appId, at and an action)",
    marks=frozenset(["userId", "appId", "at"]),
    needs=("userId", "appId", "at"),
    required=False,
    changes_others=True,
    read=events.read,
    merge=events.merge,
    to_tables=_event_tables,
    from_tables=_events,
    users=UserRows(noun="event", table="events", without=_events_without, split=_events_by_range),
)

#: In the order in which they are read and reported.
KINDS = (CATALOGUE, REVIEWS, LIBRARIES, EVENTS)


def _covered(users: Column, covers: Callable[[str], bool]) -> npt.NDArray[np.bool_]:
    """Which of the users are to be left out."""
    return np.array([covers(user) for user in users.to_pylist()], np.bool_)
