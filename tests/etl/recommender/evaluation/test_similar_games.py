"""Similar games are judged by players who were not in the training, and by words not given."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from etl.recommender import neighbours
from etl.recommender.evaluation.similar_games import (
    coplay_hits,
    dissimilarities,
    series_shares,
    tag_hits,
)
from library import game_words


def matrix(rows: list[list[int]]) -> sparse.csr_matrix:
    return sparse.csr_matrix(np.array(rows, np.float32))


def test_a_held_out_game_beside_a_played_one_is_right() -> None:
    lists = np.array([[1, 2], [0, 3], [3, -1], [-1, -1]], np.int32)
    played = matrix([[1, 0, 0, 0], [1, 1, 1, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
    held_out = matrix([[0, 1, 1, 0], [0, 0, 0, 1], [1, 0, 0, 0], [1, 1, 0, 0]])
    # 2 is in the list of one game; 3 in those of two of three games; no hit; an empty list.
    assert coplay_hits(lists, played, held_out).tolist() == pytest.approx([2, 2 / 3, 0, 0])


def test_co_play_counts_are_those_of_pairs_one_by_one() -> None:
    rng = np.random.default_rng(5)
    users, games = 700, 12
    lists = np.array([rng.permutation(games)[:5] for _ in range(games)], np.int32)
    draw = rng.random((users, games))
    played, held_out = draw < 0.4, draw > 0.8
    found = coplay_hits(lists, sparse.csr_matrix(played), sparse.csr_matrix(held_out))
    for user in range(users):
        own = np.flatnonzero(played[user])
        right = sum(held_out[user, other] for game in own for other in lists[game])
        assert found[user] == pytest.approx(right / max(1, len(own)))


def test_the_share_of_the_own_series_is_that_of_each_list() -> None:
    lists = np.array([[1, 2, 3], [0, 2, -1], [3, -1, -1], [-1, -1, -1], [0, 1, 5], [4, 0, 1]])
    series = np.array([7, 7, 8, 8, -1, 9], np.int32)
    # One of three, one of two, one of one; no list, no series, none of three.
    assert series_shares(lists, series).tolist() == pytest.approx([1 / 3, 1 / 2, 1, 0])


def test_lists_are_as_diverse_as_their_games_are_different_two_by_two() -> None:
    vectors = neighbours.tag_vectors(game_words([["t:a"], ["t:a"], ["t:a", "t:b"], ["t:c"], []]))
    lists = np.array([[0, 1, -1], [0, 1, 3], [2, 0, 1], [3, 4, -1], [3, -1, -1]], np.int32)
    cosine = float(vectors[0] @ vectors[2])
    # The last two have one game with words.
    expected = [0, 2 / 3, 1 - (1 + 2 * cosine) / 3]
    assert dissimilarities(lists, vectors).tolist() == pytest.approx(expected, abs=1e-6)


def test_a_game_is_right_by_how_much_it_shares() -> None:
    vectors = neighbours.tag_vectors(game_words([["t:a"], ["t:a"], ["t:a", "t:b"], ["t:c"], []]))
    lists = np.array([[1, 2], [0, 3], [3, -1], [4, -1], [0, 1]], np.int32)
    cosine = float(vectors[0] @ vectors[2])
    assert 0 < cosine < 1
    assert tag_hits(lists, vectors).tolist() == pytest.approx([1 + cosine, 1, 0, 0, 0])
