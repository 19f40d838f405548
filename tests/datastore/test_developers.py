"""The developers' frame: look-up and the row ranges of years and rankings."""

from __future__ import annotations

import world
from datastore.base.names import fold
from datastore.store import Store


def test_every_developer_is_found_by_any_spelling(store: Store) -> None:
    for number, name in enumerate(world.DEVELOPERS):
        for spelling in (name, name.upper(), f" {name} ", name.replace("&", "&amp;")):
            assert store.developers.find(spelling) == number
    assert store.developers.find("Pixel Barn") is None


def test_the_games_of_all_developers_are_the_games_that_have_one(store: Store) -> None:
    games = [
        store.games.app_id[game]
        for number in range(len(store.developers))
        for game in store.developers.games.row(number).tolist()
    ]
    assert sorted(games, key=int) == [app_id for app_id in world.GAMES if app_id != "110"]
    for game, developer in enumerate(store.games.developer[: store.games.listed]):
        if developer is not None:
            assert game in store.developers.games.row(developer)


def test_folded_names_are_the_names_folded(store: Store) -> None:
    assert store.developers.folded == [fold(name) for name in world.DEVELOPERS]
