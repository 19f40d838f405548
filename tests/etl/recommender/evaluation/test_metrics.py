"""Metrics against values by hand and against the formulas, one list at a time."""

from __future__ import annotations

from math import log2
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from etl.recommender.evaluation.metrics import Values, mean_of, metrics, top, values
from thorough import examples


def matrix(rows: list[set[int]], games: int) -> sparse.csr_matrix:
    return sparse.csr_matrix(
        np.array([[game in row for game in range(games)] for row in rows], np.float32).reshape(
            len(rows), games
        )
    )


def padded(*lists: list[int]) -> Any:
    return np.array([own + [-1] * (20 - len(own)) for own in lists], np.int32)


def of_one(shown: list[int], held_out: set[int], games: int = 30) -> Values:
    return values(padded(shown), matrix([held_out], games), np.ones(games, np.int64))


def test_a_perfect_list_scores_1() -> None:
    found = of_one([3, 4, 5, 6], {3, 4, 5})
    assert (found.ndcg[0], found.recall[0], found.precision[0]) == pytest.approx((1, 1, 1))


def test_a_list_without_a_hit_scores_0() -> None:
    found = of_one(list(range(20)), {25, 26})
    assert (found.ndcg[0], found.recall[0], found.precision[0]) == (0, 0, 0)


def test_values_by_hand() -> None:
    # Hits at places 2 and 5 of ten, a third one at place 15, a fourth nowhere.
    found = of_one([9, 0, 10, 11, 1, 12, 13, 14, 15, 16, 17, 18, 19, 20, 2], {0, 1, 2, 3})
    ideal = 1 + 1 / log2(3) + 1 / log2(4) + 1 / log2(5)
    assert found.ndcg[0] == pytest.approx((1 / log2(3) + 1 / log2(6)) / ideal)
    assert found.recall[0] == pytest.approx(3 / 4)
    assert found.precision[0] == pytest.approx((1 / 2 + 2 / 5) / 4)


def test_recall_is_of_at_most_20_and_precision_of_at_most_10() -> None:
    found = of_one(list(range(20)), set(range(25)))
    assert (found.ndcg[0], found.recall[0], found.precision[0]) == pytest.approx((1, 1, 1))


def plain(shown: list[int], held_out: set[int]) -> tuple[float, float, float]:
    """The formulas of the papers, one list at a time."""
    gain = sum(1 / log2(k + 1) for k, game in enumerate(shown[:10], 1) if game in held_out)
    ideal = sum(1 / log2(k + 1) for k in range(1, min(10, len(held_out)) + 1))
    precisions = [
        len(set(shown[:k]) & held_out) / k
        for k in range(1, min(10, len(shown)) + 1)
        if shown[k - 1] in held_out
    ]
    return (
        gain / ideal,
        len(set(shown[:20]) & held_out) / min(20, len(held_out)),
        sum(precisions) / min(10, len(held_out)),
    )


lists = st.lists(st.integers(0, 29), max_size=20, unique=True)


@given(st.lists(st.tuples(lists, st.sets(st.integers(0, 29), min_size=1)), min_size=1, max_size=6))
@settings(max_examples=examples(150))
def test_all_users_at_once_are_as_one_by_one(users: list[tuple[list[int], set[int]]]) -> None:
    shown = [own for own, _ in users]
    players = np.arange(30)
    found = values(padded(*shown), matrix([wanted for _, wanted in users], 30), players)
    expected = np.array([plain(own, wanted) for own, wanted in users])
    assert np.column_stack([found.ndcg, found.recall, found.precision]) == pytest.approx(expected)
    for own, novelty, popular in zip(shown, found.novelty, found.popularity, strict=True):
        first = own[:10]
        bits = [-log2(max(1, players[game]) / len(users)) for game in first]
        assert novelty == pytest.approx(sum(bits) / max(1, len(first)))
        shares = [players[game] / len(users) for game in first]
        assert popular == pytest.approx(sum(shares) / max(1, len(first)))


@pytest.mark.parametrize("jobs", [1, 3])
def test_every_game_is_ranked_but_those_owned_and_ties_go_by_column(jobs: int) -> None:
    users, games = 600, 25
    rng = np.random.default_rng(1)
    scores = rng.integers(0, 4, (users, games)).astype(np.float32)
    owned = [set(rng.choice(games, user % 24, replace=False).tolist()) for user in range(users)]
    found = top(lambda rows: scores[rows].copy(), matrix(owned, games), jobs)
    for own, row, shown in zip(owned, scores, found.tolist(), strict=True):
        order = sorted(set(range(games)) - own, key=lambda game: (-row[game], game))[:20]
        assert shown == order + [-1] * (20 - len(order))


def test_games_that_a_model_cannot_place_are_not_listed() -> None:
    scores = np.array([[-np.inf, 1, 2, -np.inf]], np.float32)
    found = top(lambda rows: scores[rows].copy(), matrix([{2}], 4), 1)
    assert found[0].tolist() == [1] + [-1] * 19


def judged(shown: Any, held_out: sparse.csr_matrix, seed: int = 0) -> Any:
    games = held_out.shape[1]
    own = values(shown, held_out, np.ones(games, np.int64))
    return metrics("ours", own, own, games, seed)


def test_coverage_is_the_share_of_games_in_somebodys_first_ten() -> None:
    shown = padded([0, 1, 2], list(range(3, 20)))  # the second list shows 3 to 12 as its first
    found = judged(shown, matrix([{0}, {1}], 26))
    assert found.coverage.value == 13 / 26


def world(users: int, seed: int) -> tuple[Any, sparse.csr_matrix]:
    rng = np.random.default_rng(seed)
    shown = np.array([rng.permutation(40)[:20] for _ in range(users)], np.int32)
    return shown, matrix([set(rng.choice(40, 4, replace=False).tolist()) for _ in shown], 40)


def test_intervals_hold_the_value_and_narrow_with_more_users() -> None:
    few, many = judged(*world(50, 1)), judged(*world(5_000, 1))
    for name in ("ndcg_at_10", "recall_at_20", "map_at_10"):
        small, large = getattr(many, name), getattr(few, name)
        assert small.low < small.value < small.high
        assert large.high - large.low == pytest.approx(10 * (small.high - small.low), rel=0.3)


def test_an_interval_is_as_wide_as_the_standard_error_says() -> None:
    drawn = np.random.default_rng(2).normal(5, 2, 1_000)
    found = mean_of(drawn, 0)
    assert found.value == pytest.approx(drawn.mean())
    expected = 1.96 * drawn.std(ddof=1) / np.sqrt(1_000)
    assert (found.high - found.low) / 2 == pytest.approx(expected, rel=0.15)


def test_intervals_hold_the_truth_19_times_of_20() -> None:
    held = 0
    for seed in range(200):
        found = mean_of(np.random.default_rng(seed).exponential(3, 200), seed)
        held += found.low <= 3 <= found.high
    assert 180 <= held <= 199


def test_the_lead_is_compared_user_by_user() -> None:
    shown, held_out = world(400, 3)
    players = np.ones(40, np.int64)
    served = values(shown, held_out, players)
    # The same lists, but each user's first hit is lost: always worse, and by far less than
    # users differ from each other.
    worse = shown.copy()
    worse[:, 0] = -1
    own = values(worse, held_out, players)
    found = metrics("worse", own, served, 40, 0)
    assert found.lead.value == pytest.approx(served.ndcg.mean() - own.ndcg.mean())
    assert found.lead.low > 0
    assert metrics("same", served, served, 40, 0).lead.high == 0


def test_the_seed_decides_the_intervals_and_nothing_else() -> None:
    one, same, other = (judged(*world(60, 1), seed=seed) for seed in (1, 1, 2))
    assert one == same
    assert one.ndcg_at_10.value == other.ndcg_at_10.value
    assert one.ndcg_at_10.low != other.ndcg_at_10.low


def test_one_user_has_no_interval() -> None:
    found = judged(*world(1, 1)).ndcg_at_10
    assert found.low == found.value == found.high
