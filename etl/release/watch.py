"""etl.release: unattended updates: new files in a folder are added to the live snapshot."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from datastore.base.errors import InputError, PlaygraphError
from datastore.base.reader import SnapshotReader
from datastore.base.snapshot import InputFile
from etl.raw import recognition
from etl.raw.formats import Form
from etl.raw.kinds import RawKind
from etl.raw.lines import RawFile
from etl.release.drift import Drift
from etl.release.drift_text import drift_text
from etl.snapshot.live_snapshot import LiveSnapshot
from etl.snapshot.lock import hold, unwritable
from etl.sources.inputs import HashedFile, Inputs, digest, origin_of
from etl.subjects import RAW_KINDS, SUBJECTS

__all__ = ["Watcher", "only_watcher"]

#: Names that downloads have while they are under way.
_UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", ".download")
#: Seconds until what failed is tried again: the first time, and at most.
_PAUSE, _LONGEST_PAUSE = 60.0, 3_600.0


@contextmanager
def only_watcher(data_dir: Path) -> Iterator[None]:
    """Hold the lock of who watches for a data folder. Raises SnapshotError when it is taken."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(data_dir, error) from error
    with hold(data_dir, "watch.lock", f"Another playgraph watch is running for {data_dir}."):
        yield


@dataclass(frozen=True, slots=True)
class _Look:
    """The state of a file: with another size or time of change it counts as another file."""

    path: Path
    size: int
    changed: int


@dataclass(slots=True)
class _Failure:
    pause: float
    again: float


class Watcher:
    """Polls a folder.

    `run` is given "build" or "update" and the files, hashed already; it raises PlaygraphError when
    nothing was released. `say` gets one line per step, `clock` returns seconds. A file is
    ingested once it is unchanged between two polls. Files that the live snapshot already includes
    are recognised by content, so all state is in the snapshot.
    """

    def __init__(
        self,
        folder: Path,
        data_dir: Path,
        run: Callable[[str, Inputs], None],
        say: Callable[[str], object],
        clock: Callable[[], float],
        max_line_bytes: int,
    ) -> None:
        self._folder = folder
        self._data_dir = data_dir
        self._run = run
        self._say = say
        self._clock = clock
        self._max_line_bytes = max_line_bytes
        self._last: set[_Look] = set()
        self._hashes: dict[_Look, str] = {}
        self._kinds: dict[_Look, RawKind | None] = {}
        self._failures: dict[_Look, _Failure] = {}
        self._told: set[str] = set()
        self._once = False
        self._all_read = True

    def look(self, *, settled: bool = False) -> bool:
        """Take what is new and has settled (all there is, if that is known); returns whether all
        went well: no file failed or could not be read and, if settled, something is live."""
        self._all_read = True
        files = self._seen()
        ready = [file for file in files if settled or file in self._last]
        self._once = settled
        self._last = set(files)
        for memory in (self._hashes, self._kinds, self._failures):
            for removed in memory.keys() - self._last:
                del memory[removed]
        now = self._clock()
        waiting = {file for file, failure in self._failures.items() if failure.again > now}
        new = [file for file in self._new(ready) if file not in waiting]
        succeeded = True
        while new:
            batches = list(self._batches(new))
            succeeded &= bool(batches)
            new = []
            for batch in batches:
                failed = self._take(batch)
                succeeded &= not failed
                if failed:
                    new += [file for file in batch if file not in failed]
        if settled and succeeded and self._is_first():
            self._say(f"{self._folder} has no dumps, and no snapshot is live")
            return False
        return succeeded and self._all_read

    def _is_first(self) -> bool:
        """Whether there is no snapshot to update."""
        manifest = LiveSnapshot.of(self._data_dir).manifest
        return manifest is None or manifest.demo

    def _seen(self) -> list[_Look]:
        """The files of the folder, the oldest first."""
        files = []
        try:
            for path in self._folder.iterdir():
                if path.name.startswith(".") or path.suffix.lower() in _UNFINISHED:
                    continue
                if not path.is_file():  # or gone by now
                    continue
                stat = path.stat()
                if stat.st_size:
                    files.append(_Look(path, stat.st_size, stat.st_mtime_ns))
        except OSError as error:
            self._not_read(error.filename, error)
        return sorted(files, key=lambda file: (file.changed, file.path.name))

    def _new(self, ready: list[_Look]) -> list[_Look]:
        """Those of a known kind that the live snapshot was not built from."""
        manifest = LiveSnapshot.of(self._data_dir).manifest
        released = manifest.inputs if manifest else []
        new = []
        for file in ready:
            try:
                if file not in self._hashes:
                    self._hashes[file] = digest(file.path)
                if any(_is(file.path, self._hashes[file], other) for other in released):
                    continue
                if file not in self._kinds:
                    raw = RawFile(file.path, self._max_line_bytes, forms=tuple(Form))
                    kind = recognition.kind_of(raw, RAW_KINDS.values())
                    origin_of(file.path, kind)
                    self._kinds[file] = kind
            except InputError as error:
                self._kinds[file] = None
                self._say(f"{file.path.name} was skipped: {error}")
            except OSError as error:
                self._not_read(file.path, error)
                continue
            if self._kinds[file] is not None:
                new.append(file)
        return new

    def _batches(self, new: list[_Look]) -> Iterator[list[_Look]]:
        """All new files at once, but each that has failed before alone: it must stop no other."""
        if not new:
            return
        manifest = LiveSnapshot.of(self._data_dir).manifest
        if manifest is None or manifest.demo:
            if complete := self._complete(new, ()):
                yield complete
            return
        new = self._complete(new, manifest.subjects)
        fresh = [file for file in new if file not in self._failures]
        if fresh:
            yield fresh
        yield from ([file] for file in new if file in self._failures)

    def _complete(self, new: list[_Look], live: Collection[str]) -> list[_Look]:
        """Those of subjects that are live, or of which there is a file of each required kind."""
        complete = []
        for subject in SUBJECTS:
            files = [file for file in new if self._kinds[file] in subject.kinds]
            kinds = [self._kinds[file] for file in files]
            missing = [k.name for k in subject.kinds if k.required and k not in kinds]
            if files and missing and subject.name not in live:
                self._say_once(f"waiting for the first dump of {' and '.join(sorted(missing))}")
            else:
                complete += files
        return [file for file in new if file in complete]

    def _take(self, batch: list[_Look]) -> list[_Look]:
        """Add files to the live snapshot; returns those that failed: the one that the error is
        about, or else all."""
        command = "build" if self._is_first() else "update"
        inputs = Inputs(
            [
                HashedFile(str(file.path), file.size, file.changed, self._hashes[file])
                for file in batch
            ],
            **{
                kind.name: [file.path for file in batch if self._kinds[file] is kind]
                for kind in RAW_KINDS.values()
            },
        )
        names = ", ".join(f"{path.name} ({kind})" for kind, path in inputs.files())
        self._say(f"{command} with {names}")
        start = self._clock()
        try:
            self._run(command, inputs)
        except PlaygraphError as error:
            path = error.path if isinstance(error, InputError) else None
            failed = [file for file in batch if file.path == path] or batch
            self._failed(failed, str(error))
            return failed
        for file in batch:
            self._failures.pop(file, None)
        after = LiveSnapshot.of(self._data_dir)
        version = after.manifest.version if after.manifest else "?"
        self._say(f"{version} was released after {self._clock() - start:.0f} s")
        for line in _verdicts(after):
            self._say(line)
        return []

    def _failed(self, batch: list[_Look], reason: str) -> None:
        pause = _PAUSE
        for file in batch:
            earlier = self._failures.get(file)
            pause = min(2 * earlier.pause, _LONGEST_PAUSE) if earlier else _PAUSE
            self._failures[file] = _Failure(pause, self._clock() + pause)
        first, *more = reason.splitlines()
        retry = "" if self._once else f"; retrying in {pause:.0f} s"
        live = LiveSnapshot.of(self._data_dir).manifest is not None
        stays = ", the live snapshot stays live" if live else ""
        self._say(f"failed{stays}{retry}: {first}")
        for line in more:
            self._say(line)

    def _not_read(self, path: Path, error: OSError) -> None:
        self._all_read = False
        self._say_once(f"{path} cannot be read: {error.strerror}")

    def _say_once(self, line: str) -> None:
        if line not in self._told:
            self._told.add(line)
            self._say(line)


def _is(path: Path, sha256: str, released: InputFile) -> bool:
    """Whether a file is one that was released, from the same origin if its name tells one."""
    if sha256 != released.sha256:
        return False
    try:
        return origin_of(path, RAW_KINDS[released.kind]) == released.origin
    except InputError:
        return True


def _verdicts(live: LiveSnapshot) -> Iterator[str]:
    """What the release gate says of a snapshot, and what has drifted in it."""
    if live.folder is None:
        return
    report = SnapshotReader(live.folder).report
    yield report["gate"]["reason"]
    yield from (f"note: {notice}" for notice in report.get("notices", ()))
    drift = report.get("drift")
    if drift is not None:
        yield from drift_text(msgspec.convert(drift, Drift)).splitlines()
