"""The demo's tastes: who likes what can be read from what is played."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from demo_world import GAMES, World, read_world
from etl.demo.catalogue import make_catalogue


def test_neighbours_by_co_play_share_the_taste(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    world = read_world(tmp_path, 400, 800)
    taste = {game.app_id: game.taste for game in make_catalogue(20160816, 400).games}
    train, held_out = _split(world, list(taste), rng)
    cosine = train.T @ train
    norms = np.sqrt(np.diag(cosine)) + 1e-9
    cosine /= norms[:, None] * norms
    np.fill_diagonal(cosine, 0)
    tastes = np.array(list(taste.values()))
    known = np.flatnonzero(train.sum(axis=0) >= 10)
    nearest = np.argsort(-cosine[known], axis=1)[:, :5]
    # By chance one neighbour in twelve would be; measured: 0.99.
    assert np.mean(tastes[nearest] == tastes[known, None]) > 0.9

    popular = train.sum(axis=0)
    by_play = _hit_rate(train @ cosine, train, held_out)
    by_popularity = _hit_rate(np.tile(popular, (len(train), 1)), train, held_out)
    assert by_play > 2 * by_popularity


def _split(
    world: World, ids: list[str], rng: np.random.Generator
) -> tuple[np.ndarray[Any, Any], list[tuple[int, int]]]:
    """Log minutes (users, games) without one played game of each user, and those (user, game)."""
    column = {app_id: place for place, app_id in enumerate(ids)}
    played = [
        [item for item in line["items"] if item["playtime_forever"] > 0]
        for line in world.items
        if line["items"]
    ]
    train = np.zeros((len(played), len(ids)))
    held_out = []
    for user, items in enumerate(played):
        for item in items:
            train[user, column[item["item_id"]]] = np.log1p(item["playtime_forever"])
        if len(items) >= 5:
            game = column[items[rng.integers(len(items))]["item_id"]]
            train[user, game] = 0
            held_out.append((user, game))
    return train, held_out


def _hit_rate(
    scores: np.ndarray[Any, Any], train: np.ndarray[Any, Any], held_out: list[tuple[int, int]]
) -> float:
    """Share of the held-out games among a user's ten best games not yet played."""
    best = np.argsort(-np.where(train > 0, -np.inf, scores), axis=1)[:, :10]
    return float(np.mean([game in best[user] for user, game in held_out]))


def test_players_play_what_they_like(world: World) -> None:
    taste = {game.app_id: game.taste for game in make_catalogue(20160816, GAMES).games}
    hours: list[tuple[float, float]] = []
    for line in world.items:
        own = Counter(taste[item["item_id"]] for item in line["items"])
        for item in line["items"]:
            share = own[taste[item["item_id"]]] / len(line["items"])
            hours.append((share, np.log1p(item["playtime_forever"])))
    shares, minutes = np.array(hours).T
    assert np.corrcoef(shares, minutes)[0, 1] > 0.15
