"""etl.recommender.evaluation: owned, unplayed games that only come along with others.

A beta or a bonus game that is in the library because of the game that is asked for tells nothing
about taste. Without them, a measurement is of taste alone.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

from datastore.base.library import Library
from etl.recommender import neighbours
from etl.recommender.evaluation.split import Split

__all__ = ["COMPANIONS", "without_companions"]

#: Name of the slice without them.
COMPANIONS = "companions dropped"

#: A game that at most this share of its owners play is a companion wherever it is unplayed.
_PLAYED = 0.1
#: A game comes along with another one that this share of its owners own,
_CONFIDENCE = 0.8
#: this many times as often as all users do,
_LIFT = 2.0
#: if at least this many users own both.
_SUPPORT = 5


def without_companions(part: Split, jobs: int) -> Split:
    """The same split, without the unplayed companions in the training part."""
    unplayed = (part.owned - part.played).tocsr()
    unplayed.eliminate_zeros()
    everything = (part.owned + part.held_out + part.recent).tocsr()
    owners = np.bincount(part.owned.indices, minlength=part.owned.shape[1])
    players = np.bincount(part.played.indices, minlength=part.owned.shape[1])
    rarely_played = players <= _PLAYED * owners
    along = everything @ _comes_along(everything, jobs).T.tocsr()
    companion = unplayed.multiply(along > 0).tocsr() + unplayed.multiply(rarely_played).tocsr()
    library = part.known
    pairs = library.user.astype(np.int64) * part.owned.shape[1] + library.game
    row, column = companion.nonzero()
    kept = ~np.isin(pairs, row.astype(np.int64) * part.owned.shape[1] + column)
    counts = np.bincount(library.user[kept], minlength=len(part.users))
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    known = Library(offsets, library.game[kept], library.minutes[kept])
    ones = np.ones(len(known.game), np.float32)
    owned = sparse.csr_matrix((ones, (known.user, known.game)), part.owned.shape)
    owned.sort_indices()
    return replace(part, known=known, owned=owned)


def _comes_along(owned: sparse.csr_matrix, jobs: int) -> sparse.csr_matrix:
    """Games x games: 1 where the game of the row comes along with that of the column."""
    users, games = owned.shape
    owners = np.bincount(owned.indices, minlength=games)
    gram = neighbours.Gram.of(owned)

    def block(part: slice) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        both = gram.block(part).astype(np.float64)
        of_row = owners[part, None]
        found = (both >= _CONFIDENCE * of_row) & (both >= _SUPPORT)
        found &= both * users >= _LIFT * of_row * owners
        row, column = np.nonzero(found)
        row += part.start
        other = row != column
        return row[other], column[other]

    parts = neighbours.in_blocks(games, jobs, block)
    rows, columns = (
        np.concatenate([np.zeros(0, np.intp), *side]) for side in zip(*parts, strict=True)
    )
    return sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), (games, games))
