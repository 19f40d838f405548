"""The precomputed lists: within their axes, and none longer than what may be asked for."""

from __future__ import annotations

from datastore.base.codes import SOURCES
from datastore.store import Store


def test_at_most_fifty_games_are_listed(store: Store) -> None:
    assert store.recommender.most == 50


def test_popular_games_are_sorted_by_players_then_owners(store: Store) -> None:
    popular = [store.games.app_id[game] for game in store.recommender.popular.tolist()]
    assert popular == [
        "10", "20", "50", "70", "30", "40", "80", "900", "100",
        "60", "120",  # owned by two and by one, played by nobody
        "90", "110", "130", "901",
    ]  # fmt: skip
    assert [int(store.games.players[game]) for game in store.recommender.popular] == [
        6, 5, 5, 3, 2, 2, 2, 2, 1, *[0] * 6,
    ]  # fmt: skip


def test_lists_hold_known_games_and_sources(demo_store: Store) -> None:
    recommender, games = demo_store.recommender, range(len(demo_store.games))
    similar = recommender.similar
    for game, places in zip(games, similar.places(games, 50), strict=True):
        assert {similar.owner(place) for place in places} <= {game}
        for place in places:
            assert 0 <= similar.row[place] < len(games)
            assert similar.row[place] != game
            assert 0 <= similar.source[place] < len(SOURCES)
            assert similar.shared_players[place] >= 0
    for user in range(len(demo_store.users)):
        owned = set(demo_store.users.library(user)[0].tolist())
        assert not owned & {entry.game for entry in recommender.for_user(user, 50)}
