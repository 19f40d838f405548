"""A snapshot gives back what the build trained on."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from conftest import DEMO_GAMES
from datastore.base.errors import SnapshotError
from datastore.base.snapshot import array_path, table_path
from datastore.store import Store
from etl.demo import DemoFiles
from etl.games import axes, libraries, reviews
from etl.games import catalogue as games
from etl.games.labels import Labels
from etl.games.play_rows import library
from etl.process.progress import Stage
from etl.raw.lines import RawFile
from etl.raw.records import read_file
from etl.recommender.content import GameWords
from etl.recommender.training_data import read_factors, read_training_data


@pytest.fixture
def demo_snapshot(demo_data_dir: Path) -> Path:
    (found,) = (demo_data_dir / "snapshots").iterdir()
    return found


def test_libraries_ids_and_words_are_those_of_the_build(
    demo_snapshot: Path, demo_files: DemoFiles, tmp_path: Path
) -> None:
    rejects, stage = tmp_path / "rejects", Stage(None, None)
    catalogue, reviewed, owned = (
        module.merge([read_file(RawFile(path, 1 << 26), module.read, rejects, stage).rows]).rows
        for module, path in (
            (games, demo_files.games),
            (reviews, demo_files.reviews),
            (libraries, demo_files.items),
        )
    )
    entities = axes.axes(catalogue, owned, reviewed.users, reviewed.rows["app_id"])
    expected = library(entities, owned)
    stored = read_training_data(demo_snapshot)
    assert stored.user_ids == entities.user_ids.to_pylist()
    assert stored.app_ids == entities.app_ids.to_pylist()
    for name in ("offsets", "user", "game", "minutes"):
        assert np.array_equal(getattr(stored.library, name), getattr(expected, name)), name
    tags, genres = (
        Labels.of(catalogue[kind], len(entities.app_ids)).words for kind in ("tags", "genres")
    )
    words = GameWords.of(tags, genres)
    assert (stored.words.tags, stored.words.genres) == (words.tags, words.genres)
    for name in ("offsets", "words"):
        assert np.array_equal(getattr(stored.words, name), getattr(words, name)), name
    assert DEMO_GAMES - 5 < np.count_nonzero(words.counts) < len(words)


@pytest.mark.parametrize("damage", ["array", "table", "manifest"])
def test_a_damaged_snapshot_is_named(demo_snapshot: Path, tmp_path: Path, damage: str) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(demo_snapshot, copy)
    path = {
        "array": array_path(copy, "library_games"),
        "table": table_path(copy, "games"),
        "manifest": copy / "manifest.json",
    }[damage]
    path.write_bytes(b"nothing")
    with pytest.raises(SnapshotError, match="copy"):
        read_training_data(copy)


def test_factors_of_before_are_found_by_id(demo_snapshot: Path) -> None:
    stored = read_training_data(demo_snapshot)
    users, games = (
        np.load(array_path(demo_snapshot, name)) for name in ("user_factors", "item_factors")
    )
    placed = np.load(array_path(demo_snapshot, "model_games")).tolist()
    app_ids = [stored.app_ids[at] for at in placed]
    never = next(game for at, game in enumerate(stored.app_ids) if at not in set(placed))
    found = read_factors(
        demo_snapshot, ["nobody", *stored.user_ids[::-1]], [app_ids[3], never, "none", app_ids[0]]
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


def test_a_snapshot_that_serves_can_be_read_beside(demo_store: Store, demo_snapshot: Path) -> None:
    assert len(read_training_data(demo_snapshot).user_ids) == demo_store.manifest.dataset.users
