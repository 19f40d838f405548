"""The judged model is the served one: the same lists as the build's for the same library."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import msgspec
import numpy as np
import pytest

from datastore.base.codes import HYBRID
from etl.recommender import als, ease
from etl.recommender.build import USER_ARRAYS, recommend
from etl.recommender.evaluation.served_model import Served, fit
from etl.recommender.parameters import Parameters, Recipe
from etl.recommender.users import Users
from library import game_words, make_library, training_data

PARAMETERS = Parameters(min_players=2, factors=8, iterations=3, most=20)
RECIPE = Recipe(PARAMETERS, seed=1, jobs=1)
GAMES, USERS = 14, 40


def random_users() -> list[dict[int, int]]:
    """The last game has one player: too few for the model."""
    rng = np.random.default_rng(7)
    users = []
    for _ in range(USERS):
        own = rng.choice(GAMES - 1, rng.integers(2, 9), replace=False).tolist()
        users.append({game: 100 * int(rng.integers(0, 4)) for game in own} | {own[0]: 60})
    users[0][GAMES - 1] = 30
    return users


LIBRARY = make_library(*random_users())
WORDS = [[f"t:{game % 3}", f"g:{game % 2}"] for game in range(GAMES)]


@pytest.fixture(scope="module")
def model() -> Served:
    return fit(Users.of(LIBRARY), game_words(WORDS), RECIPE)


@pytest.fixture(scope="module")
def built() -> dict[str, Any]:
    data = training_data(LIBRARY, WORDS)
    arrays = recommend(data, RECIPE).arrays
    return arrays | {name: np.concatenate(list(data.users.arrays(name))) for name in USER_ARRAYS}


def test_users_get_what_they_are_served(model: Served, built: dict[str, Any]) -> None:
    by_model = np.where(built["user_sources"] == HYBRID, built["user_games"], -1)
    assert np.array_equal(model.ranked(np.arange(USERS), 20), by_model)


def test_games_get_the_neighbours_that_they_are_served(
    model: Served, built: dict[str, Any]
) -> None:
    other = game_words([[f"t:{game % 5}"] for game in range(GAMES)])
    kin = training_data(LIBRARY, WORDS).kin
    served, blind = model.similar([game_words(WORDS), other], kin, 5)
    assert np.array_equal(served, built["similar_games"][:, :5])
    assert np.array_equal(blind, model.similar([other], kin, 5)[0])
    assert not np.array_equal(blind, served)


def test_als_alone_knows_no_tags_and_no_game_that_it_cannot_place(model: Served) -> None:
    lists = model.similar_by_als(3)
    factors = model.model.factors.games.astype(np.float64)
    directions = factors / np.linalg.norm(factors, axis=1, keepdims=True)
    cosines = directions @ directions.T
    np.fill_diagonal(cosines, -np.inf)
    placed = model.model.data.games.tolist()
    assert GAMES - 1 not in placed
    for column, game in enumerate(placed):
        order = np.argsort(-cosines[column])[:3]
        assert lists[game].tolist() == [placed[other] for other in order]
    assert lists[GAMES - 1].tolist() == [-1, -1, -1]


@pytest.mark.parametrize(
    ("changed", "trained"),
    [
        ({"ease_weight": 3.0}, []),
        ({"alpha": 5.0}, ["als"]),
        ({"iterations": 2}, ["als"]),
        ({"owned_weight": 0.1}, ["ease"]),
        ({"ease_regularization": 0.5, "factors": 4}, ["als", "ease"]),
    ],
    ids=str,
)
def test_only_what_other_parameters_change_is_trained_again(
    model: Served, monkeypatch: pytest.MonkeyPatch, changed: dict[str, Any], trained: list[str]
) -> None:
    recipe = RECIPE.with_parameters(msgspec.structs.replace(PARAMETERS, **changed))
    from_scratch = fit(Users.of(LIBRARY), game_words(WORDS), recipe)
    seen: list[str] = []

    def watched(module: ModuleType, name: str) -> None:
        work = getattr(module, name)

        def call(*arguments: Any) -> Any:
            seen.append(module.__name__.rpartition(".")[2])
            return work(*arguments)

        monkeypatch.setattr(module, name, call)

    watched(als, "train")
    watched(ease, "weights")
    reused = fit(Users.of(LIBRARY), game_words(WORDS), recipe, like=model)
    assert seen == trained
    users = np.arange(USERS)
    assert np.array_equal(reused.scores(users), from_scratch.scores(users))
    assert not np.array_equal(reused.scores(users), model.scores(users))
