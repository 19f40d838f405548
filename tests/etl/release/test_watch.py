"""Updates without a person: what settles in a folder is taken once, and nothing stops the rest."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from rich.console import Console

from datastore.base.errors import InputError, NotReleased, SnapshotError
from datastore.base.snapshot import current_version
from etl.process.progress import Reporter
from etl.release.build import Inputs, build, update
from etl.release.watch import Watcher, only_watcher

from ..conftest import GAMES, ITEMS, OPTIONS, REVIEWS, write_dump

QUIET = Reporter(Console(quiet=True), quiet=True)
FIRST = {"games": GAMES, "reviews": REVIEWS, "items": ITEMS}


def library(user: str) -> dict[str, Any]:
    item = {"item_id": "10", "item_name": "Alpha", "playtime_forever": 9}
    return {"user_id": user, "items_count": 1, "items": [item]}


class World:
    """A folder that is watched, with a clock that stands still and a build in this process."""

    def __init__(self, folder: Path, built_once: Path) -> None:
        self.built_once = built_once
        self.inbox, self.data = folder / "inbox", folder / "data"
        self.inbox.mkdir()
        self.now, self.age = 0.0, 0
        self.runs: list[tuple[str, list[str]]] = []
        self.said: list[str] = []
        self.failing: Callable[[str, list[str]], None] = lambda command, names: None
        self.watcher = Watcher(
            self.inbox, self.data, self.run, self.said.append, lambda: self.now, 1 << 20
        )

    def run(self, command: str, inputs: Inputs) -> None:
        names = [path.name for _, path in inputs.files()]
        self.runs.append((command, names))
        self.failing(command, names)
        {"build": build, "update": update}[command](inputs, self.data, OPTIONS, QUIET)

    def put(self, name: str, *lines: Any) -> Path:
        """A file that came after all before it."""
        path = write_dump(self.inbox / name, *lines, notation="json")
        self.age += 1
        os.utime(path, (self.age, self.age))
        return path

    def built(self) -> World:
        """The same after a build of the first files, which are known by their content."""
        for kind, rows in FIRST.items():
            self.put(f"{kind}.json", *rows)
        shutil.copytree(self.built_once, self.data)
        assert self.watcher.look(settled=True)
        assert self.runs == []
        self.said.clear()
        return self


@pytest.fixture
def world(tmp_path: Path, built_once: Path) -> World:
    return World(tmp_path, built_once)


def test_the_first_build_waits_for_a_dump_of_each_kind(world: World) -> None:
    world.put("a", *GAMES)
    world.put("b", *ITEMS)
    assert not world.watcher.look(settled=True)
    assert not world.watcher.look(settled=True)
    assert world.said == ["waiting for the first dump of reviews"]
    world.put("c", *REVIEWS)
    assert world.watcher.look(settled=True)
    assert world.runs == [("build", ["a", "c", "b"])]
    assert world.said[1] == "build with a (games), c (reviews), b (items)"
    assert world.said[2].endswith(" was released after 0 s")
    assert world.said[3].startswith("Released: first build.")


def test_the_verdict_and_the_drift_are_logged(world: World) -> None:
    world.built()
    world.put("new", *(library(f"new{at}") for at in range(40)))
    assert world.watcher.look(settled=True)
    command, released, gate, note, drift, *drifts = world.said
    assert command.startswith("update with new")
    assert released.endswith(" was released after 0 s")
    assert gate.startswith("Released")
    assert note.startswith("note: 1 of 46 library items (2.2%) and 1 of 6 reviews (16.7%) refer")
    assert drift.startswith("DRIFT since snapshot ")
    assert any(line.startswith("- Users: 4 before, 44 now") for line in drifts)


def test_a_file_is_taken_when_it_looks_the_same_twice(world: World) -> None:
    world.built()
    world.put("new", library("eve"))
    world.watcher.look()
    world.put("new", library("eve"), library("fay"))
    world.watcher.look()
    assert world.runs == []
    world.watcher.look()
    assert world.runs == [("update", ["new"])]
    world.watcher.look()
    assert len(world.runs) == 1


@pytest.mark.parametrize("name", [".hidden", "a.part", "a.TMP", "a.crdownload"])
def test_what_is_still_on_its_way_is_not_looked_at(world: World, name: str) -> None:
    world.built()
    world.put(name, library("eve"))
    (world.inbox / "empty").touch()
    (world.inbox / "folder").mkdir()
    assert world.watcher.look(settled=True)
    assert (world.runs, world.said) == ([], [])


def test_a_file_without_a_needed_column_fails_and_the_live_snapshot_stays(world: World) -> None:
    before = current_version(world.built().data)
    world.put("new", {"user_id": "eve", "items": [{"appid": "10", "playtime_forever": 5}]})
    assert not world.watcher.look(settled=True)
    assert current_version(world.data) == before
    assert "its row does not have item_id. Keys found: appid, playtime_forever." in world.said[-1]


def test_files_of_the_live_snapshot_are_known_by_content(world: World, tmp_path: Path) -> None:
    world.built()
    world.put("copy of items", *ITEMS)
    again = Watcher(world.inbox, world.data, world.run, world.said.append, lambda: 0.0, 1 << 20)
    assert again.look(settled=True)
    assert (world.runs, world.said) == ([], [])


def test_a_file_is_hashed_once_by_the_watcher_and_its_build_together(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed = []

    def counted(file: BinaryIO, *rest: Any) -> Any:
        if Path(file.name).parent == world.inbox:
            hashed.append(Path(file.name).name)
        return file_digest(file, *rest)

    file_digest = hashlib.file_digest
    monkeypatch.setattr(hashlib, "file_digest", counted)
    world.built()
    world.put("new", library("newcomer"))
    assert world.watcher.look(settled=True)
    assert sorted(hashed) == sorted(["new", *(f"{kind}.json" for kind in FIRST)])


def test_a_file_of_unknown_kind_is_skipped_and_logged_once(world: World) -> None:
    world.built()
    world.put("notes.txt", "these are notes")
    world.put("other.json", {"colour": "red"})
    world.put("wrapped.json", {"games": [{"app_name": "Alpha"}]})
    for _ in range(2):
        assert world.watcher.look(settled=True)
    assert world.runs == []
    notes, other, wrapped = (line.replace(f"{world.inbox}/", "") for line in world.said)
    assert notes.startswith("notes.txt was skipped: ")
    assert other == (
        "other.json was skipped: other.json is not a known kind of dump or events file. "
        "Keys found: colour."
    )
    assert wrapped == (
        "wrapped.json was skipped: wrapped.json is not a known kind of dump or events file. "
        "Keys found: games. The records seem to be in games: pass that list on its own."
    )


def test_a_name_that_is_not_utf_8_does_not_stop_the_watcher(world: World) -> None:
    world.built()
    world.put(os.fsdecode(b"caf\xe9.json"), library("lost"))
    world.put("new.json", library("newcomer"))
    assert world.watcher.look(settled=True)
    assert len(world.runs) == 1
    assert world.said[0].endswith("is not valid UTF-8: rename it.")


def test_a_file_that_cannot_be_read_is_named_by_what_it_is(world: World) -> None:
    world.built()
    for name, content in (
        ("items.zip", b"PK\x03\x04" + bytes(30)),
        ("items.tgz", gzip.compress(b"PAR1")),
        ("items.csv", b"user_id,item_id\nann,10\n"),
    ):
        (world.inbox / name).write_bytes(content)
    assert world.watcher.look(settled=True)
    assert world.runs == []
    csv, tgz, zipped = (line.replace(f"{world.inbox}/", "") for line in sorted(world.said))
    assert zipped == "items.zip was skipped: items.zip is a zip archive: unpack it first."
    assert tgz == (
        "items.tgz was skipped: items.tgz is a Parquet file inside gzip: convert it to JSON "
        "lines first."
    )
    assert csv.startswith("items.csv was skipped: items.csv is a table (CSV, ")


def test_a_broken_file_is_put_off_ever_longer_and_stops_no_other(world: World) -> None:
    world.built()
    world.put("broken", library("eve"), "{", "{")
    world.put("good", library("fay"))
    assert not world.watcher.look(settled=True)
    assert world.runs == [("update", ["broken", "good"]), ("update", ["good"])]
    assert world.said[1].startswith("failed, the live snapshot stays live: ")
    assert "2 of 3 lines" in world.said[1]
    times = []
    for world.now in range(20, 20_000, 20):
        before = len(world.runs)
        world.watcher.look(settled=True)
        if len(world.runs) > before:
            times.append(world.now)
    assert times == [60, 180, 420, 900, 1860, 3780, 7380, 10980, 14580, 18180]
    assert all(run == ("update", ["broken"]) for run in world.runs[2:])


def test_a_broken_file_that_is_mended_is_another_file(world: World) -> None:
    world.built()
    world.put("new", library("eve"), "{", "{")
    assert not world.watcher.look(settled=True)
    world.put("new", library("eve"))
    assert world.watcher.look(settled=True)
    assert world.runs == [("update", ["new"])] * 2


def test_a_broken_file_does_not_stop_the_first_build(world: World) -> None:
    for kind, rows in FIRST.items():
        world.put(kind, *rows)
    world.put("broken", library("eve"), "{", "{")
    assert not world.watcher.look(settled=True)
    assert world.runs[1:] == [("build", ["games", "reviews", "items"])]


def test_files_that_fail_together_are_tried_one_by_one(world: World) -> None:
    world.built()

    def refuse(command: str, names: list[str]) -> None:
        if "a" in names:
            raise NotReleased("Not released. The model is worse.")

    world.failing = refuse
    world.put("a", library("eve"))
    world.put("b", library("fay"))
    assert not world.watcher.look(settled=True)
    assert world.runs == [("update", ["a", "b"])]
    world.now = 60.0
    assert not world.watcher.look(settled=True)
    assert world.runs[1:] == [("update", ["a"]), ("update", ["b"])]
    assert world.said[-4].endswith(" was released after 0 s")


def test_a_folder_without_dumps_is_enough_only_where_a_snapshot_is_live(world: World) -> None:
    assert world.watcher.look()
    (world.inbox / "index.html").write_text("<!doctype html>")
    assert not world.watcher.look(settled=True)
    assert world.said[-1] == f"{world.inbox} has no dumps, and no snapshot is live"
    world.built()
    assert world.watcher.look(settled=True)


def test_an_unreadable_folder_or_file_is_logged_once(world: World) -> None:
    world.built()
    world.inbox.rename(world.inbox.with_name("away"))
    for settled in (False, True):
        assert not world.watcher.look(settled=settled)
    assert world.said == [f"{world.inbox} cannot be read: No such file or directory"]
    world.inbox.with_name("away").rename(world.inbox)
    world.put("new", library("eve"))
    assert world.watcher.look(settled=True)
    assert world.runs == [("update", ["new"])]


def test_an_error_of_the_folder_itself_fails_all_of_a_batch(world: World) -> None:
    world.built()

    def refuse(command: str, names: list[str]) -> None:
        raise SnapshotError(f"Another build is running in {world.data}.")

    world.failing = refuse
    world.put("a", library("eve"))
    world.put("b", library("fay"))
    assert not world.watcher.look(settled=True)
    assert len(world.runs) == 1
    assert world.said[1].endswith(f"stays live: Another build is running in {world.data}.")


def test_an_error_that_names_a_file_is_that_file_s_alone(world: World) -> None:
    world.built()
    a, b = world.put("a", library("eve")), world.put("b", library("fay"))

    def refuse(command: str, names: list[str]) -> None:
        if a.name in names:
            raise InputError(f"{a} is odd.", path=a)

    world.failing = refuse
    assert not world.watcher.look(settled=True)
    assert world.runs == [("update", ["a", "b"]), ("update", ["b"])]
    assert b.name in world.said[2]


def test_two_do_not_watch_for_one_data_folder(tmp_path: Path) -> None:
    with only_watcher(tmp_path / "data"):
        with only_watcher(tmp_path / "other"):
            pass
        refused = pytest.raises(SnapshotError, match="Another playgraph watch is running for")
        with refused, only_watcher(tmp_path / "data"):
            pass
    with only_watcher(tmp_path / "data"):
        pass


def test_a_data_folder_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    refused = pytest.raises(SnapshotError, match="data cannot be written: ")
    with refused, only_watcher(tmp_path / "data"):
        pass


@pytest.mark.parametrize(
    "content",
    [
        b"{\n{\n",
        gzip.compress(json.dumps(library("eve")).encode() * 200)[:-20],
        json.dumps(library("eve")).encode() + b"\n{\n{\n",
    ],
    ids=["no record", "damaged gzip", "too many rejects"],
)
def test_every_error_of_a_raw_file_carries_its_path(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "items.json"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        build(Inputs(games=path, reviews=path, items=path), tmp_path / "data", OPTIONS, QUIET)
    assert caught.value.path == path


def test_the_reason_of_a_refusal_is_logged_line_by_line(world: World) -> None:
    world.built()

    def refuse(command: str, names: list[str]) -> None:
        raise NotReleased("Not released, because of drift.\n- Users: 4 before, 44 now\nForce it.")

    world.failing = refuse
    world.put("a", library("eve"))
    assert not world.watcher.look(settled=True)
    assert world.said[1:] == [
        "failed, the live snapshot stays live: Not released, because of drift.",
        "- Users: 4 before, 44 now",
        "Force it.",
    ]
