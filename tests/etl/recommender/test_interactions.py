"""Libraries as matrices: which games the model may place, and how much a playtime says."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from datastore.base.library import Library
from etl.recommender.als import CONFIDENCE
from etl.recommender.confidence import put_confidence
from etl.recommender.interactions import (
    MINUTES,
    OWNED,
    Axis,
    Counts,
    Interactions,
    Popular,
    _matrix,
)
from etl.recommender.users import MemoryShelf, Part, Users
from library import make_library


def interactions(library: Library, games: int, min_players: int) -> Interactions:
    popular = Popular.of(Users.of(library), games)
    return Interactions.of(Part.of(library), Axis.of(popular.players, min_players))


def confidence(minutes: sparse.csr_matrix, alpha: float) -> sparse.csr_matrix:
    """The confidence of users of one part, of whom all games are known."""
    part, width = Part(0, minutes.shape[0], MemoryShelf()), minutes.shape[1]
    for name in (OWNED, MINUTES):
        part.matrix(name, lambda: minutes)
    users = Users([part])
    players = np.bincount(minutes.indices, minlength=width)
    axis = Axis.of(players, 0)
    counts = Counts.of(users, axis, Popular(players, players))
    put_confidence(users, axis, counts, alpha)
    assert {name.partition(".")[0] for name in part.shelf} == {OWNED, MINUTES, CONFIDENCE}
    return part.matrix(CONFIDENCE, lambda: pytest.fail("no confidence"))


def test_a_game_needs_enough_players_not_owners() -> None:
    library = make_library({0: 5, 1: 5, 3: 0}, {0: 1, 1: 0, 3: 7}, {3: 9, 0: 0})
    data = interactions(library, 4, 2)
    assert data.games.tolist() == [0, 3]
    assert data.minutes.toarray().tolist() == [[5, 0], [1, 7], [0, 9]]
    assert np.diff(data.owned.indptr).tolist() == [2, 2, 2]
    assert data.owned.toarray().tolist() == data.minutes.toarray().tolist()


@pytest.mark.parametrize("unplayed", [0, 0.5])
def test_a_played_game_counts_1_in_the_history_and_one_only_owned_less(unplayed: float) -> None:
    library = make_library({0: 5, 1: 0}, {1: 60}, {})
    history = interactions(library, 2, 1).history(unplayed)
    assert history.toarray().tolist() == [[1, unplayed], [0, 1], [0, 0]]
    assert history.nnz == (3 if unplayed else 2)


@pytest.mark.parametrize(("rows", "dtype"), [(2**31 - 1, np.int32), (2**31, np.int64)])
def test_offsets_of_more_rows_than_int32_holds_are_int64(rows: int, dtype: Any) -> None:
    matrix = _matrix(np.zeros(0, np.float32), np.zeros(0, np.int32), np.array([0, rows]), 1)
    assert matrix.indptr.tolist() == [0, rows]
    assert matrix.indptr.dtype == matrix.indices.dtype == dtype


def test_without_played_games_the_matrices_have_no_columns() -> None:
    data = interactions(make_library({0: 0}, {}), 1, 5)
    assert data.minutes.shape == data.owned.shape == (2, 0)
    assert confidence(data.minutes, 20.0).shape == (2, 0)


def dense(minutes: list[list[float]], alpha: float = 20) -> Any:
    return confidence(sparse.csr_matrix(np.array(minutes, np.float32)), alpha).toarray()


def test_confidence_is_one_plus_alpha_times_rarity_and_percentile() -> None:
    # Both games have two players of two, so their rarity is the same, and its mean: 1.
    assert dense([[10, 600], [20, 5]]).tolist() == pytest.approx(
        np.array([[1 + 20 * 0.875, 1 + 20 * 1.125], [1 + 20 * 1.125, 1 + 20 * 0.875]])
    )


def test_playtime_is_compared_with_players_of_the_same_game_only() -> None:
    assert np.array_equal(dense([[1, 1000], [2, 3000]]), dense([[50, 7], [60, 8]]))
    column = dense([[5], [50], [20], [1]])[:, 0]
    assert all(more > less for more, less in pairwise(column[[1, 2, 0, 3]]))


def test_equal_playtimes_are_equally_confident() -> None:
    column = dense([[5], [5], [5], [9]])[:, 0]
    assert column[0] == column[1] == column[2] == pytest.approx(1 + 20 * (0.75 + 0.5 * 1.5 / 4))
    assert column[3] == pytest.approx(1 + 20 * (0.75 + 0.5 * 3.5 / 4))


def test_a_rare_game_says_more_than_a_common_one() -> None:
    minutes = np.ones((8, 2), np.float32)
    minutes[1:, 1] = 0
    scores = dense(minutes.tolist())
    assert scores[0, 1] > scores[:, 0].max() > 1
    assert (scores[1:, 1] == 0).all()
