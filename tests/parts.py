"""Users in parts on several hosts, as on a cluster: what travels is pickled, the rest is files."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np

from datastore.base.library import Library
from etl.process.engine import Arrays, LocalEngine, Merge, Shared
from etl.recommender.users import FolderShelf, Part, Users

__all__ = ["MergingEngine", "PicklingEngine", "in_parts"]

P = TypeVar("P")
R = TypeVar("R")
T = TypeVar("T")


def _sent(value: T) -> T:
    sent: T = pickle.loads(pickle.dumps(value))
    return sent


@dataclass(frozen=True, slots=True)
class _Again:
    """Work that is done twice, as after a lost worker; the second result counts."""

    work: Callable[[Any], Any]

    def __call__(self, part: Any) -> Any:
        _sent(self.work)(_sent(part))
        return _sent(_sent(self.work)(_sent(part)))


@dataclass(frozen=True, slots=True)
class PicklingEngine:
    """Sends work, parts and results to another place and back, and does everything twice."""

    def map(self, work: Callable[[P], R], parts: Sequence[P], stage: str) -> Iterator[R]:
        return LocalEngine().map(_Again(work), parts, stage)

    def sum(self, work: Callable[[P], Arrays], parts: Sequence[P], stage: str) -> Arrays:
        return LocalEngine().sum(_Again(work), parts, stage)

    def reduce(self, work: Callable[[P], R], parts: Sequence[P], merge: Merge[R], stage: str) -> R:
        return MergingEngine().reduce(_Again(work), parts, merge, stage)

    @contextmanager
    def share(self, value: T) -> Iterator[Shared[T]]:
        shared = Lent(_sent(value))
        yield shared
        del shared.content


@dataclass(slots=True)
class Lent(Generic[T]):
    """A value that is gone when nobody may need it any more."""

    content: T

    @property
    def value(self) -> T:
        return self.content


class MergingEngine(LocalEngine):
    """Merges results in a tree of pairs, as far as it goes."""

    def reduce(self, work: Callable[[P], R], parts: Sequence[P], merge: Merge[R], stage: str) -> R:
        results = list(self.map(work, parts, stage))
        while len(results) > 1:
            pairs = (results[first : first + 2] for first in range(0, len(results), 2))
            results = [merge(pair) for pair in pairs]
        return results[0] if results else merge([])


def in_parts(users: Users, folder: Path, bounds: Sequence[int]) -> Users:
    """The users of the only part, divided before each of these numbers."""
    [whole] = users.parts
    library, ids, starts = whole.library, whole.ids, whole.recent_starts
    parts = []
    for first, last in zip([0, *bounds], [*bounds, whole.size], strict=True):
        rows = slice(library.offsets[first], library.offsets[last])
        part = Part(first, last - first, FolderShelf(folder / f"{first}-{last}"))
        own = Library(
            library.offsets[first : last + 1] - library.offsets[first],
            library.game[rows],
            library.minutes[rows],
        )
        inside = (starts >= rows.start) & (starts < rows.stop)
        part.describe(own, ids[first:last], starts[inside] - np.int32(rows.start))
        parts.append(part)
    return Users(parts, PicklingEngine())
