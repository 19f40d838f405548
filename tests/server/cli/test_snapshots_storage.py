"""Snapshots in object storage: pushed, pulled, and served by servers that follow releases."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from click.testing import CliRunner, Result

from datastore.base.environment import load_settings
from datastore.base.settings import Settings
from datastore.base.snapshot import current_version
from processes import environment, free_port, start, wait_until_ready
from server.cli.main import commands
from server.cli.snapshots_storage import fetch_live
from two_snapshots import Two


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands, arguments)


def push(address: str, version: str, two: Two) -> None:
    result = run("snapshots", "push", address, version, "--data", str(two.data))
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(f"Snapshot {version} is live in {address}: ")


@contextmanager
def serving(address: str, folder: Path, workers: int = 1) -> Iterator[str]:
    """Where a server from object storage answers, whose cache and log are in a folder."""
    port, log = free_port(), folder / "log"
    variables = {"XDG_CACHE_HOME": str(folder / "cache"), "PLAYGRAPH_RELOAD_SECONDS": "1"}
    arguments = ["serve", f"--data={address}", f"--port={port}", f"--workers={workers}"]
    with log.open("w") as output:
        server = start(
            *arguments,
            env=environment() | variables,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_ready(server, port, 60, log.read_text)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(60) in (0, -signal.SIGTERM), log.read_text()


def ready(url: str) -> str:
    with urlopen(f"{url}/readyz") as answer:
        text: str = answer.read().decode()
    return text


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_a_server_follows_the_releases_in_its_storage(
    workers: int, two_snapshots: Two, tmp_path: Path
) -> None:
    address = f"file://{tmp_path}/storage"
    push(address, two_snapshots.old, two_snapshots)
    with serving(address, tmp_path, workers) as url:
        assert two_snapshots.old in ready(url)
        push(address, two_snapshots.new, two_snapshots)
        deadline = time.monotonic() + 60
        while two_snapshots.new not in ready(url):
            assert time.monotonic() < deadline, (tmp_path / "log").read_text()
            time.sleep(0.1)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_server_whose_follower_was_killed_reports_it(two_snapshots: Two, tmp_path: Path) -> None:
    address, log = f"file://{tmp_path}/storage", tmp_path / "log"
    push(address, two_snapshots.old, two_snapshots)
    with serving(address, tmp_path) as url:
        (follower,) = (
            int(path.parent.name)
            for path in Path("/proc").glob("[0-9]*/cmdline")
            if f"etl.snapshot.follower\0{address}\0".encode() in path.read_bytes()
        )
        os.kill(follower, signal.SIGKILL)
        deadline = time.monotonic() + 30
        while f"object storage (process {follower}) has ended" not in log.read_text():
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        assert two_snapshots.old in ready(url)


@pytest.mark.slow
def test_without_its_storage_a_server_serves_what_it_has_fetched(
    two_snapshots: Two, tmp_path: Path
) -> None:
    storage = tmp_path / "storage"
    address = f"file://{storage}"
    push(address, two_snapshots.old, two_snapshots)
    with serving(address, tmp_path):
        pass
    storage.rename(tmp_path / "gone")
    with serving(address, tmp_path) as url:
        assert two_snapshots.old in ready(url)
    assert "Using the snapshot fetched before." in (tmp_path / "log").read_text()


def test_with_a_damaged_release_in_its_storage_a_server_serves_what_it_has_fetched(
    two_snapshots: Two, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address = f"file://{tmp_path}/storage"
    push(address, two_snapshots.old, two_snapshots)
    settings = Settings(tmp_path / "cache", storage=address)
    fetch_live(settings)
    push(address, two_snapshots.new, two_snapshots)
    stored = tmp_path / "storage" / "snapshots" / two_snapshots.new / "manifest.json"
    stored.write_text(stored.read_text().replace('"format"', '"Format"'))
    fetch_live(settings)
    assert current_version(settings.data_dir) == two_snapshots.old
    printed = capsys.readouterr().err
    assert "damaged" in printed
    assert "Using the snapshot fetched before." in printed


def test_api_keys_are_kept_in_a_folder() -> None:
    result = run("keys", "list", "--data", "s3://bucket/prefix?region=eu-west-1")
    assert result.exit_code == 1
    assert "works in a folder, not in s3://bucket/prefix. Give it" in str(result.exception)


def test_what_was_pushed_is_pulled(two_snapshots: Two, tmp_path: Path) -> None:
    address = f"file://{tmp_path}/storage"
    push(address, two_snapshots.new, two_snapshots)
    result = run("snapshots", "pull", address, "--data", str(tmp_path / "data"))
    assert result.exit_code == 0, result.output
    assert current_version(tmp_path / "data") == two_snapshots.new
    empty = run("snapshots", "pull", f"file://{tmp_path}/other", "--data", str(tmp_path / "data"))
    assert empty.exit_code == 1
    assert "has no live snapshot" in str(empty.exception)


def test_a_folder_of_something_else_is_not_taken_over(two_snapshots: Two, tmp_path: Path) -> None:
    other = tmp_path / "photos"
    other.mkdir()
    (other / "current").write_text('{"a":1}')
    result = run(
        "snapshots", "push", f"file://{other}", two_snapshots.new, "--data", str(two_snapshots.data)
    )
    assert result.exit_code == 1
    assert "which is not a valid version" in str(result.exception)
    assert [path.name for path in other.iterdir()] == ["current"]
    assert (other / "current").read_text() == '{"a":1}'


def test_each_address_has_a_cache_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/caches")
    one, two = (load_settings(options={"data_dir": f"gs://bucket/{name}"}) for name in "ab")
    assert one.storage == "gs://bucket/a"
    assert one.data_dir.parent == two.data_dir.parent == Path("/caches/playgraph")
    assert one.data_dir != two.data_dir
    monkeypatch.setenv("PLAYGRAPH_DATA_DIR", "s3://bucket/a")
    assert load_settings().storage == "s3://bucket/a"
