"""A list that is computed on request is the one that the build has stored."""

from __future__ import annotations

import numpy as np
import pytest

from datastore.base.codes import HYBRID
from datastore.store import Store


def players(store: Store) -> list[int]:
    return [
        user for user in range(len(store.users)) if store.recommender._users[2][user][0] == HYBRID
    ]


def test_nearly_every_stored_list_is_what_folding_in_the_library_gives(demo_store: Store) -> None:
    """Factors are trained to within a millionth, so games of the same score may change places."""
    store, same = demo_store, 0
    chosen = players(store)[::3]
    assert len(chosen) > 50
    for user in chosen:
        library = store.users.library(user)
        allowed = ~store.games.unlisted
        allowed[library[0]] = False
        games, scores = store.second_stage.ranked(store.model.player(*library), allowed)
        stored = store.recommender.for_user(user, 50)
        assert np.abs(scores[:50] - [entry.score for entry in stored]).max() < 0.01
        same += games[:50].tolist() == [entry.game for entry in stored]
    assert same >= 0.97 * len(chosen)


def test_a_score_does_not_depend_on_what_else_is_allowed(demo_store: Store) -> None:
    store = demo_store
    for user in players(store)[:20]:
        library = store.users.library(user)
        allowed = ~store.games.unlisted
        allowed[library[0]] = False
        player = store.model.player(*library, user)
        games, scores = store.second_stage.ranked(player, allowed)
        allowed[games[::2]] = False
        fewer, their_scores = store.second_stage.ranked(player, allowed)
        by_game = dict(zip(fewer.tolist(), their_scores.tolist(), strict=True))
        left = [by_game[game] for game in games[1::2].tolist()]
        assert left == pytest.approx(scores[1::2].tolist(), abs=1e-5)


def test_the_signals_are_worth_a_different_order_than_the_blend(demo_store: Store) -> None:
    store, moved = demo_store, 0
    for user in players(store)[:20]:
        player = store.model.player(*store.users.library(user), user)
        blended = dict(
            zip(store.model.games.tolist(), store.model.scores(player).tolist(), strict=True)
        )
        listed = [blended[entry.game] for entry in store.recommender.for_user(user, 10)]
        moved += listed != sorted(listed, reverse=True)
    assert moved >= 10
