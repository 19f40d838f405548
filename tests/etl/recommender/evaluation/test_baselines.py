"""Baselines: each knows which games belong together, and popularity knows only how many play."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy import sparse

from etl.recommender.evaluation import baselines
from etl.recommender.evaluation.baselines import BASELINES, POPULARITY
from etl.recommender.evaluation.metrics import Scorer, top


def two_tastes() -> sparse.csr_matrix:
    """Users 0 to 19 play games 0 to 4, the others 5 to 9; each user lacks one of the group."""
    played = np.zeros((40, 10), np.float32)
    for user in range(40):
        group = 5 * (user // 20)
        played[user, group : group + 5] = 1
        played[user, group + user % 5] = 0
    return sparse.csr_matrix(played)


def trained(name: str, played: sparse.csr_matrix, seed: int = 0, jobs: int = 1) -> Scorer:
    return BASELINES[name](played, seed, jobs)


def everything(scorer: Scorer, played: sparse.csr_matrix) -> np.ndarray:
    return scorer(np.arange(played.shape[0]))


@pytest.mark.parametrize("name", [name for name in BASELINES if name != POPULARITY])
def test_a_user_gets_first_what_those_of_the_same_taste_play(name: str) -> None:
    played = two_tastes()
    first = top(trained(name, played), played, 1)[:, 0]
    assert first.tolist() == [5 * (user // 20) + user % 5 for user in range(40)]


def test_popularity_ranks_by_players_for_everybody() -> None:
    played = sparse.csr_matrix(np.array([[1, 0, 1], [1, 0, 0], [1, 1, 1]], np.float32))
    scores = everything(trained(POPULARITY, played), played)
    assert scores.tolist() == [[3, 1, 2]] * 3


@pytest.mark.parametrize("name", list(BASELINES))
def test_threads_do_not_change_the_scores(name: str) -> None:
    played = two_tastes()
    one, two = (everything(trained(name, played, jobs=jobs), played) for jobs in (1, 2))
    assert np.array_equal(one, two)
    assert one.shape == played.shape
    assert one.dtype == np.float32


@pytest.mark.parametrize("name", list(BASELINES))
def test_scores_may_be_overwritten(name: str) -> None:
    played = two_tastes()
    scorer = trained(name, played)
    before = everything(scorer, played)
    everything(scorer, played)[:] = -1
    assert np.array_equal(everything(scorer, played), before)


def random_players(users: int = 60, games: int = 12) -> sparse.csr_matrix:
    draw = np.random.default_rng(3).random((users, games)) < 0.4
    return sparse.csr_matrix(draw.astype(np.float32))


def closed_form(dense: np.ndarray) -> np.ndarray:
    """B = I - P / diag(P), P the inverse of G + lambda I, as the paper has it."""
    inverse = np.linalg.inv(dense.T @ dense + 0.01 * len(dense) * np.eye(dense.shape[1]))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return weights


def test_ease_is_that_of_the_paper() -> None:
    played = random_players()
    dense = played.toarray().astype(np.float64)
    found = everything(trained("EASE", played), played)
    assert found == pytest.approx(dense @ closed_form(dense), abs=1e-4)


def test_ease_of_too_many_games_is_that_of_those_with_most_players(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(baselines, "_EASE_GAMES", 5)
    played = random_players()
    players = np.bincount(played.indices, minlength=12)
    kept = np.sort(np.argsort(-players, kind="stable")[:5])
    dense = played.toarray().astype(np.float64)[:, kept]
    found = everything(trained("EASE", played), played)
    assert found[:, kept] == pytest.approx(dense @ closed_form(dense), abs=1e-4)
    assert not np.delete(found, kept, axis=1).any()


def test_item_knn_is_that_of_the_package() -> None:
    from implicit.nearest_neighbours import TFIDFRecommender

    played = random_players()
    model = TFIDFRecommender(num_threads=1)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Method expects CSR input")
        model.fit(played, show_progress=False)
    found = top(trained("TF-IDF item-kNN", played), played, 1)
    for user in range(played.shape[0]):
        games, scores = model.recommend(user, played[user], N=3)
        clear = np.flatnonzero(np.diff(scores) < -1e-6)
        for place in clear.tolist():
            assert found[user, place] == games[place]


def test_als_is_that_of_the_package() -> None:
    from implicit.cpu.als import AlternatingLeastSquares

    played = random_players()
    model = AlternatingLeastSquares(random_state=4, num_threads=1)
    model.fit(played, show_progress=False)
    found = everything(trained("ALS, defaults", played, seed=4), played)
    assert found == pytest.approx(model.user_factors @ model.item_factors.T, abs=1e-5)
