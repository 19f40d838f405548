"""The users' frame: look-up, libraries and the row ranges of their reviews."""

from __future__ import annotations

import world
from datastore.store import Store


def test_every_user_is_found_and_nobody_else(store: Store) -> None:
    assert [store.users.find(user) for user in world.USERS] == list(range(len(world.USERS)))
    assert store.users.find("nobody") is None
    assert store.users.find("ADA") is None


def test_libraries_are_minutes_by_game_most_first(store: Store) -> None:
    for user, library in world.LIBRARIES.items():
        games, minutes = store.users.library(store.users.find(user) or 0)
        found = [store.games.app_id[game] for game in games.tolist()]
        assert dict(zip(found, minutes.tolist(), strict=True)) == library
        assert minutes.tolist() == sorted(library.values(), reverse=True)


def test_players_of_a_game_are_users_and_minutes_most_first(store: Store) -> None:
    for game, app_id in enumerate(store.games.app_id):
        users, minutes = store.users.owners(store.games.play_rows(game))
        found = dict(zip([store.users.user_id[user] for user in users], minutes, strict=True))
        assert found == {
            user: library[app_id]
            for user, library in world.LIBRARIES.items()
            if library.get(app_id)
        }
        assert minutes.tolist() == sorted(found.values(), reverse=True)


def test_reviews_are_those_of_their_user(store: Store) -> None:
    for number, user in enumerate(world.USERS):
        rows = store.reviews.of_user(number)
        found = {store.games.app_id[store.reviews.game[row]] for row in rows}
        assert found == {app_id for name, app_id, *_ in world.REVIEWS if name == user}
        assert len(rows) == store.users.reviews[number] == len(found)
    assert len(store.reviews) == 22
