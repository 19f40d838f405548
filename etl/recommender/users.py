"""etl.recommender: the users of a model in parts, and what is known about the users of each.

Training, lists and measurements are functions of a part: an engine runs them over all parts and
adds up what they return, which grows with the games. Only the arrays on the shelf of a part grow
with the users. On one host all users are one part, with a shelf in memory. On a cluster there are
many, with shelves in a folder that all hosts can write: repeated work writes the same again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, MutableMapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from shutil import rmtree
from typing import Any, Self, TypeVar

import numpy as np
import numpy.typing as npt
from scipy import sparse

from datastore.base.library import Library
from etl.process.engine import Arrays, Engine, LocalEngine, Shared

__all__ = ["FolderShelf", "MemoryShelf", "Part", "Shelf", "Users"]

Values = npt.NDArray[Any]
R = TypeVar("R")
T = TypeVar("T")


class Shelf(MutableMapping[str, Values]):
    """Arrays by name."""

    def room(self, name: str) -> Shelf:
        """A shelf of its own on this one."""
        raise NotImplementedError


class MemoryShelf(dict[str, Values], Shelf):
    """Arrays in memory."""

    def __init__(self) -> None:
        super().__init__()
        self._rooms: dict[str, MemoryShelf] = {}

    def room(self, name: str) -> MemoryShelf:
        """A shelf of its own, which stays as long as this one."""
        return self._rooms.setdefault(name, MemoryShelf())


@dataclass(frozen=True, slots=True)
class FolderShelf(Shelf):
    """Arrays as files of a folder, which are mapped when they are read."""

    folder: Path

    def __getitem__(self, name: str) -> Values:
        path = self._path(name)
        try:
            try:
                return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
            except ValueError:  # an array without elements cannot be mapped
                return np.asarray(np.load(path, allow_pickle=False))
        except FileNotFoundError:
            raise KeyError(name) from None

    def __setitem__(self, name: str, values: Values) -> None:
        """Write a file as a whole or not at all: another try at this work may be running."""
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = self._path(f"{name}.{os.getpid()}-{os.urandom(4).hex()}")
        with unfinished.open("wb") as file:
            np.save(file, values)
        unfinished.replace(self._path(name))

    def __delitem__(self, name: str) -> None:
        try:
            self._path(name).unlink()
        except FileNotFoundError:
            raise KeyError(name) from None

    def __iter__(self) -> Iterator[str]:
        return (path.stem for path in sorted(self.folder.glob("*.npy")))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def room(self, name: str) -> FolderShelf:
        """A folder within this one."""
        return FolderShelf(self.folder / name)

    def clear(self) -> None:
        """Remove the folder."""
        rmtree(self.folder, ignore_errors=True)

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.npy"


@dataclass(frozen=True, slots=True)
class Part:
    """The `size` users from number `first` on, and arrays about them."""

    first: int
    size: int
    shelf: Shelf

    @classmethod
    def of(
        cls, library: Library, ids: Sequence[str] = (), recent_starts: Sequence[int] | Values = ()
    ) -> Self:
        """A part of these users alone, in memory: see `describe`."""
        part = cls(0, len(library.offsets) - 1, MemoryShelf())
        part.describe(library, ids, recent_starts)
        return part

    def describe(
        self, library: Library, ids: Sequence[str], recent_starts: Sequence[int] | Values = ()
    ) -> None:
        """Put the libraries and ids of the users on the shelf, and the rows of the libraries whose
        game was started recently, ascending."""
        encoded = [id_.encode("utf-8", "surrogatepass") for id_ in ids]
        self.shelf.update(
            offsets=library.offsets,
            games=library.game,
            minutes=library.minutes,
            id_bytes=np.frombuffer(b"".join(encoded), np.uint8),
            id_ends=np.cumsum([len(id_) for id_ in encoded], dtype=np.int64),
            recent_starts=np.asarray(recent_starts, np.int32),
        )

    @property
    def library(self) -> Library:
        """The libraries of the users, of whom the first is number 0."""
        return Library(self.shelf["offsets"], self.shelf["games"], self.shelf["minutes"])

    @property
    def recent_starts(self) -> npt.NDArray[np.int32]:
        """Rows of the library whose game was started recently, ascending."""
        return self.shelf["recent_starts"]

    @property
    def ids(self) -> list[str]:
        """The ids of the users."""
        content, ends = self.shelf["id_bytes"].tobytes(), self.shelf["id_ends"].tolist()
        return [
            content[start:end].decode("utf-8", "surrogatepass")
            for start, end in zip([0, *ends], ends, strict=False)
        ]

    def matrix(self, name: str, make: Callable[[], sparse.csr_matrix]) -> sparse.csr_matrix:
        """A matrix on the shelf, which is made when it is first asked for."""
        names = [f"{name}.{array}" for array in ("data", "indices", "indptr", "width")]
        try:
            data, indices, indptr, width = (self.shelf[array] for array in names)
        except KeyError:
            made = make()
            arrays = made.data, made.indices, made.indptr, np.array([made.shape[1]])
            self.shelf.update(zip(names, arrays, strict=True))
            return made
        matrix = sparse.csr_matrix((len(indptr) - 1, int(width[0])), dtype=data.dtype)
        matrix.data, matrix.indices, matrix.indptr = data, indices, indptr
        return matrix

    def drop(self, names: Collection[str]) -> None:
        """Remove arrays and matrices, as far as they are on the shelf."""
        for array in [array for array in self.shelf if array.partition(".")[0] in names]:
            with suppress(KeyError):  # not `pop`, which would read what a killed worker left
                del self.shelf[array]


@dataclass(frozen=True, slots=True)
class Users:
    """All users: parts in the order of their numbers, and the engine that runs work over them."""

    parts: Sequence[Part]
    engine: Engine = field(default_factory=LocalEngine)

    @classmethod
    def of(
        cls, library: Library, ids: Sequence[str] = (), recent_starts: Sequence[int] | Values = ()
    ) -> Self:
        """All users as one part, in memory: see `Part.describe`."""
        return cls([Part.of(library, ids, recent_starts)])

    def __len__(self) -> int:
        """The number of users."""
        return sum(part.size for part in self.parts)

    def threads(self, jobs: int) -> int:
        """Threads for the work of one part: all `jobs` if there is no other."""
        return jobs if len(self.parts) == 1 else 1

    def map(self, work: Callable[[Part], R], stage: str) -> Iterator[R]:
        """The small results of all parts, in their order."""
        return self.engine.map(work, self.parts, stage)

    def run(self, work: Callable[[Part], object], stage: str) -> None:
        """Do work that keeps its results on the shelves."""
        for _ in self.map(work, stage):
            pass

    def drop(self, *names: str) -> None:
        """Remove arrays and matrices from all shelves."""
        self.run(partial(Part.drop, names=names), f"tidy up {names[0]}")

    def sum(self, work: Callable[[Part], Arrays], stage: str) -> Arrays:
        """The sums of the arrays that the work of each part returns."""
        return self.engine.sum(work, self.parts, stage)

    def share(self, value: T) -> AbstractContextManager[Shared[T]]:
        """Give a value to the work of all parts within the context."""
        return self.engine.share(value)

    def arrays(self, name: str) -> Iterator[Values]:
        """An array about all users, part by part: on a cluster, one part is mapped at a time."""
        return (part.shelf[name] for part in self.parts)
