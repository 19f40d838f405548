"""`playgraph download`, against a local server, up to the snapshot."""

from __future__ import annotations

import shlex
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from filelock import FileLock

import world
from datastore.base.snapshot import current_version, digest
from server.cli.main import commands


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Nothing."""


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Where the raw files of the tiny world and their table can be fetched."""
    served = tmp_path / "served"
    files = world.write(served)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(served))) as server:
        address = f"http://127.0.0.1:{server.server_port}"
        table = []
        for kind in ("games", "reviews", "items"):
            (path,) = files.paths(kind)
            table.append(
                f'[{kind}]\nkind = "{kind}"\nurl = "{address}/{path.relative_to(served)}"\n'
                f'bytes = {path.stat().st_size}\nsha256 = "{digest(path)}"\n'
            )
        (served / "table.toml").write_text("".join(table))
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield address
        server.shutdown()
        thread.join()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands, arguments)


def test_what_is_downloaded_can_be_built_with_the_printed_command(
    address: str, tmp_path: Path
) -> None:
    raw = tmp_path / "raw"
    result = run("download", "--from", f"{address}/table.toml", "--to", str(raw))
    assert result.exit_code == 0, result.output
    for path in raw.glob("[!.]*"):
        assert f"{path}: {path.stat().st_size:,} bytes, SHA-256 {digest(path)} " in result.stdout
    command = result.stdout.splitlines()[-1].removeprefix("Build a snapshot: playgraph ")
    data = tmp_path / "data"
    built = run(*shlex.split(command), "--data", str(data))
    assert built.exit_code == 0, built.output
    assert current_version(data) is not None
    again = run("download", "--from", f"{address}/table.toml", "--to", str(raw))
    assert again.stdout.count("already there") == 3


def test_some_files_can_be_named(address: str, tmp_path: Path) -> None:
    given = ["download", "--from", f"{address}/table.toml", "--to", str(tmp_path / "raw")]
    result = run(*given, "reviews")
    assert result.exit_code == 0
    assert len(list((tmp_path / "raw").glob("[!.]*"))) == 1
    unknown = run(*given, "revews")
    assert unknown.exit_code == 2
    assert "No file is called revews: the names are games, reviews, items." in unknown.output


def test_the_published_addresses_are_listed_without_a_network() -> None:
    result = run("download", "--list")
    assert result.exit_code == 0
    assert [line.partition(":")[0] for line in result.stdout.splitlines()] == [
        "games",
        "reviews",
        "items",
    ]
    assert result.stdout.count("(size and checksum unknown)") == 3


def test_what_the_table_does_not_say_is_not_called_verified(address: str, tmp_path: Path) -> None:
    table = f"""
[known]
url = "{address}/table.toml"
sha256 = "{digest(tmp_path / "served" / "table.toml")}"

[unknown]
url = "{address}/table.toml"
file = "other.toml"
"""
    (tmp_path / "mine.toml").write_text(table)
    given = ["download", "--from", str(tmp_path / "mine.toml")]
    known, unknown = run(*given, "--to", str(tmp_path / "raw")).stdout.splitlines()[-2:]
    assert known.endswith("(verified)")
    assert unknown.endswith("(not verified: the table has no SHA-256)")
    listed = run(*given, "--list").stdout.splitlines()
    assert listed[0].endswith(f"(SHA-256 {digest(tmp_path / 'served' / 'table.toml')})")


def test_two_downloads_to_one_folder_are_refused(address: str, tmp_path: Path) -> None:
    with FileLock(tmp_path / ".download.lock"):
        result = run("download", "--from", f"{address}/table.toml", "--to", str(tmp_path))
    assert result.exit_code == 1
    assert str(result.exception) == f"Another download to {tmp_path} is running."
