"""The model stage of prices, and its part of the release gate."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from datastore.base.price_card import Errors, MethodErrors, PriceCard
from datastore.base.price_tables import ARRAYS
from datastore.base.reader import SnapshotReader
from datastore.base.tables import SUBJECTS
from etl.games.subject import GAMES
from etl.prices.data import digest
from etl.prices.stage import STAGE, judge


def card(mae: float, *, best: str = "BOOSTING", games: int = 500, noise: float = 0.1) -> bytes:
    errors = Errors(games, mae * 2, mae, mae / 2, 0.8) if games else None
    other = "MEAN" if best == "BOOSTING" else "BOOSTING"
    methods = [
        MethodErrors(best, errors, errors, None, None),
        MethodErrors(other, None, None, None, None),
    ]
    return msgspec.json.encode(PriceCard(1, games * 5, best, methods, 0, [], noise))


def test_it_is_a_stage_of_games() -> None:
    assert STAGE in GAMES.models
    assert set(STAGE.arrays) == set(ARRAYS) <= set(SUBJECTS["games"].arrays)


def test_it_is_named_by_what_it_learns_from(snapshot: Path) -> None:
    assert STAGE.inputs(SnapshotReader(snapshot)) == digest(SnapshotReader(snapshot))


def test_the_first_models_are_released() -> None:
    assert judge(card(9.0), None) == ""


@pytest.mark.parametrize("mae", [3.0, 4.0, 4.28])
def test_models_that_are_better_or_worse_by_chance_are_released(mae: float) -> None:
    assert judge(card(mae), card(4.0)) == ""


def test_clearly_worse_models_are_not() -> None:
    assert judge(card(4.5, best="MEAN"), card(4.0)) == (
        "price estimates are off by 4.50 USD on average (MEAN), those of the live snapshot by 4.00 "
        "USD (BOOSTING); up to 4.28 may be chance."
    )


@pytest.mark.parametrize(("new", "live"), [(0, 500), (500, 0), (99, 500), (500, 99)])
def test_a_few_games_judge_nothing(new: int, live: int) -> None:
    assert judge(card(40.0, games=new), card(4.0, games=live)) == ""


def test_the_quality_is_that_of_the_methods_which_were_measured() -> None:
    assert STAGE.quality is not None
    quality = STAGE.quality(card(4.0))
    assert (quality.best, list(quality.methods)) == ("BOOSTING", ["BOOSTING"])
    assert quality.methods["BOOSTING"]["MAE (USD)"] == 4.0
    assert STAGE.quality(card(4.0, games=0)).methods == {}
