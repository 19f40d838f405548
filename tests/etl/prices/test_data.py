"""The games of the catalogue as the models see them, from the tables of a snapshot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from datastore.base.price_features import Details, features
from datastore.base.reader import SnapshotReader
from datastore.store import Store
from etl.prices import data


@pytest.fixture(scope="module")
def reader(snapshot: Path) -> SnapshotReader:
    return SnapshotReader(snapshot)


class Edited(SnapshotReader):
    """A snapshot whose table of games has other values in one column."""

    def __init__(self, folder: Path, column: str, values: list[Any]) -> None:
        super().__init__(folder)
        self._column, self._values = column, values

    def table(self, name: str, *columns: str) -> pa.Table:
        table = super().table(name)
        if name == "games":
            place = table.schema.get_field_index(self._column)
            field = table.schema.field(place)
            table = table.set_column(place, field, pa.array(self._values, field.type))
        return table.select(columns) if columns else table


def test_prices_above_0_are_learned_from(reader: SnapshotReader, store: Store) -> None:
    catalogue = data.read(reader, seed=1)
    assert len(catalogue.games) == store.games.listed
    priced = {store.games.app_id[row] for row in catalogue.priced.tolist()}
    assert priced == {"10", "50", "60", "70", "80", "90", "110", "130"}
    sample = catalogue.sample(catalogue.priced)
    assert (sample.price > 0).all()


def test_details_are_those_of_the_catalogue(reader: SnapshotReader, store: Store) -> None:
    catalogue, row = data.read(reader, seed=1), store.games.find("10")
    assert row is not None
    games = store.games
    expected = features(
        [
            Details(
                games.genres.row(row).tolist(), games.tag_rows.row(row).tolist(),
                games.spec_rows.row(row).tolist(), "orbit works", "orbit & sons", 0.0, 2010.0, 88.0,
            )
        ],
        catalogue.vocabulary,
    )  # fmt: skip
    found = catalogue.games.take(np.array([row]))
    assert found.words.tolist() == expected.words.tolist()
    assert found.keys.tolist() == expected.keys.tolist()
    numbers = (found.early_access[0], found.year[0], found.metascore[0])
    assert numbers == (0.0, 2010.0, 88.0)


def test_a_game_without_a_full_date_counts_as_of_the_middle_of_its_year(
    reader: SnapshotReader, store: Store
) -> None:
    day = data.read(reader, seed=1).day
    partial, full, none = (store.games.find(app_id) for app_id in ("100", "10", "40"))  # 2014
    assert np.datetime64("1970-01-01") + int(day[partial]) == np.datetime64("2014-07-03")
    assert np.datetime64("1970-01-01") + int(day[full]) == np.datetime64("2010-03-01")
    assert np.isnan(day[none])


def test_folds_are_equally_large_and_decided_by_seed_and_id(reader: SnapshotReader) -> None:
    one, same, other = (data.read(reader, seed=seed) for seed in (1, 1, 2))
    assert np.ptp(np.bincount(one.fold)) <= 1
    assert one.priced.tolist() == same.priced.tolist() != other.priced.tolist()


def test_the_digest_names_all_that_is_learned_from(snapshot: Path, store: Store) -> None:
    size = len(store.games)
    before = data.digest(SnapshotReader(snapshot))
    changed: dict[str, list[Any]] = {
        "price": [7.77] * size,
        "metascore": [50] * size,
        "publisher_folded": ["somebody"] * size,
    }
    for column, values in changed.items():
        assert data.digest(Edited(snapshot, column, values)) != before, column


def test_discounts_and_what_players_do_are_not_learned_from(snapshot: Path, store: Store) -> None:
    size = len(store.games)
    before = data.digest(SnapshotReader(snapshot))
    for column in ("discount_price", "owners", "minutes", "store_sentiment"):
        values = ["Mixed"] * size if column == "store_sentiment" else [3] * size
        assert data.digest(Edited(snapshot, column, values)) == before, column
