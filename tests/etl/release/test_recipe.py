"""The recipe of a first build: the defaults, and smaller ones for the demo dataset."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from etl.recommender.parameters import DEFAULT_SEED, DEMO, Parameters, Recipe
from etl.release.recipe import build_parameters, next_recipe
from etl.snapshot.live_snapshot import LiveSnapshot


@pytest.mark.parametrize(("demo", "expected"), [(False, Parameters()), (True, DEMO)])
def test_the_demo_dataset_is_trained_with_fewer_hidden_games(
    demo: bool, expected: Parameters, tmp_path: Path
) -> None:
    recipe = next_recipe(LiveSnapshot.of(tmp_path), seed=None, jobs=3, demo=demo)
    assert recipe == Recipe(expected, DEFAULT_SEED, 3)
    assert not build_parameters(recipe, None, 1_000).tuned
    assert DEMO.stage_hidden < Parameters().stage_hidden


def test_other_parameters_were_found_by_a_search() -> None:
    recipe = Recipe(msgspec.structs.replace(DEMO, alpha=33.0), DEFAULT_SEED, 1)
    assert build_parameters(recipe, None, 1_000).tuned
