"""Users who are forgotten: nowhere any more, and never back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from datastore.base.errors import SnapshotError
from datastore.base.reader import SnapshotReader
from datastore.base.snapshot import Manifest, current_version, read_manifest
from datastore.store import Store
from etl.raw.counts import FORGOTTEN
from etl.release.build import Options, forget
from etl.snapshot.maintenance import use
from etl.snapshot.versions import stored_snapshots
from etl.sources.cache import Sources
from etl.sources.removal import rows_of_users
from etl.subjects import RAW_KINDS

from ..conftest import OPTIONS, QUIET, REVIEWS, build_of, content, update_of

pytestmark = pytest.mark.slow


def holds(folder: Path, text: str) -> list[str]:
    """Files that hold a text, tables as rows, everything else byte for byte."""
    import pyarrow.feather as feather
    import pyarrow.parquet as pq

    found = []
    for path in folder.rglob("*"):
        if path.suffix in (".arrow", ".parquet"):
            read: Callable[..., Any] = (
                pq.read_table if path.suffix == ".parquet" else (feather.read_table)
            )
            there = text in str(read(path).to_pydict())
        else:
            there = path.is_file() and text.encode() in path.read_bytes()
        if there:
            found.append(str(path.relative_to(folder)))
    return found


def forget_in(data: Path, *users: str) -> Manifest:
    built = forget(users, data, OPTIONS, QUIET)
    assert built is not None
    return built.manifest


def test_a_forgotten_user_is_nowhere_any_more(tmp_path: Path, old: Any, new: Any) -> None:
    data = tmp_path / "data"
    old["items"].write_bytes(
        old["items"].read_bytes() + b'{"user_id": "bob", "items": [{"item_id": null}]}\n'
    )
    build_of(data, Options(0.5, 1, 1, 1 << 20), **old)
    update_of(data, Options(0.5, 1, 1, 1 << 20), **new)
    assert len(list((data / "snapshots").iterdir())) == 2
    assert holds(data, "bob")
    manifest = forget_in(data, "bob")
    assert holds(data, "bob") == []
    assert [path.name for path in (data / "snapshots").iterdir()] == [manifest.version]
    store = Store.open_current(data)
    assert store is not None
    assert store.frames["users"].list("user_id") == ["ann", "cat", "dee", "fay", "yve"]
    alpha = store.frames["games"].list("app_id").index("10")
    assert store.frames["games"].list("owners")[alpha] == 1


def test_a_forgotten_user_does_not_come_back(built: Path, old: Any, new: Any) -> None:
    forget_in(built, "yve", " bob ")
    update_of(built, **new)
    assert holds(built, "bob") == holds(built, "yve") == []
    rebuilt = build_of(built, **{kind: (old[kind], new[kind]) for kind in old})
    assert rebuilt.forgotten
    assert holds(built, "bob") == holds(built, "yve") == []


def test_files_that_a_file_manager_leaves_in_the_folders_are_ignored(built: Path, new: Any) -> None:
    strays = [built / room / name for room in ("snapshots", "sources")
              for name in ("Thumbs.db", ".DS_Store")]  # fmt: skip
    for stray in strays:
        stray.write_bytes(b"x")
    update_of(built, **new)
    assert "bob" in set().union(*(rows.users for rows in rows_of_users(built, ["bob"], RAW_KINDS)))
    manifest = forget_in(built, "bob")
    assert [snapshot.version for snapshot in stored_snapshots(built)] == [manifest.version]
    assert all(stray.exists() for stray in strays)


def test_to_forget_is_to_build_without(tmp_path: Path, old: Any) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    forget(["bob"], tmp_path / "a", OPTIONS, QUIET)
    shutil.copy(tmp_path / "a" / "forgotten.json", tmp_path / "b")
    without = build_of(tmp_path / "a", **old)
    (tmp_path / "b" / "forgotten.json").rename(tmp_path / "list")
    build_of(tmp_path / "b", **old)
    (tmp_path / "list").rename(tmp_path / "b" / "forgotten.json")
    after = forget_in(tmp_path / "b", "bob")
    assert after.version == without.version
    assert content(tmp_path / "a", without) == content(tmp_path / "b", after)


def test_left_out_rows_are_counted_whether_they_came_before_or_after(
    tmp_path: Path, built: Path, old: Any
) -> None:
    def left_out(data: Path) -> dict[str, int]:
        report = SnapshotReader(next((data / "snapshots").iterdir())).report
        counts = {each["source"]: each["notes"].get(FORGOTTEN, 0) for each in report["sources"]}
        return {source: count for source, count in counts.items() if count}

    after = tmp_path / "after"
    expected = {"reviews": 3, "items": 2}
    forget_in(built, "bob")
    forget(["bob"], after, OPTIONS, QUIET)
    build_of(after, **old)
    assert left_out(built) == left_out(after) == expected


def test_the_list_holds_keyed_hashes_and_is_for_its_owner_only(built: Path) -> None:
    forget_in(built, "bob", "cat")
    path = built / "forgotten.json"
    kept = json.loads(path.read_text())
    assert len(bytes.fromhex(kept["key"])) == 32
    assert [len(entry) for entry in kept["hashes"]] == [32, 32]
    assert path.stat().st_mode & 0o777 == 0o600


def test_without_the_list_nothing_is_built(built: Path, old: Any) -> None:
    forget_in(built, "bob")
    (built / "forgotten.json").write_text("{")
    with pytest.raises(SnapshotError, match="lists the users that must stay excluded"):
        build_of(built, **old)


def test_an_interrupted_removal_is_finished_by_the_next(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("etl.games.stages.write_tables", interrupted)
        forget_in(built, "bob")
    version = current_version(built)
    assert version is not None
    assert read_manifest(built / "snapshots" / version).forgotten == ""
    forget_in(built, "bob")
    assert holds(built, "bob") == []


@pytest.fixture
def halfway(built: Path, new: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder where the removal of bob was killed when one source was written again."""
    update_of(built, **{kind: new[kind] for kind in ("items", "events")})
    keep = Sources._keep

    def killed(*how: Any) -> None:
        monkeypatch.setattr(Sources, "_keep", keep)
        keep(*how)
        raise KeyboardInterrupt

    monkeypatch.setattr(Sources, "_keep", killed)
    with pytest.raises(KeyboardInterrupt):
        forget_in(built, "bob")
    assert holds(built / "sources", "bob")
    return built


@pytest.mark.parametrize("warm", [False, True])
def test_after_an_interrupted_removal_an_update_finishes_it(
    halfway: Path, new: Any, warm: bool
) -> None:
    manifest = update_of(halfway, replace(OPTIONS, warm=warm), games=new["games"])
    assert holds(halfway, "bob") == []
    assert manifest.parameters.start is None  # those factors have seen the user
    assert [path.name for path in (halfway / "snapshots").iterdir()] == [manifest.version]
    warmer = update_of(halfway, replace(OPTIONS, warm=True), reviews=new["reviews"])
    assert warmer.parameters.start == manifest.version


def test_after_an_interrupted_removal_a_build_finishes_it(halfway: Path, old: Any) -> None:
    build_of(halfway, **old)
    assert holds(halfway, "bob") == []


def test_after_an_interrupted_removal_no_older_snapshot_is_gone_back_to(halfway: Path) -> None:
    for folder in (halfway / "snapshots").iterdir():
        with pytest.raises(SnapshotError, match="holds a forgotten user"):
            use(halfway, folder.name, Store.open)


def test_what_a_killed_first_build_has_read_is_forgotten_too(
    tmp_path: Path, old: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"

    def killed(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("etl.games.stages.write_tables", killed)
        build_of(data, **old)
    assert holds(data, "bob")
    assert forget(["bob"], data, OPTIONS, QUIET) is None
    assert holds(data, "bob") == []
    build_of(data, **old)
    assert holds(data, "bob") == []


def test_nothing_that_a_forgotten_user_wrote_is_left_among_the_rejects(
    tmp_path: Path, old: Any
) -> None:
    data, loose = tmp_path / "data", Options(0.9, 1, 1, 1 << 20)
    with old["reviews"].open("ab") as file:
        file.write(
            b'{"user_id": "bob smith", "reviews": [{"recommend": true, "review": "secret one"}]}\n'
            b'{"reviews": [{"review": "secret two"}], "user_id": "bob smith"\n'
            b'{"user_id": "b\\u006fb smith", "reviews": ["secret three"]\n'
            b'{"user_id": "eve", "reviews": [{"review": "public"}]\n'
        )
    build_of(data, loose, **old)
    assert holds(data, "secret one")
    forget(["bob smith"], data, loose, QUIET)
    assert holds(data, "secret") == holds(data, "bob smith") == []
    assert holds(data, "public")
    rejects = next((data / "snapshots").glob("*/rejects.jsonl")).read_text().splitlines()
    lines = [entry["line"] for entry in map(json.loads, rejects) if entry["file"].find("rev") > 0]
    assert lines == [len(REVIEWS) + 3, len(REVIEWS) + 4]  # reported for any user


def test_users_are_forgotten_under_changed_settings(built: Path) -> None:
    assert forget(["bob"], built, replace(OPTIONS, max_line_bytes=1 << 19), QUIET) is not None
    assert holds(built, "bob") == []


def test_a_source_that_is_damaged_is_removed_with_its_users(built: Path, old: Any) -> None:
    next((built / "sources").glob("items-*/items.parquet")).write_bytes(b"PAR1")
    with pytest.raises(SnapshotError, match="run playgraph build again with all files"):
        forget_in(built, "bob")
    assert holds(built / "sources", "bob") == []
    build_of(built, **old)
    assert holds(built, "bob") == []
