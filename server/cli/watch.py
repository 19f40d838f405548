"""server.cli: `playgraph watch`."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from datastore.base.visible import visible
from server.cli.child import run_command
from server.cli.console import fail
from server.cli.data_folder import data_address, data_folder
from server.cli.options import data_option, settings_of

__all__ = ["watch"]


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@data_option
@click.option(
    "--every",
    type=click.IntRange(1),
    default=10,
    show_default=True,
    metavar="SECONDS",
    help="Poll interval. A file is ingested once it is unchanged between two polls.",
)
@click.option("--once", is_flag=True, help="Ingest existing files, then exit.")
def watch(folder: Path, *, every: int, once: bool, **given: Any) -> None:
    """Ingest new files from FOLDER as they arrive.

    File names do not matter. The first build starts once there is a dump of each required kind."""
    from etl.release.watch import Watcher, only_watcher
    from etl.sources.inputs import Inputs

    settings = settings_of(storage=True, **given)
    address = data_address(settings)

    def say(line: str) -> None:
        click.echo(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {visible(line)}", err=True)

    def run(command: str, inputs: Inputs) -> None:
        # With "./" in front, a name with an equals sign is not that of a platform and its file.
        options = [f"--{kind}={_in_folder(path)}" for kind, path in inputs.files()]
        run_command([command, *options, f"--data={address}"], hashed=inputs.hashed)

    # Each build or update fetches what it needs and writes it back; the watcher reads what is live.
    with data_folder(settings, whole=(), writes=False, may_be_empty=True) as data:
        pass
    watcher = Watcher(folder, data, run, say, time.monotonic, settings.max_line_bytes)
    with only_watcher(data):
        if once:
            if not watcher.look(settled=True):
                fail("Not all files were ingested; see above.", 1)
            return
        say(f"watching {folder} for {address.partition('?')[0]}")
        while True:
            watcher.look()
            time.sleep(every)


def _in_folder(path: Path) -> str:
    """A path with a separator in it."""
    return str(path) if len(path.parts) > 1 else f"./{path}"
