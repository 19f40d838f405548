"""A working copy of a data folder in object storage: what is fetched, written back and refused."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from datastore.base.errors import SnapshotError
from datastore.base.quarantine import quarantine
from datastore.base.snapshot import current_version, snapshot_path
from etl.snapshot.disk_usage import disk
from etl.snapshot.forgotten_users import ForgottenUsers
from etl.snapshot.maintenance import prune, use
from etl.snapshot.mirror import Mirror, NotWritten
from etl.snapshot.objects import Entry, Objects
from etl.snapshot.versions import stored_snapshots

from .conftest import opens, write

ARRAY = "arrays/popular_games.npy"


@pytest.fixture
def fetched(address: str, tmp_path: Path) -> Callable[..., Mirror]:
    """A fresh copy of this name, or the one that is there, as the storage is now."""

    def fetch(name: str, *, sources: bool = False) -> Mirror:
        mirror = Mirror(Objects(address), tmp_path / name)
        mirror.fetch(sources=sources)
        mirror.complete()
        return mirror

    return fetch


Fetch = Callable[..., Mirror]


def filled(fetched: Fetch) -> Mirror:
    """A copy whose storage has three snapshots; `c3` is live."""
    mirror = fetched("first")
    for day, version in enumerate(["a1", "b2", "c3"], 1):
        write(mirror.folder, version, day, (day,) * 100)
    mirror.write_back()
    return mirror


def paths(mirror: Mirror) -> set[str]:
    return set(mirror.objects.listed())


def unreachable(objects: Objects, *_: object) -> Entry:
    """A method of objects whose storage cannot be reached."""
    raise SnapshotError("no route to host.")


def overtake(monkeypatch: pytest.MonkeyPatch, faster: Mirror) -> None:
    """`faster` writes its copy back while the next upload runs."""
    upload = Objects.upload

    def overtaken(self: Objects, source: Path, path: str) -> Entry:
        monkeypatch.setattr(Objects, "upload", upload)
        faster.write_back()
        return upload(self, source, path)

    monkeypatch.setattr(Objects, "upload", overtaken)


def test_what_is_written_back_is_what_another_copy_fetches(fetched: Fetch) -> None:
    first = filled(fetched)
    other = fetched("other")
    assert other.live == current_version(other.folder) == "c3"
    whole = snapshot_path(other.folder, "c3")
    assert (whole / ARRAY).read_bytes() == (snapshot_path(first.folder, "c3") / ARRAY).read_bytes()
    assert other.write_back() == 0


def test_of_snapshots_that_are_not_live_only_the_documents_are_fetched(fetched: Fetch) -> None:
    first = filled(fetched)
    other = fetched("other")
    folder = snapshot_path(other.folder, "a1")
    assert (folder / "manifest.json").is_file()
    assert not (folder / ARRAY).exists()
    sizes = {s.version: s.size for s in stored_snapshots(other.folder)}
    assert sizes == {s.version: s.size for s in stored_snapshots(first.folder)}
    assert disk([folder]) == sizes["a1"]
    other.complete("a")
    assert (folder / ARRAY).is_file()
    assert disk([folder]) == sizes["a1"]
    with pytest.raises(SnapshotError, match="is called 'x'; available: a1, b2, c3"):
        other.complete("x")


def test_files_that_are_unchanged_are_not_fetched_again(
    fetched: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(fetched)
    fetched("other")

    def download(self: Objects, path: str, target: Path) -> None:
        raise AssertionError(path)

    with monkeypatch.context() as patch:
        patch.setattr(Objects, "download", download)
        fetched("other")
        fetched("first")  # nor what was written
    damaged = snapshot_path(fetched("other").folder, "c3")
    (damaged / ARRAY).write_bytes(b"")
    quarantine(damaged, "it is empty")
    fetched("other")
    assert (damaged / ARRAY).stat().st_size > 0


def test_the_second_of_two_writers_is_refused_and_keeps_its_snapshot(fetched: Fetch) -> None:
    filled(fetched)
    one, two = fetched("one"), fetched("two")
    write(one.folder, "d4", 4)
    write(two.folder, "e5", 5)
    one.write_back()
    with pytest.raises(NotWritten, match=r"live snapshot in .* was changed .*e5 was kept in") as e:
        two.write_back()
    assert "Run the same command again." in str(e.value)
    assert fetched("other").live == "d4"
    kept = two.folder / "unreleased"
    assert current_version(kept) == "e5"
    assert (snapshot_path(kept, "e5") / ARRAY).is_file()
    assert fetched("two").live == current_version(two.folder) == "d4"
    assert not any("e5" in path for path in paths(two))


def test_a_writer_who_is_overtaken_while_it_copies_is_refused_as_well(
    fetched: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(fetched)
    one, two = fetched("one"), fetched("two")
    write(one.folder, "d4", 4)
    write(two.folder, "e5", 5)
    overtake(monkeypatch, one)
    with pytest.raises(NotWritten):
        two.write_back()
    assert fetched("other").live == "d4"
    assert not any("e5" in path for path in paths(two))


def test_two_first_builds_do_not_replace_each_other(fetched: Fetch) -> None:
    one, two = fetched("one"), fetched("two")
    assert one.empty
    write(one.folder, "a1", 1)
    write(two.folder, "b2", 2)
    one.write_back()
    with pytest.raises(NotWritten):
        two.write_back()
    assert fetched("other").live == "a1"


def test_two_writers_of_the_same_snapshot_both_succeed(
    fetched: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(fetched)
    one, two = fetched("one"), fetched("two")
    for mirror in (one, two):
        write(mirror.folder, "d4", 4)
    overtake(monkeypatch, one)
    two.write_back()
    assert fetched("other").live == "d4"


@pytest.mark.parametrize("failing", ["popular_games.npy", "manifest.json"])
def test_an_upload_that_fails_changes_nothing_and_can_be_repeated(
    failing: str, fetched: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(fetched)
    one = fetched("one")
    write(one.folder, "d4", 4)
    upload = Objects.upload

    def fails(self: Objects, source: Path, path: str) -> Entry:
        if path.endswith(failing):
            raise SnapshotError("no route to host.")
        return upload(self, source, path)

    with monkeypatch.context() as patch, pytest.raises(NotWritten, match=r"no route to host. The"):
        patch.setattr(Objects, "upload", fails)
        one.write_back()
    other = fetched("other")
    assert other.live == "c3"
    assert {s.version for s in stored_snapshots(other.folder)} == {"a1", "b2", "c3"}
    again = fetched("one")
    write(again.folder, "d4", 4)
    again.write_back()
    assert fetched("other").live == "d4"


def test_a_rollback_moves_the_pointer_only(fetched: Fetch) -> None:
    filled(fetched)
    one = fetched("one")
    one.complete("a1")
    use(one.folder, "a1", opens)
    assert one.write_back() == 0
    assert fetched("other").live == "a1"


def test_what_is_pruned_is_deleted_with_all_its_data(fetched: Fetch) -> None:
    filled(fetched)
    one = fetched("one")
    prune(one.folder, 1, dry_run=False)
    one.write_back()
    assert {path.split("/")[1] for path in paths(one) if "/" in path} == {"c3"}
    other = fetched("first")  # which had all three
    assert [s.version for s in stored_snapshots(other.folder)] == ["c3"]


def test_nothing_is_deleted_after_another_snapshot_was_released(fetched: Fetch) -> None:
    filled(fetched)
    one, two = fetched("one"), fetched("two")
    two.complete("a1")
    use(two.folder, "a1", opens)
    two.write_back()
    prune(one.folder, 1, dry_run=False)
    with pytest.raises(NotWritten):
        one.write_back()
    assert {s.version for s in stored_snapshots(fetched("one").folder)} == {"a1", "b2", "c3"}


def test_sources_are_there_for_builds_only(fetched: Fetch) -> None:
    one = fetched("one", sources=True)
    for name in ("games-1f", "items-2e"):
        (one.folder / "sources" / name).mkdir(parents=True)
        (one.folder / "sources" / name / "source.json").write_text("{}")
    write(one.folder, "a1", 1)
    one.write_back()
    assert not (fetched("other").folder / "sources").exists()
    two = fetched("two", sources=True)
    shutil.rmtree(two.folder / "sources" / "games-1f")
    (two.folder / "sources" / "items-2e" / "source.json").write_text('{"rows": 1}')
    two.write_back()
    assert {path for path in paths(two) if path.startswith("sources")} == {
        "sources/items-2e/source.json"
    }
    three = fetched("one", sources=True)
    assert (three.folder / "sources/items-2e/source.json").read_text() == '{"rows": 1}'


def test_forgotten_users_are_forgotten_everywhere(fetched: Fetch) -> None:
    filled(fetched)
    one, two = fetched("one"), fetched("two")
    ForgottenUsers(one.folder).add(["alice"])
    one.write_back()
    ForgottenUsers(two.folder).add(["bob"])
    with pytest.raises(NotWritten, match=r"list of forgotten users .* was changed by another"):
        two.write_back()
    forgotten = ForgottenUsers(fetched("two").folder)
    assert forgotten.covers("alice")
    assert not forgotten.covers("bob")
    assert (two.folder / "forgotten.json").stat().st_mode & 0o777 == 0o600


def test_an_unreleased_snapshot_is_removed_when_a_user_is_forgotten(fetched: Fetch) -> None:
    filled(fetched)
    one, two = fetched("one"), fetched("two")
    write(one.folder, "d4", 4)
    write(two.folder, "e5", 5)
    one.write_back()
    with pytest.raises(NotWritten):
        two.write_back()
    forgets = fetched("one")
    ForgottenUsers(forgets.folder).add(["alice"])
    forgets.write_back()
    fetched("two")
    assert not (two.folder / "unreleased").exists()


def test_strange_objects_are_left_alone(address: str, fetched: Fetch, tmp_path: Path) -> None:
    filled(fetched)
    (tmp_path / "note").write_text("note")
    objects = Objects(address)
    for path in ("notes/note.txt", "snapshots/d4/tables/unfinished.arrow"):
        objects.upload(tmp_path / "note", path)
    mirror = fetched("other")
    assert not (mirror.folder / "notes").exists()
    assert len(stored_snapshots(mirror.folder)) == 3
    prune(mirror.folder, 1, dry_run=False)
    mirror.write_back()
    assert {"notes/note.txt", "snapshots/d4/tables/unfinished.arrow"} <= paths(mirror)


def test_after_a_user_was_forgotten_no_unfinished_copy_stays(
    address: str, fetched: Fetch, tmp_path: Path
) -> None:
    filled(fetched)
    (tmp_path / "table").write_text("alice")
    objects = Objects(address)
    unfinished = {"snapshots/d4/tables/users.arrow", "sources/items-3f/items.parquet"}
    for path in unfinished:
        objects.upload(tmp_path / "table", path)
    mirror = fetched("one")
    ForgottenUsers(mirror.folder).add(["alice"])
    mirror.write_back()
    assert not unfinished & paths(mirror)
    assert fetched("other").live == "c3"


def add_source(mirror: Mirror, name: str, content: str = "{}") -> None:
    folder = mirror.folder / "sources" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "source.json").write_text(content)


def with_source(fetched: Fetch, name: str) -> Mirror:
    """A copy whose storage has one snapshot and the source of this name."""
    mirror = fetched("one", sources=True)
    add_source(mirror, name)
    write(mirror.folder, "a1", 1)
    mirror.write_back()
    return mirror


def test_a_source_that_was_deleted_elsewhere_is_deleted_here_and_copied_again(
    fetched: Fetch,
) -> None:
    with_source(fetched, "games-1f")
    two = fetched("two", sources=True)
    shutil.rmtree(two.folder / "sources" / "games-1f")
    two.write_back()
    again = fetched("one", sources=True)
    assert not (again.folder / "sources" / "games-1f").exists()
    add_source(again, "games-1f")
    again.write_back()
    assert "sources/games-1f/source.json" in paths(again)


def test_a_source_that_two_writers_copied_stays_when_one_of_them_is_refused(
    fetched: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(fetched)
    one, two = fetched("one", sources=True), fetched("two", sources=True)
    for mirror, version in ((one, "d4"), (two, "e5")):
        add_source(mirror, "items-2e")
        write(mirror.folder, version, 4)
    overtake(monkeypatch, one)
    with pytest.raises(NotWritten):
        two.write_back()
    assert fetched("other").live == "d4"
    assert "sources/items-2e/source.json" in paths(one)


def test_a_source_that_was_not_copied_yet_is_kept_for_the_next_attempt(
    fetched: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = fetched("one", sources=True)
    add_source(one, "items-2e")
    write(one.folder, "a1", 1)

    with monkeypatch.context() as patch, pytest.raises(NotWritten):
        patch.setattr(Objects, "upload", unreachable)
        one.write_back()
    again = fetched("one", sources=True)
    assert (again.folder / "sources/items-2e/source.json").is_file()
    again.write_back()
    assert "sources/items-2e/source.json" in paths(again)


def test_a_deletion_that_fails_after_the_release_is_reported_as_such(
    fetched: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(fetched)
    one = fetched("one")
    write(one.folder, "d4", 4)
    prune(one.folder, 1, dry_run=False)

    message = "The changes are live in .*, but not all older files were deleted there: no route"
    with monkeypatch.context() as patch, pytest.raises(SnapshotError, match=message):
        patch.setattr(Objects, "delete", unreachable)
        one.write_back()
    assert fetched("other").live == "d4"
    assert not (one.folder / "unreleased").exists()


def test_sources_leave_a_copy_that_does_not_need_them_when_a_user_was_forgotten(
    fetched: Fetch,
) -> None:
    one = with_source(fetched, "items-2e")
    two = fetched("two", sources=True)
    add_source(two, "items-2e", '{"rows": 1}')
    ForgottenUsers(two.folder).add(["alice"])
    two.write_back()
    fetched("one")
    assert not (one.folder / "sources").exists()
    again = fetched("one", sources=True)
    assert (again.folder / "sources/items-2e/source.json").read_text() == '{"rows": 1}'
