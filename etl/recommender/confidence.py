"""etl.recommender: confidence of played pairs: by the rank of a playtime among all of the game.

Raw or logarithmic minutes do worse than no playtime at all: they compare hours across games, and
some games are simply longer. A rank is known when the playtimes of all parts are merged, which
each part does for some of the games.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from datastore.base import scoring
from etl.process.engine import Shared
from etl.recommender.als import CONFIDENCE
from etl.recommender.interactions import Axis, Counts, Interactions
from etl.recommender.users import Part, Users

__all__ = ["percentiles", "put_confidence"]

Floats = npt.NDArray[np.float32]
Keys = npt.NDArray[np.int64]

#: On the shelf of a part: its different playtimes, each with its game; how many pairs have each;
#: which of them each pair has, by game.
_KEYS, _COUNTS, _PLACES = "playtime_keys", "playtime_counts", "playtime_places"
#: On the shelf of a part: the different playtimes of some games among all users, and the percentile
#: of each.
_MERGED, _PERCENTILES = "merged_keys", "merged_percentiles"


def put_confidence(users: Users, axis: Axis, counts: Counts, alpha: float) -> None:
    """Put the confidence of every played pair on the shelves: see `datastore.base.scoring`."""
    parts = len(users.parts)
    shares = np.linspace(0, counts.players.sum(), parts + 1)[1:-1]  # of about as many pairs
    bounds = np.searchsorted(np.cumsum(counts.players), shares)
    limits = np.array([0, *bounds, len(axis.games)], np.int64) << 32
    users.run(_Playtimes(axis), "playtimes")
    with users.share(users.parts) as shared:
        merge = _Merge(shared, limits)
        for _ in users.engine.map(merge, range(parts), "ranks of playtimes"):
            pass
        users.run(_Confidence(axis, merge, counts.rarity, alpha), "confidence")
    users.drop(_KEYS, _COUNTS, _PLACES, _MERGED, _PERCENTILES)


def _by_game(minutes: sparse.csr_matrix) -> tuple[sparse.csc_matrix, npt.NDArray[np.int32]]:
    """The pairs by game, and the game of each."""
    columns = minutes.tocsc()
    return columns, np.repeat(np.arange(columns.shape[1], dtype=np.int32), np.diff(columns.indptr))


@dataclass(frozen=True, slots=True)
class _Playtimes:
    """Finds the different playtimes of a part."""

    axis: Axis

    def __call__(self, part: Part) -> None:
        columns, game = _by_game(Interactions.of(part, self.axis).minutes)
        # Positive floats sort like their bits: one number to sort by game, then minutes.
        keys = game.astype(np.int64) << 32 | columns.data.view(np.int32)
        order = np.argsort(keys)
        keys = keys[order]
        is_first = np.diff(keys, prepend=-1) != 0  # of equal playtimes of one game
        first = np.flatnonzero(is_first)
        places = np.empty(len(keys), np.int32)
        places[order] = np.cumsum(is_first, dtype=np.int32) - 1
        counts = np.diff(np.append(first, len(keys)))
        part.shelf.update({_KEYS: keys[first], _COUNTS: counts, _PLACES: places})


@dataclass(frozen=True, slots=True)
class _Merge:
    """Merges the playtimes of some games, on the shelf of the part of this number: those between
    two of the limits."""

    parts: Shared[Sequence[Part]]
    limits: Keys

    def __call__(self, number: int) -> None:
        keys, counts = [], []
        for part in self.parts.value:
            own = part.shelf[_KEYS]
            some = slice(*np.searchsorted(own, self.limits[number : number + 2]))
            keys.append(own[some])
            counts.append(part.shelf[_COUNTS][some])
        merged, ranks = percentiles(np.concatenate(keys), np.concatenate(counts))
        self.parts.value[number].shelf.update({_MERGED: merged, _PERCENTILES: ranks})

    def percentiles_of(self, keys: Keys) -> Floats:
        """The percentile of each of some playtimes, which ascend."""
        found = np.empty(len(keys), np.float32)
        bounds = np.searchsorted(keys, self.limits)
        for part, start, end in zip(self.parts.value, bounds[:-1], bounds[1:], strict=True):
            places = np.searchsorted(part.shelf[_MERGED], keys[start:end])
            found[start:end] = part.shelf[_PERCENTILES][places]
        return found


def percentiles(keys: Keys, counts: Keys) -> tuple[Keys, Floats]:
    """The different playtimes, ascending, and of each the share of the game's players with a
    shorter one, plus half of those with an equal one. A key is a game, then a playtime; it may come
    several times, each time with a count of players."""
    if not len(keys):
        return keys, np.zeros(0, np.float32)
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    keys, sizes = keys[first], np.add.reduceat(counts[order], first)
    ends = np.cumsum(sizes)
    game = np.flatnonzero(np.diff(keys >> 32, prepend=-1))  # where the keys of each game begin
    before = (ends - sizes)[game]
    players = np.diff(np.append(before, ends[-1]))
    keys_of_game = np.diff(np.append(game, len(keys)))
    shorter = ends - sizes - np.repeat(before, keys_of_game)
    ranks = (shorter + sizes / 2) / np.repeat(players, keys_of_game)
    return keys, ranks.astype(np.float32)


@dataclass(frozen=True, slots=True)
class _Confidence:
    """Puts the confidence of a part's pairs on its shelf."""

    axis: Axis
    merged: _Merge
    rarity: Floats
    alpha: float

    def __call__(self, part: Part) -> None:
        part.matrix(CONFIDENCE, lambda: self._of(part))

    def _of(self, part: Part) -> sparse.csr_matrix:
        columns, game = _by_game(Interactions.of(part, self.axis).minutes)
        ranks = self.merged.percentiles_of(part.shelf[_KEYS])[part.shelf[_PLACES]]
        columns.data = scoring.confidence(self.rarity[game], ranks, self.alpha)
        return columns.tocsr()
