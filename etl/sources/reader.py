"""etl.sources: the rows of all files of a build by kind; no file is read twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from datastore.base.errors import SnapshotError
from datastore.base.snapshot import InputFile
from etl.process.progress import Reporter
from etl.raw.counts import SourceReport
from etl.raw.kinds import RawKind
from etl.sources.cache import Source, Sources
from etl.sources.inputs import GivenFile, in_order

__all__ = ["Merged", "SourceReader"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Merged(Generic[T]):
    """The merged rows of all files of one raw kind, with the row counts of these files."""

    rows: T
    report: SourceReport


class SourceReader:
    """The raw files of one build: the files of an earlier build and the given files.

    `files` lists them in the order in which they count, `new` those that no earlier build had;
    `adds` says whether there was an earlier build.
    Raises SnapshotError when an earlier file that is not given again is no longer kept.
    """

    def __init__(
        self,
        sources: Sources,
        earlier: Iterable[InputFile],
        given: Sequence[GivenFile],
        max_rejects: float,
        reporter: Reporter,
    ) -> None:
        earlier = list(earlier)
        self.adds = bool(earlier)
        self.files = in_order([*earlier, *(g.file for g in given)], sources.kinds)
        known = {file.key for file in earlier}
        self.new = [file for file in self.files if file.key not in known]
        self._sources = sources
        self._given = given
        self._max_rejects = max_rejects
        self._reporter = reporter
        self._ingested: set[str] = set()
        given_again = {g.file.key for g in given}
        for file in earlier:
            if file.key not in given_again:
                self._kept(file)

    def merged(self, kind: RawKind, changes: Mapping[InputFile, Any] | None = None) -> Merged[Any]:
        """Read what is new of a kind, and merge the rows of all its files; `changes` are the rows
        of the files that change them.

        Raises InputError when a file cannot be used, SnapshotError when kept rows are damaged.
        """
        new_rows = self._read_new(kind)
        kept = {file: self._kept(file) for file in self.files_of(kind)}
        changes = changes or {}
        parts = []
        for file in self.files:
            if file in kept:
                rows = new_rows.pop(file.key, None)
                parts.append(self._load(kind, kept[file]) if rows is None else rows)
                del rows  # the merge owns them: they may be large
            elif file in changes:
                parts.append(changes[file])
        merged = kind.merge(parts)
        counts = sum((source.counts for source in kept.values()), merged.counts)
        paths = ", ".join(source.path for source in kept.values())
        return Merged(merged.rows, SourceReport(kind.name, paths, counts))

    def ingest(self, kind: RawKind) -> None:
        """Read what is new of a kind into the cache, and compare its files: one that cannot be used
        is reported before stages of another subject begin. Raises as `merged` does."""
        self._read_new(kind)
        self._ingested.add(kind.name)
        if kind.compare is not None:
            files = self.files_of(kind)
            kind.compare([self._load(kind, self._kept(file)) for file in files])

    @property
    def given_reports(self) -> list[SourceReport]:
        """The row counts of each given file, before the rows of all files are merged."""
        sources = [self._kept(given.file) for given in self._given]
        return [SourceReport(each.file.kind, each.file.name, each.counts) for each in sources]

    def files_of(self, kind: RawKind) -> list[InputFile]:
        """The files of a kind in their order."""
        return [file for file in self.files if file.kind == kind.name]

    def _read_new(self, kind: RawKind) -> dict[tuple[str, ...], Any]:
        """The rows of the given files of a kind that are not cached yet."""
        new_rows = {}
        for given in self._given:
            if given.kind is not kind or kind.name in self._ingested:
                continue
            with self._reporter.stage(f"read {kind.name}", given.raw.size) as stage:
                source = self._sources.find(given.file)
                if source is None or not source.readable(self._max_rejects):
                    _, rows = self._sources.read(given, self._max_rejects, stage)
                    new_rows[given.file.key] = rows
                else:
                    stage.say(f"{given.raw.path.name} is already ingested")
        return new_rows

    def _load(self, kind: RawKind, source: Source) -> Any:
        """The cached rows of a file; if they are damaged and the file is given, its rows."""
        try:
            return self._sources.load(source)
        except SnapshotError:
            given = next((each for each in self._given if each.file.key == source.file.key), None)
            if given is None:
                raise
        with self._reporter.stage(f"read {kind.name} again", given.raw.size) as stage:
            return self._sources.read(given, self._max_rejects, stage)[1]

    def _kept(self, file: InputFile) -> Source:
        source = self._sources.find(file)
        if source is None:
            raise SnapshotError(
                f"The rows of {file.name} ({file.kind}) are no longer kept, or were read with "
                "different settings: run playgraph build again with all files."
            )
        return source
