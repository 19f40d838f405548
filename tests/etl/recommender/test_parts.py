"""Users in parts on several hosts, with work that is done twice, are given what one host gives."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from etl.recommender.build import USER_ARRAYS, recommend
from etl.recommender.parameters import Parameters, Recipe
from etl.recommender.training_data import TrainingData, read_training_data
from parts import in_parts

RECIPE = Recipe(Parameters(), seed=5, jobs=1)
#: What a factor or a score may differ by: sums of numbers in another order.
CLOSE = {"rtol": 1e-5, "atol": 1e-5}


@pytest.fixture(scope="module")
def demo(demo_data_dir: Path) -> TrainingData:
    (snapshot,) = (demo_data_dir / "snapshots").iterdir()
    return read_training_data(snapshot)


@pytest.fixture(scope="module")
def parts(demo: TrainingData, tmp_path_factory: pytest.TempPathFactory) -> TrainingData:
    """Four parts of different sizes, one of them of nobody."""
    size = len(demo.users)
    bounds = [size // 5, size // 5, size // 2]
    return replace(demo, users=in_parts(demo.users, tmp_path_factory.mktemp("parts"), bounds))


def served(data: TrainingData) -> dict[str, Any]:
    losses: list[float] = []
    built = recommend(data, RECIPE, lambda loss: losses.append(loss()))
    users = {name: np.concatenate(data.users.arrays(name)) for name in USER_ARRAYS}
    return built.arrays | users | {"losses": np.array(losses), "facts": built.facts}


def test_the_model_and_all_lists_are_those_of_one_host(
    demo: TrainingData, parts: TrainingData
) -> None:
    one, several = served(demo), served(parts)
    assert several.pop("facts") == one.pop("facts")
    for name, array in one.items():
        if array.dtype.kind == "f":
            assert np.allclose(several[name], array, **CLOSE, equal_nan=True), name
        else:
            assert np.mean(several[name] != array) < 1e-3, name  # ties within rounding
    for name in ("ease_games", "partner_games", "model_games", "popular_games", "user_sources"):
        assert np.array_equal(one[name], several[name]), name


def test_only_what_is_served_stays_in_the_folder(parts: TrainingData) -> None:
    described = {"offsets", "games", "minutes", "id_bytes", "id_ends", "recent_starts"}
    for part in parts.users.parts:
        assert set(part.shelf) <= described | set(USER_ARRAYS)
