"""A sample has the same users for any number of parts, and a fair share of each."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pytest

from etl.recommender.sample import Drawn, gathered, mixed, sample
from etl.recommender.users import Part, Users
from library import make_library
from parts import in_parts

USERS = 300


def everybody(step: int, part: Part) -> Drawn:
    """Every `step`-th of all users."""
    users = np.flatnonzero((np.arange(part.size) + part.first) % step == 0)
    return Drawn(users, mixed((users + part.first).astype(np.uint64)))


@pytest.fixture(scope="module")
def users() -> Users:
    return Users.of(make_library(*({user: 1, user + 1: user} for user in range(USERS))))


@pytest.mark.parametrize("most", [0, 1, 40, 150, 1000])
def test_parts_do_not_change_who_is_taken(users: Users, tmp_path: Path, most: int) -> None:
    drawn = partial(everybody, 2)
    one, several = (
        sample(given, drawn, most, "") for given in (users, in_parts(users, tmp_path, [7, 7, 200]))
    )
    assert np.array_equal(one.users, several.users)
    assert one.of == several.of == USERS / 2
    assert len(one.users) == min(most, USERS // 2)
    assert (np.diff(one.users) > 0).all()
    assert not (one.users % 2).any()


def test_those_with_the_smallest_draws_are_taken(users: Users) -> None:
    draws = everybody(1, users.parts[0]).draws
    found = sample(users, partial(everybody, 1), 50, "")
    assert sorted(found.users) == sorted(np.argsort(draws)[:50])
    assert 15 < np.count_nonzero(found.users < USERS / 2) < 35


def test_the_libraries_of_users_are_gathered_in_their_order(users: Users, tmp_path: Path) -> None:
    library = gathered(in_parts(users, tmp_path, [100]), np.array([3, 99, 100, 299]), "")
    assert library.offsets.tolist() == [0, 2, 4, 6, 8]
    assert sorted(library.game.tolist()) == [3, 4, 99, 100, 100, 101, 299, 300]
    assert library.minutes.tolist() == [3, 1, 99, 1, 100, 1, 299, 1]
    assert len(gathered(users, np.zeros(0, np.int64), "").game) == 0
