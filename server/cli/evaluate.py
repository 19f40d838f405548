"""server.cli: `playgraph evaluate`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from server.cli.console import fail, print_json, terminal
from server.cli.data_folder import data_folder
from server.cli.options import (
    FILE,
    data_option,
    jobs_option,
    json_option,
    seed_option,
    settings_of,
)
from server.cli.release import worker_count

__all__ = ["evaluate"]


@click.command()
@data_option
@seed_option
@jobs_option
@json_option
@click.option(
    "--bundles",
    type=FILE,
    help="Also measure similar games by the bundles of a store: a file of records with items, each "
    "with an item_id.",
)
def evaluate(*, as_json: bool, bundles: Path | None, **given: Any) -> None:
    """Measure the live recommender of games against simpler ones.

    The result is stored in the snapshot if the seed is the snapshot's. Estimates of prices and
    verdicts are measured in each build: playgraph snapshots show."""
    from datastore.base.evaluation import without_users
    from etl.games.bundles import read_bundles
    from etl.process.progress import Reporter
    from etl.release.evaluate import evaluate_live
    from etl.release.evaluation_tables import print_evaluation

    settings = settings_of(storage=True, **given)
    known = read_bundles(bundles, settings.max_line_bytes) if bundles else []
    with data_folder(settings) as folder:
        measurement = evaluate_live(
            folder,
            seed=settings.seed,
            jobs=worker_count(settings),
            reporter=Reporter(terminal(sys.stderr)),
            bundles=known,
        )
        # Before the result is written to object storage, which may fail.
        if as_json:
            print_json(without_users(measurement.evaluation))
        else:
            print_evaluation(measurement.evaluation, terminal())
        if known and measurement.evaluation.bundles is None:
            click.echo("No bundle has two listed games that somebody has played.", err=True)
    if measurement.lost:
        fail(f"The result above was not kept: {measurement.lost}", 1)
    if not measurement.kept:
        click.echo(
            "Not stored in the snapshot, because the snapshot was built with another seed.",
            err=True,
        )
