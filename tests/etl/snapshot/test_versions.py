"""The snapshots of a data folder are listed, and found by the beginning of a name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from datastore.base.errors import SnapshotError
from datastore.base.quarantine import quarantine
from datastore.base.snapshot import snapshot_path
from etl.snapshot.forgotten_users import ForgottenUsers
from etl.snapshot.live_snapshot import LiveSnapshot
from etl.snapshot.maintenance import use
from etl.snapshot.versions import find, stored_snapshots

from .conftest import opens, write


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


def test_copied_ones_that_were_built_in_one_second_have_the_live_one_first(data: Path) -> None:
    for version in ("c2", "c1"):
        folder = write(data, version, 9)
        os.utime(folder, (0, 0 if version == "c1" else 1))
    assert [one.version for one in stored_snapshots(data)][:2] == ["c1", "c2"]
    use(data, "c2", opens)
    assert [one.version for one in stored_snapshots(data)][:2] == ["c2", "c1"]


def test_a_damaged_one_is_listed_with_its_problem(data: Path) -> None:
    (snapshot_path(data, "aa1") / "manifest.json").write_text("{")
    (damaged,) = [one for one in stored_snapshots(data) if one.problem]
    assert damaged.version == "aa1"
    assert damaged.manifest is None
    assert "manifest.json is damaged" in str(damaged.problem)


def test_a_quarantined_one_is_listed_with_its_problem_and_nothing_is_built_upon_it(
    data: Path,
) -> None:
    quarantine(snapshot_path(data, "ab2"), "arrays/popular_games.npy is missing")
    (listed,) = [one for one in stored_snapshots(data) if one.problem]
    assert (listed.version, listed.problem) == (
        "ab2",
        "Snapshot ab2 is quarantined: arrays/popular_games.npy is missing.",
    )
    with pytest.raises(SnapshotError, match=r"popular_games\.npy is missing\. Nothing was changed"):
        LiveSnapshot.of(data).require(data)


def test_they_are_listed_when_the_pointer_is_damaged_or_names_none(data: Path) -> None:
    for content in ("", "gone", "a/b"):
        (data / "current").write_text(content)
        assert [one.serves for one in stored_snapshots(data)] == [False] * 4


@pytest.mark.parametrize(("name", "version"), [("ab2", "ab2"), ("b", "b4"), ("ac", "ac3")])
def test_the_beginning_of_a_version_is_enough(data: Path, name: str, version: str) -> None:
    assert find(data, name).name == version


def test_without_a_name_it_is_the_live_one(data: Path) -> None:
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
def test_an_ambiguous_name_is_refused_with_the_available_versions(
    data: Path, name: str, message: str
) -> None:
    with pytest.raises(SnapshotError) as caught:
        find(data, name)
    assert str(caught.value) == message.format(data)


def test_a_file_in_place_of_the_data_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SnapshotError, match=r"file is not a folder\.$"):
        stored_snapshots(tmp_path / "file")


def test_an_unknown_version_may_have_been_deleted_with_a_forgotten_user(data: Path) -> None:
    with pytest.raises(SnapshotError, match=r"available: aa1, ab2, ac3, b4\.$"):
        find(data, "zz")
    ForgottenUsers(data).add(["ann"])
    with pytest.raises(SnapshotError, match=r"b4\. playgraph forget deleted all earlier ones\.$"):
        find(data, "zz")
