"""bench: a build that ends with the recommender's matrices and one iteration of ALS.

    python bench/spark/short.py build [--engine spark] …

It takes the arguments of `playgraph`. Nothing is released: the build is stopped when the sums over
all users that a model needs have been made, each kind once: EASE, one stripe of co-play, and an
iteration of ALS.
For sizes at which a whole build takes too long on the host that measures it.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

sys.path.append(str(Path(__file__).parents[2]))
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command does, before NumPy is imported

import msgspec

from datastore.base.errors import PlaygraphError
from etl.process.progress import Reporter
from etl.recommender import als, ease
from etl.recommender.confidence import put_confidence
from etl.recommender.coplay import Coplay
from etl.recommender.interactions import MINUTES, OWNED, Axis, Counts, Popular
from etl.recommender.parameters import Recipe
from etl.recommender.training_data import TrainingData
from etl.release import model
from etl.snapshot.writer import SnapshotWriter
from server.cli.main import main

__all__ = ["STOPPED"]

#: The message of the error that ends such a build.
STOPPED = "stopped after one iteration"


def fit(
    data: TrainingData, recipe: Recipe, writer: SnapshotWriter, reporter: Reporter, **_: Any
) -> NoReturn:
    """Make the sums over all users, print what has been written, and stop."""
    sizes = {path.name: path.stat().st_size for path in writer.folder.rglob("*.*")}
    users, parameters = data.users, recipe.parameters
    popular = Popular.of(users, len(data.words))
    axis = Axis.of(popular.players, parameters.min_players)
    counts, games = Counts.of(users, axis, popular), len(axis.games)
    kept = ease.taking_part(counts.owners, parameters)
    threads = users.threads(recipe.jobs)
    users.sum(ease.Pairs(axis, parameters.owned_weight, kept, threads), "EASE")
    with Coplay.of(users, axis, parameters.coplay_shrink, recipe.jobs) as coplay:
        next(coplay.cosines())
    put_confidence(users, axis, counts, parameters.alpha)
    users.drop(MINUTES, OWNED)
    once = msgspec.structs.replace(parameters, iterations=1)
    als.train(users, (counts.users_playing, games), once, recipe.seed, recipe.jobs)
    print(json.dumps({"written": sizes, "seconds": reporter.seconds}), flush=True)
    raise PlaygraphError(STOPPED)


if __name__ == "__main__":
    if sys.argv[1:] in ([], ["--help"]):
        print(f"usage: short.py build OPTIONS\n\n{__doc__}")
    else:
        model.fit = fit  # type: ignore[assignment]  # in the place of the whole recommender
        main()
