"""Co-play: games are alike if the same users play them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt
import pytest

from datastore.base.library import Library
from etl.recommender.coplay import Coplay
from etl.recommender.interactions import Axis, Popular
from etl.recommender.users import Part, Users
from library import make_library


@contextmanager
def coplay(*libraries: Library, games: int, shrink: float, least: int = 1) -> Iterator[Coplay]:
    parts = [Part.of(library) for library in libraries]
    axis = Axis.of(Popular.of(Users(parts), games).players, least)
    with Coplay.of(Users(parts), axis, shrink, jobs=1) as found:
        yield found
    assert not [name for part in parts for name in part.shelf if name.startswith("coplay")]


def cosines(*libraries: Library, games: int, shrink: float) -> npt.NDArray[np.float32]:
    with coplay(*libraries, games=games, shrink=shrink) as found:
        return np.concatenate([cosines for _, cosines in found.cosines()])


def test_games_with_the_same_players_are_alike_and_with_none_in_common_are_not() -> None:
    library = make_library({0: 5, 1: 5}, {0: 5, 1: 5}, {2: 5})
    assert cosines(library, games=3, shrink=0).tolist() == pytest.approx(
        np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1]])
    )


def test_few_players_in_common_prove_less_than_many() -> None:
    # One player has the first two games, thirty have the others.
    library = make_library({0: 1, 1: 1, 2: 1, 3: 1}, *[{2: 1, 3: 1}] * 29)
    found = cosines(library, games=4, shrink=20)
    assert found[2, 3] > 5 * found[0, 1] > 0


def test_a_player_of_everything_says_less_than_one_of_little() -> None:
    library = make_library(dict.fromkeys(range(10), 1), {0: 1, 1: 1})
    found = cosines(library, games=10, shrink=1)
    much, little = 1 / np.log(11), 1 / np.log(3)
    assert found[0, 1] == pytest.approx((much + little) / (much + little + 1))
    assert found[2, 3] == pytest.approx(much / (much + 1))


def test_a_rare_game_is_like_those_that_its_players_play() -> None:
    library = make_library({0: 1, 1: 1, 2: 9}, {0: 1, 1: 1}, {0: 1}, {3: 0})
    with coplay(library, games=4, shrink=3, least=2) as found:
        ((games, rows),) = found.cosines_of(np.array([2, 3]))
    assert games.tolist() == [2]  # nobody plays the other
    weights = 1 / np.log1p(np.array([2, 2, 1]))  # of the players, by their model games
    lengths = np.sqrt([weights.sum() + 3, weights[:2].sum() + 3])
    assert rows[0] == pytest.approx(weights[0] / lengths / np.sqrt(weights[0] + 3))


def test_two_parts_of_the_users_say_what_all_say() -> None:
    rng = np.random.default_rng(1)
    libraries = [{int(game): 1 for game in rng.permutation(9)[:4]} for _ in range(20)]
    whole, halves = make_library(*libraries), (libraries[:7], libraries[7:])
    parts = [make_library(*half) for half in halves]
    one, two = (cosines(*given, games=9, shrink=20) for given in ([whole], parts))
    assert two == pytest.approx(one, rel=1e-5)
