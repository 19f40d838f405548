"""Feedback: whether those who took up a new game had it on the list that was served to them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from datastore.base.errors import SnapshotError
from datastore.base.snapshot import array_path, current_version
from datastore.store import Store
from etl.games.events import Event
from etl.games.feedback import _share, feedback
from etl.release.build import Inputs, build, update

from ..conftest import OPTIONS, QUIET, build_of, files, write_dump, write_world


class World:
    """The demo world, and what it serves to a player."""

    def __init__(self, store: Store, snapshot: Path) -> None:
        self.users = store.frames["users"].list("user_id")
        self.games = store.frames["games"].list("app_id")
        self.served = np.load(array_path(snapshot, "user_games"))
        self.popular = store.recommender.popular.tolist()
        self.store = store

    def owned(self, user: int) -> set[int]:
        return set(self.store.users.library(user)[0].tolist())

    def event(self, user: int, game: int, action: str = "minutes", value: int = 5) -> Event:
        return Event(0, self.users[user], self.games[game], action, value)

    def outsider(self, user: int) -> int:
        """A game that is neither owned, nor served, nor popular."""
        popular = self.popular[: len(self.owned(user)) + 10]
        known = self.owned(user) | set(self.served[user].tolist()) | set(popular)
        return next(game for game in range(len(self.games)) if game not in known)

    def most_popular(self, user: int) -> int:
        """The most popular game that is not owned."""
        return next(game for game in self.popular if game not in self.owned(user))


@pytest.fixture
def demo_snapshot(demo_store: Store, demo_data_dir: Path) -> Path:
    return demo_data_dir / "snapshots" / demo_store.manifest.version


@pytest.fixture
def world(demo_store: Store, demo_snapshot: Path) -> World:
    return World(demo_store, demo_snapshot)


def players(world: World) -> list[int]:
    """Some whose first served game is none of the most popular, and whose list lacks the most
    popular one."""
    return [
        user
        for user in range(len(world.users))
        if world.served[user, 0] not in world.popular[: len(world.owned(user)) + 10]
        and world.most_popular(user) not in world.served[user, :10]
    ][:4]


def test_the_share_of_users_who_had_their_new_game_on_the_list(
    world: World, demo_snapshot: Path
) -> None:
    one, two, three, four = players(world)
    found = feedback(
        [
            world.event(one, int(world.served[one, 0])),
            world.event(one, world.outsider(one)),
            world.event(two, int(world.served[two, 0]), "clicked", 1),
            world.event(three, world.outsider(three)),
            world.event(four, world.most_popular(four)),
            Event(0, "nobody", world.games[0], "minutes", 5),
        ],
        demo_snapshot,
    )
    assert found is not None
    assert (found.version, found.users, found.hits) == (demo_snapshot.name, 4, 2)
    assert (found.hit_rate.value, found.popularity.value) == (0.5, 0.25)
    assert 0 < found.hit_rate.low < 0.5 < found.hit_rate.high < 1


@pytest.mark.parametrize("place", [10, 30])
def test_games_below_the_cutoff_are_not_hits(world: World, demo_snapshot: Path, place: int) -> None:
    user = players(world)[0]
    found = feedback([world.event(user, int(world.served[user, place]))], demo_snapshot)
    assert found is not None
    assert (found.users, found.hits) == (1, 0)
    assert (found.hit_rate.value, found.hit_rate.low) == (0, 0)
    assert found.hit_rate.high == pytest.approx(0.7935, abs=1e-4)  # one user says little


def test_owned_games_negative_votes_and_unknown_users_are_ignored(
    world: World, demo_snapshot: Path
) -> None:
    user = next(user for user in range(len(world.users)) if world.owned(user))
    events = [
        world.event(user, next(iter(world.owned(user)))),
        world.event(user, int(world.served[user, 0]), "recommended", 0),
        world.event(user, int(world.served[user, 0]), "minutes", 0),
        Event(0, "nobody", world.games[0], "minutes", 5),
    ]
    assert feedback(events, demo_snapshot) is None


def test_a_game_that_nobody_knew_is_a_miss(world: World, demo_snapshot: Path) -> None:
    found = feedback([Event(0, world.users[0], "new", "clicked", 1)], demo_snapshot)
    assert found is not None
    assert (found.users, found.hits) == (1, 0)


def test_an_update_with_events_puts_it_into_the_evaluation_until_newer_ones_come(
    tmp_path: Path, literal_world: Any
) -> None:
    data = tmp_path / "data"
    build(write_world(tmp_path / "raw", literal_world), data, OPTIONS, QUIET)
    served = current_version(data)
    clicks = write_dump(
        tmp_path / "events.json",
        {"userId": "cat", "appId": "10", "clicked": True, "at": "2017-01-01"},
        notation="json",
    )
    update(Inputs(events=clicks), data, OPTIONS, QUIET)

    def told(data: Path) -> Any:
        store = Store.open_current(data)
        assert store is not None
        assert store.evaluation is not None
        return store.evaluation.feedback

    assert (told(data).version, told(data).users, told(data).hits) == (served, 1, 1)
    more = files(tmp_path / "more", games=[{"id": "99", "app_name": "Theta", "price": 1.0}])
    update(Inputs(**more), data, OPTIONS, QUIET)
    assert told(data).version == served
    build_of(tmp_path / "other", **files(tmp_path / "raw2", **literal_world), events=clicks)
    assert told(tmp_path / "other") is None  # a first build: nothing had been served


def test_a_damaged_snapshot_is_named(tiny: Any, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(tiny.folder, copy)
    array_path(copy, "user_games").write_bytes(b"")
    with pytest.raises(SnapshotError, match="user_games"):
        feedback([Event(0, "ann", "9", "clicked", 1)], copy)


@pytest.mark.parametrize(("hits", "cases"), [(0, 4), (1, 4), (4, 4), (37, 250), (1_900, 2_000)])
def test_intervals_are_those_of_scipy(hits: int, cases: int) -> None:
    from scipy.stats import binomtest

    expected = binomtest(hits, cases).proportion_ci(method="wilson")
    share = _share(hits, cases)
    assert share.value == hits / cases
    assert (share.low, share.high) == pytest.approx((expected.low, expected.high), abs=1e-5)
