"""Updates: what a full build makes of all files, from the new ones alone; and users forgotten."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from datastore.base.errors import InputError, SnapshotError
from datastore.base.snapshot import Manifest, current_version, read_manifest
from datastore.store import Store
from etl.build import Inputs, Options, build, forget, update
from etl.demo import write_demo
from etl.lines import RawFile
from etl.progress import Reporter
from etl.snapshots import use
from etl.sources import Sources

from .conftest import GAMES, ITEMS, OPTIONS, REVIEWS, write_dump

Line = dict[str, Any]
QUIET = Reporter(Console(quiet=True), quiet=True)

NEW_GAMES: list[Line] = [
    {"id": "10", "app_name": "Alpha", "developer": "Valve", "price": 4.99, "genres": ["Action"],
     "release_date": "2000-11-01"},
    {"id": "70", "app_name": "Eta", "developer": "Capcom", "price": 1.99, "genres": ["RPG"]},
]  # fmt: skip
NEW_REVIEWS: list[Line] = [
    {"user_id": "yve", "reviews": [
        {"item_id": "70", "recommend": False, "review": "Terrible, a bad game.",
         "posted": "Posted May 1, 2013.", "helpful": "", "funny": ""}]},
]  # fmt: skip
NEW_ITEMS: list[Line] = [
    {"user_id": "bob", "items_count": 2, "items": [
        {"item_id": "10", "item_name": "Alpha", "playtime_forever": 200},
        {"item_id": "70", "item_name": "Eta", "playtime_forever": 5}]},
    {"user_id": "yve", "items_count": 1, "items": [
        {"item_id": "70", "item_name": "Eta", "playtime_forever": 61}]},
]  # fmt: skip
EVENTS: list[Line] = [
    {"userId": "ann", "appId": "10", "minutes": 10, "at": "2017-01-01T00:00:00Z"},
    {"userId": "fay", "appId": "9", "minutes": 20, "at": "2017-01-01T00:00:00Z"},
    {"userId": "bob", "appId": "9", "recommended": True, "at": "2017-01-02T00:00:00Z"},
]


def files(folder: Path, **lines: list[Line]) -> dict[str, Path]:
    folder.mkdir(exist_ok=True)
    return {
        kind: write_dump(folder / f"{kind}.json", *rows, notation="json")
        for kind, rows in lines.items()
    }


@pytest.fixture
def old(tmp_path: Path) -> dict[str, Path]:
    return files(tmp_path / "old", games=GAMES, reviews=REVIEWS, items=ITEMS)


@pytest.fixture
def new(tmp_path: Path) -> dict[str, Path]:
    return files(
        tmp_path / "new", games=NEW_GAMES, reviews=NEW_REVIEWS, items=NEW_ITEMS, events=EVENTS
    )


def content(data: Path, manifest: Manifest) -> dict[str, bytes]:
    folder = data / "snapshots" / manifest.version
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".arrow", ".npy", ".jsonl")
    }


def build_of(data: Path, options: Options = OPTIONS, **given: Any) -> Manifest:
    return build(Inputs(**given), data, options, QUIET).manifest


def update_of(data: Path, options: Options = OPTIONS, **given: Any) -> Manifest:
    built = update(Inputs(**given), data, options, QUIET)
    assert built is not None
    return built.manifest


def test_an_update_is_what_a_build_makes_of_all_files_byte_for_byte(
    tmp_path: Path, old: Any, new: Any
) -> None:
    build_of(tmp_path / "a", **old)
    updated = update_of(tmp_path / "a", **new)
    both = {kind: (old[kind], path) if kind in old else path for kind, path in new.items()}
    built = build_of(tmp_path / "b", **both)
    assert updated.version == built.version
    assert content(tmp_path / "a", updated) == content(tmp_path / "b", built)


def test_it_does_not_matter_in_how_many_steps_files_of_different_kinds_come(
    tmp_path: Path, old: Any, new: Any
) -> None:
    for name, kinds in (("a", ("items", "reviews", "games")), ("b", ("games", "reviews", "items"))):
        build_of(tmp_path / name, **old)
        for kind in kinds:
            last = update_of(tmp_path / name, **{kind: new[kind]})
    assert current_version(tmp_path / "a") == last.version
    assert content(tmp_path / "a", last) == content(tmp_path / "b", last)


def test_the_answers_are_those_of_the_newer_files(tmp_path: Path, old: Any, new: Any) -> None:
    build_of(tmp_path, **old)
    update_of(tmp_path, **new)
    store = Store.open_current(tmp_path)
    assert store is not None
    games, users = store.frames["games"], store.frames["users"]
    price = dict(zip(games.list("app_id"), games.list("price"), strict=True))
    assert (price["10"], price["70"], price["9"]) == (4.99, 1.99, 19.99)
    assert users.list("user_id") == ["ann", "bob", "cat", "dee", "fay", "yve"]
    played = dict(zip(games.list("app_id"), games.list("minutes"), strict=True))
    assert (played["10"], played["70"], played["9"]) == (100 + 200, 66, 20)
    assert sum(games.list("positive")) + sum(games.list("negative")) == 6


def test_only_new_files_are_read(
    tmp_path: Path, old: Any, new: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_of(tmp_path / "data", **old)
    shutil.rmtree(tmp_path / "old")
    seen: list[str] = []
    lines = RawFile.lines

    def spied(self: RawFile, *how: Any) -> Any:
        seen.append(str(self.path.relative_to(tmp_path)))
        return lines(self, *how)

    monkeypatch.setattr(RawFile, "lines", spied)
    update_of(tmp_path / "data", items=new["items"])
    assert set(seen) == {"new/items.json"}


def test_a_build_from_known_files_reads_none_of_them_again(
    tmp_path: Path, old: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build_of(tmp_path / "data", **old)
    monkeypatch.setattr("etl.sources._READERS", {})
    assert build_of(tmp_path / "data", **old).version == first.version


def test_texts_that_were_scored_are_not_scored_again(
    tmp_path: Path, old: Any, new: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_of(tmp_path / "data", **old)
    scored: list[str] = []

    class Scoring:
        def __init__(self, texts: list[str | None], workers: object) -> None:
            self.size, self.texts = len(texts), 0
            scored.extend(text for text in texts if text)

        def result(self, advance: object) -> Any:
            return np.zeros(self.size)

    monkeypatch.setattr("etl.build.sentiment.Scoring", Scoring)
    update_of(tmp_path / "data", reviews=new["reviews"])
    assert scored == ["Terrible, a bad game."]


def test_files_that_are_in_already_change_nothing(tmp_path: Path, old: Any) -> None:
    version = build_of(tmp_path / "data", **old).version
    assert update(Inputs(items=old["items"]), tmp_path / "data", OPTIONS, QUIET) is None
    assert current_version(tmp_path / "data") == version


def test_without_a_snapshot_there_is_nothing_to_update(tmp_path: Path, new: Any) -> None:
    with pytest.raises(SnapshotError, match=r"No snapshot in .*: run playgraph build"):
        update_of(tmp_path / "data", **new)


def test_the_demo_world_takes_no_real_data(tmp_path: Path, old: Any, new: Any) -> None:
    demo = Options(0.01, 1, 1, 1 << 20, demo=True)
    build_of(tmp_path / "data", demo, **old)
    with pytest.raises(SnapshotError, match="the invented demo world"):
        update_of(tmp_path / "data", **new)


@pytest.mark.parametrize("damage", ["missing", "older", "rows"])
def test_what_is_not_kept_is_asked_for(tmp_path: Path, old: Any, new: Any, damage: str) -> None:
    version = build_of(tmp_path / "data", **old).version
    (folder,) = (tmp_path / "data" / "sources").glob("items-*")
    if damage == "missing":
        shutil.rmtree(folder)
    elif damage == "older":
        kept = json.loads((folder / "source.json").read_text())
        kept["settings"]["reader"] = 0
        (folder / "source.json").write_text(json.dumps(kept))
    else:
        (folder / "items.parquet").write_bytes(b"PAR1")
    with pytest.raises(SnapshotError, match=r"is not kept any more|is damaged"):
        update_of(tmp_path / "data", **new)
    assert current_version(tmp_path / "data") == version


def test_a_bad_update_leaves_what_serves_and_no_trace(tmp_path: Path, old: Any) -> None:
    version = build_of(tmp_path / "data", **old).version
    before = sorted(path.name for path in (tmp_path / "data" / "sources").iterdir())
    bad = write_dump(tmp_path / "bad.json", ITEMS[0], "{broken", "{broken, too")
    with pytest.raises(InputError, match="2 of 3 lines"):
        update_of(tmp_path / "data", items=bad)
    assert current_version(tmp_path / "data") == version
    assert sorted(path.name for path in (tmp_path / "data" / "sources").iterdir()) == before


def test_sources_of_no_snapshot_are_removed(tmp_path: Path, old: Any, new: Any) -> None:
    first = build_of(tmp_path / "data", **old)
    build_of(tmp_path / "data", **old | {"items": new["items"]})
    sources = tmp_path / "data" / "sources"
    assert len(list(sources.glob("items-*"))) == 2
    shutil.rmtree(tmp_path / "data" / "snapshots" / first.version)
    build_of(tmp_path / "data", **old | {"items": new["items"]})
    assert len(list(sources.glob("items-*"))) == 1


def test_a_large_update_equals_a_build(tmp_path: Path) -> None:
    """The demo's oddities, cut into pieces: repeated lines, ids from urls, bad rows, odd dates."""
    demo = write_demo(tmp_path / "raw", games=200, users=300)
    parts: dict[str, list[Path]] = {}
    for kind in ("games", "reviews", "items"):
        path = getattr(demo, kind)
        lines = [line for _, line in RawFile(path, 1 << 26).lines()]
        cuts = [0, len(lines) // 2, 3 * len(lines) // 4, len(lines)]
        parts[kind] = [
            write_dump(tmp_path / f"{kind}{at}.json.gz", *lines[cuts[at] : cuts[at + 1]])
            for at in range(3)
        ]
    loose = Options(0.1, 1, 1, 1 << 20)
    build_of(tmp_path / "a", loose, **{kind: own[0] for kind, own in parts.items()})
    update_of(tmp_path / "a", loose, items=tuple(parts["items"][1:]))
    last = update_of(
        tmp_path / "a", loose, games=tuple(parts["games"][1:]), reviews=tuple(parts["reviews"][1:])
    )
    whole = build_of(tmp_path / "b", loose, **{kind: tuple(own) for kind, own in parts.items()})
    assert whole.version == last.version
    assert content(tmp_path / "a", last) == content(tmp_path / "b", whole)


# ---------------------------------------------------------------- forget


def holds(folder: Path, text: str) -> list[str]:
    """Files that hold a text, tables as rows, all else byte for byte."""
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


def test_a_forgotten_user_does_not_come_back(tmp_path: Path, old: Any, new: Any) -> None:
    data = tmp_path / "data"
    build_of(data, **old)
    forget_in(data, "yve", " bob ")
    update_of(data, **new)
    assert holds(data, "bob") == holds(data, "yve") == []
    rebuilt = build_of(data, **{kind: (old[kind], new[kind]) for kind in old})
    assert rebuilt.forgotten
    assert holds(data, "bob") == holds(data, "yve") == []


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


def test_the_list_holds_keyed_hashes_and_is_for_its_owner_only(tmp_path: Path, old: Any) -> None:
    build_of(tmp_path / "data", **old)
    forget_in(tmp_path / "data", "bob", "cat")
    path = tmp_path / "data" / "forgotten.json"
    kept = json.loads(path.read_text())
    assert len(bytes.fromhex(kept["key"])) == 32
    assert [len(entry) for entry in kept["hashes"]] == [32, 32]
    assert path.stat().st_mode & 0o777 == 0o600


def test_without_the_list_nothing_is_built(tmp_path: Path, old: Any) -> None:
    build_of(tmp_path / "data", **old)
    forget_in(tmp_path / "data", "bob")
    (tmp_path / "data" / "forgotten.json").write_text("{")
    with pytest.raises(SnapshotError, match="which users must not come back"):
        build_of(tmp_path / "data", **old)


def test_an_interrupted_removal_is_finished_by_the_next(
    tmp_path: Path, old: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    build_of(data, **old)

    def interrupted(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("etl.build.write_tables", interrupted)
        forget_in(data, "bob")
    version = current_version(data)
    assert version is not None
    assert read_manifest(data / "snapshots" / version).forgotten == ""
    forget_in(data, "bob")
    assert holds(data, "bob") == []


@pytest.fixture
def halfway(tmp_path: Path, old: Any, new: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder where the removal of bob was killed when one source was written again."""
    data = tmp_path / "data"
    build_of(data, **old)
    update_of(data, **{kind: new[kind] for kind in ("items", "events")})
    keep = Sources._keep

    def killed(*how: Any) -> None:
        monkeypatch.setattr(Sources, "_keep", keep)
        keep(*how)
        raise KeyboardInterrupt

    monkeypatch.setattr(Sources, "_keep", killed)
    with pytest.raises(KeyboardInterrupt):
        forget_in(data, "bob")
    assert holds(data / "sources", "bob")
    return data


@pytest.mark.parametrize("warm", [False, True])
def test_after_an_interrupted_removal_an_update_finishes_it(
    halfway: Path, new: Any, warm: bool
) -> None:
    manifest = update_of(halfway, replace(OPTIONS, warm=warm), games=new["games"])
    assert holds(halfway, "bob") == []
    assert "start" not in manifest.parameters  # those factors have seen the user
    assert [path.name for path in (halfway / "snapshots").iterdir()] == [manifest.version]
    warmer = update_of(halfway, replace(OPTIONS, warm=True), reviews=new["reviews"])
    assert warmer.parameters["start"] == manifest.version


def test_after_an_interrupted_removal_a_build_finishes_it(halfway: Path, old: Any) -> None:
    build_of(halfway, **old)
    assert holds(halfway, "bob") == []


def test_after_an_interrupted_removal_no_older_snapshot_is_gone_back_to(halfway: Path) -> None:
    for folder in (halfway / "snapshots").iterdir():
        with pytest.raises(SnapshotError, match="holds a user who was removed"):
            use(halfway, folder.name, Store.open)


def test_what_a_killed_first_build_has_read_is_forgotten_too(
    tmp_path: Path, old: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"

    def killed(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("etl.build.write_tables", killed)
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
    assert lines == [len(REVIEWS) + 3, len(REVIEWS) + 4]  # told, of whoever it may be


def test_users_are_forgotten_whatever_the_settings_are_by_now(tmp_path: Path, old: Any) -> None:
    build_of(tmp_path / "data", **old)
    built = forget(["bob"], tmp_path / "data", replace(OPTIONS, max_line_bytes=1 << 19), QUIET)
    assert built is not None
    assert holds(tmp_path / "data", "bob") == []


def test_a_source_that_is_damaged_is_removed_with_its_users(tmp_path: Path, old: Any) -> None:
    data = tmp_path / "data"
    build_of(data, **old)
    next((data / "sources").glob("items-*/items.parquet")).write_bytes(b"PAR1")
    with pytest.raises(SnapshotError, match="give all files to playgraph build once more"):
        forget_in(data, "bob")
    assert holds(data / "sources", "bob") == []
    build_of(data, **old)
    assert holds(data, "bob") == []
