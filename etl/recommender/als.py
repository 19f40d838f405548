"""etl.recommender: implicit ALS over parts of the users, seeded, the same on any number of threads.

The games' factors are shared, and each part solves its users. If there is one part, the games are
solved in the same way; otherwise their equations are sums over the users, to which each part adds
its own. Both are the conjugate-gradient steps of the package `implicit` (Takacs, Pilaszy and Tikk
2011), from the same random numbers, so the factors are the same within rounding.

The games are solved in double precision: the order of sums over users would change their factors by
a ten-thousandth, and by a thousandth in the first iteration, which is far from any solution. There
the users are solved in double precision, too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
from scipy import sparse

from datastore.base import scoring
from etl.process.engine import Arrays, Shared
from etl.process.threads import one_thread
from etl.recommender.parameters import Parameters
from etl.recommender.users import Part, Users

__all__ = [
    "CONFIDENCE",
    "START",
    "USER_FACTORS",
    "OnIteration",
    "fold_in",
    "iterations",
    "train",
]

Floats = npt.NDArray[np.float32]
Vectors = npt.NDArray[np.floating]  # of double precision
#: Called after each iteration with a function that returns the loss.
OnIteration = Callable[[Callable[[], float]], object]

#: On the shelf of a part: the confidence of its played pairs, users x games, and games x users; the
#: factors of its users, the result; and those of a model before.
CONFIDENCE, _BY_GAME = "confidence", "confidence_by_game"
USER_FACTORS, START = "user_factors", "start"
#: Steps towards the solution in each iteration, as `implicit` makes them.
_STEPS = 3
#: Steps that bring users within a millionth of the exact solution: the last users of the iterations
#: know the games' factors of the round before.
_LAST_STEPS = 12
#: Iterations from the factors of a model before; docs/recommender.md has the comparison.
_WARM_ITERATIONS = 2
#: Squared length below which a residual counts as zero.
_NOTHING = 1e-20
#: Played pairs that are multiplied at once: their vectors, twice a megabyte, stay in the cache.
_PAIRS = 1 << 10
#: Users for whom another thread is worth its start: of fewer, it waits longer than it works.
_USERS_PER_THREAD = 1_000


@dataclass(frozen=True, slots=True)
class _Problem:
    """What does not change from step to step."""

    factors: int
    l2: float
    seed: int
    warm: bool
    threads: int


def train(
    users: Users,
    size: tuple[int, int],
    parameters: Parameters,
    seed: int,
    jobs: int,
    on_iteration: OnIteration | None = None,
    start: Floats | None = None,
) -> Floats:
    """Factorise the confidence on the shelves, users x games; returns the games' factors, and puts
    the users' on the shelves in its place. Users without a played game get zeros. `size` is how
    many users have played, and how many games there are.

    `start` are the games' factors of a model before, with its users' on the shelves, NaN for those
    that it did not know: from there a few iterations are enough.

    `on_iteration` is called with a function that returns the loss, the mean over all pairs of what
    ALS minimises, as long as the iteration is the last one.
    The users' factors are those that folding in gives for the final factors of the games, so a
    player who is not in the data gets what the same library would get here.
    """
    players, width = size
    l2 = scoring.penalty(parameters.regularization, players)
    warm = start is not None
    problem = _Problem(parameters.factors, l2, seed, warm, _threads(users, jobs))
    rounds = iterations(parameters, warm=warm)
    games = _drawn(problem, len(users), width, start)
    if not players:
        rounds, games = 0, np.zeros_like(games)
    for number in range(rounds):
        stage = f"ALS, iteration {number + 1}"
        known: Vectors = games if number else games.astype(np.float64)
        with users.share(known) as shared:
            users.run(_SolveUsers(problem, shared, number, _STEPS), f"{stage}, users")
        games = _solve_games(users, problem, games, number + 1, f"{stage}, games")
        if on_iteration:
            on_iteration(partial(_loss, users, problem, games, number + 1))
    _put_users(users, problem, games, rounds)
    users.drop(*map(_state, range(rounds + 1)))
    return games


def fold_in(users: Users, players: int, games: Floats, parameters: Parameters, jobs: int) -> None:
    """Put the factors of other users on the shelves in the place of their confidence, given the
    games' factors, which this number of players taught."""
    l2 = scoring.penalty(parameters.regularization, players)
    problem = _Problem(parameters.factors, l2, 0, False, _threads(users, jobs))
    _put_users(users, problem, games, 0)


def _threads(users: Users, jobs: int) -> int:
    """Threads of the solver."""
    return min(users.threads(jobs), max(1, len(users) // _USERS_PER_THREAD))


def _put_users(users: Users, problem: _Problem, games: Floats, number: int) -> None:
    """Solve the users for the last time, from their factors after some iterations."""
    with users.share(games) as shared:
        users.run(_SolveUsers(problem, shared, number, _LAST_STEPS, last=True), "ALS, users")
    users.drop(CONFIDENCE, _BY_GAME, START)


def iterations(parameters: Parameters, *, warm: bool) -> int:
    """The number of iterations of `train`."""
    return min(parameters.iterations, _WARM_ITERATIONS) if warm else parameters.iterations


def _drawn(problem: _Problem, first: int, size: int, known: Floats | None = None) -> Floats:
    """Known factors, with small random ones in place of NaN: for a range of rows of all users and,
    after them, all games, as `implicit` draws them."""
    generator = np.random.default_rng(problem.seed)
    skipped = first * problem.factors  # two numbers are drawn at a time
    generator.bit_generator.advance(skipped // 2)  # type: ignore[attr-defined]  # PCG64 can
    generator.random(skipped % 2, dtype=np.float32)
    drawn: Floats = generator.random((size, problem.factors), dtype=np.float32) * 0.01
    if known is not None:
        np.copyto(drawn, known, where=~np.isnan(known))
    return drawn


def _state(number: int) -> str:
    """The name of the users' factors after this number of iterations."""
    return f"{USER_FACTORS}-{number}"


def _confidence(part: Part) -> sparse.csr_matrix:
    """The confidence of a part's pairs, for the solver."""
    return _writable(part.matrix(CONFIDENCE, _missing))


def _writable(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """The same matrix in memory: the solver refuses files that are mapped to be read."""
    for name in ("data", "indices", "indptr"):
        setattr(matrix, name, np.require(getattr(matrix, name), requirements="W"))
    return matrix


def _missing() -> sparse.csr_matrix:
    raise KeyError(CONFIDENCE)


@dataclass(frozen=True, slots=True)
class _SolveUsers:
    """Solves the users of a part from their factors after some iterations."""

    problem: _Problem
    games: Shared[Vectors]
    number: int
    steps: int
    last: bool = False

    def __call__(self, part: Part) -> None:
        from implicit.cpu._als import least_squares_cg

        problem, games = self.problem, self.games.value
        if self.number:
            factors = part.shelf[_state(self.number)]
        else:
            start = part.shelf[START] if problem.warm else None
            factors = _drawn(problem, part.first, part.size, start)
        factors = np.require(factors, games.dtype, "W")
        with one_thread("blas"):  # the solver has threads of its own
            least_squares_cg(
                _confidence(part), factors, games, problem.l2,
                num_threads=problem.threads, cg_steps=self.steps,
            )  # fmt: skip
        part.shelf[USER_FACTORS if self.last else _state(self.number + 1)] = factors
        part.drop([_state(self.number - 1)])  # those of now are wanted if this work is repeated


def _solve_games(users: Users, problem: _Problem, games: Floats, number: int, stage: str) -> Floats:
    """The games' factors after some steps from the previous ones."""
    if len(users.parts) == 1:
        with users.share(games) as shared:
            (solved,) = users.map(_SolveGames(problem, shared, number), stage)
        return solved

    def total(vectors: Vectors, *, residual: bool = False) -> Arrays:
        with users.share(vectors) as shared:
            return users.sum(_Products(shared, number, residual), stage)

    games = games.astype(np.float64)
    found = total(games, residual=True)
    has_players = found["players"] > 0
    square = found["gram"]
    square[np.diag_indices_from(square)] += problem.l2
    solved = games * has_players[:, None]
    left = (found["products"] - solved @ square) * has_players[:, None]
    direction, rest = left, _squares(left)
    for _ in range(_STEPS):
        active = rest >= _NOTHING
        applied = direction @ square + total(direction)["products"]
        curve = np.einsum("gf,gf->g", direction, applied)
        step = np.divide(rest, curve, out=np.zeros_like(rest), where=active)[:, None]
        solved = solved + step * direction
        left = left - step * applied
        before, rest = rest, np.where(active, _squares(left), 0)
        turn = np.divide(rest, before, out=np.zeros_like(rest), where=active)[:, None]
        direction = left + turn * direction
    return solved.astype(np.float32)


def _squares(vectors: Vectors) -> npt.NDArray[np.float64]:
    squares: npt.NDArray[np.float64] = np.einsum("gf,gf->g", vectors, vectors, dtype=np.float64)
    return squares


@dataclass(frozen=True, slots=True)
class _SolveGames:
    """Solves all games, if a part has all users."""

    problem: _Problem
    games: Shared[Vectors]
    number: int

    def __call__(self, part: Part) -> Floats:
        from implicit.cpu._als import least_squares_cg

        by_game = part.matrix(_BY_GAME, lambda: part.matrix(CONFIDENCE, _missing).T.tocsr())
        games = self.games.value.astype(np.float64)
        factors = np.require(part.shelf[_state(self.number)], np.float64, "W")
        with one_thread("blas"):
            least_squares_cg(
                _writable(by_game), games, factors, self.problem.l2,
                num_threads=self.problem.threads, cg_steps=_STEPS,
            )  # fmt: skip
        return games.astype(np.float32)


@dataclass(frozen=True, slots=True)
class _Products:
    """The sums over the users of a part in the equations of the games, applied to a vector of each
    game. For the residual, also the right side, the Gram matrix of the users' factors, and the
    players of each game."""

    vectors: Shared[Vectors]
    number: int
    residual: bool

    def __call__(self, part: Part) -> Arrays:
        vectors = self.vectors.value
        factors = part.shelf[_state(self.number)].astype(np.float64)
        pairs = part.matrix(CONFIDENCE, _missing)
        user = np.repeat(np.arange(part.size, dtype=np.int32), np.diff(pairs.indptr))
        products = np.empty(pairs.nnz)
        for first in range(0, pairs.nnz, _PAIRS):
            some = slice(first, first + _PAIRS)
            np.einsum(
                "pf,pf->p", factors[user[some]], vectors[pairs.indices[some]], out=products[some]
            )
        products *= pairs.data - 1
        if self.residual:
            np.subtract(pairs.data, products, out=products)
        weights = sparse.csr_matrix((products, pairs.indices, pairs.indptr), pairs.shape)
        with one_thread("blas"):
            sums: Arrays = {"products": np.asarray(weights.T @ factors)}
            if self.residual:
                sums["gram"] = factors.T @ factors
                sums["players"] = np.bincount(pairs.indices, minlength=pairs.shape[1])
        return sums


def _loss(users: Users, problem: _Problem, games: Floats, number: int) -> float:
    """The mean over all pairs of what ALS minimises."""
    with users.share(games) as shared:
        sums = users.sum(_Loss(problem, shared, number), f"ALS, iteration {number}, loss")
    return float((sums["loss"][0] + _penalty(problem, games)) / sums["pairs"][0])


def _penalty(problem: _Problem, games: Floats) -> float:
    """What the games' factors add to the loss."""
    return problem.l2 * float(_squares(games).sum())


@dataclass(frozen=True, slots=True)
class _Loss:
    """The loss of the users of a part, without the penalty of the games, and the weight of their
    pairs."""

    problem: _Problem
    games: Shared[Vectors]
    number: int

    def __call__(self, part: Part) -> Arrays:
        from implicit.cpu._als import calculate_loss

        pairs, games = _confidence(part), self.games.value
        factors = np.require(part.shelf[_state(self.number)], games.dtype, "W")
        if not part.size:
            return {"loss": np.zeros(1), "pairs": np.zeros(1)}
        weight = pairs.data.sum(dtype=np.float64) + pairs.shape[0] * pairs.shape[1] - pairs.nnz
        with one_thread("blas"):
            mean = calculate_loss(
                pairs, factors, games, self.problem.l2, num_threads=self.problem.threads
            )
        loss = mean * weight - _penalty(self.problem, games)
        return {"loss": np.array([loss]), "pairs": np.array([weight])}
