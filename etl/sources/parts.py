"""etl.sources: raw files read by the workers of an engine, one task a file.

The rows of a file stay in the work folder, whole; the driver gets row counts and a sample of users,
from which ranges of users are made. Rejects are kept as a file of the work folder, too.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np

from datastore.base.errors import InputError
from datastore.base.snapshot import REJECTS, InputFile
from etl.parts.folder import WorkFolder
from etl.parts.ranges import Sample, bounds, sample, targets_of
from etl.process.engine import Engine, Merge, Shared
from etl.process.progress import Stage
from etl.raw import limits, recognition
from etl.raw.counts import RowCounts, SourceReport
from etl.raw.kinds import RawKind
from etl.raw.lines import RawFile
from etl.raw.records import RecordReader, read_file
from etl.snapshot.forgotten_users import ForgottenUsers
from etl.sources.cache import remove_forgotten, without_forgotten
from etl.sources.inputs import digest, in_order

__all__ = [
    "FileEngine",
    "PartedFile",
    "PartedSources",
    "RawInput",
    "ReadLimits",
    "SplitRows",
    "load_rows",
    "read_parts",
]

P = TypeVar("P")
R = TypeVar("R")

#: Rows of a part, as far as there are enough parts to occupy all workers.
_ROWS = 2_000_000
_FEWEST_ROWS = 20_000


class FileEngine(Engine, Protocol):
    """An engine whose workers can open the raw files."""

    @property
    def parallelism(self) -> int:
        """How many parts are worked on at once."""
        ...

    def map_files(
        self, work: Callable[[Path, P], R], files: Sequence[tuple[str, P]], stage: str
    ) -> Iterator[R]:
        """The small results for all files, in their order: addresses, each with its part."""
        ...


@dataclass(frozen=True, slots=True)
class RawInput:
    """A raw file of a build: its kind by name, where it comes from, and its address."""

    kind: str
    origin: str
    address: str

    @property
    def name(self) -> str:
        """The last part of the address, without options."""
        address = self.address.partition("?")[0] if "://" in self.address else self.address
        return address.rstrip("/").rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """How much of a file may be rejected, and the limits of its size."""

    max_rejects: float
    max_line_bytes: int
    max_unpacked_bytes: int


@dataclass(frozen=True, slots=True)
class PartedFile:
    """A file that was read: its hash and place, its row counts, and a sample of its users."""

    file: InputFile
    number: int
    address: str
    counts: RowCounts
    users: list[Sample]


@dataclass(frozen=True, slots=True)
class _Failure:
    message: str
    rejects: bool  # whether they are kept


@dataclass(frozen=True, slots=True)
class _Read:
    """Reads one file and keeps its rows."""

    kinds: Callable[[], Mapping[str, RawKind]]
    folder: WorkFolder
    limits: ReadLimits
    forgotten: Shared[ForgottenUsers]

    def __call__(self, path: Path, numbered: tuple[int, RawInput]) -> PartedFile | _Failure:
        number, given = numbered
        try:
            return self._read(path, number, given)
        except InputError as error:  # the same file would fail again
            message = str(error.args[0]).replace(str(path), given.address)
            return _Failure(message, rejects=error.rejects is not None)

    def _read(self, path: Path, number: int, given: RawInput) -> PartedFile:
        kinds = self.kinds()
        kind, forgotten = kinds[given.kind], self.forgotten.value
        allowed = self.limits
        raw = RawFile(path, allowed.max_line_bytes, allowed.max_unpacked_bytes, kind.forms)
        recognition.check(raw, kind, kinds.values())
        before = path.stat()
        sha256 = digest(path)
        with tempfile.TemporaryDirectory(prefix="playgraph-") as own:
            rejects = Path(own) / REJECTS

            def check(reader: RecordReader) -> None:
                limits.check(reader, kind.needs, rejects, allowed.max_rejects)

            try:
                read = read_file(
                    raw, kind.read, rejects, Stage(None, None), check, given.origin, given.address
                )
            except InputError:
                if kind.users is not None:
                    remove_forgotten(rejects, forgotten)
                self._keep(rejects, number)
                raise
            after = path.stat()
            if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
                raise InputError(
                    f"{path} changed while it was being read: pass it again when it is complete.",
                    path=path,
                )
            rows, counts = without_forgotten(kind, read.rows, read.counts, forgotten)
            if kind.users is not None:
                remove_forgotten(rejects, forgotten)
            self._keep(rejects, number)
        tables = kind.to_tables(rows)
        self.folder.write_all(kind.name, number, tables)
        users: list[Sample] = []
        if kind.users is not None:
            entries, column = tables[kind.users.table], kind.users.column
            ids, count = entries[column].to_pylist(), kind.users.count
            weights = np.ones(len(ids)) if count is None else entries[count].to_numpy() + 1
            users = sample(ids, weights)
        file = InputFile(kind.name, sha256, given.name, given.origin)
        return PartedFile(file, number, given.address, counts, users)

    def _keep(self, rejects: Path, number: int) -> None:
        self.folder.check()
        kept = self.folder.file(REJECTS, number)
        kept.parent.mkdir(parents=True, exist_ok=True)
        fresh = kept.with_name(f".{kept.name}.{rejects.parent.name}")
        shutil.copyfile(rejects, fresh)
        fresh.replace(kept)


@dataclass(frozen=True, slots=True)
class PartedSources:
    """The raw files of a build, in the order in which they count, their rows in the work folder."""

    engine: FileEngine
    folder: WorkFolder
    kinds: Callable[[], Mapping[str, RawKind]]
    read: Sequence[PartedFile]

    @property
    def files(self) -> list[InputFile]:
        """All files."""
        return [each.file for each in self.read]

    def of(self, *kinds: RawKind) -> list[PartedFile]:
        """The files of some kinds, in their order."""
        names = {kind.name for kind in kinds}
        return [each for each in self.read if each.file.kind in names]

    def load(self, file: PartedFile) -> Any:
        """The rows of a file."""
        return load_rows(self.folder, self.kinds()[file.file.kind], file.number)

    def report(self, kind: RawKind, merged: RowCounts) -> SourceReport:
        """The row counts of a kind: those of its files, and of their merge."""
        files = self.of(kind)
        counts = sum((file.counts for file in files), merged)
        return SourceReport(kind.name, ", ".join(file.address for file in files), counts)

    def ranges(self, *kinds: RawKind) -> list[str]:
        """The last user of each range of users of these kinds, but of the last range."""
        samples = [each for file in self.of(*kinds) for each in file.users]
        rows = sum(each.weight for each in samples)
        busy = min(2 * self.engine.parallelism, rows // _FEWEST_ROWS)
        return bounds(samples, max(1, busy, -(-rows // _ROWS)))

    def by_users(
        self,
        kinds: Sequence[RawKind],
        gather: Callable[[int, list[Any]], R],
        merge: Merge[R],
        stage: str,
    ) -> R:
        """Bring the rows of these kinds together by ranges of users. `gather` gets the number of a
        range, and pairs of file and rows in the order of the files; `merge` makes one result of
        those of the ranges."""
        ranges, files = self.ranges(*kinds), self.of(*kinds)
        with self.engine.share(ranges) as shared:
            split = SplitRows(self.kinds, self.folder, shared)
            return self.engine.exchange(split, files, len(ranges) + 1, gather, merge, stage)

    def rejects(self, file: PartedFile) -> Path:
        """The rejects of a file."""
        return self.folder.file(REJECTS, file.number)


def load_rows(folder: WorkFolder, kind: RawKind, number: int) -> Any:
    """The rows of a file, by its number. Raises SnapshotError on a host without the folder."""
    return kind.from_tables(folder.read_all(kind.name, number))


@dataclass(frozen=True, slots=True)
class SplitRows:
    """Splits the rows of a file by ranges of users: (range, (number of the file, rows))."""

    kinds: Callable[[], Mapping[str, RawKind]]
    folder: WorkFolder
    ranges: Shared[list[str]]

    def __call__(self, file: PartedFile) -> Iterator[tuple[int, tuple[PartedFile, Any]]]:
        kind = self.kinds()[file.file.kind]
        assert kind.users is not None
        known = PartedFile(file.file, file.number, file.address, RowCounts(), [])
        rows = load_rows(self.folder, kind, file.number)
        for target, part in kind.users.split(rows, lambda ids: targets_of(ids, self.ranges.value)):
            yield target, (known, part)


def read_parts(
    engine: FileEngine,
    folder: WorkFolder,
    given: Sequence[RawInput],
    kinds: Callable[[], Mapping[str, RawKind]],
    allowed: ReadLimits,
    forgotten: ForgottenUsers,
    rejects: Path,
) -> PartedSources:
    """Read all files. Raises InputError for the first that cannot be used; what was rejected of it
    is in the file `rejects` then."""
    rank = {name: place for place, name in enumerate(kinds())}
    ordered = sorted(given, key=lambda each: rank[each.kind])
    files = [(each.address, (number, each)) for number, each in enumerate(ordered)]
    by_key: dict[tuple[str, ...], PartedFile] = {}
    with engine.share(forgotten) as shared:
        work = _Read(kinds, folder, allowed, shared)
        for number, read in enumerate(engine.map_files(work, files, "read raw files")):
            if isinstance(read, _Failure):
                if read.rejects:
                    shutil.copyfile(folder.file(REJECTS, number), rejects)
                raise InputError(read.message, rejects=rejects if read.rejects else None)
            by_key.setdefault(read.file.key, read)
    order = in_order([each.file for each in by_key.values()], kinds())
    return PartedSources(engine, folder, kinds, [by_key[file.key] for file in order])
