"""All that is declared to be filtered or ordered by can be."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from weakref import ref

import numpy as np
import pytest

from datastore.base.columns import OPERATORS
from datastore.base.tables import CONTRACT, SUBJECTS
from datastore.store import Store
from resolvers import spaces
from resolvers.filters import Names, Numbers
from resolvers.remembered import Remembered
from resolvers.selection import Space

SPACES: dict[str, Callable[[Store], Space]] = {
    "games": spaces.games,
    "developers": spaces.developers,
    "genres": spaces.genres,
    "users": spaces.users,
    "reviews": spaces.reviews,
}


def test_every_table_that_clients_can_ask_has_a_space() -> None:
    asked = {
        name for name, table in SUBJECTS["games"].tables.items() if table.filters or table.orders
    }
    assert asked == SPACES.keys()


@pytest.mark.parametrize("noun", SPACES)
def test_every_declared_field_has_a_value_for_every_row(store: Store, noun: str) -> None:
    space, size = SPACES[noun](store), len(store.frames[noun])
    rows = np.arange(size)
    assert list(space.columns) == [field.name for field, _ in CONTRACT[noun].filters]
    for field, kind in CONTRACT[noun].filters:
        column = space.columns[field.name]()
        assert isinstance(column, Remembered | Numbers)
        own = column.column if isinstance(column, Remembered) else column
        assert set(OPERATORS[kind]) <= set(own.operators)
        operator = OPERATORS[kind][0]
        assert len(column.test(operator, "" if kind.value in ("id", "name") else 0, rows)) == size
    assert list(space.keys) == [field.name for field in CONTRACT[noun].orders]
    for field in CONTRACT[noun].orders:
        values = space.keys[field.name]()
        assert (values.dtype.kind, len(values)) == ("u", size)


@pytest.mark.parametrize(("noun", "field"), [("games", "developer"), ("games", "genre")])
def test_the_rows_with_a_name_are_those_that_have_it(
    demo_store: Store, noun: str, field: str
) -> None:
    remembered = SPACES[noun](demo_store).columns[field]()
    assert isinstance(remembered, Remembered)
    names = remembered.column
    assert isinstance(names, Names)
    assert names.find is not None
    assert names.rows_of is not None
    for number, name in enumerate(names.folded):
        assert names.find(name) == number
        uses = np.flatnonzero(
            [number in names.rows.row(row) for row in range(len(names.rows.offsets) - 1)]
        )
        assert sorted(names.rows_of.row(number).tolist()) == uses.tolist()


def test_a_library_has_all_that_games_have_and_the_users_own_hours(store: Store) -> None:
    games, library = spaces.games(store), spaces.library(store, 0)
    assert library.columns.keys() == games.columns.keys() | {"own_hours"}
    assert library.keys.keys() == games.keys.keys() | {"own_hours"}


@pytest.mark.parametrize("noun", SPACES)
def test_a_space_is_made_once_and_does_not_keep_its_snapshot(
    demo_data_dir: Path, noun: str
) -> None:
    store = Store.open_current(demo_data_dir)
    assert store is not None
    assert SPACES[noun](store) is SPACES[noun](store)
    kept = ref(store)
    gc.disable()
    try:
        del store
        assert kept() is None
    finally:
        gc.enable()
