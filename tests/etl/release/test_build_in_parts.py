"""A build over ranges of users makes the bytes of a build from all users at once."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from datastore.base.errors import InputError, SnapshotError
from datastore.base.reader import SnapshotReader
from datastore.base.snapshot import current_version
from etl.games import parted_stages
from etl.games.kinds import LIBRARIES, REVIEWS
from etl.parts.folder import WorkFolder
from etl.process.engine import LocalEngine
from etl.process.progress import Reporter
from etl.release.build import Inputs, Options, build, build_in_parts, forget, update
from etl.release.publication import Policy, Release
from etl.sources import parts as source_parts
from market import few_trees
from parts import MergingEngine
from real_data import needs_dumps
from split_files import Files, differences, raw_inputs, real_files, split_files
from thorough import THOROUGH, thorough_only

OPTIONS = Options(0.1, seed=1, jobs=1, max_line_bytes=1 << 20, policy=Policy(force=True))


def quiet() -> Reporter:
    return Reporter(Console(quiet=True), quiet=True)


def in_parts(
    files: Files,
    folder: Path,
    engine: Any = None,
    options: Options = OPTIONS,
) -> Release:
    work = WorkFolder(folder / "work")
    given = raw_inputs(files)
    return build_in_parts(
        lambda _: given, folder / "data", options, quiet(), engine or MergingEngine(1), work
    )


@pytest.fixture(scope="module")
def files(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Files:
    world = request.getfixturevalue("demo_files" if THOROUGH else "small_demo_files")
    return split_files(world, tmp_path_factory.mktemp("split") / "raw")


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory, files: Files) -> tuple[Release, Path]:
    data = tmp_path_factory.mktemp("local") / "data"
    return build(Inputs(**files), data, OPTIONS, quiet()), data


@pytest.fixture(scope="module", autouse=True)
def _small_parts() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched, few_trees():
        patched.setattr(source_parts, "_FEWEST_ROWS", 300)
        patched.setattr(source_parts, "_ROWS", 2_000)
        yield


@pytest.fixture(scope="module")
def parted(
    tmp_path_factory: pytest.TempPathFactory, files: Files, _small_parts: None
) -> tuple[Release, Path]:
    """A build in parts, and its folder, which had the work of a killed build."""
    folder = tmp_path_factory.mktemp("parted")
    WorkFolder(folder / "work").create()
    (folder / "work" / "left.arrow").write_text("half")
    return in_parts(files, folder), folder


@pytest.fixture
def data(parted: tuple[Release, Path], tmp_path: Path) -> Path:
    """A copy of its data folder."""
    return Path(shutil.copytree(parted[1] / "data", tmp_path / "data"))


def rejects(data: Path) -> list[bytes]:
    return [path.read_bytes() for path in data.glob("snapshots/*/rejects.jsonl")]


def test_every_table_and_array_is_the_same(
    local: tuple[Release, Path], parted: tuple[Release, Path]
) -> None:
    assert differences(local[0].manifest, parted[0].manifest) == []
    assert rejects(parted[1] / "data") == rejects(local[1])


@pytest.mark.slow
@pytest.mark.parametrize("rows", [300, 10**9] if THOROUGH else [10**9])
def test_every_table_and_array_is_the_same_in_parts_of_any_size(
    rows: int,
    tmp_path: Path,
    files: Files,
    local: tuple[Release, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(source_parts, "_ROWS", rows)
    monkeypatch.setattr(source_parts, "_FEWEST_ROWS", rows)
    release = in_parts(files, tmp_path)
    expected, data = local
    assert differences(expected.manifest, release.manifest) == []
    if rows > 10_000:  # all users are one part, also for the model
        assert release.manifest.version == expected.manifest.version
    assert rejects(tmp_path / "data") == rejects(data)


def test_the_report_is_the_same(local: tuple[Release, Path], parted: tuple[Release, Path]) -> None:
    reports = [release.report.as_json() for release, _ in (local, parted)]
    for name in ("sources", "notices", "models"):
        assert reports[0][name] == reports[1][name]
    for subject, counted in reports[0]["subjects"].items():
        for name in ("counts", "coverage"):
            assert reports[1]["subjects"][subject][name] == counted[name]
    assert any(source["rejected"] for source in reports[0]["sources"])
    assert any(source["deduplicated"] for source in reports[0]["sources"])


@pytest.mark.slow
@thorough_only("takes two builds; tests/etl/release/test_subjects.py has it for one host")
def test_one_subject_alone_is_built_and_the_other_one_is_kept(
    tmp_path: Path, files: Files, local: tuple[Release, Path]
) -> None:
    titles = {kind: files[kind] for kind in ("titles", "ratings")}
    first = in_parts(titles, tmp_path)
    assert list(first.manifest.subjects) == ["titles"]
    games = {kind: paths for kind, paths in files.items() if kind not in titles}
    second = in_parts(games, tmp_path)
    assert differences(local[0].manifest, second.manifest) == []


class Broken(LocalEngine):
    """Fails at one of the stages."""

    def exchange(self, *arguments: Any) -> Any:
        if arguments[-1] == "plays by game":
            raise RuntimeError("the cluster is gone")
        return LocalEngine(1).exchange(*arguments)


@pytest.mark.slow
def test_a_build_that_fails_leaves_the_live_snapshot_and_no_work(
    tmp_path: Path, files: Files, parted: tuple[Release, Path], data: Path
) -> None:
    live = parted[0].manifest.version
    fewer = files | {"items": files["items"][:1]}
    with pytest.raises(RuntimeError, match="cluster is gone"):
        in_parts(fewer, tmp_path, Broken())
    assert current_version(data) == live
    assert [path.name for path in (data / "snapshots").iterdir()] == [live]
    assert not (tmp_path / "work").exists()
    assert in_parts(fewer, tmp_path).manifest.version != live  # a retry works


def test_a_kind_that_the_stages_ignore_fails_the_build(
    tmp_path: Path, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parted_stages, "_USERS", (REVIEWS, LIBRARIES))
    games = {name: paths for name, paths in files.items() if name not in ("titles", "ratings")}
    with pytest.raises(AssertionError, match="stages of games ignore events"):
        in_parts(games, tmp_path)
    assert current_version(tmp_path / "data") is None


def test_what_a_killed_build_left_is_removed(parted: tuple[Release, Path]) -> None:
    assert not (parted[1] / "work").exists()


def test_a_file_that_cannot_be_used_is_named_with_its_rejects(tmp_path: Path, files: Files) -> None:
    broken = tmp_path / "broken.json"
    content = ['{"user_id": "a", "items": []}', *(["{broken"] * 20)]
    broken.write_text("\n".join(content) + "\n")
    with pytest.raises(InputError, match="20 of 21 lines") as failure:
        in_parts(files | {"items": (broken,)}, tmp_path)
    assert str(broken) in str(failure.value)
    assert failure.value.rejects == tmp_path / "data" / "rejects.jsonl"
    kept = [json.loads(line) for line in failure.value.rejects.read_text().splitlines()]
    assert len(kept) == 20
    assert {entry["file"] for entry in kept} == {str(broken)}


@pytest.mark.slow
@thorough_only("takes a build")
def test_the_same_file_twice_counts_once(
    tmp_path: Path, files: Files, local: tuple[Release, Path]
) -> None:
    twice = files | {"items": (*files["items"], files["items"][0])}
    assert differences(local[0].manifest, in_parts(twice, tmp_path).manifest) == []


def user_ids(release: Release, data: Path) -> list[str]:
    return SnapshotReader(data / "snapshots" / release.manifest.version).column("users", "user_id")


@pytest.mark.slow
def test_forgotten_users_are_left_out(
    tmp_path: Path, files: Files, parted: tuple[Release, Path], data: Path
) -> None:
    before = user_ids(parted[0], data)
    forgotten = before[3]
    with pytest.raises(SnapshotError, match="run playgraph build again with all files"):
        forget([forgotten], data, OPTIONS, quiet())
    second = in_parts(files, tmp_path)
    assert user_ids(second, data) == [user for user in before if user != forgotten]


def test_the_other_subject_must_be_given_when_users_were_forgotten(
    tmp_path: Path, files: Files, data: Path
) -> None:
    with pytest.raises(SnapshotError):
        forget(["somebody"], data, OPTIONS, quiet())
    titles = {kind: files[kind] for kind in ("titles", "ratings")}
    with pytest.raises(InputError, match="forgotten since games were built: give those of games"):
        in_parts(titles, tmp_path)


def test_an_update_asks_for_all_files(tmp_path: Path, data: Path) -> None:
    more = tmp_path / "more.json"
    more.write_text('{"user_id": "zoe", "items": [{"item_id": "10", "playtime_forever": 1}]}\n' * 2)
    with pytest.raises(SnapshotError, match="run playgraph build again with all files"):
        update(Inputs(items=more), data, OPTIONS, quiet())


@pytest.mark.raw
@pytest.mark.slow
@pytest.mark.skipif(not THOROUGH, reason="takes a minute of CPU time (PLAYGRAPH_THOROUGH=1)")
@needs_dumps
def test_the_real_files_give_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_parts, "_FEWEST_ROWS", 100_000)
    monkeypatch.setattr(source_parts, "_ROWS", 100_000)
    files = real_files()
    expected = build(Inputs(**files), tmp_path / "local", OPTIONS, quiet())
    release = in_parts(files, tmp_path)
    assert differences(expected.manifest, release.manifest) == []
    assert rejects(tmp_path / "data") == rejects(tmp_path / "local")
