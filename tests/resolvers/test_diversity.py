"""Lists whose games are to differ from each other."""

from __future__ import annotations

from math import nan

import numpy as np
import pytest

from datastore.base.errors import InvalidArgument
from datastore.store import Store
from recommender_world import World, for_user, games, some
from resolvers import similar_games


@pytest.fixture(scope="module")
def world(demo_store: Store) -> World:
    return World(demo_store)


def spread(store: Store, listed: list[int]) -> float:
    """Mean likeness of all pairs."""
    rows = np.array(listed)
    directions, vectors = store.model.directions(rows), store.content.vectors(rows)
    alike = (directions @ directions.T + vectors @ vectors.T) / 2
    return float(alike[np.triu_indices(len(rows), 1)].mean())


def test_more_diversity_makes_the_games_less_alike(world: World) -> None:
    users = some(20, world)
    means = [
        np.mean([spread(world.store, games(for_user(world, u, 10, diversity=d))) for u in users])
        for d in (0.0, 0.3, 0.7)
    ]
    assert means[0] > means[1] > means[2]


@pytest.mark.parametrize("diversity", [-0.1, 1.1, nan])
def test_an_impossible_diversity_is_refused(world: World, diversity: float) -> None:
    with pytest.raises(InvalidArgument, match=r"'diversity'.*between 0 and 1"):
        for_user(world, 0, diversity=diversity)
    with pytest.raises(InvalidArgument, match="'diversity'"):
        similar_games.similar(world.store, [0], 5, diversity)
