"""analysis: the rows of exported tables, in batches that fit small memories.

People are those that the store shows. Where it shows pseudonyms, tables are sorted by them, because
the order of ids would reveal ids; where it shows nobody, reviews have neither authors nor texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from analysis.exported import EXPORTED, KEYS, PEOPLE, ExportedColumn, ExportedTable
from datastore.base.codes import GAME
from datastore.base.errors import Forbidden
from datastore.store import Store

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Rows"]

#: Rows per batch: a few megabytes of the widest table.
_BATCH = 50_000

Ints = npt.NDArray[Any]


class Rows:
    """The exported tables of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._keys: dict[str, pa.StringArray] = {}
        self._sources: dict[str, Callable[[ExportedTable], Iterator[pa.RecordBatch]]] = {
            "library": self._library,
            "ratings": self._ratings,
        }

    def tables(self) -> list[ExportedTable]:
        """The tables of the store's subjects that may be shown, with the columns that may be."""
        hidden = self._store.people.are_hidden
        return [
            table.without("user_id", "text") if hidden and table.name == "reviews" else table
            for table in EXPORTED.values()
            if table.subject in self._store.manifest.subjects
            and not (hidden and table.name in PEOPLE)
        ]

    def table(self, name: str) -> ExportedTable:
        """One of these tables. Raises Unavailable if the snapshot lacks its subject, and Forbidden
        if it is about people whom the store does not show."""
        for table in self.tables():
            if table.name == name:
                return table
        self._store.subject(EXPORTED[name].subject)
        raise Forbidden(f"The table {name} is about people, and --users is off.")

    def batches(self, table: ExportedTable) -> Iterator[pa.RecordBatch]:
        """All rows of a table."""
        return self._sources.get(table.name, self._stored)(table)

    def frame(self, name: str) -> pd.DataFrame:
        """One of the tables as a DataFrame, all in memory. Raises the errors of `table`."""
        table = self.table(name)
        read = pa.Table.from_batches(self.batches(table), table.schema)
        frame: pd.DataFrame = read.to_pandas()
        return frame

    def _stored(self, table: ExportedTable) -> Iterator[pa.RecordBatch]:
        """Rows of a table that is stored as such."""
        stored = self._store.frames[table.name].table
        order = self._order(table.name)
        for start in range(0, len(stored), _BATCH):
            if order is None:
                rows = np.arange(start, min(start + _BATCH, len(stored)))
                source = stored.slice(start, _BATCH)
            else:
                rows = order[start : start + _BATCH]
                source = stored.take(rows)
            columns = [self._column(table, column, source, rows) for column in table.columns]
            yield pa.record_batch(columns, schema=table.schema)

    def _column(
        self, table: ExportedTable, column: ExportedColumn, source: pa.Table, rows: Ints
    ) -> pa.Array:
        if table.name == "genre_player_years" and column.target:
            players = self._store.frames["genre_players"].table
            referred = _whole(source.column("genre_player"))
            return self._resolved(column, _whole(players.column(column.source).take(referred)))
        if table.name == "review_years" and column.target:
            is_meant = pc.equal(pc.equal(source.column("noun"), GAME), column.target == "games")
            meant = pc.if_else(is_meant, source.column("row"), pa.scalar(None, pa.int32()))
            return self._resolved(column, _whole(meant))
        if table.name == "reviews" and column.name == "text" and not self._store.people.are_named:
            return pa.array(map(self._store.reviews.text, rows.tolist()), pa.string())
        return self._resolved(column, _whole(source.column(column.source)))

    def _resolved(self, column: ExportedColumn, values: pa.Array) -> pa.Array:
        """Stored values with keys and names in place of row numbers and codes."""
        if column.names:
            return pa.array(column.names, pa.string()).take(values)
        if not column.target:
            return values
        keys = self._key(column.target)
        if not pa.types.is_list(values.type):
            return keys.take(values)
        offsets = values.offsets
        return pa.ListArray.from_arrays(
            pc.subtract(offsets, offsets[0]), keys.take(values.flatten())
        )

    def _key(self, table: str) -> pa.StringArray:
        """The key of each row of a table."""
        if table not in self._keys:
            column = KEYS.get(table, "name")
            self._keys[table] = _whole(self._store.frames[table].table.column(column))
        return self._keys[table]

    def _order(self, table: str) -> Ints | None:
        """The rows of a table in the order of their export; None for the stored order."""
        store = self._store
        if store.people.are_named:
            return None
        if table == "users":
            return np.asarray(store.users.order.rows)
        if table == "viewers":
            return np.asarray(store.viewers.order.rows)
        if table == "reviews":
            return store.reviews.by_author(np.arange(len(store.reviews)))
        if table == "genre_players":
            return self._players
        if table == "genre_player_years":
            place = np.empty(len(self._players), np.int64)
            place[self._players] = np.arange(len(self._players))
            years = store.frames["genre_player_years"]
            return np.argsort(place[years.array("genre_player")], kind="stable")
        return None

    @cached_property
    def _players(self) -> Ints:
        """The rows of `genre_players` by genre, then minutes descending, then pseudonym."""
        players = self._store.frames["genre_players"]
        places = self._store.users.order.places(players.array("user"))
        return np.lexsort((places, -players.array("minutes"), players.array("genre")))

    def _library(self, table: ExportedTable) -> Iterator[pa.RecordBatch]:
        users, user_ids, app_ids = self._store.users, self._key("users"), self._key("games")
        for owners, counts, (games, minutes) in _chunks(users.order.rows, users.library):
            columns = [
                user_ids.take(pa.array(np.repeat(owners, counts))),
                app_ids.take(pa.array(games)),
                pa.array(minutes),
            ]
            yield pa.record_batch(columns, schema=table.schema)

    def _ratings(self, table: ExportedTable) -> Iterator[pa.RecordBatch]:
        ratings, viewers = self._store.ratings, self._store.viewers
        viewer_ids, title_ids = self._key("viewers"), self._key("titles")

        def of_viewer(viewer: int) -> tuple[Ints, ...]:
            rows = ratings.of_viewer(viewer)
            chosen = slice(rows.start, rows.stop)
            return ratings.titles(rows), ratings.stars(chosen), ratings.times(chosen)

        for raters, counts, (titles, stars, times) in _chunks(viewers.order.rows, of_viewer):
            columns = [
                viewer_ids.take(pa.array(np.repeat(raters, counts))),
                title_ids.take(pa.array(titles)),
                pa.array(stars.astype(np.float32)),
                pa.array(times.astype("datetime64[s]")),
            ]
            yield pa.record_batch(columns, schema=table.schema)


def _chunks(
    people: range | Ints, entries: Callable[[int], tuple[Ints, ...]]
) -> Iterator[tuple[Ints, list[int], list[Ints]]]:
    """People with the numbers of their entries, and the columns of these entries, in chunks."""
    order = np.asarray(people)
    start, counts, parts, size = 0, list[int](), list[tuple[Ints, ...]](), 0
    for place, person in enumerate(order.tolist(), 1):
        columns = entries(person)
        counts.append(len(columns[0]))
        parts.append(columns)
        size += counts[-1]
        if size >= _BATCH or place == len(order):
            joined = [np.concatenate(column) for column in zip(*parts, strict=True)]
            yield order[start:place], counts, joined
            start, counts, parts, size = place, [], [], 0


def _whole(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """A column as one array."""
    if isinstance(column, pa.Array):
        return column
    if column.num_chunks == 1:
        return column.chunk(0)
    return column.combine_chunks() if column.num_chunks else pa.array([], column.type)
