"""Companions are unplayed games that only come along: they are dropped, and nothing else is."""

from __future__ import annotations

import numpy as np
import pytest

from etl.recommender.evaluation.companions import without_companions
from etl.recommender.evaluation.split import Split, split
from library import make_library

BASE, BETA, DUST, FREE = 0, 1, 2, 3
OTHERS = range(4, 14)


def libraries() -> list[dict[int, int]]:
    """All who own BETA own BASE, which a third of all own. All own DUST, and hardly anybody plays
    it. FREE is owned by every second user, whatever else they own."""
    users = []
    for user in range(90):
        own = {game: 60 + game for game in OTHERS if (user + game) % 3} | {DUST: int(user < 8)}
        if user % 3 == 0:
            own |= {BASE: 30, BETA: 0 if user % 4 else 5}
        if user % 2:
            own |= {FREE: 0 if user % 5 else 10}
        users.append(own)
    return users


@pytest.fixture(scope="module")
def part() -> Split:
    users = [f"u{number}" for number in range(90)]
    return split(make_library(*libraries()), users, [str(game) for game in range(14)], 3)


def dropped(part: Split) -> set[tuple[int, int]]:
    fewer = without_companions(part, 1)
    gone = (part.owned - fewer.owned).tocsr()
    gone.eliminate_zeros()
    return set(zip(*(axis.tolist() for axis in gone.nonzero()), strict=True))


def test_unplayed_betas_and_games_that_nobody_plays_are_dropped(part: Split) -> None:
    games = part.games.tolist()
    played, owned = part.played.toarray() > 0, part.owned.toarray() > 0
    expected = {
        (user, games.index(game))
        for user in range(len(part.users))
        for game in (BETA, DUST)
        if owned[user, games.index(game)] and not played[user, games.index(game)]
    }
    assert {game for _, game in expected} == {games.index(BETA), games.index(DUST)}
    assert dropped(part) == expected


def test_games_that_are_owned_whatever_else_is_stay(part: Split) -> None:
    fewer, column = without_companions(part, 1), part.games.tolist().index(FREE)
    assert np.array_equal(fewer.owned[:, [column]].toarray(), part.owned[:, [column]].toarray())


def test_what_was_played_and_what_is_held_out_stays(part: Split) -> None:
    fewer = without_companions(part, 2)
    assert (fewer.played != part.played).nnz == 0
    assert (fewer.held_out != part.held_out).nnz == 0
    assert fewer.history(0.5).nnz == fewer.owned.nnz == len(fewer.known.game)
    assert fewer.known.minutes.sum() == part.known.minutes.sum()
