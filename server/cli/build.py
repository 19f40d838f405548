"""server.cli: `playgraph build`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from server.cli.console import progress_console
from server.cli.data_folder import data_folder
from server.cli.options import (
    Files,
    RequiredFilesCommand,
    data_option,
    force_option,
    hashed_option,
    jobs_option,
    max_rejects_option,
    seed_option,
    settings_of,
)
from server.cli.release import build_options, interruptible, print_release

if TYPE_CHECKING:
    from etl.sources.inputs import HashedFile

__all__ = ["build"]


@click.command(cls=RequiredFilesCommand)
@data_option
@max_rejects_option
@seed_option
@jobs_option
@force_option
@hashed_option
def build(files: Files, *, hashed: list[HashedFile], force: bool, **given: Any) -> None:
    """Build and release a snapshot from raw dumps.

    Files may be gzipped. Each line is JSON or a Python literal; titles and ratings are CSV."""
    from etl.process.progress import Reporter
    from etl.release.build import Inputs
    from etl.release.build import build as run

    settings, console = settings_of(storage=True, **given), progress_console()
    with interruptible(), data_folder(settings, sources=True, may_be_empty=True) as folder:
        options = build_options(settings, force=force)
        built = run(Inputs(hashed, **files), folder, options, Reporter(console))
        print_release(built, folder, console)
