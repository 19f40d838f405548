"""The snapshots of a data folder: listed, found by the beginning of a name, checked, chosen,
removed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from datastore.base.errors import SnapshotError
from datastore.base.snapshot import (
    BuildParameters,
    Dataset,
    Manifest,
    current_version,
    snapshot_path,
)
from datastore.base.tables import FORMAT
from etl.snapshot.versions import disk, find, prune, stored_snapshots, use, verify
from etl.snapshot.writer import SnapshotWriter

PARAMETERS = BuildParameters(seed=1, model={}, tuned=False, max_line_bytes=1_000)


def opens(folder: Path) -> None:
    """A snapshot that opens."""


def write(data: Path, version: str, day: int, games: tuple[int, ...] = (1,)) -> Path:
    with SnapshotWriter(data) as writer:
        writer.array("popular_games", np.array(games))
        dataset = Dataset(False, None, 0, 0, 0, 0, {})
        built = f"2020-01-{day:02}T00:00:00+00:00"
        manifest = Manifest(
            FORMAT,
            version,
            built,
            "0",
            [],
            "",
            {},
            PARAMETERS,
            {},
            dataset,
            writer.tables,
            writer.arrays,
        )
        return writer.release(manifest, {"version": version})


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Four snapshots, built in the order of their names; `ab2` serves."""
    for day, version in enumerate(["aa1", "ab2", "ac3", "b4"], 1):
        write(tmp_path, version, day)
    use(tmp_path, "ab2", opens)
    return tmp_path


def versions(data: Path) -> list[str]:
    return sorted(path.name for path in (data / "snapshots").iterdir())


def test_they_are_listed_with_the_newest_first(data: Path) -> None:
    found = stored_snapshots(data)
    assert [(one.version, one.serves) for one in found] == [
        ("b4", False), ("ac3", False), ("ab2", True), ("aa1", False),
    ]  # fmt: skip
    assert {one.problem for one in found} == {None}
    assert found[0].size == sum(
        path.stat().st_size for path in found[0].folder.rglob("*") if path.is_file()
    )


def test_of_two_that_were_built_in_one_second_the_later_is_the_newer(data: Path) -> None:
    write(data, "c2", 9)
    write(data, "c1", 9)
    assert [one.version for one in stored_snapshots(data)][:3] == ["c1", "c2", "b4"]


def test_a_damaged_one_is_listed_with_its_problem(data: Path) -> None:
    (snapshot_path(data, "aa1") / "manifest.json").write_text("{")
    (damaged,) = [one for one in stored_snapshots(data) if one.problem]
    assert damaged.version == "aa1"
    assert damaged.manifest is None
    assert "manifest.json is damaged" in str(damaged.problem)


def test_they_are_listed_when_the_pointer_is_damaged_or_names_none(data: Path) -> None:
    for content in ("", "gone", "a/b"):
        (data / "current").write_text(content)
        assert [one.serves for one in stored_snapshots(data)] == [False] * 4


def test_files_that_snapshots_share_are_counted_once(data: Path) -> None:
    one, two = (snapshot_path(data, version) for version in ("aa1", "ab2"))
    apart = disk([one]) + disk([two])
    assert disk([one, two]) == apart
    shared = two / "arrays" / "popular_games.npy"
    shared.unlink()
    os.link(one / "arrays" / "popular_games.npy", shared)
    assert disk([one, two]) == apart - shared.stat().st_size


@pytest.mark.parametrize(("name", "version"), [("ab2", "ab2"), ("b", "b4"), ("ac", "ac3")])
def test_the_beginning_of_a_version_is_enough(data: Path, name: str, version: str) -> None:
    assert find(data, name).name == version


def test_without_a_name_it_is_the_one_that_serves(data: Path) -> None:
    assert find(data).name == "ab2"


def test_a_whole_name_counts_even_if_another_begins_with_it(data: Path) -> None:
    write(data, "b45", 9)
    assert find(data, "b4").name == "b4"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a", "'a' matches several versions: aa1, ab2, ac3. Enter more characters."),
        ("x", "No snapshot in {} is called 'x'; available: aa1, ab2, ac3, b4."),
        ("", "No snapshot in {} is called ''; available: aa1, ab2, ac3, b4."),
        ("../snapshots/b4", "No snapshot in {} is called '../snapshots/b4'; available: aa1, "
         "ab2, ac3, b4."),
    ],
)  # fmt: skip
def test_an_unclear_name_is_told_with_those_there_are(data: Path, name: str, message: str) -> None:
    with pytest.raises(SnapshotError) as caught:
        find(data, name)
    assert str(caught.value) == message.format(data)


@pytest.mark.parametrize(
    "command",
    [
        stored_snapshots,
        find,
        lambda data: find(data, "a"),
        lambda data: use(data, "a", opens),
        lambda data: prune(data, 1, dry_run=False),
    ],
)
def test_where_nothing_was_built_everything_says_so(
    tmp_path: Path, command: Callable[[Path], object]
) -> None:
    with pytest.raises(SnapshotError) as caught:
        command(tmp_path / "data")
    assert str(caught.value) == (
        f"No snapshot in {tmp_path / 'data'}: run playgraph build, or playgraph demo."
    )
    assert not (tmp_path / "data").exists()


# ---------------------------------------------------------------- checked


def test_a_whole_one_has_no_problem(data: Path) -> None:
    assert verify(snapshot_path(data, "b4"), opens) == []


def test_a_changed_byte_and_a_missing_file_are_found(data: Path) -> None:
    folder = snapshot_path(data, "b4")
    array = folder / "arrays" / "popular_games.npy"
    content = array.read_bytes()
    array.write_bytes(content[:-1] + b"\x07")
    assert verify(folder, opens) == ["arrays/popular_games.npy has changed since it was written"]
    array.unlink()
    assert verify(folder, opens) == ["arrays/popular_games.npy is missing"]


def test_what_does_not_open_is_no_whole_one(data: Path) -> None:
    def refuses(folder: Path) -> None:
        raise SnapshotError(f"Snapshot {folder.name} lacks games.")

    assert verify(snapshot_path(data, "b4"), refuses) == ["Snapshot b4 lacks games."]


# ---------------------------------------------------------------- chosen


def test_another_one_serves_after_use(data: Path) -> None:
    assert use(data, "aa", opens) == snapshot_path(data, "aa1")
    assert current_version(data) == "aa1"
    assert sorted(path.name for path in data.iterdir()) == ["current", "lock", "snapshots"]


def test_a_damaged_one_is_not_chosen(data: Path) -> None:
    (snapshot_path(data, "aa1") / "arrays" / "popular_games.npy").unlink()
    with pytest.raises(SnapshotError) as caught:
        use(data, "aa1", opens)
    assert str(caught.value) == (
        "Snapshot aa1 cannot be made live: arrays/popular_games.npy is missing. "
        "Nothing was changed."
    )
    assert current_version(data) == "ab2"


def test_a_damaged_pointer_is_repaired_by_a_choice(data: Path) -> None:
    (data / "current").write_bytes(b"\xff")
    use(data, "b4", opens)
    assert current_version(data) == "b4"


def test_nothing_is_chosen_or_removed_while_a_build_is_at_work(data: Path) -> None:
    with SnapshotWriter(data) as writer:
        for command in (lambda: use(data, "b4", opens), lambda: prune(data, 1, dry_run=False)):
            with pytest.raises(SnapshotError, match=r"^A build is running in "):
                command()
        assert writer.folder.is_dir()
    assert versions(data) == ["aa1", "ab2", "ac3", "b4"]
    assert current_version(data) == "ab2"


# ---------------------------------------------------------------- removed


@pytest.mark.parametrize(
    ("keep", "left"),
    [
        (1, ["ab2", "b4"]),
        (2, ["ab2", "ac3", "b4"]),
        (3, ["ab2", "ac3", "b4"]),
        (4, ["aa1", "ab2", "ac3", "b4"]),
        (9, ["aa1", "ab2", "ac3", "b4"]),
    ],
)
def test_the_newest_and_the_serving_one_stay(data: Path, keep: int, left: list[str]) -> None:
    before = versions(data)
    size = disk([snapshot_path(data, version) for version in before if version not in left])
    told, told_freed = prune(data, keep, dry_run=True)
    assert versions(data) == before
    going, freed = prune(data, keep, dry_run=False)
    assert versions(data) == left
    assert (
        {one.version for one in going} == {one.version for one in told} == set(before) - set(left)
    )
    assert freed == told_freed == size


def test_damaged_ones_go_and_do_not_count(data: Path) -> None:
    (snapshot_path(data, "b4") / "manifest.json").unlink()
    prune(data, 1, dry_run=False)
    assert versions(data) == ["ab2", "ac3"]


def test_what_a_kept_one_shares_is_not_freed(data: Path) -> None:
    gone = snapshot_path(data, "aa1") / "arrays" / "popular_games.npy"
    gone.unlink()
    os.link(snapshot_path(data, "b4") / "arrays" / "popular_games.npy", gone)
    expected = disk([gone.parent.parent]) - gone.stat().st_size
    _, freed = prune(data, 3, dry_run=False)
    assert freed == expected
    assert verify(snapshot_path(data, "b4"), opens) == []


def test_nothing_is_removed_when_it_is_unknown_which_one_serves(data: Path) -> None:
    (data / "current").write_bytes(b"\xff")
    with pytest.raises(SnapshotError, match="which is not a valid version"):
        prune(data, 1, dry_run=False)
    assert len(versions(data)) == 4


def test_what_a_killed_command_left_is_removed_too(data: Path) -> None:
    (data / "snapshots" / ".unfinished-x" / "aa0").mkdir(parents=True)
    assert "aa0" not in {one.version for one in stored_snapshots(data)}
    prune(data, 9, dry_run=False)
    assert versions(data) == ["aa1", "ab2", "ac3", "b4"]
