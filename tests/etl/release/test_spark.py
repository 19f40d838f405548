"""A build on Spark makes the bytes of a build on this host."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from rich.console import Console

from datastore.base.errors import PlaygraphError
from datastore.base.snapshot import current_version
from etl.demo import DemoFiles
from etl.games import parts
from etl.process.progress import Reporter
from etl.release.build import Inputs, Options, build
from etl.release.publication import Policy, Release
from etl.release.spark import build_on_spark
from etl.snapshot.objects import Objects
from etl.sources import parts as source_parts
from processes import COMMAND, environment, wait_for_stage
from real_data import needs_dumps
from server.cli.main import commands
from spark_session import spark_session
from split_files import Files, differences, real_files, split_files

pytestmark = [pytest.mark.spark, pytest.mark.slow]

OPTIONS = Options(0.1, seed=1, jobs=1, max_line_bytes=1 << 20, policy=Policy(force=True))


def quiet() -> Reporter:
    return Reporter(Console(quiet=True), quiet=True)


@pytest.fixture(scope="module", autouse=True)
def _session() -> Iterator[None]:
    with spark_session():
        yield


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, demo_files: DemoFiles) -> Files:
    return split_files(demo_files, tmp_path_factory.mktemp("split") / "raw")


@pytest.fixture(scope="module")
def local_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("local") / "data"


@pytest.fixture(scope="module")
def local(local_data: Path, files: Files) -> Release:
    return build(Inputs(**files), local_data, OPTIONS, quiet())


def on_spark(files: Files, data: Path, **how: Any) -> Release:
    addresses = {kind: [str(path) for path in paths] for kind, paths in files.items()}
    return build_on_spark(addresses, data, OPTIONS, quiet(), **how)


class Dying(parts.Tables):
    """The tables of users, by a worker that is killed the first time."""

    def __call__(self, part: parts.UserRange) -> Any:
        mark = self.folder.path.parent.parent / "killed"
        if part.number == 1 and not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return parts.Tables.__call__(self, part)


def test_every_table_and_array_is_the_same_also_when_a_worker_is_killed(
    tmp_path: Path, files: Files, local: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_parts, "_FEWEST_ROWS", 500)
    monkeypatch.setattr("etl.games.parted_stages.Tables", Dying)
    work = tmp_path / "work"
    release = on_spark(files, tmp_path / "data", work=work)
    assert (work / "killed").exists()
    assert differences(local.manifest, release.manifest) == []
    assert release.report.as_json()["sources"] == local.report.as_json()["sources"]
    assert [path.name for path in work.iterdir()] == ["killed"]


def test_a_lost_stage_leaves_the_live_snapshot(
    tmp_path: Path, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    games = {kind: files[kind] for kind in ("games", "reviews", "items")}
    live = on_spark(games, tmp_path / "data").manifest.version
    monkeypatch.setattr("etl.games.parted_stages.Tables", Failing)
    with pytest.raises(PlaygraphError, match="gave up the stage 'tables of users': OSError: disk"):
        on_spark(games | {"items": games["items"][:1]}, tmp_path / "data")
    assert current_version(tmp_path / "data") == live
    assert not [path for path in (tmp_path / "data").iterdir() if path.name.startswith(".spark")]


def test_a_killed_driver_leaves_the_live_snapshot_and_a_retry_works(
    tmp_path: Path, files: Files, local: Release, local_data: Path
) -> None:
    data, live = tmp_path / "data", local.manifest.version
    shutil.copytree(local_data, data)
    fewer = {"titles": files["titles"], "ratings": files["ratings"][:1]}
    options = [f"--{kind}={path}" for kind, paths in fewer.items() for path in paths]
    # Not `processes.start`, whose interpreter lacks the path to a pyspark elsewhere.
    command = [
        *COMMAND, "build", "--engine=spark", "--master=local[1]", "--conf=spark.ui.enabled=false",
        *options, f"--data={data}", "--force",
    ]  # fmt: skip
    with subprocess.Popen(
        command, env=environment(), text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as driver:
        wait_for_stage(driver, "merge ratings")
        driver.kill()
    assert any(path.name.startswith(".spark-work") for path in data.iterdir())
    assert current_version(data) == live
    retried = on_spark(fewer, data).manifest.version
    assert current_version(data) == retried != live
    assert {path.name for path in (data / "snapshots").iterdir()} == {live, retried}
    assert not any(path.name.startswith(".spark-work") for path in data.iterdir())


def test_a_snapshot_is_released_in_object_storage(
    tmp_path: Path,
    files: Files,
    local: Release,
    address: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    titles = {kind: files[kind] for kind in ("titles", "ratings")}
    options = [f"--{kind}={path}" for kind, paths in titles.items() for path in paths]
    work = [f"--work={tmp_path / 'work'}", f"--data={address}", "--force"]
    result = CliRunner().invoke(commands, ["build", "--engine=spark", *options, *work])
    assert result.exit_code == 0, result.output
    assert f"Released in {address.partition('?')[0]}: " in result.stderr
    objects = Objects(address)
    pointer = objects.read("current")
    assert pointer is not None
    folder = f"snapshots/{pointer.content.decode().strip()}"
    stored = objects.read(f"{folder}/manifest.json")
    assert stored is not None
    entries = json.loads(stored.content)["tables"]
    for name in ("titles", "viewers"):
        assert entries[name]["sha256"] == local.manifest.tables[name].sha256
    assert f"{folder}/tables/viewers.arrow" in objects.listed()
    assert not [path for path in objects.listed() if "spark" in path]


class Failing(parts.Tables):
    """A worker without a disk."""

    def __call__(self, part: parts.UserRange) -> Any:
        raise OSError("disk is gone")


@pytest.mark.raw
@needs_dumps
def test_the_real_files_give_the_same_bytes(tmp_path: Path) -> None:
    files = real_files()
    expected = build(Inputs(**files), tmp_path / "local", OPTIONS, quiet())
    assert differences(expected.manifest, on_spark(files, tmp_path / "data").manifest) == []
