"""The demo's libraries: shares, counts and names as in the real items dump."""

from __future__ import annotations

from html import unescape
from typing import Any

import numpy as np
import pytest

from demo_world import USERS, World


def test_lines_and_shares_are_the_real_ones(world: World) -> None:
    sizes = np.array([len(line["items"]) for line in world.items])
    minutes = np.array([row["playtime_forever"] for row in world.rows])
    assert len(world.items) == USERS
    assert np.mean(sizes == 0) == pytest.approx(0.19, abs=0.005)
    assert np.mean(minutes == 0) == pytest.approx(0.36, abs=0.005)
    assert minutes.max() > 100 * np.median(minutes[minutes > 0])
    assert sizes.max() > 5 * np.median(sizes[sizes > 0])


def test_recent_minutes_are_part_of_all_minutes(world: World) -> None:
    recent = [row["playtime_2weeks"] for row in world.rows]
    assert all(0 <= row["playtime_2weeks"] <= row["playtime_forever"] for row in world.rows)
    assert 0.01 < np.mean(np.array(recent) > 0) < 0.06


def test_one_items_count_is_wrong(world: World) -> None:
    assert [line["items_count"] - len(line["items"]) for line in world.items].count(1) == 1
    assert sum(line["items_count"] != len(line["items"]) for line in world.items) == 1


def test_a_library_lists_a_game_once(world: World) -> None:
    for line in world.items:
        assert len({item["item_id"] for item in line["items"]}) == len(line["items"])


def test_some_lines_are_repeated_alike_or_older_and_shorter(world: World) -> None:
    by_user: dict[str, list[dict[str, Any]]] = {}
    for line in world.items:
        by_user.setdefault(line["user_id"], []).append(line)
    pairs = [lines for lines in by_user.values() if len(lines) > 1]
    alike = [pair for pair in pairs if pair[0] == pair[1]]
    assert 0 < len(alike) < len(pairs)
    for older, newer in (pair for pair in pairs if pair not in alike):
        total = {item["item_id"]: item["playtime_forever"] for item in newer["items"]}
        assert len(older["items"]) < len(newer["items"])
        assert all(item["playtime_forever"] <= total[item["item_id"]] for item in older["items"])


def test_some_owned_games_are_not_in_the_catalogue(world: World) -> None:
    ghosts = [
        row["item_name"]
        for row in world.rows
        if row["item_id"] not in world.catalogue_ids | {"7000900"}
    ]
    assert 0.02 < len(ghosts) / len(world.rows) < 0.07
    assert "Dota 2" in ghosts


def test_item_names_come_in_all_quotes(world: World) -> None:
    text = "".join(world.lines["items"])
    assert '"Garry\'s Mod"' in text
    assert "'Nan\\'s \"Secret\" Pie Shop'" in text


def test_unescaped_titles_are_the_names_in_libraries(world: World) -> None:
    names = {row["item_id"]: row["item_name"] for row in world.rows}
    titled = [game for game in world.games if game.get("id") in names and "title" in game]
    assert titled
    assert all(unescape(game["title"]) == names[game["id"]] for game in titled)
