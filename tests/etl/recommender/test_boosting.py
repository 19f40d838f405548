"""Trees of the second stage: they learn what curves cannot say, and are the same on each run."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from datastore.base.tree_sums import TreeSums
from datastore.base.trees import Trees
from etl.recommender.boosting import boosted

PLAYERS, CANDIDATES = 400, 12


def world() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The hidden game is the one of which two signals are on the same side: a sum of curves of the
    two cannot find it. There are copies of both, because a tree sees half of the columns."""
    rng = np.random.default_rng(2)
    sides = rng.choice([-1, 1], (PLAYERS, CANDIDATES), p=(0.3, 0.7)).astype(np.float32)
    rows = np.stack([sides, -sides], axis=2)
    hits = np.zeros((PLAYERS, CANDIDATES), bool)
    hits[np.arange(PLAYERS), rng.integers(0, CANDIDATES, PLAYERS)] = True
    rows[hits, 1] = rows[hits, 0]
    rows = np.tile(rows, 3)
    start = rng.normal(size=hits.shape) / 10
    start[:, -1] = np.where(hits[:, -1], start[:, -1], -np.inf)  # some have fewer candidates
    return rows.reshape(-1, 6), start, hits


ROWS, START, HITS = world()


def learned(seed: int = 4) -> Trees:
    known = ROWS[np.isfinite(START).reshape(-1)]
    return boosted([known[:700], known[700:]], START, HITS, 20, seed)


def test_what_two_signals_say_together_is_learned() -> None:
    moved = START + TreeSums.of(learned()).total(ROWS).reshape(START.shape)
    found = moved.argmax(axis=1) == HITS.argmax(axis=1)
    assert (START.argmax(axis=1) == HITS.argmax(axis=1)).mean() < 0.2
    assert found.mean() > 0.95


def test_the_trees_add_up_to_what_lightgbm_predicts() -> None:
    import lightgbm

    kept, models = lightgbm.train, []

    def noted(*arguments: object) -> object:
        models.append(kept(*arguments))
        return models[-1]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(lightgbm, "train", noted)
        sums = TreeSums.of(learned())
    assert sums.total(ROWS) == pytest.approx(models[0].predict(ROWS), abs=1e-12)


def test_trees_are_learned_where_python_drops_docstrings() -> None:
    code = """
import numpy as np
from etl.recommender.boosting import boosted
hits = np.arange(400).reshape(200, 2) % 2 == 0
boosted([np.arange(400, dtype=np.float32).reshape(400, 1)], np.zeros((200, 2)), hits, 1, 4)
"""
    subprocess.run([sys.executable, "-OO", "-c", code], check=True)


def test_an_inner_node_has_the_mean_of_the_training_rows_behind_it() -> None:
    trees = learned()
    parts = trees.parts(ROWS.astype(np.float64))
    total = parts.sum(axis=1) + trees.baseline
    assert total == pytest.approx(TreeSums.of(trees).total(ROWS))


def test_the_same_seed_gives_the_same_bytes_and_another_one_others() -> None:
    one, again, other = (learned(seed).arrays("order") for seed in (4, 4, 5))
    assert all(again[name].tobytes() == array.tobytes() for name, array in one.items())
    assert any(other[name].tobytes() != array.tobytes() for name, array in one.items())


def test_training_loads_no_optional_part_of_lightgbm() -> None:
    code = """if True:
        import sys
        import numpy as np
        from etl.recommender.boosting import boosted
        rows = np.random.default_rng(1).random((2_000, 3), np.float32)
        hits = rows[:, 0].reshape(200, 10).argmax(axis=1)[:, None] == np.arange(10)
        trees = boosted([rows], np.zeros((200, 10)), hits, 3, 1)
        print(len(trees.roots), "pandas" in sys.modules, "sklearn" in sys.modules)
    """
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["3", "False", "False"], done.stderr
