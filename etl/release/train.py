"""etl.release: `playgraph train`: a new model from the data of the live snapshot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from datastore.base.checksum import with_checksum
from datastore.base.errors import SnapshotError
from datastore.base.plural import counted
from datastore.base.reader import SnapshotReader
from datastore.base.snapshot import REJECTS
from etl.process.progress import Reporter
from etl.recommender.parameters import Recipe
from etl.recommender.training_data import TrainingData, read_training_data
from etl.recommender.tuning import Tuning, tune
from etl.release.drift import Drift
from etl.release.model import evaluate, extent_of, fit
from etl.release.model_stages import fit_models
from etl.release.part import kept_part, with_facts
from etl.release.publication import Candidate, Policy, Release, publish
from etl.release.recipe import build_parameters, continues, next_recipe
from etl.snapshot.forgotten_users import ForgottenUsers
from etl.snapshot.live_snapshot import LiveSnapshot
from etl.snapshot.writer import TUNING, SnapshotWriter
from etl.subjects import SUBJECTS

__all__ = ["Training", "train"]


@dataclass(frozen=True, slots=True)
class Training:
    """Options of training. `seed` defaults to that of the live snapshot. `jobs` counts threads and
    does not change the result; `trials` is the number of parameter sets to try; `warm` starts from
    the live factors if parameters and seed are the same."""

    seed: int | None
    jobs: int
    force: bool = False
    trials: int = 0
    warm: bool = False


def train(
    data_dir: Path,
    training: Training,
    reporter: Reporter,
    on_tuned: Callable[[Tuning], object] = lambda _: None,
) -> Release:
    """Train again on the data of the live snapshot, and release the result as a new snapshot.
    Parameters that were searched for are in its `tuning.json`, with all that were tried; `on_tuned`
    is called with them before the model is trained and judged.

    Raises SnapshotError when nothing was built, or when a snapshot cannot be read or written, and
    NotReleased as `publish` does; the live snapshot stays live then.
    """
    LiveSnapshot.of(data_dir).require(data_dir)  # where nothing was built, nothing is made
    with SnapshotWriter(data_dir) as writer, reporter.running():
        live = LiveSnapshot.of(data_dir)
        source, before = live.require_whole(data_dir)
        if before.forgotten != ForgottenUsers(data_dir).digest:
            raise SnapshotError(
                "playgraph forget was interrupted: the live snapshot still holds a forgotten user. "
                "Run the same playgraph forget again."
            )
        report = SnapshotReader(source).report
        recipe = next_recipe(live, seed=training.seed, jobs=training.jobs, demo=before.demo)
        warm = False
        subjects = [subject for subject in SUBJECTS if subject.name in before.subjects]
        parts = {
            subject.name: kept_part(subject, before, report["sources"]) for subject in subjects
        }
        for subject in subjects:
            if subject.has_recommender:
                with reporter.stage("read snapshot"):
                    data = read_training_data(source)
                recipe = _chosen(data, recipe, training, live, writer, reporter, on_tuned)
                warm = training.warm and continues(live, recipe, before.forgotten)
                facts = fit(data, recipe, writer, reporter, start=source if warm else None)
                parts[subject.name] = replace(
                    parts[subject.name],
                    data=with_facts(before.subjects[subject.name], facts),
                    evaluation=evaluate(data, recipe, reporter, extent_of(live)),
                )
                del data
        stages = {subject.name: subject.models for subject in subjects}
        fitted = {name for models in stages.values() for stage in models for name in stage.arrays}
        untouched = before.arrays.keys() - writer.arrays.keys() - fitted
        writer.adopt(source, before, tables=before.tables, arrays=untouched, files=[REJECTS])
        for name, models in stages.items():
            refitted = fit_models(models, writer, live, recipe, reporter)
            parts[name] = replace(parts[name], models=refitted)
        max_line_bytes = before.parameters.max_line_bytes
        candidate = Candidate(
            inputs=before.inputs,
            forgotten=before.forgotten,
            demo=before.demo,
            parameters=build_parameters(recipe, before if warm else None, max_line_bytes),
            parts=parts,
            drift=msgspec.convert(report.get("drift"), Drift | None),
        )
        # The data has not changed since its drift was measured.
        policy = Policy(force=training.force, drift="off")
        return publish(candidate, live, policy, writer, report["seconds"] | reporter.seconds)


def _chosen(
    data: TrainingData,
    recipe: Recipe,
    training: Training,
    live: LiveSnapshot,
    writer: SnapshotWriter,
    reporter: Reporter,
    on_tuned: Callable[[Tuning], object],
) -> Recipe:
    """The recipe with the parameters to train with: searched for, if trials were asked for."""
    if training.trials:
        tuning = _tuned(data, recipe, training.trials, reporter)
        on_tuned(tuning)
        content = msgspec.json.format(msgspec.json.encode(tuning), indent=2)
        (writer.folder / TUNING).write_bytes(with_checksum(content))
        return recipe.with_parameters(tuning.chosen)
    if live.folder is not None and live.manifest is not None and live.manifest.parameters.tuned:
        writer.take(live.folder / TUNING)
    return recipe


def _tuned(data: TrainingData, recipe: Recipe, trials: int, reporter: Reporter) -> Tuning:
    with reporter.stage("tuning", trials) as stage:
        tuning = tune(data, recipe, trials=trials, stage=stage)
        enough = "" if tuning.trials else ": too few games to hold out"
        stage.say(f"{counted(len(tuning.trials), 'trial')}{enough}")
    return tuning
