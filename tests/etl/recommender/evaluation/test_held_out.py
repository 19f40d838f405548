"""What is held out in parts is what is held out at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from etl.recommender.als import USER_FACTORS
from etl.recommender.evaluation.held_out import hold_out
from etl.recommender.sample import some
from etl.recommender.users import Users
from library import make_library
from parts import in_parts

USERS, GAMES = 60, 12
APP_IDS = [str(game) for game in range(GAMES)]


@pytest.fixture(scope="module")
def users() -> Users:
    rng = np.random.default_rng(4)
    libraries = [
        {int(game): int(rng.integers(0, 50)) for game in rng.permutation(GAMES)[: rng.integers(12)]}
        for _ in range(USERS)
    ]
    return Users.of(make_library(*libraries), [f"u{at}" for at in range(USERS)], [0, 7])


def test_a_sample_of_parts_has_the_split_of_all(users: Users, tmp_path: Path) -> None:
    one = hold_out(users, APP_IDS, 3)
    several = hold_out(in_parts(users, tmp_path, [5, 5, 40]), APP_IDS, 3)
    assert 10 < len(one.users) == len(several.users) < USERS
    assert np.array_equal(one.games, several.games)
    assert np.array_equal(one.players, several.players)
    for part in (*one.users.parts, *several.users.parts):
        rows = np.arange(part.first, part.first + part.size, dtype=np.float32)
        part.shelf[USER_FACTORS] = rows[:, None]
    listed = np.ones(len(one.games), np.bool_)
    whole, _ = one.sampled(listed, 8)
    part, known = several.sampled(listed, 8)
    rows = known.shelf[USER_FACTORS].ravel().astype(int)
    assert set(whole.sample(8)) <= set(rows.tolist())
    assert len(rows) < len(whole.users)
    for name in ("users", "draw"):
        assert np.array_equal(getattr(part, name), getattr(whole, name)[rows])
    for name in ("played", "owned", "held_out", "recent"):
        assert not (getattr(part, name) != getattr(whole, name)[rows]).nnz
    for name in ("offsets", "game", "minutes"):
        assert np.array_equal(getattr(part.known, name), getattr(some(whole.known, rows), name))
    several.clear()
    assert not list(tmp_path.glob("*/evaluation"))
