"""Users in parts on several hosts, with work that is done twice, are given what one host gives."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from datastore.base.evaluation import Evaluation
from etl.process.progress import Stage
from etl.recommender.build import USER_ARRAYS, recommend
from etl.recommender.evaluation import evaluate as evaluate_module
from etl.recommender.evaluation.evaluate import Extent, evaluate
from etl.recommender.parameters import Parameters, Recipe
from etl.recommender.training_data import TrainingData, read_training_data
from etl.recommender.users import FolderShelf, Part
from parts import in_parts
from thorough import THOROUGH

#: The second stage learns from half of the players.
PARAMETERS = Parameters(factors=64, stage_users=300, stage_hidden=600, stage_trees=20)
RECIPE = Recipe(PARAMETERS, seed=5, jobs=1)
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
    users = {name: np.concatenate(list(data.users.arrays(name))) for name in USER_ARRAYS}
    return built.arrays | users | {"losses": np.array(losses), "facts": built.facts}


def test_the_model_and_all_lists_are_those_of_one_host(
    demo: TrainingData, parts: TrainingData
) -> None:
    one, several = served(demo), served(parts)
    assert several.pop("facts") == one.pop("facts")
    same = np.equal(one["similar_games"], several["similar_games"])
    assert np.mean(same) > 0.999  # others differ by less than rounding
    for name, array in one.items():
        if name.startswith("similar_"):
            assert np.allclose(several[name][same], array[same], **CLOSE, equal_nan=True), name
        elif array.dtype.kind == "f":
            assert np.allclose(several[name], array, **CLOSE, equal_nan=True), name
        else:
            assert np.mean(several[name] != array) < 1e-3, name  # ties within rounding
    for name in ("ease_games", "partner_games", "model_games", "popular_games", "user_sources"):
        assert np.array_equal(one[name], several[name]), name


# Where all are measured, test_every_table_and_array_is_the_same compares what a build measures.
@pytest.mark.parametrize("most", [20_000, 50] if THOROUGH else [50])
def test_the_evaluation_is_that_of_one_host(
    demo: TrainingData, parts: TrainingData, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where only some of the users are measured."""
    monkeypatch.setattr(evaluate_module, "_MOST_MEASURED", most)
    one, several = (evaluate(data, RECIPE, Extent(), Stage(None, None)) for data in (demo, parts))
    assert (several.users, several.games, several.held_out) == (one.users, one.games, one.held_out)
    assert several.task == one.task
    assert several.rankings[1] == one.rankings[1]  # popularity
    assert several.rankings[0].ndcg_at_10.value == pytest.approx(
        one.rankings[0].ndcg_at_10.value, abs=1e-3
    )
    assert np.abs(ndcg(several) - ndcg(one)).mean() < 1e-3
    for found, expected in zip(several.slices, one.slices, strict=True):
        assert (found.name, found.users) == (expected.name, expected.users)
        assert found.pairs == expected.pairs
    for found, expected in zip(several.similar, one.similar, strict=True):
        assert found.coplay.value == pytest.approx(expected.coplay.value, rel=1e-3)


def ndcg(evaluation: Evaluation) -> npt.NDArray[np.float32]:
    return np.frombuffer(evaluation.by_user, np.float32)


def test_only_what_is_served_stays_in_the_folder(parts: TrainingData) -> None:
    described = {"offsets", "games", "minutes", "id_bytes", "id_ends", "recent_starts"}
    for part in parts.users.parts:
        assert set(part.shelf) <= described | set(USER_ARRAYS)


def test_what_a_killed_worker_left_unfinished_is_dropped_unread(tmp_path: Path) -> None:
    shelf = FolderShelf(tmp_path)
    shelf["confidence.data"] = np.arange(3)
    for name, content in (("a", b""), ("b", b"\x93NUMPY")):
        (tmp_path / f"confidence.data.7-{name}.npy").write_bytes(content)
    Part(0, 3, shelf).drop(["confidence"])
    assert list(tmp_path.iterdir()) == []
