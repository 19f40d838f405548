"""server.cli: `playgraph forget`."""

from __future__ import annotations

from typing import Any

import click

from datastore.base.errors import PlaygraphError
from server.cli.console import fail
from server.cli.options import data_option, jobs_option, settings_of
from server.cli.release import build_options, interruptible, print_release

__all__ = ["forget"]

_UNFINISHED = "The removal is not complete: run the same command again."


@click.command()
@click.argument("user_ids", nargs=-1, required=True, metavar="USER...")
@data_option
@jobs_option
def forget(user_ids: tuple[str, ...], **given: Any) -> None:
    """Permanently delete users and exclude them from future imports.

    A new snapshot without them is released, and every older one is deleted."""
    from rich.console import Console

    from etl.process.progress import Reporter
    from etl.release.build import forget as run
    from etl.snapshot.live import LiveSnapshot

    settings, console = settings_of(**given), Console()
    unknown = LiveSnapshot.of(settings.data_dir).unknown_users(user_ids)
    try:
        with interruptible(_UNFINISHED):
            options = build_options(settings)
            built = run(user_ids, settings.data_dir, options, Reporter(console))
    except PlaygraphError as error:
        fail(f"{error} {_UNFINISHED}", 1)
    if unknown:
        names = ", ".join(map(repr, unknown))
        click.echo(f"Not in the data, and excluded from future imports: {names}", err=True)
    if built is None:
        click.echo("Nothing was built yet. They are excluded from future imports.")
    else:
        print_release(built, settings.data_dir, console)
