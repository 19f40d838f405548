"""server.cli: `playgraph train` and `playgraph evaluate`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from server.cli.console import fail, print_json, progress_console
from server.cli.options import (
    data_option,
    force_option,
    jobs_option,
    json_option,
    seed_option,
    settings_of,
)
from server.cli.release import interruptible, print_version, worker_count

if TYPE_CHECKING:
    from etl.recommender.tuning import Tuning

__all__ = ["evaluate", "train"]


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
    help="Search for better parameters first, with N trials.",
)
@click.option("--warm", is_flag=True, help="Start from the live model's factors.")
@force_option
def train(*, trials: int, warm: bool, force: bool, **given: Any) -> None:
    """Retrain the recommender on the live snapshot, and release the result."""
    from etl.process.progress import Reporter
    from etl.release.train import Training
    from etl.release.train import train as run

    settings, console = settings_of(**given), progress_console()
    reporter = Reporter(console)

    def show(tuning: Tuning) -> None:
        from etl.release.tuning_table import print_tuning

        print_tuning(tuning, console)

    training = Training(settings.seed, worker_count(settings), force, trials, warm)
    with interruptible():
        release = run(settings.data_dir, training, reporter, show)
    console.print(release.gate.reason, highlight=False, soft_wrap=True)
    print_version(release.manifest.version, settings.data_dir, console)


@click.command()
@data_option
@seed_option
@jobs_option
@json_option
def evaluate(*, as_json: bool, **given: Any) -> None:
    """Measure the live recommender against simpler ones.

    The result is kept in the snapshot, unless it is of another seed than the snapshot's."""
    import msgspec
    from rich.console import Console

    from etl.process.progress import Reporter
    from etl.release.evaluate import evaluate_live
    from etl.release.evaluation_tables import print_evaluation

    settings = settings_of(**given)
    measurement = evaluate_live(
        settings.data_dir,
        seed=settings.seed,
        jobs=worker_count(settings),
        reporter=Reporter(Console(stderr=True)),
    )
    evaluation = measurement.evaluation
    if as_json:
        print_json(msgspec.structs.replace(evaluation, by_user=b""))  # for the gate, not for people
    else:
        print_evaluation(evaluation, Console())
    if measurement.lost:
        fail(f"The result above was not kept: {measurement.lost}", 1)
    if not measurement.kept:
        click.echo("Not kept in the snapshot, which was built with another seed.", err=True)
