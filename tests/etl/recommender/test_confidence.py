"""Ranks of playtimes: merged from parts, they are those of all users at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.recommender.confidence import percentiles


def test_a_rank_is_the_share_of_shorter_playtimes_and_half_of_the_equal_ones() -> None:
    game = 3 << 32
    keys, ranks = percentiles(np.array([game + 5, game + 1, game + 5]), np.array([2, 1, 1]))
    assert keys.tolist() == [game + 1, game + 5]
    assert ranks.tolist() == pytest.approx([0.5 / 4, (1 + 3 / 2) / 4])


def test_nothing_played_has_no_ranks() -> None:
    keys, ranks = percentiles(np.zeros(0, np.int64), np.zeros(0, np.int64))
    assert len(keys) == len(ranks) == 0


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 5), st.integers(1, 4)), min_size=1))
def test_ranks_depend_on_the_players_of_the_same_game_only(
    rows: list[tuple[int, int, int]],
) -> None:
    keys, ranks = percentiles(
        np.array([game << 32 | minutes for game, minutes, _ in rows]),
        np.array([count for _, _, count in rows]),
    )
    for key, rank in zip(keys.tolist(), ranks.tolist(), strict=True):
        of_game = [(m, count) for game, m, count in rows if game == key >> 32]
        shorter = sum(count for m, count in of_game if m < key & 0xFFFFFFFF)
        equal = sum(count for m, count in of_game if m == key & 0xFFFFFFFF)
        assert rank == pytest.approx((shorter + equal / 2) / sum(count for _, count in of_game))
