"""What the stage writes: all arrays of the contract, and the card."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from datastore.base.price_averages import MEAN
from datastore.base.price_boosting import BOOSTING
from datastore.base.price_card import PriceCard
from datastore.base.price_models import METHODS
from datastore.base.price_tables import ARRAYS
from datastore.base.reader import SnapshotReader
from datastore.base.snapshot import current_version, snapshot_path
from etl.prices.build import fit
from etl.process.progress import Stage
from etl.subject import Task


class Written(dict[str, np.ndarray]):
    """Arrays instead of files."""

    def array(self, name: str, values: np.ndarray) -> None:
        assert name not in self
        self[name] = np.asarray(values, ARRAYS[name].dtype)


class Priced(SnapshotReader):
    """A snapshot whose games all have one price."""

    def __init__(self, folder: Path, price: float | None, count: int | None = None) -> None:
        super().__init__(folder)
        self._price, self._count = price, count

    def table(self, name: str, *columns: str) -> pa.Table:
        table = super().table(name)
        if name == "games":
            size = len(table)
            count = size if self._count is None else self._count
            prices = [self._price] * count + [None] * (size - count)
            field = table.schema.field("price")
            place = table.schema.get_field_index("price")
            table = table.set_column(place, field, pa.array(prices, pa.float64()))
        return table.select(columns) if columns else table


def written(reader: SnapshotReader, jobs: int = 1, seed: int = 1) -> tuple[Written, PriceCard]:
    arrays: Any = Written()
    fitted = fit(reader, arrays, Task(seed, jobs, Stage(None, None)))
    assert isinstance(fitted.evaluation, PriceCard)
    assert fitted.facts == {"games": fitted.evaluation.games, "best": fitted.evaluation.best}
    return arrays, fitted.evaluation


@pytest.fixture(scope="module")
def demo_folder(demo_data_dir: Path) -> Path:
    version = current_version(demo_data_dir)
    assert version is not None
    return snapshot_path(demo_data_dir, version)


@pytest.fixture(scope="module")
def demo(demo_folder: Path) -> tuple[Written, PriceCard]:
    return written(SnapshotReader(demo_folder))


def test_all_arrays_of_the_contract_are_written(demo: tuple[Written, PriceCard]) -> None:
    assert demo[0].keys() == ARRAYS.keys()


def test_the_same_bytes_come_out_for_any_number_of_jobs(
    demo: tuple[Written, PriceCard], demo_folder: Path
) -> None:
    arrays, card = written(SnapshotReader(demo_folder), jobs=2)
    assert card == demo[1]
    assert {name: array.tobytes() for name, array in arrays.items()} == {
        name: array.tobytes() for name, array in demo[0].items()
    }


def test_the_best_method_has_the_lowest_error(demo: tuple[Written, PriceCard]) -> None:
    card = demo[1]
    mae = {errors.method: errors.random.mae for errors in card.methods if errors.random}
    assert list(mae) == list(METHODS)
    assert card.best == min(mae, key=mae.__getitem__)
    assert 0 < card.noise < mae[card.best]


def test_intervals_contain_their_estimates(demo: tuple[Written, PriceCard]) -> None:
    price, low, high, baseline = np.moveaxis(demo[0]["price_estimates"], -1, 0)
    assert (low >= 0).all() and (low <= price).all() and (price <= high).all()
    assert (baseline > 0).all()


@pytest.mark.parametrize("price", [None, 0.0])
def test_without_a_price_above_0_there_is_no_model(snapshot: Path, price: float | None) -> None:
    arrays, card = written(Priced(snapshot, price))
    assert arrays.keys() == ARRAYS.keys()
    assert np.isnan(arrays["price_estimates"]).all()
    assert (card.games, card.best, card.trials) == (0, MEAN, [])
    assert len(arrays["price_overall"]) == 0


def test_one_price_is_what_every_game_is_estimated_at(snapshot: Path) -> None:
    arrays, card = written(Priced(snapshot, 4.99, count=1))
    np.testing.assert_allclose(arrays["price_estimates"][..., :3], 4.99)
    assert (card.games, card.best, card.noise) == (1, MEAN, 0.0)
    assert all(errors.random is None for errors in card.methods)  # nothing was held out


def test_equal_prices_are_estimated_exactly(snapshot: Path) -> None:
    arrays, card = written(Priced(snapshot, 4.99))
    np.testing.assert_allclose(arrays["price_estimates"][..., :3], 4.99)
    assert all(errors.random and errors.random.mae < 1e-9 for errors in card.methods)
    assert BOOSTING in METHODS
