"""An opened snapshot: complete, never half read, and damage is reported."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

import world
from datastore.base.errors import SnapshotError, Unavailable
from datastore.base.snapshot import array_path, read_manifest, table_path
from datastore.base.tables import SUBJECTS, TABLES
from datastore.store import Store
from harness import change_document

GAMES = SUBJECTS["games"]


@pytest.fixture
def copy(snapshot: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(snapshot, tmp_path / "copy", copy_function=shutil.copyfile))


def test_every_table_and_array_of_the_contract_is_there(store: Store) -> None:
    assert store.frames.keys() == GAMES.tables.keys()
    assert store.manifest.tables.keys() == GAMES.tables.keys()
    assert store.manifest.arrays.keys() == GAMES.arrays.keys()


def test_the_newest_snapshot_of_a_folder_is_opened(
    data_dir: Path, store: Store, tmp_path: Path
) -> None:
    opened = Store.open_current(data_dir)
    assert opened is not None
    assert opened.manifest == store.manifest
    assert Store.open_current(tmp_path) is None


def test_entries_are_in_the_order_of_the_contract(store: Store) -> None:
    assert store.games.app_id == [*world.GAMES, *world.OFF_CATALOGUE]
    assert store.games.listed == len(world.GAMES)
    assert store.developers.name == world.DEVELOPERS
    assert store.developers.folded == sorted(store.developers.folded)
    assert store.genres.name == world.GENRES
    assert list(store.users.user_id) == world.USERS


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_arrays_are_mapped_or_read_by_row_and_never_copied(full_demo_folder: Path) -> None:
    """A second process then needs little memory of its own. Only the features of titles, 1 MB, are
    copied: their type would be converted at each use."""
    maps = Path("/proc/self/maps")
    before = set(maps.read_text().splitlines())
    store = Store.open(full_demo_folder)
    opened = [line.split() for line in set(maps.read_text().splitlines()) - before]
    access = {Path(line[-1]).name: line[1] for line in opened if str(full_demo_folder) in line[-1]}
    contracts = [SUBJECTS[subject] for subject in store.manifest.subjects]
    by_row = {f"{name}.npy" for each in contracts for name, a in each.arrays.items() if a.by_row}
    for contract in contracts:
        for name in contract.arrays:
            if name == "title_features":
                continue
            is_mapped = f"{name}.npy" not in by_row and 0 not in store.manifest.arrays[name].shape
            assert access.get(f"{name}.npy") == ("r--s" if is_mapped else None), name
        for name in contract.tables:
            assert access[f"{name}.arrow"] == "r--s", name


def test_answers_stay_the_same_when_pages_are_released(full_demo_folder: Path) -> None:
    store = Store.open(full_demo_folder)

    def answers() -> list[object]:
        users = range(len(store.users))
        return [
            [store.recommender.for_user(user, 50) for user in users],
            [[part.tolist() for part in store.users.library(user)] for user in users],
            [store.games.index.words.beginning(b"a").rows.tolist(), list(store.users.user_id)],
        ]

    before = answers()
    store.release(10**9)
    assert answers() == before


@pytest.mark.parametrize("table", GAMES.tables)
def test_a_table_opens_as_a_data_frame(store: Store, table: str) -> None:
    frame = store.frames[table].to_pandas()
    assert list(frame.columns) == TABLES[table].names
    assert len(frame) == len(store.frames[table]) == store.manifest.tables[table].rows


def test_nothing_that_is_shared_can_be_written(store: Store) -> None:
    for array in (store.users.money, store.games.owners, store.games.play_rows(0)):
        with pytest.raises(ValueError, match="read-only"):
            array[:] = 0


@pytest.fixture(scope="module")
def repaired(snapshot: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of which each test repairs what it has damaged."""
    folder = tmp_path_factory.mktemp("repaired") / "copy"
    return Path(shutil.copytree(snapshot, folder, copy_function=shutil.copyfile))


@pytest.mark.parametrize("table", GAMES.tables)
def test_a_damaged_or_missing_table_is_named(repaired: Path, table: str) -> None:
    path = table_path(repaired, table)
    require_named(repaired, path, path.read_bytes()[:-20])


@pytest.mark.parametrize("array", GAMES.arrays)
def test_a_damaged_or_missing_array_is_named(repaired: Path, array: str) -> None:
    path = array_path(repaired, array)
    require_named(repaired, path, path.read_bytes()[:40])


def require_named(snapshot: Path, path: Path, damaged: bytes) -> None:
    """A snapshot cannot be opened with such a file, nor without it; the error names the file."""
    content = path.read_bytes()
    try:
        path.write_bytes(damaged)
        with pytest.raises(SnapshotError, match=re.escape(path.name)):
            Store.open(snapshot)
        path.unlink()
        with pytest.raises(SnapshotError, match=re.escape(path.name)):
            Store.open(snapshot)
    finally:
        path.write_bytes(content)


def test_what_was_damaged_opens_once_it_is_repaired(repaired: Path) -> None:
    assert Store.open(repaired).manifest == read_manifest(repaired)


def test_a_table_of_another_snapshot_is_refused(copy: Path) -> None:
    shutil.copy(table_path(copy, "tags"), table_path(copy, "specs"))
    with pytest.raises(SnapshotError, match=r"specs\.arrow does not match its manifest"):
        Store.open(copy)


def test_an_array_of_another_shape_is_refused(copy: Path) -> None:
    np.save(array_path(copy, "popular_games"), np.zeros(3, np.int32))
    with pytest.raises(SnapshotError, match=r"popular_games\.npy does not match its manifest"):
        Store.open(copy)


def test_an_array_that_holds_objects_is_never_unpickled(copy: Path) -> None:
    path = array_path(copy, "popular_games")
    np.save(path, np.array([{"an": "object"}], dtype=object), allow_pickle=True)
    with pytest.raises(SnapshotError, match=r"popular_games\.npy is damaged"):
        Store.open(copy)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": 0}, "has format 0"),
        ({"tables": {}}, "lacks "),
        ({"subjects": None}, "is damaged"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(
    copy: Path, change: dict[str, object], message: str
) -> None:
    change_document(copy / "manifest.json", **change)
    with pytest.raises(SnapshotError, match=message):
        Store.open(copy)


def test_a_folder_without_a_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="cannot be opened"):
        Store.open(tmp_path)


def test_damaged_figures_leave_the_card_empty_and_a_line_in_the_log(
    copy: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (copy / "evaluation.json").write_text('{"seed": ')
    assert Store.open(copy).evaluation is None
    (said,) = caplog.messages
    assert "evaluation.json is damaged" in said
    assert "run playgraph evaluate" in said


def test_the_parts_of_an_absent_subject_are_unavailable(copy: Path) -> None:
    change_document(copy / "manifest.json", subjects={})
    empty = Store.open(copy)
    for part in ("games", "users", "model"):
        with pytest.raises(Unavailable, match="This snapshot has no games"):
            getattr(empty, part)
    with pytest.raises(Unavailable, match="This snapshot has no games"):
        empty.subject("games")
    with pytest.raises(AttributeError):
        assert empty.anything
