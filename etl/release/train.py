"""etl.release: train the recommender, measure it, and say whether it may serve.

`playgraph build` does so with what it has just read, `playgraph train` with what a snapshot holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from datastore.base.errors import NotReleased, SnapshotError
from datastore.base.evaluation import Evaluation, Feedback, Gate, write_evaluation
from datastore.base.reader import SnapshotReader
from datastore.base.snapshot import Manifest
from etl.process.memory import release
from etl.process.progress import Reporter
from etl.recommender import als
from etl.recommender.build import recommend
from etl.recommender.content import Catalogue
from etl.recommender.evaluation.evaluate import evaluate, steps
from etl.recommender.parameters import Parameters
from etl.recommender.training_data import Stored, read_factors, read_stored
from etl.recommender.tuning import Tuning, tune
from etl.release.gate import judge
from etl.snapshot.forgotten import Forgotten
from etl.snapshot.live import Serving
from etl.snapshot.manifest import new_manifest
from etl.snapshot.writer import SnapshotWriter

__all__ = ["TUNING", "How", "Trained", "continues", "train", "train_snapshot"]


#: In a snapshot whose parameters were searched for: all that were tried.
TUNING = "tuning.json"


@dataclass(frozen=True, slots=True)
class How:
    """How to train. `jobs` counts threads and does not change the result; `trials` is how many
    sets of parameters are tried first, 0 for none; `warm` goes on from the factors of the serving
    model where its parameters and seed are the same."""

    seed: int
    jobs: int
    force: bool = False
    trials: int = 0
    warm: bool = False


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
    serving: Serving,
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

    Raises NotReleased when the model is worse than the one that serves, or no better than
    popularity, unless it is forced. `feedback` is about what has served.
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
    gate = _gate(evaluation, serving, how, feedback, demo=demo)
    if not gate.released:
        raise NotReleased(gate.reason)
    if serving.evaluation is not None:
        feedback = feedback or serving.evaluation.feedback  # the last that was heard
    return Trained(facts, msgspec.structs.replace(evaluation, gate=gate, feedback=feedback))


def _gate(
    evaluation: Evaluation, serving: Serving, how: How, feedback: Feedback | None, *, demo: bool
) -> Gate:
    forced = how.force
    if serving.manifest is not None and serving.manifest.dataset.demo != demo:
        first = (
            "it is the invented demo world, which is compared with no real data"
            if demo
            else "it is the first build of real data, the invented demo world served before"
        )
        return judge(evaluation, None, forced=forced, first=first)
    damage = serving.damage
    if serving.manifest is not None and serving.evaluation is None and not damage:
        damage = "it was never measured."
    return judge(evaluation, serving.evaluation, forced=forced, damage=damage, feedback=feedback)


def continues(serving: Serving, parameters: Parameters, seed: int, forgotten: str) -> bool:
    """Whether a model of these parameters and seed can go on from the one that serves: none goes
    on from factors that saw a user who is forgotten since."""
    if serving.manifest is None or serving.manifest.forgotten != forgotten:
        return False
    before = serving.manifest.parameters
    return (before["model"], before["seed"]) == (parameters.as_json(), seed)


def train_snapshot(data_dir: Path, how: How, reporter: Reporter) -> tuple[Manifest, Trained]:
    """Train again on what the serving snapshot holds, and release the result as a new snapshot.
    Parameters that were searched for stand in its `tuning.json`, with all that were tried.

    Raises SnapshotError when nothing was built, or when a snapshot cannot be read or written, and
    NotReleased as `train` does; what served before goes on serving then.
    """
    Serving.of(data_dir).seen(data_dir)  # where nothing was built, nothing is made
    with SnapshotWriter(data_dir) as writer, reporter.running():
        serving = Serving.of(data_dir)
        source, before = serving.seen(data_dir)
        with reporter.stage("read the snapshot"):
            if before.forgotten != Forgotten(data_dir).digest:
                raise SnapshotError(
                    "playgraph forget was interrupted, and the serving snapshot still holds a user "
                    "who was to be removed: run it again."
                )
            world = read_stored(source)
            report = SnapshotReader(source).report
        parameters = serving.parameters
        tuning = _tuned(world, parameters, how, reporter) if how.trials else None
        if tuning is not None:
            parameters = tuning.chosen
            content = msgspec.json.format(msgspec.json.encode(tuning), indent=2)
            (writer.folder / TUNING).write_bytes(content)
        elif before.parameters["tuned"]:
            writer.take(source / TUNING)
        warm = how.warm and continues(serving, parameters, how.seed, before.forgotten)
        trained = train(
            world,
            parameters,
            how,
            serving,
            reporter,
            writer,
            demo=before.dataset.demo,
            start=source if warm else None,
        )
        writer.adopt(source, before, set(writer.arrays))
        settings = {name: of for name, of in before.parameters.items() if name != "start"}
        settings |= {"start": before.version} if warm else {}
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
        best = max((trial.ndcg_at_10 for trial in found.trials), default=None)
        told = "too little can be held out" if best is None else f"NDCG@10 up to {best:.3f}"
        stage.rows(len(found.trials), f"trials: {told}")
    return found
