"""etl.recommender.evaluation: the split of users in parts, and a sample of them.

A model is trained on all users who take part. Figures are measured on a sample that one host can
hold, or on all users if they are one part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from datastore.base.library import Library
from etl.process.engine import Shared
from etl.recommender.als import USER_FACTORS
from etl.recommender.evaluation.split import Split, core, hashes, places, split_by
from etl.recommender.interactions import Popular
from etl.recommender.sample import Drawn, sample, some
from etl.recommender.users import Part, Users

__all__ = ["HeldOut", "hold_out"]

Ints = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.int64]

#: On the shelf of a part: a shelf with what is split, and the matrices and arrays there.
_ROOM = "evaluation"
_MATRICES = ("played", "owned", "held_out", "recent")
_NUMBERS, _DRAW = "numbers", "draw"


@dataclass(frozen=True, slots=True)
class HeldOut:
    """The users who take part, with the training parts of their libraries; the games, by their
    numbers in the whole library; and the players of each in the training part."""

    users: Users
    games: Ints
    players: Numbers

    def sampled(self, listed: npt.NDArray[np.bool_], most: int) -> tuple[Split, Part]:
        """The split of at most `most` users by draw, and of as many with listed games that were
        started recently; and a part with their factors. If all users are one part, it is all."""
        if len(self.users.parts) == 1:
            [part] = self.users.parts
            return _stored(part, self.games), part
        taken = [
            sample(self.users, drawn, most, "sample to measure").users
            for drawn in (_everybody, _Recent(listed))
        ]
        work = _Rows(np.unique(np.concatenate(taken)), self.games)
        splits, factors = zip(*self.users.map(work, "sample to measure"), strict=True)
        split = _joined(splits)
        part = Part.of(split.known)
        part.shelf[USER_FACTORS] = np.concatenate(factors)
        return split, part

    def clear(self) -> None:
        """Clear the shelves of the users who take part."""
        self.users.run(_clear, "tidy up the evaluation")


def hold_out(users: Users, app_ids: Sequence[str], seed: int) -> HeldOut:
    """Hold out games of all users: see `split`."""
    games = core(users, len(app_ids))
    draws = hashes([app_ids[game] for game in games.tolist()], seed, b"game")
    parts, first = [], 0
    with users.share((places(games, len(app_ids)), draws)) as shared:
        sizes = users.map(_HoldOut(shared, seed), "held-out games")
        for part, size in zip(users.parts, sizes, strict=True):
            parts.append(Part(first, size, part.shelf.room(_ROOM)))
            first += size
    taking_part = Users(parts, users.engine)
    return HeldOut(taking_part, games, Popular.of(taking_part, len(games)).players)


@dataclass(frozen=True, slots=True)
class _HoldOut:
    """Splits the libraries of a part, and returns how many of its users take part."""

    games: Shared[tuple[Ints, npt.NDArray[np.uint64]]]
    seed: int

    def __call__(self, part: Part) -> int:
        column, draws = self.games.value
        found = split_by(part.library, part.ids, column, draws, self.seed, part.recent_starts)
        inside = Part(0, len(found.users), part.shelf.room(_ROOM))
        inside.describe(found.known, ())
        inside.shelf.update({_NUMBERS: found.users + np.int32(part.first), _DRAW: found.draw})
        for name in _MATRICES:
            inside.matrix(name, partial(getattr, found, name))
        return len(found.users)


def _stored(part: Part, games: Ints) -> Split:
    """What is on the shelf of the users of a part who take part."""
    matrices = {name: part.matrix(name, _missing) for name in _MATRICES}
    shelf = part.shelf
    return Split(shelf[_NUMBERS], games, part.library, draw=shelf[_DRAW], **matrices)


def _missing() -> sparse.csr_matrix:
    raise KeyError("nothing is held out")


def _everybody(part: Part) -> Drawn:
    return Drawn(np.arange(part.size), part.shelf[_DRAW])


@dataclass(frozen=True, slots=True)
class _Recent:
    """The users of a part with listed games that were started recently, and with others."""

    listed: npt.NDArray[np.bool_]

    def __call__(self, part: Part) -> Drawn:
        recent, played = (part.matrix(name, _missing) for name in ("recent", "played"))
        listed = sparse.csr_matrix(
            (self.listed[recent.indices].astype(np.int32), recent.indices, recent.indptr),
            recent.shape,
        )
        asked = np.asarray(listed.sum(axis=1)).ravel() > 0
        users = np.flatnonzero(asked & (np.diff(played.indptr) > 0))
        return Drawn(users, part.shelf[_DRAW][users])


class _Found(NamedTuple):
    split: Split
    factors: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Rows:
    """The split and the factors of some users, as far as they are in a part."""

    taken: Numbers
    games: Ints

    def __call__(self, part: Part) -> _Found:
        first, last = np.searchsorted(self.taken, [part.first, part.first + part.size])
        rows, whole = self.taken[first:last] - part.first, _stored(part, self.games)
        matrices = {name: getattr(whole, name)[rows] for name in _MATRICES}
        users, draw, known = whole.users[rows], whole.draw[rows], some(whole.known, rows)
        found = Split(users, self.games, known, draw=draw, **matrices)
        return _Found(found, np.array(part.shelf[USER_FACTORS][rows]))


def _joined(splits: Sequence[Split]) -> Split:
    """The users of all parts."""
    sizes = np.concatenate([np.diff(split.known.offsets) for split in splits])
    known = Library(
        np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        np.concatenate([split.known.game for split in splits]),
        np.concatenate([split.known.minutes for split in splits]),
    )
    matrices = {
        name: sparse.vstack([getattr(split, name) for split in splits], "csr") for name in _MATRICES
    }
    users, draw = (np.concatenate([getattr(s, name) for s in splits]) for name in ("users", "draw"))
    return Split(users, splits[0].games, known, draw=draw, **matrices)


def _clear(part: Part) -> None:
    part.shelf.clear()
