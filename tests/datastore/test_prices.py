"""Stored estimates of catalogue games, and estimates of other games on demand."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from datastore.base.price_card import PRICES
from datastore.base.price_features import Details
from datastore.base.price_models import METHODS
from datastore.store import Store
from harness import asker


def test_estimates_are_there_for_the_catalogue_only(store: Store) -> None:
    listed, size = store.games.listed, len(store.games)
    assert listed < size
    for method in METHODS:
        assert all(store.prices.of_game(game, method) for game in range(listed))
        assert not any(store.prices.of_game(game, method) for game in range(listed, size))


def test_a_method_answers_by_its_own_name(store: Store) -> None:
    for method in METHODS:
        stored, made = (
            store.prices.of_game(0, method),
            store.prices.estimate(Details([], [], []), method),
        )
        assert stored is not None and made is not None
        assert stored.method == made.method == method


def test_the_errors_are_those_of_the_held_out_games(demo_store: Store) -> None:
    prices = demo_store.prices
    assert prices.card is not None
    for errors in prices.card.methods:
        assert prices.errors(errors.method) == errors.random is not None


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff", None])
def test_without_its_figures_a_snapshot_still_estimates(
    snapshot: Path, tmp_path: Path, damage: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    copy = tmp_path / snapshot.name
    shutil.copytree(snapshot, copy)
    (copy / PRICES).unlink()
    if damage is not None:
        (copy / PRICES).write_bytes(damage)
    store = Store.open(copy)
    assert store.prices.card is None
    assert f"{copy / PRICES} is damaged" in caplog.text
    answer = asker(store)("{ priceModel { games } priceEstimate { price rmse mae method } }")
    assert "errors" not in answer
    estimate = answer["data"]["priceEstimate"]
    assert answer["data"]["priceModel"] is None
    assert (estimate["rmse"], estimate["mae"]) == (None, None)
    assert estimate["method"] in METHODS
