"""etl.release: how the next model is trained: parameters and seed of the live one, unless given."""

from __future__ import annotations

from typing import Any

import msgspec

from datastore.base.snapshot import Manifest
from etl.recommender.parameters import DEFAULT_SEED, Parameters, Recipe
from etl.snapshot.live_snapshot import LiveSnapshot

__all__ = ["as_json", "continues", "next_recipe"]


def next_recipe(live: LiveSnapshot, *, seed: int | None, jobs: int, demo: bool) -> Recipe:
    """The recipe of the next model.

    The parameters are those that `playgraph train --tune` chose for the live model, else the
    defaults; the seed is the given one, else the live model's, else the default. Real data and the
    demo dataset share neither.
    """
    manifest = live.manifest
    if manifest is None or manifest.dataset.demo != demo:
        return Recipe(Parameters(), DEFAULT_SEED if seed is None else seed, jobs)
    trained = manifest.parameters
    tuned = msgspec.convert(trained["model"], Parameters) if trained["tuned"] else Parameters()
    return Recipe(tuned, int(trained["seed"]) if seed is None else seed, jobs)


def continues(live: LiveSnapshot, recipe: Recipe, forgotten: str) -> bool:
    """Whether training can start from the live factors: only with the same parameters and seed,
    and never from factors that saw a user who has been forgotten since."""
    manifest = live.manifest
    if manifest is None or manifest.forgotten != forgotten:
        return False
    trained = manifest.parameters
    return (trained["model"], trained["seed"]) == (recipe.parameters.as_json(), recipe.seed)


def as_json(recipe: Recipe, start: Manifest | None) -> dict[str, Any]:
    """The recipe as a manifest states it; `start` describes the snapshot whose factors training
    started from."""
    parameters = recipe.parameters
    stated: dict[str, Any] = {
        "seed": recipe.seed,
        "model": parameters.as_json(),
        "tuned": parameters != Parameters(),
    }
    return stated if start is None else stated | {"start": start.version}
