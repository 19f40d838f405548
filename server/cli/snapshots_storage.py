"""server.cli: `playgraph snapshots push` and `pull`: snapshots in object storage."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from datastore.base.errors import SnapshotError
from datastore.base.settings import Settings
from server.cli.child import COMMAND
from server.cli.options import data_option, settings_of

__all__ = ["fetch_live", "followed", "pull", "push"]

_ENDED = (
    "The process that follows object storage (process {}) has ended: new releases are not fetched "
    "until the server is restarted."
)


@click.command()
@click.argument("address")
@click.argument("version", required=False)
@data_option
def push(address: str, version: str | None, data_dir: Path | None) -> None:
    """Copy a snapshot to object storage, and make it the live one there.

    ADDRESS is s3://BUCKET/PREFIX, gs://BUCKET/PREFIX or file:///FOLDER. VERSION defaults to the
    live one. The snapshot is verified first. Servers that follow the address switch to it.
    """
    from etl.snapshot.storage import Storage
    from etl.snapshot.versions import find

    data = settings_of(data_dir=data_dir).data_dir
    folder = find(data, version)
    storage = Storage(address)
    copied = storage.push(data, folder.name)
    click.echo(f"Snapshot {folder.name} is live in {storage.name}: {copied / 1e6:,.1f} MB copied.")


@click.command()
@click.argument("address")
@click.option(
    "--follow",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Continue, and look for a new release at this interval.",
)
@data_option
def pull(address: str, follow: float | None, data_dir: Path | None) -> None:
    """Fetch the live snapshot from object storage, and make it the live one here.

    Every byte is verified first. Other snapshots of the data folder are removed: choose one that
    nothing is built in. Running servers switch to it.
    """
    data = settings_of(data_dir=data_dir).data_dir
    if follow is not None:
        from etl.snapshot.follower import Follower

        follower = Follower(address, data, [*COMMAND, *_pull(address, data)])
        while True:
            follower.check()
            time.sleep(follow)
    from etl.snapshot.storage import Storage

    storage = Storage(address)
    version = storage.pull(data)
    if version is not None:
        click.echo(f"Fetched snapshot {version} from {storage.name}.", err=True)


def _pull(address: str, data_dir: Path) -> list[str]:
    return ["snapshots", "pull", address, f"--data={data_dir}"]


def fetch_live(settings: Settings) -> None:
    """Fetch the live snapshot of the settings' storage, if there is one, into its cache. If the
    storage cannot be reached, a snapshot that is in the cache stays."""
    if not settings.storage:
        return
    from datastore.base.snapshot import current_version
    from server.cli.child import run_command

    settings.data_dir.mkdir(parents=True, exist_ok=True)
    # By another process: a server loads no client of object storage.
    try:
        run_command(_pull(settings.storage, settings.data_dir))
    except SnapshotError as error:
        if current_version(settings.data_dir) is None:
            raise
        click.echo(f"playgraph: {error} Using the snapshot fetched before.", err=True)


@contextmanager
def followed(settings: Settings) -> Iterator[list[int]]:
    """Fetch the live snapshot of the settings' storage into its cache, and new releases while the
    context lasts; yields the ids of the processes that do that."""
    fetch_live(settings)
    if not settings.storage or not settings.reload_seconds:
        yield []
        return
    python = [sys.executable, "-m", "etl.snapshot.follower"]  # not a command: those load more
    arguments = map(str, (settings.storage, settings.data_dir, settings.reload_seconds))
    command = [*COMMAND, *_pull(settings.storage, settings.data_dir)]
    process = subprocess.Popen(
        [*python, *arguments, str(os.getpid()), *command], start_new_session=True
    )

    def report_end(number: int, frame: object) -> None:
        if process.poll() is not None:
            click.echo(f"playgraph: {_ENDED.format(process.pid)}", err=True)

    before = signal.signal(signal.SIGCHLD, report_end)
    try:
        yield [process.pid]
    finally:
        signal.signal(signal.SIGCHLD, before)
        process.terminate()
        process.wait()
