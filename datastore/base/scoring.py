"""datastore.base: the model's arithmetic, shared by the build and the server.

Users are vectors x and games vectors y, with the same number of factors. Y. Hu, Y. Koren,
C. Volinsky, Collaborative Filtering for Implicit Feedback Datasets (ICDM 2008): x minimises
sum over all games of c (p - x.y)^2 + l2 |x|^2, with p = 1 and confidence c for a played game, p = 0
and c = 1 for any other. H. Steck, Embarrassingly Shallow Autoencoders (WWW 2019): EASE.
"""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = [
    "best",
    "confidence",
    "fold_in",
    "idf",
    "known",
    "penalty",
    "ranked",
    "standard",
    "system",
]

Floats = npt.NDArray[np.floating]


def best(scores: Floats, count: int) -> npt.NDArray[np.intp]:
    """Indices of the `count` highest scores, best first, ties in index order."""
    if not count:
        return np.zeros(0, np.intp)
    indices = np.arange(len(scores))
    if count < len(scores):
        indices = np.flatnonzero(scores >= np.partition(scores, -count)[-count])
    return indices[np.argsort(-scores[indices], kind="stable")][:count]


def confidence(
    rarity: npt.NDArray[np.floating], percentile: npt.NDArray[np.floating], alpha: float
) -> npt.NDArray[np.float32]:
    """Confidence of played pairs: 1 + alpha * rarity * (0.75 + 0.5 * percentile).

    `rarity` is that of the game. `percentile`, 0 to 1, is the share of the game's players with a
    shorter playtime, plus half of those with an equal one.
    """
    return np.asarray(1 + alpha * rarity * (0.75 + 0.5 * percentile), np.float32)


def penalty(regularization: float, players: int) -> float:
    """The l2 penalty of ALS: its optimum grows with the square root of the number of players."""
    return regularization * sqrt(max(players, 1))


def system(
    gram: Floats, own: npt.NDArray[np.float64], confident: Floats, l2: float
) -> npt.NDArray[np.float64]:
    """Left side of a user's normal equations, factors x factors: Y'Y + Y'(C - 1)Y + l2.

    `gram` is Y'Y over all games; `own` (played games x factors) and `confident` (confidence of
    each) are the user's.
    """
    left = np.array(gram, np.float64)
    left[np.diag_indices_from(left)] += l2
    excess = confident - 1.0  # below 0 for a game that all users play
    for sign in (1, -1):
        rows = sign * excess > 0
        if rows.any():
            # Usually all: one copy less of the factors saves a third of the time.
            selected = own if rows.all() else own[rows]
            scaled = selected * np.sqrt(np.abs(excess[rows]))[:, None]
            left += sign * (scaled.T @ scaled)  # BLAS computes X'X in half the time of X'Y
    return left


def fold_in(
    system: npt.NDArray[np.float64], own: npt.NDArray[np.float64], confident: Floats
) -> npt.NDArray[np.float32]:
    """Exact factors of a user: those that ALS would find for these games, given the games' factors.

    `system` must be made from the same `own` and `confident`.
    """
    return np.asarray(np.linalg.solve(system, own.T @ confident), np.float32)


def standard(scores: npt.NDArray[np.float32]) -> tuple[Floats, Floats]:
    """Mean and standard deviation of each row of scores, as columns; deviations of 0 become 1."""
    mean = scores.mean(axis=-1, keepdims=True, dtype=np.float64)
    deviation = scores.std(axis=-1, keepdims=True, dtype=np.float64)
    return mean, np.where(deviation > 0, deviation, 1.0)


def known(popular: npt.NDArray[np.int32], players: npt.NDArray[Any]) -> npt.NDArray[np.int32]:
    """The games that anybody has played, most players first; all games if fewer than two have been
    played. `popular` holds all games, most players first."""
    played = popular[: int(np.count_nonzero(players))]
    return played if len(played) > 1 else popular


def ranked(cosines: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """Cosines rounded to six digits, so that equal ones are equal however they were summed."""
    return np.round(cosines, 6).astype(np.float32)


def idf(games: int, uses: npt.NDArray[np.integer]) -> npt.NDArray[np.float32]:
    """Weight of a tag or genre that `uses` of all games have: ln((1 + games) / (1 + uses))."""
    return np.asarray(np.log((1.0 + games) / (1.0 + uses)), np.float32)
