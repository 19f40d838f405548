"""server.cli: `playgraph download`."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from datastore.base.data_folder import require_folder, require_outside_of_data
from server.cli.console import progress_console
from server.cli.options import FILE

if TYPE_CHECKING:
    from etl.download.table import RawFile

__all__ = ["download"]


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--to",
    "folder",
    type=FILE,
    default=Path("raw"),
    show_default=True,
    metavar="DIR",
    help="Folder for the files.",
)
@click.option(
    "--from",
    "source",
    metavar="TABLE",
    help="Path or address of a table of files, in TOML; see docs/build.md.  [default: "
    "the published dumps]",
)
@click.option(
    "--allow-host",
    "hosts",
    multiple=True,
    metavar="HOST",
    help="Follow redirects to this host. Redirects to other hosts than that of the address are "
    "refused. Repeat the option for several.",
)
@click.option(
    "--list",
    "listing",
    is_flag=True,
    help="Show names, addresses and what is known of the files only.",
)
def download(
    names: tuple[str, ...],
    folder: Path,
    source: str | None,
    hosts: tuple[str, ...],
    *,
    listing: bool,
) -> None:
    """Download the raw dumps: all of the table, or those with a NAME.

    An interrupted download continues where it ended. Files are verified by the sizes and SHA-256
    in the table; an empty file is an error. The table of the published dumps has neither, because
    their publishers give none.
    Proxies are taken from HTTPS_PROXY, HTTP_PROXY and NO_PROXY.
    """
    from datastore.base.snapshot import digest
    from etl.download.http import Client
    from etl.download.table import PUBLISHED, read_table
    from etl.download.transfer import Transfer
    from etl.process.progress import Reporter
    from etl.snapshot.lock import hold

    client = Client(lambda text: click.echo(f"playgraph: {text}", err=True), hosts=hosts)
    table = read_table(source or str(PUBLISHED), client)
    unknown = [name for name in names if name not in table]
    if unknown:
        raise click.UsageError(f"No file is called {unknown[0]}: the names are {', '.join(table)}.")
    chosen = {name: file for name, file in table.items() if not names or name in names}
    if listing:
        for name, file in chosen.items():
            click.echo(f"{name}: {file.url} ({file.verifiable})")
        return
    require_outside_of_data(folder)
    require_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    reporter = Reporter(progress_console())
    lock = hold(folder, ".download.lock", f"Another download to {folder} is running.")
    found = []
    with lock, reporter.running():
        for name, file in chosen.items():
            with reporter.stage(name, file.bytes) as stage:
                transfer = Transfer(file, folder, client, stage.advance)
                if transfer.present():
                    stage.say("already there")
                else:
                    transfer.run()
            found.append((transfer.path, file))
    for path, file in found:
        verified = "verified" if file.sha256 else "not verified: the table has no SHA-256"
        click.echo(f"{path}: {path.stat().st_size:,} bytes, SHA-256 {digest(path)} ({verified})")
    command = _build_command(folder, chosen.values())
    if command:
        click.echo(f"Build a snapshot: {command}")


def _build_command(folder: Path, files: Iterable[RawFile]) -> str:
    """The command that builds a snapshot of these files; "" if the table does not say their
    kinds."""
    options = [
        (
            f"--{file.kind}",
            f"{file.origin}={folder / file.name}" if file.origin else str(folder / file.name),
        )
        for file in files
        if file.kind
    ]
    words = [word for option in options for word in option]
    return shlex.join(["playgraph", "build", *words]) if words else ""
