"""Tests of etl.recommender.ease."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from scipy import sparse

from etl.recommender import ease, neighbours
from etl.recommender.model import trained
from etl.recommender.parameters import Parameters, Recipe
from etl.recommender.users import Part, Users
from library import game_words, make_library

EVERYTHING = msgspec.structs.replace(Parameters(), ease_weights=100, ease_games=100)


def history(seed: int = 3, users: int = 60, games: int = 12) -> sparse.csr_matrix:
    rng = np.random.default_rng(seed)
    owned = rng.random((users, games)) < 0.3
    played = rng.random((users, games)) < 0.7
    return sparse.csr_matrix(np.where(owned, np.where(played, 1.0, 0.5), 0).astype(np.float32))


def train(
    matrix: sparse.csr_matrix, parameters: Parameters, tags: sparse.csr_matrix | None = None
) -> ease.Weights:
    """Train on the history of all users."""
    kept = ease.taking_part(np.bincount(matrix.indices, minlength=matrix.shape[1]), parameters)
    known = int(np.count_nonzero(np.diff(matrix.indptr)))
    pairs = ease.gram(matrix[:, kept].tocsr(), 1)
    return ease.weights(pairs, kept, (known, matrix.shape[1]), parameters, tags)


def closed_form(matrix: sparse.csr_matrix, regularization: float) -> np.ndarray:
    """The formula of the paper, densely: B = I - P / diag(P), P the inverse of G + lambda I."""
    dense = matrix.toarray().astype(np.float64)
    inverse = np.linalg.inv(dense.T @ dense + regularization * np.eye(dense.shape[1]))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return weights


def test_with_room_for_all_weights_they_are_those_of_the_paper() -> None:
    matrix = history()
    found = train(matrix, EVERYTHING).matrix.toarray()
    owners = np.count_nonzero(np.diff(matrix.indptr))
    expected = closed_form(matrix, EVERYTHING.ease_regularization * owners)
    assert found == pytest.approx(expected, abs=1e-5)


def test_users_who_own_nothing_change_no_weight() -> None:
    nobody = sparse.csr_matrix((500, 12), dtype=np.float32)
    known = history()[np.flatnonzero(np.diff(history().indptr))]
    more = sparse.vstack([nobody, known], format="csr")
    alone, among = (train(matrix, EVERYTHING).matrix.toarray() for matrix in (known, more))
    assert np.array_equal(alone, among)


def test_only_the_largest_weights_into_a_game_are_kept() -> None:
    matrix = history()
    few = msgspec.structs.replace(EVERYTHING, ease_weights=3)
    found = train(matrix, few).matrix.toarray()
    full = train(matrix, EVERYTHING).matrix.toarray()
    for game in range(matrix.shape[1]):
        kept = np.flatnonzero(found[:, game])
        assert len(kept) == 3
        assert set(kept) == set(np.argsort(-np.abs(full[:, game]))[:3])


def test_only_the_games_with_most_owners_take_part() -> None:
    matrix = history()
    owners = np.diff(matrix.tocsc().indptr)
    few = msgspec.structs.replace(EVERYTHING, ease_games=4)
    found = train(matrix, few).matrix.toarray()
    part = np.flatnonzero(found.any(axis=0) | found.any(axis=1))
    assert set(part) == set(np.argsort(-owners, kind="stable")[:4])


def test_tags_count_as_further_rows_of_the_matrix() -> None:
    matrix, rng = history(), np.random.default_rng(5)
    tags = neighbours.normalised(rng.random((12, 7)).astype(np.float32))
    weighted = msgspec.structs.replace(EVERYTHING, ease_tags=6.0)
    found = train(matrix, weighted, sparse.csr_matrix(tags)).matrix.toarray()
    owners = np.count_nonzero(np.diff(matrix.indptr))
    rows = sparse.vstack([matrix, sparse.csr_matrix(np.sqrt(6) * tags.T)])
    expected = closed_form(rows, EVERYTHING.ease_regularization * owners)
    assert found == pytest.approx(expected, abs=1e-5)
    without = train(matrix, EVERYTHING).matrix.toarray()
    assert np.abs(found - without).max() > 0.01


def test_partners_are_the_games_whose_owners_own_a_game_most_often() -> None:
    matrix = history(games=200, users=90)
    weighted = matrix.toarray().astype(np.float64)
    shared = weighted.T @ weighted
    partners = train(matrix, EVERYTHING).partners
    taking_part = np.isin(np.arange(200), partners.games)
    assert 50 < taking_part.sum() <= 100  # those with most owners
    for game in range(200):
        shares = np.where(taking_part, shared[:, game] / (shared.diagonal() + 3), 0)
        shares[game] = 0
        listed = partners.games[game][partners.games[game] >= 0]
        if not taking_part[game]:
            assert not len(listed)
            continue
        assert partners.shares[game, : len(listed)] == pytest.approx(shares[listed], rel=1e-5)
        assert sorted(shares[listed]) == pytest.approx(sorted(shares)[-len(listed) :], rel=1e-5)
        assert list(partners.shares[game]) == sorted(partners.shares[game], reverse=True)


@pytest.mark.parametrize("jobs", [1, 3])
def test_the_gram_matrix_is_that_of_the_columns(jobs: int) -> None:
    matrix = history(users=40, games=300)
    dense = matrix.toarray()
    assert ease.gram(matrix, jobs) == pytest.approx(dense.T @ dense, abs=1e-4)


@pytest.mark.parametrize("shape", [(0, 0), (5, 0), (0, 5), (5, 5), (5, 1)])
def test_an_empty_history_has_no_weights(shape: tuple[int, int]) -> None:
    found = train(sparse.csr_matrix(shape, dtype=np.float32), EVERYTHING).matrix
    assert found.shape == (shape[1], shape[1])
    assert found.nnz == 0


@pytest.mark.parametrize("parts", [1, 3])
def test_of_the_owners_of_a_partner_some_play_the_game(parts: int) -> None:
    """Also where an unplayed game counts half, and users are in several parts."""
    rng = np.random.default_rng(6)
    chance = rng.random((60, 30))
    minutes = np.where(chance < 0.2, 30, np.where(chance < 0.4, 0, -1))
    libraries = [
        {int(game): int(own[game]) for game in np.flatnonzero(own >= 0)} for own in minutes
    ]
    users = Users(
        [Part.of(make_library(*libraries[place::parts])) for place in range(parts)],
    )
    recipe = Recipe(Parameters(factors=4, iterations=1, min_players=1, owned_weight=0.5), 1, 1)
    model = trained(users, game_words([["t:a"]] * 30), recipe)
    history = np.where(minutes > 0, 1, np.where(minutes == 0, 0.5, 0))
    playing = history.T @ (minutes > 0) / ((history**2).sum(axis=0)[:, None] + 3)
    partners, plays = model.partners.games, model.partners.plays
    assert len(partners) == 30
    for game in range(30):
        known = partners[game] >= 0
        assert known.sum() > 10
        expected = playing[partners[game][known], game]
        assert plays[game][known] == pytest.approx(expected, rel=1e-5)
        assert not plays[game][~known].any()
