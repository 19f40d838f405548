"""etl.recommender: a sample of the users, of a size that one host can hold.

Each user has a number, the draw, that depends on the seed and on the user alone, and the users with
the smallest draws are taken: the same ones for any number of parts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from datastore.base.library import Library
from etl.process.engine import Arrays
from etl.recommender.users import Part, Users

__all__ = ["Drawn", "Sample", "gathered", "mixed", "sample", "some"]

Hashes = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int64]

#: Bits of a draw by which users are counted before any are taken.
_BITS = 16


class Drawn(NamedTuple):
    """Users of a part who may be taken, ascending, the first of the part being 0; their draws."""

    users: Numbers
    draws: Hashes


class Sample(NamedTuple):
    """Users who were taken, ascending, and how many could have been."""

    users: Numbers
    of: int


def sample(users: Users, drawn: Callable[[Part], Drawn], most: int, stage: str) -> Sample:
    """At most `most` users: those with the smallest draws."""
    counts = users.sum(_Counted(drawn), stage)["counts"]
    bound = int(np.searchsorted(np.cumsum(counts), most))  # some more than wanted are below it
    found = [
        *users.map(_Below(drawn, bound), stage),
        Drawn(np.zeros(0, np.int64), np.zeros(0, "u8")),
    ]
    numbers, draws = (np.concatenate(column) for column in zip(*found, strict=True))
    taken = np.sort(numbers[np.argsort(draws, kind="stable")[:most]])
    return Sample(taken, int(counts.sum()))


@dataclass(frozen=True, slots=True)
class _Counted:
    """Users of a part by the first bits of their draws."""

    drawn: Callable[[Part], Drawn]

    def __call__(self, part: Part) -> Arrays:
        places = (self.drawn(part).draws >> np.uint64(64 - _BITS)).astype(np.int64)
        return {"counts": np.bincount(places, minlength=1 << _BITS)}


@dataclass(frozen=True, slots=True)
class _Below:
    """Users of a part, numbered among all, of whom the first bits of the draw are small enough."""

    drawn: Callable[[Part], Drawn]
    bound: int

    def __call__(self, part: Part) -> Drawn:
        users, draws = self.drawn(part)
        small = np.flatnonzero(draws >> np.uint64(64 - _BITS) <= np.uint64(self.bound))
        return Drawn(users[small] + part.first, draws[small])


def gathered(users: Users, taken: Numbers, stage: str) -> Library:
    """The libraries of some users, ascending, among all."""
    found = [Library(np.zeros(1, np.int64), *np.zeros((2, 0), np.int32))]
    found += users.map(_Gathered(taken), stage)
    sizes = np.concatenate([np.diff(library.offsets) for library in found])
    return Library(
        np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        np.concatenate([library.game for library in found]),
        np.concatenate([library.minutes for library in found]),
    )


@dataclass(frozen=True, slots=True)
class _Gathered:
    taken: Numbers

    def __call__(self, part: Part) -> Library:
        first, last = np.searchsorted(self.taken, [part.first, part.first + part.size])
        return some(part.library, self.taken[first:last] - part.first)


def some(library: Library, users: Numbers) -> Library:
    """The libraries of some users."""
    sizes = np.diff(library.offsets)[users]
    ends = np.cumsum(sizes)
    rows = np.arange(sizes.sum()) + np.repeat(library.offsets[users] - (ends - sizes), sizes)
    offsets = np.concatenate([[0], ends]).astype(np.int64)
    return Library(offsets, library.game[rows], library.minutes[rows])


def mixed(hashes: Hashes) -> Hashes:
    """Spread hashes over all 64 bits (SplitMix64; Steele, Lea, Flood 2014)."""
    hashes = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    hashes = (hashes ^ (hashes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return hashes ^ (hashes >> np.uint64(31))
