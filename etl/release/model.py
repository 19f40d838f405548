"""etl.release: the stages that make and measure a model: fit, then evaluate."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from datastore.base.evaluation import Evaluation
from etl.process.memory import release
from etl.process.progress import Reporter
from etl.recommender import als
from etl.recommender.build import USER_ARRAYS, recommend
from etl.recommender.evaluation import evaluate as evaluation
from etl.recommender.evaluation.companions import COMPANIONS
from etl.recommender.evaluation.evaluate import Extent
from etl.recommender.factors import put_factors
from etl.recommender.parameters import Recipe
from etl.recommender.training_data import TrainingData
from etl.snapshot.live_snapshot import LiveSnapshot
from etl.snapshot.writer import SnapshotWriter

__all__ = ["evaluate", "extent_of", "fit"]


def fit(
    data: TrainingData,
    recipe: Recipe,
    writer: SnapshotWriter,
    reporter: Reporter,
    start: Path | None = None,
) -> dict[str, Any]:
    """Train on all libraries and write the model's arrays; returns facts about the model.

    Training starts from the factors of the snapshot `start` where one is given.
    """
    with reporter.stage(
        "recommender", als.iterations(recipe.parameters, warm=start is not None)
    ) as stage:

        def on_iteration(loss: Callable[[], float]) -> None:
            stage.advance(1)
            stage.say(f"ALS, loss {loss():.5f}")

        users = data.users
        games = put_factors(users, start, als.START, data.app_ids) if start else None
        model = recommend(data, recipe, on_iteration, games)
        for name, array in model.arrays.items():
            writer.array(name, array)
        for name in USER_ARRAYS:
            width = users.parts[0].shelf[name].shape[1:]
            writer.array_of_parts(name, (len(users), *width), users.arrays(name))
        users.drop(*USER_ARRAYS)
        facts = model.facts
        del model, games  # the evaluation needs the memory
        release()
        stage.rows(facts["interactions"], "played pair")
    return facts


def extent_of(live: LiveSnapshot) -> Extent:
    """What a candidate is measured by: lists without companions where the live model's have been
    measured (by `playgraph evaluate`), so that the release gate can compare them."""
    slices = live.evaluation.slices if live.evaluation else []
    return Extent(companions=any(part.name == COMPANIONS for part in slices))


def evaluate(data: TrainingData, recipe: Recipe, reporter: Reporter, extent: Extent) -> Evaluation:
    """Train once more on a part of the libraries, and measure on the rest.

    Always from scratch: factors of an earlier model have seen what is held out.
    """
    steps = evaluation.steps(recipe.parameters, extent)
    with reporter.stage("evaluation", steps) as stage:
        measured = evaluation.evaluate(data, recipe, extent, stage)
        stage.rows(measured.held_out, "held-out pair")
    return measured
