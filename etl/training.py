"""etl: train the recommender, measure it, and say whether it may serve.

`playgraph build` does so with what it has just read, `playgraph train` with what a snapshot holds.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from datastore.base.errors import NotReleased, SnapshotError
from datastore.base.evaluation import Evaluation, Feedback, Gate, read_evaluation, write_evaluation
from datastore.base.snapshot import Manifest, current_version, read_manifest, snapshot_path
from etl.forgotten import Forgotten
from etl.manifests import new_manifest
from etl.memory import release
from etl.progress import Reporter
from etl.recommender import als
from etl.recommender.build import recommend
from etl.recommender.content import Catalogue
from etl.recommender.evaluation.evaluate import evaluate, steps
from etl.recommender.gate import judge
from etl.recommender.parameters import Parameters
from etl.recommender.tuning import Tuning, tune
from etl.snapshot import SnapshotWriter
from etl.stored import Stored, read_factors, read_stored

__all__ = ["How", "Trained", "chosen_parameters", "train", "train_snapshot"]


@dataclass(frozen=True, slots=True)
class How:
    """How to train. `jobs` counts threads and does not change the result; `trials` is how many
    sets of parameters are tried first, 0 for none; `cold` begins anew even where the serving model
    could go on."""

    seed: int
    jobs: int
    force: bool = False
    trials: int = 0
    cold: bool = False


@dataclass(frozen=True, slots=True)
class Trained:
    """A model that may serve: facts for the manifest, and how good it is."""

    facts: dict[str, Any]
    evaluation: Evaluation

    @property
    def gate(self) -> Gate:
        """The verdict."""
        assert self.evaluation.gate is not None
        return self.evaluation.gate


def train(
    world: Stored,
    parameters: Parameters,
    how: How,
    data_dir: Path,
    reporter: Reporter,
    writer: SnapshotWriter,
    *,
    demo: bool,
    feedback: Feedback | None = None,
    start: Path | None = None,
) -> Trained:
    """Train on all libraries and write the model's arrays; and train once more on a part of the
    libraries, to measure on the rest.

    Where `start` is given, the former training goes on from the factors of that snapshot. The
    latter always begins anew: factors from before have seen what is held out.

    Raises NotReleased when the model is worse than the one that serves from `data_dir`, or no
    better than popularity, unless it is forced. `feedback` is about what has served.
    """
    rounds = als.iterations(parameters, warm=start is not None)
    with reporter.stage("recommender", rounds) as stage:

        def told(loss: float) -> None:
            stage.advance(1)
            stage.say(f"ALS, loss {loss:.5f}")

        catalogue = Catalogue(world.words)
        last = read_factors(start, world.user_ids, world.app_ids) if start else None
        model = recommend(world.library, catalogue, parameters, how.seed, how.jobs, told, last)
        facts = model.facts
        for name, array in model.arrays.items():
            writer.array(name, array)
        del model, last  # the evaluation needs the memory
        release()
        stage.rows(facts["interactions"], "played pairs")
    with reporter.stage("evaluation", steps(parameters, baselines=False)) as stage:
        evaluation = evaluate(
            world.library,
            world.user_ids,
            world.app_ids,
            world.words,
            parameters,
            seed=how.seed,
            jobs=how.jobs,
            baselines=False,
            stage=stage,
        )
        stage.rows(evaluation.held_out, "held-out pairs")
    serving = _serving(data_dir, demo=demo)
    gate = judge(evaluation, serving, forced=how.force, feedback=feedback)
    if not gate.released:
        raise NotReleased(gate.reason)
    heard = feedback or (serving and serving.feedback)  # the last that was heard
    return Trained(facts, msgspec.structs.replace(evaluation, gate=gate, feedback=heard or None))


def _serving(data_dir: Path, *, demo: bool) -> Evaluation | None:
    """How good the serving model is; None where there is none to compare with: nothing serves, or
    the invented demo world instead of real data."""
    try:
        version = current_version(data_dir)
        if version is None:
            return None
        snapshot = snapshot_path(data_dir, version)
        if read_manifest(snapshot).dataset.demo != demo:
            return None
        return read_evaluation(snapshot) or Evaluation(0, 0, 0, 0, [], [], [])
    except SnapshotError:  # it cannot serve, so it is nothing to be compared with
        return None


def chosen_parameters(data_dir: Path) -> Parameters:
    """Those that `playgraph train --tune` has found for the serving snapshot, else the defaults."""
    try:
        version = current_version(data_dir)
        settings = read_manifest(snapshot_path(data_dir, version)).parameters if version else {}
    except SnapshotError:
        settings = {}
    return msgspec.convert(settings["model"], Parameters) if settings.get("tuned") else Parameters()


def _continues(before: Manifest, parameters: Parameters, seed: int) -> bool:
    """Whether a model of these parameters and seed can go on from that of a snapshot."""
    return (before.parameters["model"], before.parameters["seed"]) == (parameters.as_json(), seed)


def train_snapshot(data_dir: Path, how: How, reporter: Reporter) -> tuple[Manifest, Trained]:
    """Train again on what the serving snapshot holds, and release the result as a new snapshot.
    The same parameters and seed go on from the factors of the serving one, unless it is to be cold.
    Parameters that were searched for stand in its `tuning.json`, with all that were tried.

    Raises SnapshotError when nothing was built, or when a snapshot cannot be read or written, and
    NotReleased as `train` does; what served before goes on serving then.
    """
    with SnapshotWriter(data_dir) as writer, reporter.running():
        version = current_version(data_dir)
        if version is None:
            raise SnapshotError(
                f"No snapshot in {data_dir}: run playgraph build, or playgraph demo."
            )
        source = snapshot_path(data_dir, version)
        with reporter.stage("read the snapshot"):
            before, world = read_manifest(source), read_stored(source)
            if before.forgotten != Forgotten(data_dir).digest:
                raise SnapshotError(
                    "playgraph forget was interrupted, the serving snapshot still holds a user "
                    "who was to be removed: run it again."
                )
            report = _report(source)
        parameters = chosen_parameters(data_dir)
        tuning = _tuned(world, parameters, how, reporter) if how.trials else None
        if tuning is not None:
            parameters = tuning.chosen
            (writer.folder / "tuning.json").write_bytes(
                msgspec.json.format(msgspec.json.encode(tuning), indent=2)
            )
        warm = not how.cold and _continues(before, parameters, how.seed)
        trained = train(
            world,
            parameters,
            how,
            data_dir,
            reporter,
            writer,
            demo=before.dataset.demo,
            start=source if warm else None,
        )
        writer.adopt(source, before, set(writer.arrays))
        settings = {name: of for name, of in before.parameters.items() if name != "start"}
        settings |= {"start": version} if warm else {}
        settings |= {
            "seed": how.seed,
            "model": parameters.as_json(),
            "tuned": (tuning is not None or before.parameters["tuned"])
            and parameters != Parameters(),
        }
        manifest = new_manifest(
            before.inputs,
            before.forgotten,
            settings,
            before.dataset,
            before.model | trained.facts,
            writer,
        )
        write_evaluation(writer.folder, trained.evaluation)
        writer.release(
            manifest,
            report
            | {
                "version": manifest.version,
                "model": trained.facts,
                "seconds": report["seconds"] | reporter.seconds,
            },
        )
    return manifest, trained


def _tuned(world: Stored, parameters: Parameters, how: How, reporter: Reporter) -> Tuning:
    with reporter.stage("tuning", how.trials) as stage:
        found = tune(
            world.library,
            world.user_ids,
            world.app_ids,
            parameters,
            seed=how.seed,
            jobs=how.jobs,
            stage=stage,
            trials=how.trials,
        )
        best = max((trial.ndcg_at_10 for trial in found.trials), default=0.0)
        stage.rows(len(found.trials), f"trials, NDCG@10 up to {best:.3f}")
    return found


def _report(snapshot: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((snapshot / "report.json").read_bytes())
        return found
    except (OSError, ValueError) as error:
        raise SnapshotError(f"{snapshot / 'report.json'} is damaged ({error}).") from error
