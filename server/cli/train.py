"""server.cli: `playgraph train`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from server.cli.console import progress_console
from server.cli.data_folder import data_folder
from server.cli.options import (
    data_option,
    force_option,
    jobs_option,
    seed_option,
    settings_of,
)
from server.cli.release import interruptible, print_version, worker_count

if TYPE_CHECKING:
    from etl.recommender.tuning import Tuning

__all__ = ["train"]


@click.command()
@data_option
@seed_option
@jobs_option
@click.option(
    "--tune",
    "trials",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="Search for better parameters of ALS, EASE and their blend first, with N trials. The "
    "curves and trees of the second stage are trained with what is found; other parameters stay.",
)
@click.option("--warm", is_flag=True, help="Start from the live model's factors.")
@force_option
def train(*, trials: int, warm: bool, force: bool, **given: Any) -> None:
    """Retrain the recommender, and release the result.

    The data is that of the live snapshot."""
    from etl.process.progress import Reporter
    from etl.release.train import Training
    from etl.release.train import train as run

    settings, console = settings_of(storage=True, **given), progress_console()
    reporter = Reporter(console)

    def show(tuning: Tuning) -> None:
        from etl.release.tuning_table import print_tuning

        print_tuning(tuning, console)

    training = Training(settings.seed, worker_count(settings), force, trials, warm)
    with interruptible(), data_folder(settings) as folder:
        release = run(folder, training, reporter, show)
        console.print(release.gate.reason, highlight=False, soft_wrap=True)
        print_version(release.manifest.version, folder, console)
