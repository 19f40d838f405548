"""etl.release: how the next model is trained: parameters and seed of the live one, unless given."""

from __future__ import annotations

import msgspec

from datastore.base.snapshot import BuildParameters, Manifest
from etl.recommender.parameters import DEFAULT_SEED, DEMO, Parameters, Recipe
from etl.snapshot.live_snapshot import LiveSnapshot

__all__ = ["build_parameters", "continues", "next_recipe"]


def next_recipe(live: LiveSnapshot, *, seed: int | None, jobs: int, demo: bool) -> Recipe:
    """The recipe of the next model.

    The parameters are those that `playgraph train --tune` chose for the live model, else the
    defaults; the seed is the given one, else the live model's, else the default. Real data and the
    demo dataset share neither.
    """
    manifest, defaults = live.manifest, DEMO if demo else Parameters()
    if manifest is None or manifest.demo != demo:
        return Recipe(defaults, DEFAULT_SEED if seed is None else seed, jobs)
    trained = manifest.parameters
    tuned = msgspec.convert(trained.model, Parameters) if trained.tuned else defaults
    return Recipe(tuned, trained.seed if seed is None else seed, jobs)


def continues(live: LiveSnapshot, recipe: Recipe, forgotten: str) -> bool:
    """Whether training can start from the live factors: only if there are any, with the same
    parameters and seed, and never from factors that saw a user who has been forgotten since."""
    manifest = live.manifest
    if manifest is None or manifest.forgotten != forgotten or "user_factors" not in manifest.arrays:
        return False
    trained = manifest.parameters
    return (trained.model, trained.seed) == (recipe.parameters.as_json(), recipe.seed)


def build_parameters(
    recipe: Recipe, start: Manifest | None, max_line_bytes: int
) -> BuildParameters:
    """What the manifest says about a recipe, and the limit by which lines were read; `start`
    describes the snapshot whose factors training started from."""
    return BuildParameters(
        seed=recipe.seed,
        model=recipe.parameters.as_json(),
        tuned=not recipe.parameters.default,
        start=start.version if start else None,
        max_line_bytes=max_line_bytes,
    )
