"""etl.games: genres, tags and specs: their names, and the numbers of these for each game."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from datastore.base.names import fold
from etl.columns.arrow import Column, coded, lists, members_of, whole
from etl.columns.spellings import Names, spellings
from etl.recommender.content import Words

__all__ = ["Labels"]

Ints = npt.NDArray[np.int32]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Labels:
    """Genres, tags or the like: their names, and numbers of these for each game, each once."""

    names: Names
    offsets: Places  # games + 1
    numbers: Ints

    @classmethod
    def of(cls, column: Column, size: int) -> Self:
        """From lists of names of the first games; the others, up to `size`, have none."""
        column = whole(column)
        spelled, code = coded(column.flatten())
        uses = np.bincount(code, minlength=len(spelled)).tolist()
        names = spellings({s: n for s, n in zip(spelled, uses, strict=True) if s}, fold)
        number = np.array([names.number.get(name, -1) for name in spelled], np.int32)[code]
        counts = np.zeros(size, np.int64)
        counts[: len(column)] = column.value_lengths().to_numpy()
        # Spellings of one name are one: the first stands.
        pairs = np.repeat(np.arange(size), counts) << 32 | number
        first = np.sort(np.unique(pairs, return_index=True)[1])
        counts = np.bincount(pairs[first] >> 32, minlength=size)
        return cls(names, np.concatenate([[0], np.cumsum(counts)]), number[first])

    @property
    def column(self) -> pa.Array:
        """The numbers as lists."""
        return lists(self.offsets, self.numbers)

    def folded_of_each(self) -> Iterator[list[str]]:
        """The folded names of each game."""
        folded = [self.names.folded[number] for number in self.numbers.tolist()]
        for start, stop in pairwise(self.offsets.tolist()):
            yield folded[start:stop]

    @property
    def words(self) -> Words:
        """The folded names, and the numbers of each game."""
        return Words(self.names.folded, self.offsets, self.numbers)

    def members(self) -> pa.Array:
        """The games of each name as lists."""
        owner = np.repeat(np.arange(len(self.offsets) - 1, dtype=np.int32), np.diff(self.offsets))
        return members_of(self.numbers, owner, len(self.names.shown))
