"""etl.sources: the raw files of one build, kind by kind; what was read before is not read again."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import Any

from datastore.base.errors import SnapshotError
from datastore.base.snapshot import InputFile
from etl.games import events
from etl.games.events import Event, Events
from etl.process.progress import Reporter
from etl.raw.counts import RowCounts
from etl.raw.lines import RawFile
from etl.sources.cache import KINDS, Source, Sources, digest
from etl.sources.inputs import in_order

__all__ = ["Reading"]

#: Kinds that events change.
_CHANGED = ("reviews", "items")


class Reading:
    """Reads what is new, and hands out the extracts of all files in the order in which they count.

    `earlier` are files that were read for the serving snapshot, `raw` is what is given now, by
    kind. Events must be read before what they change. Raises SnapshotError when an earlier file
    is not kept.
    """

    def __init__(
        self,
        sources: Sources,
        earlier: Iterable[InputFile],
        raw: list[tuple[str, RawFile]],
        max_rejects: float,
        reporter: Reporter,
    ) -> None:
        self._sources = sources
        self._earlier = [_kept(sources, file) for file in earlier]
        self._given: dict[str, list[Source]] = {kind: [] for kind in KINDS}
        self._raw = raw
        self._max_rejects = max_rejects
        self._reporter = reporter
        self._events: dict[InputFile, Events] = {}
        self.counts_of_events = RowCounts()

    @property
    def files(self) -> list[InputFile]:
        """All that were read so far, in the order in which they count."""
        return in_order(source.file for source in self._all())

    def read(self, kind: str) -> list[Any]:
        """The extracts of a kind, with the events among them where it is changed by these.

        Raises InputError when a file cannot be used, SnapshotError when what was kept is damaged.
        """
        for raw in (raw for given, raw in self._raw if given == kind):
            with self._reporter.stage(f"read {kind}", raw.size) as stage:
                file = InputFile(kind, digest(raw.path), raw.path.name)
                source = self._sources.find(file)
                if source is None or not source.readable(self._max_rejects):
                    source = self._sources.read(kind, raw, self._max_rejects, stage)
                else:
                    stage.say(f"{raw.path.name} was read before")
                self._given[kind].append(source)
        found = {source.file: source for source in self._all() if source.file.kind == kind}
        parts: list[Any] = []
        for file in self.files:
            if file in found:
                parts.append(self._sources.load(found[file]))
            elif file.kind == "events" and kind in _CHANGED:
                parts.append(self._events[file])
        if kind == "events":
            files = [file for file in self.files if file.kind == kind]
            merged = events.merge(parts)
            self.counts_of_events = merged.counts
            self._events = dict(zip(files, merged.rows, strict=True))
        return parts

    def sources(self, kind: str) -> list[Source]:
        """The files of a kind, in the order in which they count."""
        by_file = {source.file: source for source in self._all()}
        return [by_file[file] for file in self.files if file.kind == kind]

    def new_events(self) -> list[Event]:
        """The events of the files that are new, without those that were delivered before."""
        new = {source.file for source in self._given["events"]}
        return [event for file in self._events if file in new for event in self._events[file].rows]

    def rejects(self) -> Iterable[Path]:
        """The lists of what could not be used, file by file."""
        lists = {source.file: source.rejects for source in self._all()}
        return (lists[file] for file in self.files)

    def _all(self) -> Iterable[Source]:
        return chain(self._earlier, *(self._given[kind] for kind in KINDS))


def _kept(sources: Sources, file: InputFile) -> Source:
    source = sources.find(file)
    if source is None:
        raise SnapshotError(
            f"What was read from {file.name} ({file.kind}) is not kept any more, or was read with "
            "other settings: give all files to playgraph build once more."
        )
    return source
