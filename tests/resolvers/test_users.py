"""Recommendations at their longest, for every user of the demo."""

from __future__ import annotations

from datastore.store import Store
from resolvers import users


def test_neither_owned_nor_reviewed_games_are_recommended(demo_store: Store) -> None:
    for user in range(len(demo_store.users)):
        owned = set(demo_store.users.library(user)[0].tolist())
        reviewed = {int(demo_store.reviews.game[row]) for row in demo_store.reviews.of_user(user)}
        listed = [entry.game for entry in users.recommendations(demo_store, user, 50)]
        assert len(set(listed)) == len(listed) == 50
        assert not (owned | reviewed) & set(listed)
