"""etl.recommender: EASE with tags, item weights in closed form, kept sparse.

H. Steck, Embarrassingly Shallow Autoencoders for Sparse Data (WWW 2019). Tags are further rows of
the matrix: O. Jeunen, J. Van Balen and B. Goethals, Closed-Form Models for Collaborative Filtering
with Side-Information (RecSys 2020). Only the games with most owners take part and only the largest
weights are kept: the dense matrix of all games would need more memory than the build may use.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.linalg import lapack

from datastore.base.second_stage import PARTNERS
from etl.process.engine import Arrays, Shared
from etl.process.threads import one_thread
from etl.recommender.interactions import Axis, Interactions
from etl.recommender.neighbours import Gram, filled, in_blocks
from etl.recommender.parameters import Parameters
from etl.recommender.users import Part

__all__ = [
    "Pairs",
    "Partners",
    "Plays",
    "Weights",
    "gram",
    "inverse",
    "taking_part",
    "weights",
]

Games = npt.NDArray[np.intp]

#: Owners added to those of a game, so that the few owners of a rare game prove little.
_SHRINK = 3.0
#: Rows of the tags' products that are computed at once.
_ROWS = 512


class Partners(NamedTuple):
    """Games x partners: the games whose owners own a game most often, the greatest share first.

    `games` has -1 where there are no more. A share is that of the owners, an unplayed game counting
    less than a played one; games with few owners have smaller ones. `plays` are the shares of the
    same owners who play the game.
    """

    games: npt.NDArray[np.int32]
    shares: npt.NDArray[np.float32]
    plays: npt.NDArray[np.float32]

    def with_plays(self, plays: npt.NDArray[np.float32], owners: npt.NDArray[np.floating]) -> Self:
        """The same with `plays` by how many owners play the game (see `Plays`), and the owners of
        each game as the history counts them."""
        shares = plays / (owners[self.games] + _SHRINK)
        return self._replace(plays=np.where(self.games < 0, 0, shares).astype(np.float32))


class Weights(NamedTuple):
    """Games x games weights W, `history @ W` scores every game for every user; and the partners."""

    matrix: sparse.csr_matrix
    partners: Partners


def taking_part(owners: npt.NDArray[np.integer], parameters: Parameters) -> Games:
    """The games with most owners, ascending: columns of the history."""
    order = np.argsort(-owners, kind="stable")[: parameters.ease_games]
    return np.sort(order[owners[order] > 0])


@dataclass(frozen=True, slots=True)
class Pairs:
    """The Gram matrix of some games in the history of a part."""

    axis: Axis
    unplayed: float
    kept: Games
    threads: int

    def __call__(self, part: Part) -> Arrays:
        history = Interactions.of(part, self.axis).history(self.unplayed)
        return {"pairs": gram(history[:, self.kept].tocsr(), self.threads)}


@dataclass(frozen=True, slots=True)
class Plays:
    """How many users of a part own each partner of some games, and play the game: games x
    partners, all games having a row."""

    axis: Axis
    unplayed: float
    kept: Games
    partners: Shared[npt.NDArray[np.int32]]
    threads: int

    def __call__(self, part: Part) -> Arrays:
        data, partners = Interactions.of(part, self.axis), self.partners.value
        history = data.history(self.unplayed)[:, self.kept].tocsr()
        played = data.history(0)[:, self.kept].tocsr()
        products = Gram.of(history, played)
        plays = np.zeros(partners.shape, np.float32)

        def block(rows: slice) -> None:
            games = self.kept[rows]
            columns = np.searchsorted(self.kept, partners[games]).clip(max=len(self.kept) - 1)
            plays[games] = np.take_along_axis(products.block(rows), columns, 1)

        in_blocks(len(self.kept), self.threads, block)
        return {"plays": plays}


def weights(
    pairs: np.ndarray,
    kept: Games,
    size: tuple[int, int],
    parameters: Parameters,
    tags: sparse.csr_matrix | None = None,
) -> Weights:
    """Train on the Gram matrix of the games that take part in the history, which is overwritten;
    `size` is how many users have any game, and how many games there are.

    The history is users x games, 1 for a played game and less for one only owned; `tags` are games
    as vectors of length 1. The diagonal is 0; columns of games that do not take part are empty.
    """
    known, games = size
    diagonal = np.arange(len(kept))
    partners = _partners(pairs, kept, games)
    if tags is not None and parameters.ease_tags:
        _add_tags(pairs, tags[kept].toarray(), parameters.ease_tags)
    # Users without games carry no information: they must not change the result.
    pairs[diagonal, diagonal] += max(parameters.ease_regularization * known, 1e-3)
    with one_thread("blas"):  # the same bits on any number of cores
        inverted = inverse(pairs)
    rows, columns, values = [], [], []
    keep = min(parameters.ease_weights, max(len(kept) - 1, 0))
    for game in range(len(kept)):
        column = np.concatenate([inverted[: game + 1, game], inverted[game, game + 1 :]])
        column = column / -column[game]
        column[game] = 0
        largest = np.argpartition(-np.abs(column), keep - 1)[:keep] if keep else diagonal[:0]
        rows.append(kept[largest])
        columns.append(np.full(len(largest), kept[game]))
        values.append(column[largest])
    if not rows:
        return Weights(sparse.csr_matrix((games, games), dtype=np.float32), partners)
    positions = (np.concatenate(rows), np.concatenate(columns))
    matrix = sparse.csr_matrix(
        (np.concatenate(values), positions), (games, games), dtype=np.float32
    )
    return Weights(matrix, partners)


def _partners(pairs: np.ndarray, kept: npt.NDArray[np.intp], games: int) -> Partners:
    """The partners of the kept games, by their Gram matrix; others have none."""
    partners = np.full((games, PARTNERS), -1, np.int32)
    shares = np.zeros((games, PARTNERS), np.float32)
    owners = pairs.diagonal() + np.float32(_SHRINK)
    count = min(PARTNERS, len(kept) - 1)
    for game in range(len(kept) if count > 0 else 0):
        column = pairs[:, game] / owners
        column[game] = -1
        best = np.argpartition(-column, count - 1)[:count]
        best = best[np.lexsort((best, -column[best]))]
        best = best[column[best] > 0]
        partners[kept[game], : len(best)] = kept[best]
        shares[kept[game], : len(best)] = column[best]
    return Partners(partners, shares, np.zeros_like(shares))


def _add_tags(pairs: np.ndarray, tags: npt.NDArray[np.float32], weight: float) -> None:
    with one_thread("blas"):  # the same bits on any number of cores
        for start in range(0, len(tags), _ROWS):
            part = slice(start, start + _ROWS)
            pairs[:, part] += np.float32(weight) * (tags @ tags[part].T)


def gram(history: sparse.csr_matrix, jobs: int) -> np.ndarray:
    """The Gram matrix of the columns: games x games, float32, in column-major order."""
    games = history.shape[1]
    return filled(games, games, jobs, Gram.of(history).block).T  # the same, as LAPACK wants it


def inverse(gram: np.ndarray) -> np.ndarray:
    """Inverse of a positive definite matrix, in place; its upper triangle counts."""
    if not len(gram):
        return gram
    factor, failed = lapack.spotrf(gram, lower=0, overwrite_a=1, clean=0)
    if not failed:
        inverted, failed = lapack.spotri(factor, lower=0, overwrite_c=1)
    if failed:
        raise ArithmeticError(f"EASE: the matrix is not positive definite ({failed})")
    return np.asarray(inverted)
