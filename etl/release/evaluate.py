"""etl.release: `playgraph evaluate`: the live model's quality, compared with simpler ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from datastore.base.errors import SnapshotError
from datastore.base.evaluation import Evaluation, write_evaluation
from datastore.base.reader import SnapshotReader
from etl.process.progress import Reporter
from etl.recommender.evaluation.bundles import bundle_metrics
from etl.recommender.evaluation.evaluate import Extent
from etl.recommender.parameters import Parameters, Recipe
from etl.recommender.training_data import read_training_data
from etl.release.model import evaluate
from etl.snapshot.live_snapshot import LiveSnapshot
from etl.subjects import SUBJECTS

__all__ = ["Measurement", "evaluate_live"]


@dataclass(frozen=True, slots=True)
class Measurement:
    """An evaluation, and whether the snapshot keeps it; `lost` is the reason if it could not be
    written."""

    evaluation: Evaluation
    kept: bool
    lost: str = ""


def evaluate_live(
    data_dir: Path,
    *,
    seed: int | None,
    jobs: int,
    reporter: Reporter,
    bundles: Sequence[Sequence[str]] = (),
) -> Measurement:
    """Evaluate the live model against all baselines, and keep the result in its snapshot.

    Without a seed it is the snapshot's. The result of another seed is not kept, because the next
    build is compared with what is kept. `bundles` are the product ids of each bundle of a store;
    without any, an earlier figure of these stays. Raises SnapshotError when nothing was built, or
    when the snapshot cannot be read.
    """
    folder, manifest = LiveSnapshot.of(data_dir).require_whole(data_dir)
    if not any(s.has_recommender and s.name in manifest.subjects for s in SUBJECTS):
        raise SnapshotError(
            f"The live snapshot in {data_dir} has no recommender to evaluate: it holds "
            f"{' and '.join(manifest.subjects)} only. The quality of other models is measured in "
            "each build: playgraph snapshots show."
        )
    settings = manifest.parameters
    with reporter.running():
        with reporter.stage("read snapshot"):
            data = read_training_data(folder)
        parameters = msgspec.convert(settings.model, Parameters)
        recipe = Recipe(parameters, settings.seed if seed is None else seed, jobs)
        extent = Extent(baselines=True, companions=True)
        evaluation = evaluate(data, recipe, reporter, extent)
        if bundles:
            found = bundle_metrics(folder, bundles, recipe.seed)
            evaluation = msgspec.structs.replace(evaluation, bundles=found)
    if recipe.seed != settings.seed:
        return Measurement(evaluation, kept=False)
    try:
        before = SnapshotReader(folder).evaluation
    except SnapshotError:  # damaged: it is replaced
        before = None
    if before is not None:  # the verdict of the release stays
        evaluation = msgspec.structs.replace(
            evaluation,
            gate=before.gate,
            feedback=before.feedback,
            bundles=evaluation.bundles if bundles else before.bundles,
        )
    try:
        write_evaluation(folder, evaluation)
    except SnapshotError as error:
        return Measurement(evaluation, kept=False, lost=str(error))
    return Measurement(evaluation, kept=True)
