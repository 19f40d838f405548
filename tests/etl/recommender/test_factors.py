"""Factors of an earlier model are found by the ids of users and games."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from datastore.base.errors import SnapshotError
from datastore.base.snapshot import array_path
from etl.recommender.factors import read_factors
from etl.recommender.training_data import read_training_data


@pytest.fixture
def demo_snapshot(demo_data_dir: Path) -> Path:
    (found,) = (demo_data_dir / "snapshots").iterdir()
    return found


def test_factors_of_before_are_found_by_id(demo_snapshot: Path) -> None:
    stored = read_training_data(demo_snapshot)
    users, games = (
        np.load(array_path(demo_snapshot, name)) for name in ("user_factors", "item_factors")
    )
    placed = np.load(array_path(demo_snapshot, "model_games")).tolist()
    app_ids = [stored.app_ids[at] for at in placed]
    never = next(game for at, game in enumerate(stored.app_ids) if at not in set(placed))
    found = read_factors(
        demo_snapshot,
        ["nobody", *stored.users.parts[0].ids[::-1]],
        [app_ids[3], never, "none", app_ids[0]],
    )
    assert np.array_equal(found.users[1:], users[::-1])
    assert np.array_equal(found.games[[0, 3]], games[[3, 0]])
    assert np.isnan(found.users[0]).all()
    assert np.isnan(found.games[[1, 2]]).all()


def test_damaged_factors_are_named(demo_snapshot: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(demo_snapshot, copy)
    array_path(copy, "item_factors").write_bytes(b"nothing")
    with pytest.raises(SnapshotError, match="copy"):
        read_factors(copy, [], [])
