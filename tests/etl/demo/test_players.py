"""The demo's players: who they are, and how much they own."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo_world import USERS, World
from etl.demo.players import FIRST_STEAM_ID, make_crowd
from etl.demo.reviews import review_total


def test_user_ids_are_numbers_out_of_the_real_range_or_names(world: World) -> None:
    for line in world.items:
        assert FIRST_STEAM_ID < int(line["steam_id"]) < 76561197960265728
        kind = "profiles" if line["user_id"] == line["steam_id"] else "id"
        assert line["user_url"] == f"http://steamcommunity.com/{kind}/{line['user_id']}"
    vanity = [line["user_id"] for line in world.items if line["user_id"] != line["steam_id"]]
    assert 0.2 < len(vanity) / USERS < 0.5
    assert any("-" in name for name in vanity)
    assert any("_" in name for name in vanity)
    assert any(name != name.lower() for name in vanity)


@given(st.integers(50, 3000), st.integers(150, 2000), st.integers(0, 2**32))
@settings(max_examples=25)
def test_libraries_of_any_size_add_up(lines: int, games: int, seed: int) -> None:
    crowd = make_crowd(seed, lines, games, 2 * games)
    ids = [player.user_id for player in crowd.owners + crowd.reviewers]
    assert len(set(ids)) == len(ids)
    assert len(crowd.owners) + len(crowd.twice) == lines
    assert crowd.sizes.max() <= games // 2
    assert crowd.mixes.sum(axis=1) == pytest.approx(1)
    assert crowd.older < crowd.twice


def test_the_published_size_is_met_exactly() -> None:
    crowd = make_crowd(20160816, 88_310, 16_000, 32_135)
    repeated = sum(
        int(crowd.sizes[who]) * (3 if who in crowd.older else 5) // 5 for who in crowd.twice
    )
    assert int(crowd.sizes.sum()) + repeated == 5_153_209
    assert crowd.sizes.max() == 7_762
    assert review_total(88_310) == 59_305
