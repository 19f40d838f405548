"""No series takes a whole list of similar games."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from datastore.base.codes import HYBRID, POPULAR
from etl.recommender.lists import Lists
from etl.recommender.series_cap import spread

#: Games 0 to 5 are one series, 6 to 8 another; the rest have none in common.
SERIES = np.array([0] * 6 + [1] * 3 + list(range(2, 14)), np.int32)


def spread_list(games: list[int], sources: list[int] | None = None) -> list[int]:
    lists = Lists(
        np.array([games], np.int32),
        np.linspace(1, 0, len(games), dtype=np.float32)[None],
        np.array([sources or [HYBRID] * len(games)], np.uint8),
    )
    before = dict(zip(games, lists.scores[0].tolist(), strict=True))
    spread(lists, np.zeros((1, len(games)), np.float32), SERIES)
    found: list[int] = lists.games[0].tolist()
    assert [before[game] for game in found] == lists.scores[0].tolist()
    return found


def test_the_third_of_a_series_waits_for_the_next_five() -> None:
    assert spread_list([0, 1, 2, 9, 10, 11, 3]) == [0, 1, 9, 10, 11, 2, 3]


def test_a_list_without_a_crowd_stays_as_it_is() -> None:
    assert spread_list([0, 9, 1, 10, 6, 7]) == [0, 9, 1, 10, 6, 7]


def test_where_there_is_nothing_else_the_series_fills_the_list() -> None:
    assert spread_list([0, 1, 2, 3, 4]) == [0, 1, 2, 3, 4]


def test_popular_games_and_the_end_of_a_list_stay_where_they_are() -> None:
    sources = [HYBRID] * 4 + [POPULAR] * 2
    assert spread_list([0, 1, 2, 9, 3, 4], sources) == [0, 1, 9, 2, 3, 4]
    assert spread_list([0, 1, 2, 9, -1], [HYBRID] * 4 + [0]) == [0, 1, 9, 2, -1]


@given(st.permutations(range(21)))
def test_the_games_stay_the_same_and_five_have_at_most_two_of_a_series(games: list[int]) -> None:
    found = spread_list(games)
    assert sorted(found) == sorted(games)
    assert found[0] == games[0]
    assert max(Counter(SERIES[found[:5]].tolist()).values()) <= 2
