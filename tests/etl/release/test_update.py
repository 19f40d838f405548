"""Updates: the result of a full build from all files, from the new ones alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from datastore.base.errors import InputError, SnapshotError
from datastore.base.snapshot import current_version, table_path
from datastore.store import Store
from etl.demo import write_demo
from etl.raw.lines import RawFile
from etl.release.build import Inputs, Options, update
from etl.sources.inputs import digest
from market import few_trees
from thorough import THOROUGH

from ..conftest import ITEMS, OPTIONS, QUIET, build_of, content, files, update_of, write_dump

pytestmark = pytest.mark.slow


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


def test_the_answers_are_those_of_the_newer_files(built: Path, new: Any) -> None:
    update_of(built, **new)
    store = Store.open_current(built)
    assert store is not None
    games, users = store.frames["games"], store.frames["users"]
    price = dict(zip(games.list("app_id"), games.list("price"), strict=True))
    assert (price["10"], price["70"], price["9"]) == (4.99, 1.99, 19.99)
    assert users.list("user_id") == ["ann", "bob", "cat", "dee", "fay", "yve"]
    played = dict(zip(games.list("app_id"), games.list("minutes"), strict=True))
    assert (played["10"], played["70"], played["9"]) == (100 + 200, 66, 20)
    assert sum(games.list("positive")) + sum(games.list("negative")) == 6


def test_only_new_files_are_read(
    tmp_path: Path, built: Path, new: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    lines = RawFile.lines

    def spied(self: RawFile, *how: Any) -> Any:
        seen.append(str(self.path.relative_to(tmp_path)))
        return lines(self, *how)

    monkeypatch.setattr(RawFile, "lines", spied)
    update_of(built, items=new["items"])
    assert set(seen) == {"new/items.json"}


def test_a_build_from_known_files_reads_none_of_them_again(
    built: Path, old: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = current_version(built)
    monkeypatch.setattr("etl.sources.cache.read_file", None)
    assert build_of(built, **old).version == version


def test_texts_that_were_scored_are_not_scored_again(
    built: Path, new: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    scored: list[str] = []

    class Scoring:
        def __init__(self, texts: list[str | None], workers: object) -> None:
            self.size, self.texts = len(texts), 0
            scored.extend(text for text in texts if text)

        def result(self, advance: object) -> Any:
            return np.zeros(self.size)

    monkeypatch.setattr("etl.sentiment.reviews.Scoring", Scoring)
    update_of(built, reviews=new["reviews"])
    assert scored == ["Terrible, a bad game."]


def test_files_that_are_in_already_change_nothing(built: Path, old: Any) -> None:
    version = current_version(built)
    assert update(Inputs(items=old["items"]), built, OPTIONS, QUIET) is None
    assert current_version(built) == version


def test_without_a_snapshot_there_is_nothing_to_update(tmp_path: Path, new: Any) -> None:
    with pytest.raises(SnapshotError, match=r"No snapshot in .*: run playgraph build"):
        update_of(tmp_path / "data", **new)


def test_the_demo_world_takes_no_real_data(tmp_path: Path, old: Any, new: Any) -> None:
    demo = Options(0.01, 1, 1, 1 << 20, demo=True)
    build_of(tmp_path / "data", demo, **old)
    with pytest.raises(SnapshotError, match="is the demo dataset"):
        update_of(tmp_path / "data", **new)


@pytest.mark.parametrize("damage", ["missing", "older", "rows"])
def test_what_is_not_kept_is_asked_for(built: Path, new: Any, damage: str) -> None:
    version = current_version(built)
    (folder,) = (built / "sources").glob("items-*")
    if damage == "missing":
        shutil.rmtree(folder)
    elif damage == "older":
        kept = json.loads((folder / "source.json").read_text())
        kept["settings"]["reader"] = 0
        (folder / "source.json").write_text(json.dumps(kept))
    else:
        (folder / "items.parquet").write_bytes(b"PAR1")
    with pytest.raises(SnapshotError, match=r"are no longer kept|is damaged"):
        update_of(built, **new)
    assert current_version(built) == version


@pytest.mark.parametrize("damage", ["bytes", "column", "rejects"])
def test_damaged_rows_of_a_file_that_is_given_again_are_read_again(
    built: Path, old: Any, damage: str
) -> None:
    version = current_version(built)
    (folder,) = (built / "sources").glob("games-*")
    rows = folder / "games.parquet"
    if damage == "bytes":
        rows.write_bytes(rows.read_bytes()[:-9])
    elif damage == "column":  # as before a column was added
        pq.write_table(pq.read_table(rows).drop_columns("metascore"), rows)
    else:
        (folder / "rejects.jsonl").unlink()
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert build_of(built, **old).version == version
    assert {path.name: path.read_bytes() for path in folder.iterdir()} != before


@pytest.mark.parametrize("damage", ["bytes", "column", "rows"])
def test_scores_of_a_damaged_snapshot_are_found_again(
    tmp_path: Path, old: Any, new: Any, damage: str
) -> None:
    data = tmp_path / "data"
    before = build_of(data, **old)
    path = table_path(data / "snapshots" / before.version, "reviews")
    reviews = pa.ipc.open_file(path.read_bytes()).read_all()
    if damage == "column":
        reviews = reviews.drop_columns("learned")
    elif damage == "rows":
        nobody = pa.array([10_000] * len(reviews), pa.int32())
        reviews = reviews.set_column(reviews.column_names.index("user"), "user", nobody)
    with pa.ipc.new_file(str(path), reviews.schema) as writer:
        writer.write_table(reviews)
    if damage == "bytes":
        path.write_bytes(path.read_bytes()[:-100])
    # The same reviews, so that both scores would be taken over.
    again = build_of(data, **old | {"items": new["items"]})
    whole = build_of(tmp_path / "other", **old | {"items": new["items"]})
    assert content(data, again) == content(tmp_path / "other", whole)


def test_a_failed_update_leaves_the_live_snapshot_and_no_trace(tmp_path: Path, built: Path) -> None:
    version = current_version(built)
    before = sorted(path.name for path in (built / "sources").iterdir())
    bad = write_dump(tmp_path / "bad.json", ITEMS[0], "{broken", "{broken, too")
    with pytest.raises(InputError, match="2 of 3 lines"):
        update_of(built, items=bad)
    assert current_version(built) == version
    assert sorted(path.name for path in (built / "sources").iterdir()) == before


def test_sources_of_no_snapshot_are_removed(built: Path, old: Any, new: Any) -> None:
    (first,) = (built / "snapshots").iterdir()
    build_of(built, **old | {"items": new["items"]})
    sources = built / "sources"
    assert len(list(sources.glob("items-*"))) == 2
    shutil.rmtree(first)
    build_of(built, **old | {"items": new["items"]})
    assert len(list(sources.glob("items-*"))) == 1


def test_a_large_update_equals_a_build(tmp_path: Path) -> None:
    """The demo's oddities, cut into pieces: repeated lines, ids from urls, bad rows, odd dates."""
    demo = write_demo(tmp_path / "raw", games=200, users=300 if THOROUGH else 120)
    parts: dict[str, tuple[Path, ...]] = {}
    for kind in ("games", "reviews", "items"):
        path = getattr(demo, kind)
        lines = [line for _, line in RawFile(path, 1 << 26).lines()]
        cuts = [0, len(lines) // 2, 3 * len(lines) // 4, len(lines)]
        parts[kind] = tuple(
            write_dump(tmp_path / f"{kind}{at}.json.gz", *lines[cuts[at] : cuts[at + 1]])
            for at in range(3)
        )
    first, later = (
        {kind: own[at] for kind, own in parts.items()} for at in (slice(1), slice(1, 3))
    )
    loose, items = Options(0.1, 1, 1, 1 << 20), later.pop("items")
    with few_trees():
        build_of(tmp_path / "a", loose, **first)
        update_of(tmp_path / "a", loose, items=items)
        last = update_of(tmp_path / "a", loose, **later)
        whole = build_of(tmp_path / "b", loose, **parts)
    assert whole.version == last.version
    assert content(tmp_path / "a", last) == content(tmp_path / "b", whole)


def test_newer_files_without_a_needed_column_are_refused_and_the_live_snapshot_stays(
    tmp_path: Path, built: Path
) -> None:
    before = current_version(built)
    rows = [{"appid": "10", "playtime_forever": 5}]
    newer = files(tmp_path / "new", items=[{"user_id": "ann", "items": rows}])
    with pytest.raises(InputError, match=r"does not have item_id\. Keys found: appid, play"):
        update_of(built, **newer)
    assert current_version(built) == before


def test_a_file_is_hashed_once_for_an_update(
    built: Path, new: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []

    def counted(path: Path) -> str:
        hashed.append(path.name)
        return digest(path)

    monkeypatch.setattr("etl.sources.inputs.digest", counted)
    update_of(built, items=new["items"], events=new["events"])
    assert hashed == ["items.json", "events.json"]
