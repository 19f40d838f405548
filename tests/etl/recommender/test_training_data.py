"""A snapshot gives back what the build trained on."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from datastore.base.errors import SnapshotError
from datastore.base.snapshot import array_path, table_path
from datastore.store import Store
from etl.demo import DemoFiles
from etl.games import axes, libraries, reviews
from etl.games import catalogue as games
from etl.games.labels import Labels
from etl.games.play_rows import number_library, number_recent_starts
from etl.process.progress import Stage
from etl.raw.lines import RawFile
from etl.raw.records import read_file
from etl.recommender.content import GameWords
from etl.recommender.training_data import read_training_data
from worlds import DEMO_GAMES


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
    expected = number_library(entities, owned)
    stored = read_training_data(demo_snapshot)
    assert stored.users.parts[0].ids == entities.user_ids.to_pylist()
    assert stored.app_ids == entities.app_ids.to_pylist()
    library = stored.users.parts[0].library
    for name in ("offsets", "user", "game", "minutes"):
        assert np.array_equal(getattr(library, name), getattr(expected, name)), name
    starts = number_recent_starts(entities, owned, expected)
    assert stored.users.parts[0].recent_starts.tolist() == starts.tolist()
    assert 0 < len(starts) < len(expected.game)
    assert (expected.minutes[starts] > 0).all()
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


def test_a_snapshot_that_serves_can_be_read_beside(demo_store: Store, demo_snapshot: Path) -> None:
    assert (
        len(read_training_data(demo_snapshot).users)
        == demo_store.manifest.subjects["games"].counts["users"]
    )
