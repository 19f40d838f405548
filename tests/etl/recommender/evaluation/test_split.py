"""The split: who takes part, what is held out, and that nothing else moves it."""

from __future__ import annotations

from collections.abc import Collection
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastore.base.library import Library
from etl.recommender.evaluation.split import Split, split
from library import make_library
from thorough import examples

Pairs = set[tuple[str, str]]
World = dict[str, dict[str, int]]


def divided(
    world: World, seed: int = 0, games: list[str] | None = None, started: Collection[str] = ()
) -> Split:
    """Split a world of user id -> app id -> minutes; games are numbered in the given order. All
    started these games recently."""
    app_ids = games or sorted({game for own in world.values() for game in own})
    number = {app_id: at for at, app_id in enumerate(app_ids)}
    library = make_library(
        *({number[game]: minutes for game, minutes in own.items()} for own in world.values())
    )
    recent = np.flatnonzero(np.isin(library.game, [number[game] for game in started]))
    return split(library, list(world), app_ids, seed, recent)


def held_out(world: World, seed: int = 0, games: list[str] | None = None) -> Pairs:
    app_ids = games or sorted({game for own in world.values() for game in own})
    part = divided(world, seed, app_ids)
    users = list(world)
    rows, columns = part.held_out.nonzero()
    return {
        (users[part.users[row]], app_ids[part.games[column]])
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
    }


def everybody_plays(users: int, games: int) -> World:
    return {f"u{user}": {f"g{game}": 10 + game for game in range(games)} for user in range(users)}


@pytest.mark.parametrize(("games", "expected"), [(5, 1), (7, 1), (8, 2), (12, 2), (13, 3), (20, 4)])
def test_a_fifth_of_what_a_user_played_is_held_out_rounded(games: int, expected: int) -> None:
    part = divided(everybody_plays(6, games))
    assert np.diff(part.held_out.indptr).tolist() == [expected] * 6
    assert np.diff(part.played.indptr).tolist() == [games - expected] * 6


def test_games_that_were_started_recently_are_held_out_beside_a_fifth_of_the_others() -> None:
    world = everybody_plays(6, 12)
    world["u3"]["g11"] = 0  # owned, not started
    part = divided(world, started=["g10", "g11"])
    recent = [[10, 11], [10, 11], [10, 11], [10], [10, 11], [10, 11]]
    columns = {game: at for at, game in enumerate(sorted({*world["u0"]}))}
    expected = [[columns[f"g{game}"] for game in own] for own in recent]
    assert [sorted(part.recent[user].indices.tolist()) for user in range(6)] == [
        sorted(own) for own in expected
    ]
    assert np.diff(part.held_out.indptr).tolist() == [2] * 6
    assert part.held_out.multiply(part.recent).nnz == 0
    assert np.diff(part.played.indptr).tolist() == [8] * 6
    assert part.owned.multiply(part.recent + part.held_out).nnz == 0
    assert len(part.known.game) == part.owned.nnz == 6 * 8 + 1


def test_a_user_who_started_nearly_all_recently_keeps_a_game() -> None:
    part = divided(everybody_plays(6, 6), started=["g1", "g2", "g3", "g4", "g5"])
    assert np.diff(part.played.indptr).tolist() == [1] * 6
    assert part.held_out.nnz == 0
    part = divided(everybody_plays(6, 6), started=[f"g{game}" for game in range(6)])
    assert (part.held_out.nnz, part.played.nnz, part.recent.nnz) == (0, 0, 36)


def test_users_and_games_need_five_of_each_other_until_nobody_is_left_behind() -> None:
    world = everybody_plays(5, 6)
    # "few" leaves, and then g5, which only four others play, and so on down to "left".
    del world["u0"]["g5"]
    world["few"] = {f"g{game}": 1 for game in (0, 1, 2, 5)}
    world["left"] = {"g0": 1, "g1": 1, "g2": 1, "g3": 1, "g5": 1}
    part = divided(world)
    assert [list(world)[user] for user in part.users] == ["u0", "u1", "u2", "u3", "u4", "left"]
    del world["left"]
    part = divided(world)
    assert [list(world)[user] for user in part.users] == ["u0", "u1", "u2", "u3", "u4"]
    assert part.games.tolist() == [0, 1, 2, 3, 4]  # without g5


def test_a_world_where_nobody_has_enough_is_empty() -> None:
    part = divided({"ann": {"a": 1, "b": 2}, "bob": {}})
    assert part.held_out.shape == (0, 0)
    assert len(part.known.game) == 0


def test_games_owned_but_not_played_stay_in_the_training_part() -> None:
    world = everybody_plays(6, 6)
    world["u3"]["g2"] = 0
    world["u4"]["g9"] = 0  # not a game that takes part
    part = divided(world)
    row = part.users.tolist().index(3)
    assert part.owned[row, 2] == 1
    assert part.played[row, 2] == part.held_out[row, 2] == 0
    assert part.owned.shape == (6, 6)


worlds = st.dictionaries(
    st.sampled_from([f"u{number}" for number in range(12)]),
    st.dictionaries(
        st.sampled_from([f"g{number}" for number in range(9)]), st.integers(0, 3), min_size=6
    ),
    min_size=6,
)


@given(worlds, st.integers(-3, 3))
@settings(max_examples=examples(80))
def test_both_parts_together_are_the_library_and_have_nothing_in_common(
    world: World, seed: int
) -> None:
    part = divided(world, seed)
    users = list(world)
    app_ids = sorted({game for own in world.values() for game in own})
    assert (part.held_out.multiply(part.owned)).nnz == 0
    assert (np.diff(part.held_out.indptr) >= 1).all()
    assert (np.diff(part.played.indptr) >= 1).all()
    both = (part.owned + part.held_out).toarray()
    for row, user in enumerate(part.users.tolist()):
        for column, game in enumerate(part.games.tolist()):
            assert both[row, column] == (app_ids[game] in world[users[user]])
    known = part.known
    assert known.offsets.tolist() == part.owned.indptr.tolist()
    minutes = {
        (user, game): world[users[part.users[user]]][app_ids[part.games[game]]]
        for user, game in zip(known.user.tolist(), known.game.tolist(), strict=True)
    }
    assert known.minutes.tolist() == list(minutes.values())
    assert part.played.nnz == sum(value > 0 for value in minutes.values())


@given(st.randoms(use_true_random=False))
@settings(max_examples=20)
def test_the_order_of_users_and_games_does_not_matter(random: Random) -> None:
    world = everybody_plays(8, 11)
    users, games = list(world), [f"g{game}" for game in range(11)]
    random.shuffle(users)
    random.shuffle(games)
    assert held_out({user: world[user] for user in users}, games=games) == held_out(world)


def test_more_users_do_not_change_what_is_held_out_of_the_others() -> None:
    world = everybody_plays(8, 11)
    before = held_out(world)
    more = held_out(world | {"new": world["u0"], "a new one": {"g1": 5, "g77": 9}})
    assert {pair for pair in more if pair[0] in world} == before
    assert {user for user, _ in more} == {*world, "new"}


def test_another_game_of_a_user_moves_no_more_than_its_own_place() -> None:
    world = everybody_plays(8, 12)
    before = held_out(world)
    world["u0"] = world["u0"] | {"g12": 1}
    for user in list(world)[1:6]:
        world[user] = world[user] | {"g12": 1}
    assert len({pair for pair in before - held_out(world) if pair[0] == "u0"}) <= 1


def test_another_seed_holds_out_other_pairs() -> None:
    world = everybody_plays(30, 20)
    splits = [held_out(world, seed) for seed in (0, 1, -1)]
    for one in splits:
        for other in splits:
            assert one is other or len(one & other) < len(one) / 2


def test_every_pair_is_held_out_equally_often() -> None:
    world = everybody_plays(10, 10)
    counts = np.zeros((10, 10))
    for seed in range(300):
        counts += divided(world, seed).held_out.toarray()
    assert counts.mean() == 60  # a fifth
    assert abs(counts - 60).max() < 5 * np.sqrt(300 * 0.2 * 0.8)


def test_the_library_itself_is_left_as_it_was() -> None:
    library = make_library(*({game: 1 + game for game in range(6)} for _ in range(6)))
    frozen = Library(*(getattr(library, name).copy() for name in Library.__slots__))
    for name in Library.__slots__:
        getattr(frozen, name).flags.writeable = False
    split(frozen, [f"u{at}" for at in range(6)], [f"g{at}" for at in range(6)], 0)
