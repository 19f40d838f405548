"""etl.process: an engine runs functions over parts of the data, on this host or on a cluster.

The work of a part depends only on its arguments, and may be done twice: a cluster repeats it when a
worker is lost. It writes files named by the part.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

__all__ = ["Arrays", "Engine", "LocalEngine", "Merge", "Shared", "added", "total"]

P = TypeVar("P")
R = TypeVar("R")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

#: Additive arrays by name: the same names and shapes for every part.
Arrays: TypeAlias = dict[str, npt.NDArray[Any]]
#: Makes one result of several, in the order of their parts: the same as of these merged in groups
#: first. It may change them.
Merge: TypeAlias = Callable[[Sequence[R]], R]


class Shared(Protocol[T_co]):
    """A value that the work of every part may read; it travels to each worker once."""

    @property
    def value(self) -> T_co:
        """The value itself."""
        ...


class Engine(Protocol):
    """Runs functions over parts. A function must be one that can be pickled: of a module, or a
    `functools.partial` or dataclass of such. `stage` names the work for people."""

    def map(self, work: Callable[[P], R], parts: Sequence[P], stage: str) -> Iterator[R]:
        """The small results of all parts, in their order. An error of one is raised."""
        ...

    def reduce(self, work: Callable[[P], R], parts: Sequence[P], merge: Merge[R], stage: str) -> R:
        """The results of all parts, merged. Without parts, the result of `merge` for none."""
        ...

    def sum(self, work: Callable[[P], Arrays], parts: Sequence[P], stage: str) -> Arrays:
        """The sums of the arrays of all parts; empty without parts. The work returns arrays of its
        own, which the sum may change."""
        ...

    def exchange(
        self,
        split: Callable[[P], Iterable[tuple[int, Any]]],
        parts: Sequence[P],
        targets: int,
        gather: Callable[[int, list[Any]], R],
        merge: Merge[R],
        stage: str,
    ) -> R:
        """Split every part into pieces for targets, 0 to `targets` - 1, then gather the pieces of
        each target, in the order of the parts; the results of all targets, merged in their
        order."""
        ...

    def share(self, value: T) -> AbstractContextManager[Shared[T]]:
        """Give a value to the work of all parts within the context."""
        ...


def added(parts: Sequence[Arrays]) -> Arrays:
    """The sums of arrays by name, in those of the first part; empty without parts."""
    sums: Arrays = {}
    for arrays in parts:
        for name, array in arrays.items():
            if name in sums:
                np.add(sums[name], array, out=sums[name])
            else:
                sums[name] = array
    return sums


def total(counts: Sequence[int]) -> int:
    """The sum of counts."""
    return sum(counts)


@dataclass(frozen=True, slots=True)
class _Itself(Shared[T_co]):
    """A shared value on the same host."""

    content: T_co

    @property
    def value(self) -> T_co:
        return self.content


@dataclass(frozen=True, slots=True)
class LocalEngine:
    """Runs the work in threads of this process, `jobs` parts at a time: NumPy, SciPy and Arrow let
    other threads run while they calculate. The sums are in the order of the parts."""

    jobs: int = 1

    def map(self, work: Callable[[P], R], parts: Sequence[P], stage: str) -> Iterator[R]:
        """The results of all parts, in their order; at most `jobs` are calculated ahead."""
        if self.jobs <= 1 or len(parts) <= 1:
            yield from map(work, parts)
            return
        with ThreadPoolExecutor(self.jobs) as pool:
            running: deque[Future[R]] = deque()
            try:
                for part in parts:
                    running.append(pool.submit(work, part))
                    if len(running) > self.jobs:
                        yield running.popleft().result()
                while running:
                    yield running.popleft().result()
            finally:
                for future in running:
                    future.cancel()

    def reduce(self, work: Callable[[P], R], parts: Sequence[P], merge: Merge[R], stage: str) -> R:
        """The results of all parts, merged at once."""
        return merge(list(self.map(work, parts, stage)))

    def sum(self, work: Callable[[P], Arrays], parts: Sequence[P], stage: str) -> Arrays:
        """The sums of the arrays of all parts."""
        sums: Arrays = {}
        for arrays in self.map(work, parts, stage):
            sums = added([sums, arrays])
        return sums

    def exchange(
        self,
        split: Callable[[P], Iterable[tuple[int, Any]]],
        parts: Sequence[P],
        targets: int,
        gather: Callable[[int, list[Any]], R],
        merge: Merge[R],
        stage: str,
    ) -> R:
        """Gather the pieces of all parts by target; all pieces are held in memory."""
        pieces: list[list[Any]] = [[] for _ in range(targets)]
        for split_part in self.map(lambda part: list(split(part)), parts, stage):
            for target, piece in split_part:
                pieces[target].append(piece)
        numbered = list(enumerate(pieces))
        return self.reduce(lambda target: gather(*target), numbered, merge, stage)

    @property
    def parallelism(self) -> int:
        """How many parts are worked on at once."""
        return self.jobs

    def map_files(
        self, work: Callable[[Path, P], R], files: Sequence[tuple[str, P]], stage: str
    ) -> Iterator[R]:
        """The results for files, paths with their parts."""
        return self.map(lambda file: work(Path(file[0]), file[1]), files, stage)

    def share(self, value: T) -> AbstractContextManager[Shared[T]]:
        """The value as it is."""
        return nullcontext(_Itself(value))
