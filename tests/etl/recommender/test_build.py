"""What is served: neighbours that stay in their group, and each fallback where it must be.

Twelve players play games 0 to 3, twelve others games 4 to 7; some games have too few players or
none for the model.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastore.base.codes import SOURCES
from datastore.base.tables import ARRAYS
from etl.recommender import als, neighbours
from etl.recommender.build import USER_ARRAYS, recommend
from etl.recommender.kin import Kin
from etl.recommender.parameters import Parameters, Recipe
from etl.recommender.training_data import TrainingData
from library import make_library, training_data
from thorough import examples

PARAMETERS = Parameters(factors=8, iterations=4, most=6)
LEFT, RIGHT = {0, 1, 2, 3}, {4, 5, 6, 7}
RARE, TAGGED, GENRE_ONLY, UNKNOWN = 8, 9, 10, 11

WORDS = [
    *(["t:left", "g:action"] for _ in LEFT),
    *(["t:right", "g:rpg"] for _ in RIGHT),
    [],  # rare: two players of the left, no tags
    ["t:right"],  # nobody has played it
    ["g:rpg", "t:nowhere"],
    [],
]


def board() -> list[dict[int, int]]:
    """Each player leaves out one game of the group."""
    users: list[dict[int, int]] = []
    for group in (sorted(LEFT), sorted(RIGHT)):
        users += [
            {game: 60 + user + game for game in group if game != group[user % 4]}
            for user in range(12)
        ]
    users[0][RARE] = users[1][RARE] = 30
    return users


OWNS_UNPLAYED, OWNS_NOTHING, OWNS_RARE, OWNS_TAGGED = 24, 25, 26, 27
USERS = [*board(), {4: 0, TAGGED: 0}, {}, {RARE: 0}, {TAGGED: 0}]


def run(users: list[dict[int, int]], words: list[list[str]], jobs: int = 1) -> dict[str, Any]:
    data = training_data(make_library(*users), words)
    return served(data, jobs)


def served(data: TrainingData, jobs: int = 1) -> dict[str, Any]:
    arrays = recommend(data, Recipe(PARAMETERS, seed=1, jobs=jobs)).arrays
    return arrays | {name: np.concatenate(list(data.users.arrays(name))) for name in USER_ARRAYS}


@pytest.fixture(scope="module")
def arrays() -> dict[str, Any]:
    return run(USERS, WORDS)


def row(arrays: dict[str, Any], kind: str, number: int) -> list[tuple[int, str]]:
    games, sources = (arrays[f"{kind}_{name}"][number].tolist() for name in ("games", "sources"))
    return [(g, SOURCES[s]) for g, s in zip(games, sources, strict=True) if g >= 0]


@pytest.mark.parametrize("game", sorted(LEFT | RIGHT))
def test_neighbours_of_the_model_are_the_games_with_the_same_players(
    arrays: dict[str, Any], game: int
) -> None:
    group = LEFT if game in LEFT else RIGHT
    found = row(arrays, "similar", game)
    assert {other for other, _ in found[:3]} == group - {game}
    assert [source for _, source in found[:3]] == ["HYBRID"] * 3
    assert "HYBRID" not in [source for _, source in found[3:]]
    assert len(found) == 6


def test_unlisted_games_are_in_no_list_but_behind_those_of_similar_games() -> None:
    data = training_data(make_library(*USERS), WORDS)
    data.unlisted[0] = True
    built = served(data)
    assert 0 not in built["similar_games"][:, : PARAMETERS.most]
    assert 0 not in built["user_games"]
    others = {at for at, places in enumerate(built["similar_games"]) if 0 in places}
    assert others == LEFT - {0}
    assert len(row({name: built[name][:, :6] for name in ("similar_games", "similar_sources")},
                   "similar", 1)) == 6  # fmt: skip


def test_a_game_with_few_players_has_what_those_play_then_popular_games(
    arrays: dict[str, Any],
) -> None:
    found = row(arrays, "similar", RARE)
    assert {game for game, source in found if source == "COPLAY"} == LEFT
    assert [source for _, source in found] == ["COPLAY"] * 4 + ["POPULAR"] * 2


def test_a_game_that_nobody_played_has_those_that_share_its_tags(arrays: dict[str, Any]) -> None:
    found = row(arrays, "similar", TAGGED)
    assert {game for game, source in found if source == "CONTENT"} == RIGHT
    assert [source for _, source in found] == ["CONTENT"] * 4 + ["POPULAR"] * 2


def test_a_game_without_tags_has_its_namesakes_before_popular_games() -> None:
    titles = [""] * len(WORDS)
    titles[UNKNOWN], titles[5], titles[6] = "don't starve", "don't starve together", "starve"
    data = training_data(make_library(*USERS), WORDS)
    kin = Kin(titles, *np.full((2, len(WORDS)), -1, np.int32))
    found = row(served(replace(data, kin=kin)), "similar", UNKNOWN)
    assert found[:2] == [(5, "CONTENT"), (6, "CONTENT")]
    assert [source for _, source in found[2:]] == ["POPULAR"] * 4


def test_a_genre_is_shared_content_as_well(arrays: dict[str, Any]) -> None:
    found = row(arrays, "similar", GENRE_ONLY)
    assert {game for game, source in found if source == "CONTENT"} == RIGHT


def test_a_game_of_which_nothing_is_known_has_the_most_popular(arrays: dict[str, Any]) -> None:
    popular = arrays["popular_games"].tolist()
    assert row(arrays, "similar", UNKNOWN) == [(game, "POPULAR") for game in popular[:6]]
    assert set(popular[:8]) == LEFT | RIGHT
    assert popular[8] == RARE


def test_of_games_with_the_same_tags_those_with_more_players_come_first() -> None:
    chosen = np.random.default_rng(0)
    kinds = [[f"t:{word}" for word in chosen.choice(60, 9, replace=False)] for _ in range(40)]
    words = [kinds[at % 40] for at in range(401)]  # sums differ by where a column stands
    users = [{int(game): 5 for game in chosen.choice(401, 250, replace=False)} for _ in range(4)]
    arrays = run(users, words)  # too few players for the model, or for a game of it
    place = {game: at for at, game in enumerate(arrays["popular_games"].tolist())}
    pairs = 0
    for kind, number in [
        *(("similar", at) for at in range(401)),
        *(("user", at) for at in range(4)),
    ]:
        found = [game for game, source in row(arrays, kind, number) if source == "CONTENT"]
        for one, other in pairwise(found):
            if words[one] == words[other]:
                assert place[one] < place[other]
                pairs += 1
    assert pairs > 100


def test_a_full_list_of_popular_games_begins_with_those_of_the_genre() -> None:
    # 'g:all' is on every game, so it has no weight, and content finds nothing.
    words = [["g:all"] for _ in WORDS]
    found = row(run(USERS, words), "similar", UNKNOWN)
    assert {source for _, source in found} == {"POPULAR"}


def test_no_list_holds_its_own_game_or_one_twice(arrays: dict[str, Any]) -> None:
    for game, games in enumerate(arrays["similar_games"].tolist()):
        assert game not in games
        held = [other for other in games if other >= 0]
        assert len(set(held)) == len(held)
        assert games == held + [-1] * (len(games) - len(held))


def test_lists_of_one_source_are_best_first(arrays: dict[str, Any]) -> None:
    for games, scores, sources in zip(
        *(arrays[f"similar_{name}"] for name in ("games", "scores", "sources")), strict=True
    ):
        for source in set(sources.tolist()):
            own = scores[(sources == source) & (games >= 0)]
            assert (np.diff(own) <= 0).all()


def shared(users: list[dict[int, int]], one: int, other: int) -> int:
    return sum(own.get(one, 0) > 0 and own.get(other, 0) > 0 for own in users)


def test_shared_players_are_those_who_played_both(arrays: dict[str, Any]) -> None:
    for game, others in enumerate(arrays["similar_games"].tolist()):
        for other, both in zip(others, arrays["similar_shared"][game].tolist(), strict=True):
            assert both == (shared(USERS, game, other) if other >= 0 else 0)


@pytest.mark.parametrize("user", range(24))
def test_a_player_gets_first_the_game_of_the_group_that_is_missing(
    arrays: dict[str, Any], user: int
) -> None:
    group = LEFT if user < 12 else RIGHT
    found = row(arrays, "user", user)
    assert found[0] == (next(iter(group - USERS[user].keys())), "HYBRID")
    assert len(found) == PARAMETERS.most
    assert not {game for game, _ in found} & USERS[user].keys()


def test_an_owner_who_played_nothing_gets_what_is_played_with_it(arrays: dict[str, Any]) -> None:
    found = row(arrays, "user", OWNS_UNPLAYED)
    assert {game for game, _ in found[:3]} == RIGHT - {4}
    assert {source for _, source in found[:3]} == {"COPLAY"}


def test_an_owner_of_games_the_model_cannot_place_gets_games_of_the_same_tags(
    arrays: dict[str, Any],
) -> None:
    found = row(arrays, "user", OWNS_TAGGED)
    assert {game for game, _ in found[:4]} == RIGHT
    assert [source for _, source in found] == ["CONTENT"] * 4 + ["POPULAR"] * 2


@pytest.mark.parametrize("user", [OWNS_NOTHING, OWNS_RARE])
def test_a_user_of_whom_nothing_is_known_gets_the_most_popular_games(
    arrays: dict[str, Any], user: int
) -> None:
    popular = arrays["popular_games"].tolist()
    assert row(arrays, "user", user) == [(game, "POPULAR") for game in popular[:6]]


def test_the_lists_are_the_same_on_any_number_of_threads(
    arrays: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(als, "_USERS_PER_THREAD", 1)
    monkeypatch.setattr(neighbours, "_BLOCK", 2)
    again = run(USERS, WORDS, jobs=3)
    for name, array in arrays.items():
        assert np.array_equal(array, again[name], equal_nan=True), name


def test_the_arrays_are_those_of_the_contract(arrays: dict[str, Any]) -> None:
    assert {name: str(array.dtype) for name, array in arrays.items()} == {
        name: ARRAYS[name].dtype for name in arrays
    }
    assert arrays["model_games"].tolist() == sorted(LEFT | RIGHT)
    assert arrays["item_factors"].shape == (8, 8)
    assert arrays["user_factors"].shape == (len(USERS), 8)


GAMES = 9


@given(
    st.lists(
        st.dictionaries(st.integers(0, GAMES - 1), st.integers(0, 3), max_size=GAMES), max_size=14
    ),
    st.lists(
        st.lists(st.sampled_from(["t:a", "t:b", "g:c", "g:d"]), max_size=3, unique=True),
        min_size=GAMES,
        max_size=GAMES,
    ),
)
@settings(max_examples=examples(30))
def test_whatever_is_played_the_lists_keep_their_promises(
    users: list[dict[int, int]], words: list[list[str]]
) -> None:
    arrays = run(users, words)
    players = [sum(own.get(game, 0) > 0 for own in users) for game in range(GAMES)]
    anybody = [game for game in range(GAMES) if players[game]]
    for game in range(GAMES):
        found = row(arrays, "similar", game)
        others = [other for other, _ in found]
        assert game not in others
        # Games without players are listed only where there are no others.
        candidates = anybody if len(anybody) > 1 else range(GAMES)
        assert len(set(others)) == len(others) == min(6, len(set(candidates) - {game}))
        assert set(others) <= set(candidates)
        for other, source in found:
            if source == "HYBRID":
                assert min(players[game], players[other]) >= PARAMETERS.min_players
            if source == "COPLAY":
                assert shared(users, game, other)
            if source == "CONTENT":
                assert set(words[game]) & set(words[other])
        assert arrays["similar_shared"][game].tolist()[: len(others)] == [
            shared(users, game, other) for other in others
        ]
    for user, own in enumerate(users):
        games = [game for game, _ in row(arrays, "user", user)]
        assert not own.keys() & set(games)
        assert len(set(games)) == len(games) == min(6, GAMES - len(own))
    assert np.isfinite(arrays["similar_scores"]).all()
    assert np.isfinite(arrays["user_scores"]).all()


def test_the_maker_weighs_more_where_nobody_plays_both_games() -> None:
    words = [["t:left"] for _ in LEFT] + [["t:right", "t:more"] for _ in RIGHT] + [["t:left"]] * 4
    data = training_data(make_library(*USERS), words)
    makers = np.array([0, 0, 0, 0, 1, 1, 1, 1, -1, -1, -1, 0], np.int32)
    found = served(replace(data, kin=Kin([""] * len(words), makers, makers)))
    place = row(found, "similar", UNKNOWN)[0]
    assert place[0] in LEFT
    assert place[1] == "CONTENT"
    # All of tags, developer and publisher: (5 + 3 + 3) / 14, and title is 0.
    assert found["similar_scores"][UNKNOWN][0] == pytest.approx(11 / 14, abs=1e-6)
