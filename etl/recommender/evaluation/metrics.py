"""etl.recommender.evaluation: full rankings, their metrics by user, and intervals.

The formulas and their sources stand with the fields of `datastore.base.evaluation.Metrics`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import sparse

from datastore.base.evaluation import Estimate, Metrics
from etl.process.threads import one_thread
from etl.recommender import neighbours

__all__ = ["LONGEST", "Scorer", "Values", "estimates", "mean_of", "metrics", "top", "values"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]

#: Rows of users -> scores of all games, users x games, in an array that may be overwritten.
Scorer = Callable[[npt.NDArray[np.intp]], npt.NDArray[np.float32]]

#: The longest list that a metric looks at, and what the others look at.
LONGEST, _FIRST = 20, 10
#: Resamples of the bootstrap; 200 are plenty for a standard error (Efron and Tibshirani 1993).
_RESAMPLES = 200
#: Standard errors to both sides of a value that make 95 %.
_SIDE = 1.96


def top(
    scorer: Scorer,
    owned: sparse.csr_matrix,
    jobs: int,
    users: npt.NDArray[np.intp] | None = None,
) -> Ints:
    """Users x 20: the best games that a user does not own, best first, ties by column.

    Every game is a candidate; -1 stands where there are no more or where they score -inf, and in
    the rows of all but some `users` where those are given.
    """
    users = np.arange(owned.shape[0]) if users is None else users
    games = owned.shape[1]

    def block(part: slice) -> Ints:
        rows = users[part]
        scores, owned_pairs = scorer(rows), owned[rows]
        scores[
            np.repeat(np.arange(len(rows)), np.diff(owned_pairs.indptr)), owned_pairs.indices
        ] = -np.inf
        columns = neighbours.best(scores, LONGEST)
        best_scores = np.take_along_axis(scores, columns, 1)
        return np.where(np.isneginf(best_scores), -1, columns).astype(np.int32)

    lists = np.full((owned.shape[0], LONGEST), -1, np.int32)
    parts = neighbours.in_blocks(len(users), jobs, block)
    for part, columns in zip(neighbours.blocks(len(users)), parts, strict=True):
        lists[users[part], : min(LONGEST, games)] = columns
    return lists


@dataclass(frozen=True, slots=True)
class Values:
    """One entry per user, and the user's first ten games (-1 where the list ends)."""

    ndcg: Floats
    recall: Floats
    precision: Floats
    novelty: Floats
    popularity: Floats
    unlisted: Floats
    first: Ints


def values(
    lists: Ints,
    held_out: sparse.csr_matrix,
    players: npt.NDArray[np.int64],
    everybody: int | None = None,
    unlisted: npt.NDArray[np.bool_] | None = None,
) -> Values:
    """Metrics of each user's list. A user without held-out games has zeros.

    `held_out` is users x games, `players` counts those of each game in the training part, which has
    `everybody`, by default as many users as there are lists.
    """
    users, games = held_out.shape
    everybody = max(everybody or users, 1)
    row = np.arange(users, dtype=np.int64)[:, None]
    pairs = np.repeat(row.ravel(), np.diff(held_out.indptr)) * games + held_out.indices
    hit = np.isin(np.where(lists < 0, -1, row * games + lists), pairs)
    count = np.diff(held_out.indptr)
    first = hit[:, :_FIRST]
    discount = 1 / np.log2(np.arange(2, _FIRST + 2))
    ideal = np.concatenate([[1.0], np.cumsum(discount)])[np.minimum(count, _FIRST)]
    precision = np.cumsum(first, axis=1) / np.arange(1, _FIRST + 1)
    share = np.maximum(players, 1) / everybody  # a game without players is as new as one of 1
    listed = lists[:, :_FIRST] >= 0
    length = np.maximum(listed.sum(axis=1), 1)

    def mean(of_game: Floats) -> Floats:
        means: Floats = np.where(listed, of_game[lists[:, :_FIRST]], 0).sum(axis=1) / length
        return means

    return Values(
        ndcg=first @ discount / ideal,
        recall=hit.sum(axis=1) / np.clip(count, 1, LONGEST),
        precision=(first * precision).sum(axis=1) / np.clip(count, 1, _FIRST),
        novelty=mean(-np.log2(share)),
        popularity=mean(players / everybody),
        unlisted=mean((np.zeros(games) if unlisted is None else unlisted).astype(np.float64)),
        first=lists[:, :_FIRST],
    )


def metrics(ranking: str, by_user: Values, served: Values, games: int, seed: int) -> Metrics:
    """Means over users, coverage of all games, and the served model's lead, with intervals."""
    columns = (
        by_user.ndcg,
        by_user.recall,
        by_user.precision,
        by_user.novelty,
        by_user.popularity,
        by_user.unlisted,
    )
    table = np.column_stack([*columns, served.ndcg - by_user.ndcg])
    means = _of_samples(lambda weight: weight @ table / len(table), len(table), seed)
    samples = np.column_stack([means, _coverage(by_user.first, games, seed)])
    ndcg, recall, precision, novelty, popularity, unlisted, lead, coverage = _intervals(samples)
    return Metrics(ranking, ndcg, recall, precision, coverage, novelty, popularity, lead, unlisted)


def mean_of(of_each: Floats, seed: int) -> Estimate:
    """The mean with its 95 % interval."""
    size = len(of_each)
    return estimates(lambda weight: weight[None] @ of_each / size, size, seed)[0]


def estimates(measured: Callable[[Floats], Floats], size: int, seed: int) -> list[Estimate]:
    """Values of the data, and their standard errors over resamples.

    `measured` gets how often each of `size` users (or games) is in the sample, `size` in total.
    """
    return _intervals(_of_samples(measured, size, seed))


def _of_samples(measured: Callable[[Floats], Floats], size: int, seed: int) -> Floats:
    """Samples x values: of the data first, then of the resamples."""
    with one_thread("blas"):  # the sums are small, and the same on any number of cores
        of_data = measured(np.ones(size))
        drawn = [measured(counts.astype(np.float64)) for counts in _resamples(size, seed)]
    return np.array([of_data, *drawn])


@lru_cache(maxsize=1)  # rankings are measured one after the other, by the same users
def _resamples(size: int, seed: int) -> npt.NDArray[np.uint16]:
    """Resamples x users: how often each user is in a resample."""
    rng = np.random.default_rng(seed)
    counts = np.empty((_RESAMPLES, size), np.uint16)
    for row in counts:
        row[:] = np.bincount(rng.integers(0, size, size), minlength=size)
    return counts


def _intervals(samples: Floats) -> list[Estimate]:
    """The values of the data, and their standard errors over resamples, from samples x values."""
    of_data, drawn = samples[0], samples[1:]
    side = _SIDE * np.std(drawn, axis=0, ddof=1)
    return [
        Estimate(value, value - error, value + error)
        for value, error in zip(of_data.tolist(), side.tolist(), strict=True)
    ]


def _coverage(first: Ints, games: int, seed: int) -> Floats:
    """Share of all games that occur in at least one list: of the data, then of the resamples."""
    listed = first >= 0
    game, user = first[listed], np.repeat(np.arange(len(first)), listed.sum(axis=1))
    order = np.argsort(game, kind="stable")
    starts = np.flatnonzero(np.diff(game[order], prepend=-1))
    # Of each user, a bit for each resample that has the user.
    sampled = np.packbits(_resamples(len(first), seed).T > 0, axis=1)
    seen = np.bitwise_or.reduceat(sampled[user[order]], starts) if len(starts) else sampled[:0]
    counts = np.unpackbits(seen, axis=1, count=_RESAMPLES).sum(axis=0)
    shares: Floats = np.array([len(starts), *counts]) / games
    return shares
