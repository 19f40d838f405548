"""The second stage: it learns from hidden games what the blend does not know."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from datastore.base.library import Library
from datastore.base.second_stage import Curves
from etl.recommender import model as models
from etl.recommender import second_stage
from etl.recommender.parameters import Parameters, Recipe
from etl.recommender.second_stage import candidates, ranked, with_second_stage
from etl.recommender.users import Users
from library import game_words, make_library

GAMES, USERS = 60, 300
PARAMETERS = Parameters(factors=8, iterations=3, candidates=30, stage_trees=20, most=10)
RECIPE = Recipe(PARAMETERS, seed=4, jobs=1)
WORDS = game_words([[f"t:{game % 6}", f"g:{game % 3}"] for game in range(GAMES)])


def tastes(users: int = USERS) -> Library:
    """Six groups of games; a player has most of one, and owns some of another without playing."""
    rng = np.random.default_rng(8)
    libraries = []
    for user in range(users):
        liked = rng.permutation(np.flatnonzero(np.arange(GAMES) % 6 == user % 6))[:7]
        owned = rng.choice(GAMES, 5, replace=False)
        libraries.append(
            {int(game): 0 for game in owned}
            | {int(game): int(rng.integers(1, 900)) for game in liked}
        )
    return make_library(*libraries)


LIBRARY = tastes()


@pytest.fixture(scope="module")
def first() -> models.Model:
    return models.fit(LIBRARY, WORDS, RECIPE)


@pytest.fixture(scope="module")
def whole(first: models.Model) -> models.Model:
    return with_second_stage(first, Users.of(LIBRARY), WORDS, RECIPE)


def test_candidates_are_the_best_by_the_blend_and_none_is_owned(first: models.Model) -> None:
    users = np.arange(40)
    found, scores = candidates(first, users), first.scores(users)
    owned = first.history.toarray() > 0
    for user in users:
        blend = np.where(owned[user], -np.inf, scores[user])
        assert found.columns[user].tolist() == np.argsort(-blend, kind="stable")[:30].tolist()
        assert found.scores[user] == pytest.approx(blend[found.columns[user]], abs=1e-5)
        assert found.signals["lead"][user, -1] == 0


def test_signals_by_hand(first: models.Model) -> None:
    users = np.arange(25)
    found = candidates(first, users)
    played, owned = (matrix.toarray() > 0 for matrix in (first.data.minutes, first.history))
    shared = first.history.toarray().T @ first.history.toarray()
    for user in users:
        columns = found.columns[user]
        shares = shared[:, columns] / (shared.diagonal()[:, None] + 3)
        assert found.signals["together"][user] == pytest.approx(
            shares[owned[user]].max(axis=0), rel=1e-4
        )
        playing = owned.T.astype(float) @ played[:, columns] / (owned.sum(axis=0)[:, None] + 3)
        assert found.signals["plays"][user] == pytest.approx(
            playing[owned[user]].max(axis=0), rel=1e-4
        )
        share_of_users = owned[:, columns].sum(axis=0) / USERS
        assert found.signals["lift"][user] == pytest.approx(
            np.log((shares[owned[user]].max(axis=0) + 0.01) / share_of_users), abs=1e-4
        )
        profile = first.history.toarray()[user] @ first.tags.toarray()
        cosines = first.tags.toarray()[columns] @ profile / np.linalg.norm(profile)
        assert found.signals["tags"][user] == pytest.approx(cosines, abs=1e-5)
        owners = owned[:, columns].sum(axis=0)
        assert found.signals["owners"][user] == pytest.approx(np.log(owners / USERS), rel=1e-4)
        players = played[:, columns].sum(axis=0)
        assert found.signals["played"][user] == pytest.approx(players / owners, rel=1e-5)


def test_a_list_is_ordered_by_the_blend_the_curves_and_the_trees(whole: models.Model) -> None:
    users = np.arange(50)
    columns, scores = ranked(whole, users, 10)
    found = candidates(whole, users)
    total = found.scores + whole.order.total(found.signals)
    order = np.argsort(-total, axis=1, kind="stable")[:, :10]
    assert np.array_equal(columns, np.take_along_axis(found.columns, order, 1))
    assert scores == pytest.approx(np.take_along_axis(total, order, 1), abs=1e-4)
    assert whole.order.curves.values.any()
    assert len(whole.order.trees.roots)


def test_neither_threads_nor_a_second_run_change_the_order(
    first: models.Model, whole: models.Model
) -> None:
    again = with_second_stage(first, Users.of(LIBRARY), WORDS, Recipe(PARAMETERS, 4, jobs=3))
    for name, array in whole.order.arrays().items():
        assert again.order.arrays()[name].tobytes() == array.tobytes(), name
    other = with_second_stage(first, Users.of(LIBRARY), WORDS, Recipe(PARAMETERS, 5, jobs=1))
    assert other.order.curves.values.tobytes() != whole.order.curves.values.tobytes()


def test_of_too_few_players_nothing_is_learned() -> None:
    library = tastes(second_stage.FEWEST_PLAYERS - 1)
    first = models.fit(library, WORDS, RECIPE)
    found = with_second_stage(first, Users.of(library), WORDS, RECIPE)
    assert found.order.curves.values.tobytes() == Curves.flat().values.tobytes()
    assert not len(found.order.trees.roots)


def pairs(library: Library, rows: np.ndarray | slice = slice(None)) -> list[tuple[int, int]]:
    return list(zip(library.user[rows].tolist(), library.game[rows].tolist(), strict=True))


def test_some_games_of_each_half_of_the_players_are_hidden_then_others_of_each() -> None:
    library, hidden = second_stage._hide(Users.of(LIBRARY), GAMES, RECIPE)
    assert pairs(library) == pairs(LIBRARY)
    halves = [set(library.user[rows].tolist()) for rows in hidden]
    assert halves[:2] == halves[2:]
    assert halves[0] | halves[1] == set(range(USERS))
    assert not halves[0] & halves[1]
    for rows in hidden:
        assert (library.minutes[rows] > 0).all()
        assert np.bincount(library.game[rows], minlength=GAMES).all()  # any game, at random
        each = PARAMETERS.stage_games
        assert len(rows) == each * USERS / 2
        players = library.user[rows].reshape(each, -1)
        assert (players == players[0]).all()  # one of each, then another one of each
        known = pairs(second_stage._without(library, rows))
        assert len(known) + len(rows) == len(library.game)
        assert set(known) == set(pairs(library)) - set(pairs(library, rows))
    all_hidden = np.concatenate(hidden)
    assert len(np.unique(all_hidden)) == len(all_hidden)  # each is hidden once
    again = second_stage._hide(Users.of(LIBRARY), GAMES, RECIPE).rows
    assert all(np.array_equal(*rows) for rows in zip(hidden, again, strict=True))


def test_of_a_player_with_few_games_all_are_hidden_at_most() -> None:
    library = make_library(*(dict.fromkeys(range(5), 5) for _ in range(300)))
    hidden = second_stage._hide(Users.of(library), GAMES, RECIPE).rows
    assert [len(rows) for rows in hidden] == [450, 450, 300, 300]
    assert sorted(np.concatenate(hidden).tolist()) == list(range(1_500))


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (1_000, [240, 240, 240, 240]),
        (600, [240, 240, 120]),
        (400, [240, 160]),
        (240, [240]),
        (100, [100]),
    ],
)
def test_of_many_users_some_train_and_games_of_some_are_hidden(
    most: int, expected: list[int]
) -> None:
    parameters = Parameters(stage_users=240, stage_hidden=most, stage_games=2)
    hidden = second_stage._hide(Users.of(LIBRARY), GAMES, Recipe(parameters, seed=4, jobs=1))
    assert len(hidden.library.offsets) - 1 == 240
    assert [len(rows) for rows in hidden.rows] == expected


def test_each_hidden_game_is_asked_for_by_all_other_games_of_its_player() -> None:
    library, (rows, *_) = second_stage._hide(Users.of(LIBRARY), GAMES, RECIPE)
    asking = second_stage._asking(library, rows)
    for number, row in list(enumerate(rows.tolist()))[::50]:
        own = slice(*asking.offsets[number : number + 2])
        others = np.flatnonzero(library.user == library.user[row])
        others = others[others != row]
        assert asking.game[own].tolist() == library.game[others].tolist()
        assert asking.minutes[own].tolist() == library.minutes[others].tolist()
        assert library.game[row] not in asking.game[own]
    assert len(asking.offsets) - 1 == len(rows)


def test_the_first_stage_that_is_asked_knows_no_hidden_game(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trained, seen = models.trained, []

    def noted(users: Users, *arguments: Any) -> models.Model:
        seen.extend(pairs(users.parts[0].library))
        return trained(users, *arguments)

    monkeypatch.setattr(second_stage.models, "trained", noted)
    library, (rows, *_) = second_stage._hide(Users.of(LIBRARY), GAMES, RECIPE)
    found = examples(library, rows)
    assert set(seen) == set(pairs(LIBRARY)) - set(pairs(LIBRARY, rows))
    assert (found.listed.hits.sum(axis=1) == 1).all()
    assert len(found.listed.hits) > 0.9 * len(rows)  # most of them are among 30 of 60 games


def examples(library: Library, rows: np.ndarray) -> second_stage._Examples:
    found = second_stage._examples(library, rows, WORDS, RECIPE, np.zeros(GAMES, np.bool_))
    return next(found)


def test_examples_come_in_the_order_of_the_hidden_games(monkeypatch: pytest.MonkeyPatch) -> None:
    library, (rows, *_) = second_stage._hide(Users.of(LIBRARY), GAMES, RECIPE)
    whole = examples(library, rows)
    monkeypatch.setattr(second_stage, "_AT_ONCE", 200)
    unlisted = np.zeros(GAMES, np.bool_)
    parts = list(second_stage._examples(library, rows, WORDS, RECIPE, unlisted))
    assert len(parts) == 3
    hits, tags = whole.listed.hits, whole.listed.signals["tags"]
    assert np.array_equal(np.concatenate([part.listed.hits for part in parts]), hits)
    assert np.array_equal(np.concatenate([part.listed.signals["tags"] for part in parts]), tags)
    assert sum(len(some) for part in parts for some in part.rows) == hits.size


def test_trees_learn_from_the_best_candidates_with_the_hidden_game(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(second_stage, "_NEAR", 3)
    library, (hidden, *_) = second_stage._hide(Users.of(LIBRARY), GAMES, RECIPE)
    given = examples(library, hidden)
    scores, hits, signals = given.listed
    best = np.sort(np.argsort(-scores, axis=1, kind="stable")[:, :3], axis=1)
    found = np.take_along_axis(hits, best, 1).any(axis=1)
    assert 0 < found.sum() < len(found)
    expected = np.take_along_axis(
        np.concatenate(given.rows).reshape(*scores.shape, -1), best[:, :, None], 1
    )[found]
    near, rows = second_stage._near_the_top(given, Curves.flat())
    assert near.scores.shape == near.hits.shape == (found.sum(), 3)
    assert np.isfinite(near.scores).all()
    assert (near.hits.sum(axis=1) == 1).all()
    assert np.array_equal(near.signals["als"], np.take_along_axis(signals["als"], best, 1)[found])
    assert np.array_equal(np.concatenate(rows), expected.reshape(-1, expected.shape[2]))
