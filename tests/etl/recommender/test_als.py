"""Implicit ALS: a checkerboard has a known answer, on any number of threads."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from implicit.cpu.als import AlternatingLeastSquares
from scipy import sparse

from datastore.base import scoring
from etl.process.threads import one_thread
from etl.recommender import als
from etl.recommender.als import iterations
from etl.recommender.factors import Factors
from etl.recommender.parameters import Parameters
from etl.recommender.users import MemoryShelf, Part, Users

PARAMETERS = Parameters(factors=8, iterations=5)


def train(
    confidence: sparse.csr_matrix,
    parameters: Parameters,
    seed: int,
    jobs: int,
    on_iteration: als.OnIteration | None = None,
    start: Factors | None = None,
) -> Factors:
    """Train on users of one part."""
    part = Part(0, confidence.shape[0], MemoryShelf())
    part.matrix(als.CONFIDENCE, lambda: confidence)
    if start is not None:
        part.shelf[als.START] = start.users
    size = int(np.count_nonzero(np.diff(confidence.indptr))), confidence.shape[1]
    games = als.train(
        Users([part]), size, parameters, seed, jobs, on_iteration, start.games if start else None
    )
    assert list(part.shelf) == [als.USER_FACTORS]
    return Factors(part.shelf[als.USER_FACTORS], games)


@pytest.fixture
def _few_users_per_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(als, "_USERS_PER_THREAD", 5)


def checkerboard(users: int, games: int) -> sparse.csr_matrix:
    """Even users play even games, odd users odd ones."""
    grid = np.add.outer(np.arange(users), np.arange(games)) % 2 == 0
    return sparse.csr_matrix(grid.astype(np.float32) * 10)


def test_a_player_of_even_games_gets_even_games() -> None:
    losses: list[float] = []
    factors = train(checkerboard(20, 10), PARAMETERS, 1, 1, lambda loss: losses.append(loss()))
    scores = factors.users @ factors.games.T
    even = np.add.outer(np.arange(20), np.arange(10)) % 2 == 0
    assert scores[even].min() > 5 * np.abs(scores[~even]).max()
    assert len(losses) == PARAMETERS.iterations
    assert losses == sorted(losses, reverse=True)
    assert factors.users.shape == (20, 8)
    assert factors.games.dtype == np.float32


@pytest.mark.usefixtures("_few_users_per_thread")
def test_two_iterations_from_the_factors_of_before_are_as_good_as_a_training_anew() -> None:
    cold: list[float] = []
    board = checkerboard(40, 20)
    before = train(board[:36, :18], PARAMETERS, 1, 1)
    train(board, PARAMETERS, 1, 1, lambda loss: cold.append(loss()))
    start = Factors(*(np.full((size, 8), np.nan, np.float32) for size in board.shape))
    start.users[:36], start.games[:18] = before.users, before.games
    warm: list[float] = []
    found, again = (
        train(board, PARAMETERS, 1, jobs, lambda loss: warm.append(loss()), start)
        for jobs in (1, 2)
    )
    assert len(warm) == 2 * iterations(PARAMETERS, warm=True) == 4
    assert warm[1] < 1.01 * cold[-1] < cold[1]
    assert np.isfinite(found.users).all()
    assert np.array_equal(found.users, again.users)
    assert np.array_equal(found.games, again.games)


@pytest.mark.parametrize(
    ("users", "jobs", "threads"), [(0, 4, 1), (1_999, 4, 1), (2_000, 4, 2), (30_000, 4, 4)]
)
def test_few_users_are_solved_by_few_threads(users: int, jobs: int, threads: int) -> None:
    assert als._threads(Users([Part(0, users, MemoryShelf())]), jobs) == threads


@pytest.mark.usefixtures("_few_users_per_thread")
def test_threads_do_not_change_the_factors_and_the_seed_does() -> None:
    one, two, other = (
        train(checkerboard(30, 20), PARAMETERS, seed, jobs)
        for seed, jobs in ((1, 1), (1, 2), (2, 1))
    )
    assert np.array_equal(one.games, two.games)
    assert np.array_equal(one.users, two.users)
    assert not np.array_equal(one.games, other.games)


def tastes(users: int = 300, games: int = 40) -> sparse.csr_matrix:
    """Users play what is near to their tastes; some play nothing."""
    rng = np.random.default_rng(2)
    liked = rng.normal(size=(users, 5)) @ rng.normal(size=(5, games)) + rng.normal(size=games)
    played = liked > np.quantile(liked, 0.85)
    return sparse.csr_matrix(
        np.where(played, 1 + 20 * rng.random(liked.shape), 0).astype(np.float32)
    )


def test_the_factors_are_those_of_implicit() -> None:
    board = tastes()
    with one_thread("blas"):
        model = AlternatingLeastSquares(
            factors=PARAMETERS.factors,
            regularization=scoring.penalty(
                PARAMETERS.regularization, np.count_nonzero(np.diff(board.indptr))
            ),
            iterations=PARAMETERS.iterations,
            num_threads=1,
            random_state=1,
        )
        model.fit(board, show_progress=False)
    found = train(board, PARAMETERS, 1, 1)
    assert found.games == pytest.approx(np.asarray(model.item_factors), abs=1e-5)


@pytest.mark.parametrize("factors", [5, 8])
@pytest.mark.parametrize("warm", [False, True])
def test_parts_of_the_users_give_the_factors_of_all(factors: int, warm: bool) -> None:
    """An odd number of factors divides a draw of two numbers between parts."""
    parameters = msgspec.structs.replace(PARAMETERS, factors=factors)
    board = tastes()
    start = train(board, parameters, 2, 1)
    start.users[:30] = start.games[:5] = np.nan
    one = train(board, parameters, 1, 1, start=start if warm else None)
    parts, losses = [], list[float]()
    for first, last in ((0, 111), (111, 111), (111, 300)):
        part = Part(first, last - first, MemoryShelf())
        part.matrix(als.CONFIDENCE, lambda rows=slice(first, last): board[rows])
        part.shelf[als.START] = start.users[first:last]
        parts.append(part)
    size = int(np.count_nonzero(np.diff(board.indptr))), board.shape[1]
    known = start.games if warm else None
    games = als.train(
        Users(parts), size, parameters, 1, 1, lambda loss: losses.append(loss()), known
    )
    users = np.concatenate([part.shelf[als.USER_FACTORS] for part in parts])
    assert games == pytest.approx(one.games, abs=1e-5)
    assert users == pytest.approx(one.users, abs=1e-5)
    in_one = list[float]()
    train(board, parameters, 1, 1, lambda loss: in_one.append(loss()), start if warm else None)
    assert losses == pytest.approx(in_one, rel=1e-5)


def test_users_who_are_folded_in_have_the_factors_of_training() -> None:
    board = tastes()
    trained = train(board, PARAMETERS, 1, 1)
    part = Part(0, 40, MemoryShelf())
    part.matrix(als.CONFIDENCE, lambda: board[:40])
    players = int(np.count_nonzero(np.diff(board.indptr)))
    als.fold_in(Users([part]), players, trained.games, PARAMETERS, 1)
    assert list(part.shelf) == [als.USER_FACTORS]
    assert part.shelf[als.USER_FACTORS] == pytest.approx(trained.users[:40], abs=1e-5)


def test_a_user_without_played_games_has_factors_of_0() -> None:
    board = checkerboard(6, 4).tolil()
    board[2] = 0
    assert not train(board.tocsr(), PARAMETERS, 1, 1).users[2].any()


def test_the_users_factors_are_those_that_folding_in_gives() -> None:
    confidence = checkerboard(30, 20)
    confidence.data += np.random.default_rng(0).random(confidence.nnz, np.float32) * 20
    found = train(confidence, PARAMETERS, 1, 1)
    gram = found.games.T.astype(np.float64) @ found.games
    l2 = scoring.penalty(PARAMETERS.regularization, 30)
    for user in range(30):
        row = confidence[user]
        own = found.games[row.indices].astype(np.float64)
        exact = scoring.fold_in(scoring.system(gram, own, row.data, l2), own, row.data)
        assert found.users[user] == pytest.approx(exact, rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("shape", [(0, 0), (3, 0), (3, 2)])
def test_nothing_played_trains_without_a_word(shape: tuple[int, int]) -> None:
    factors = train(sparse.csr_matrix(shape, dtype=np.float32), PARAMETERS, 1, 1)
    assert (factors.users.shape, factors.games.shape) == ((shape[0], 8), (shape[1], 8))
