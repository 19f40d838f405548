"""server.cli: `playgraph update`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from server.cli.console import progress_console
from server.cli.data_folder import data_folder
from server.cli.options import (
    Files,
    RawFilesCommand,
    data_option,
    force_option,
    hashed_option,
    jobs_option,
    max_rejects_option,
    settings_of,
)
from server.cli.release import build_options, interruptible, print_release

if TYPE_CHECKING:
    from etl.sources.inputs import HashedFile

__all__ = ["update"]


@click.command(cls=RawFilesCommand)
@data_option
@max_rejects_option
@jobs_option
@click.option("--cold", is_flag=True, help="Retrain from scratch; byte-identical to a full build.")
@force_option
@hashed_option
def update(
    files: Files, *, hashed: list[HashedFile], cold: bool, force: bool, **given: Any
) -> None:
    """Add files to the live snapshot, and release the result.

    They are newer or partial dumps, or events.

    Training starts from the live model's factors."""
    from etl.process.progress import Reporter
    from etl.release.build import Inputs
    from etl.release.build import update as run
    from etl.subjects import RAW_KINDS

    if not files:
        kinds = ", ".join(f"--{kind}" for kind in RAW_KINDS)
        raise click.UsageError(f"No file given. Give at least one of {kinds}.")
    settings, console = settings_of(storage=True, **given), progress_console()
    with interruptible(), data_folder(settings, sources=True) as folder:
        options = build_options(settings, force=force, warm=not cold)
        reporter = Reporter(console)
        built = run(Inputs(hashed, **files), folder, options, reporter)
        if built is None:
            console.print("Nothing new: the live snapshot already contains these files.")
        else:
            print_release(built, folder, reporter)
