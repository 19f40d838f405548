"""etl.release: `playgraph evaluate`: how good the recommender of the serving snapshot is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from datastore.base.errors import SnapshotError
from datastore.base.evaluation import (
    Estimate,
    Evaluation,
    Metrics,
    SimilarMetrics,
    read_evaluation,
    write_evaluation,
)
from datastore.base.snapshot import current_version, read_manifest, snapshot_path
from etl.process.progress import Reporter
from etl.recommender.parameters import Parameters, Recipe
from etl.recommender.training_data import read_training_data
from etl.release.model import evaluate

__all__ = ["evaluate_snapshot", "show"]

#: Column -> head and digits behind the point: how good rankings are, and what they show.
_GOOD = {
    "ndcg_at_10": ("NDCG@10", 3),
    "recall_at_20": ("Recall@20", 3),
    "map_at_10": ("MAP@10", 3),
    "lead": ("model's lead", 3),
}
_SHOWS = {
    "coverage": ("coverage", 3),
    "novelty": ("novelty", 2),
    "popularity_bias": ("popularity bias", 3),
}
_SIMILAR = {"coplay": ("by held-out co-play", 3), "tags": ("by held-out tags", 3)}


def evaluate_snapshot(
    data_dir: Path, *, seed: int | None, jobs: int, reporter: Reporter
) -> Evaluation:
    """Evaluate the model of the serving snapshot against all baselines, and keep the result in
    the snapshot. Without a seed it is the build's; what another one gives is not kept, because the
    next build is compared with it.

    Raises SnapshotError when nothing was built, or when the snapshot cannot be read or written.
    """
    version = current_version(data_dir)
    if version is None:
        raise SnapshotError(f"No snapshot in {data_dir}: run playgraph build, or playgraph demo.")
    snapshot = snapshot_path(data_dir, version)
    with reporter.running():
        with reporter.stage("read the snapshot"):
            settings = read_manifest(snapshot).parameters
            data = read_training_data(snapshot)
        parameters = msgspec.convert(settings["model"], Parameters)
        recipe = Recipe(parameters, settings["seed"] if seed is None else seed, jobs)
        evaluation = evaluate(data, recipe, reporter, baselines=True)
    if evaluation.seed != settings["seed"]:
        return evaluation
    before = read_evaluation(snapshot)
    if before is not None:  # what was said at the release stays said
        evaluation = msgspec.structs.replace(evaluation, gate=before.gate, feedback=before.feedback)
    write_evaluation(snapshot, evaluation)
    return evaluation


def show(evaluation: Evaluation, console: Console) -> None:
    """Print tables that a person reads: value and half of the 95 % interval."""
    if not evaluation.users:
        console.print("Nothing can be measured: no users share games enough (at least 5 each).")
        return
    console.print(
        _table(
            f"{evaluation.held_out:,} held-out pairs of {evaluation.users:,} users, "
            f"{evaluation.games:,} candidate games, seed {evaluation.seed}",
            evaluation.rankings,
            _GOOD,
        ),
        _table("What the first 10 show", evaluation.rankings, _SHOWS),
    )
    for part in evaluation.slices:
        title = f"{part.name.capitalize()}: {part.pairs:,} held-out pairs of {part.users:,} users"
        console.print(
            _table(title, part.rankings, _GOOD), part.description, "", sep="\n", highlight=False
        )
    console.print(
        _table("Similar games: right ones, and shared tags, of five", evaluation.similar, _SIMILAR)
    )


def _table(
    title: str, rows: Sequence[Metrics | SimilarMetrics], columns: dict[str, tuple[str, int]]
) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column("ranking")
    for head, _ in columns.values():
        table.add_column(head, justify="right")
    for own in rows:
        shown = (_shown(getattr(own, name), digits) for name, (_, digits) in columns.items())
        table.add_row(own.ranking, *shown)
    return table


def _shown(estimate: Estimate | None, digits: int) -> str:
    if estimate is None:
        return "-"
    half = (estimate.high - estimate.low) / 2
    return f"{estimate.value:.{digits}f} ±{half:.{digits}f}"
