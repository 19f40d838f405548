"""etl.snapshot: a working copy of a data folder in object storage, for commands that change it.

The documents of all snapshots, the data of some, the list of forgotten users and, for builds, the
cached sources are fetched first. Then the command works in the copy as in any data folder. At the
end its changes are written back: files first, the pointer `current` after them, and only if nobody
else has moved it; deletions last.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import msgspec

from datastore.base.errors import SnapshotError
from datastore.base.quarantine import QUARANTINE, quarantined
from datastore.base.snapshot import current_version, snapshot_path
from etl.snapshot.disk_usage import ELSEWHERE
from etl.snapshot.objects import POINTER, Changed, Content, Entry, Objects
from etl.snapshot.pointer import UNFINISHED, point
from etl.snapshot.storage import pointed
from etl.snapshot.versions import find, folders_of

__all__ = ["Mirror", "NotWritten"]

#: What is known about the files of the copy, next to them.
_STATE = ".mirror.json"
_FORGOTTEN = "forgotten.json"
#: Snapshots that could not be released, in a data folder of their own.
_UNRELEASED = "unreleased"
_PATHS = re.compile(r"(snapshots/[0-9a-zA-Z]+|sources/[0-9a-zA-Z-]+)/(?:[\w-]+/)*[\w-][\w.-]*")


class NotWritten(SnapshotError):
    """The changes of a command were not written back: the storage could not be used, or somebody
    else has released a snapshot meanwhile."""


class _Copy(NamedTuple):
    """A file that is as in the storage: the object's tag, and the file's size and time."""

    tag: str
    bytes: int
    changed: int


class Mirror:
    """The working copy, in a folder that the caller has locked."""

    def __init__(self, objects: Objects, folder: Path) -> None:
        self.objects = objects
        self.folder = folder
        #: The version that is live in the storage; None without a valid pointer.
        self.live: str | None = None
        self._copies: dict[str, _Copy] = {}
        self._stored: dict[str, Entry] = {}
        self._pointer: Content | None = None
        self._forgotten: Content | None = None
        self._kinds: tuple[str, ...] = ("snapshots/",)

    def fetch(self, *, sources: bool = False) -> None:
        """Make the copy what the storage has: the documents of all snapshots, which one is live,
        the forgotten users and, for builds, the `sources`. Data of snapshots is fetched by
        `complete`. Files that are as in the storage are kept."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if sources:
            self._kinds = ("snapshots/", "sources/")
        self._copies = self._remembered()
        self._pointer = self.objects.read(POINTER)
        self.live = self._named()
        listed = self.objects.listed()
        whole = {_unit(path) for path in listed if _is_manifest(path)}
        finished = {_unit(path) for path in listed if _completes(path)}
        self._stored = {path: entry for path, entry in listed.items() if _unit(path) in finished}
        for folder in folders_of(self.folder):
            if f"snapshots/{folder.name}" not in whole or quarantined(folder) is not None:
                shutil.rmtree(folder)  # deleted there, or damaged here
        for unit in {_unit(path) for path in self._copies if path.startswith("sources/")}:
            if unit not in finished:
                shutil.rmtree(self.folder / unit, ignore_errors=True)  # deleted there
        for leftover in (self.folder / "snapshots").glob(f"{UNFINISHED}*"):
            shutil.rmtree(leftover, ignore_errors=True)
        for path in self._stored:
            if _is_document(path) or (sources and path.startswith("sources/")):
                self._download(path)
        for unit in whole:
            self._mark(unit)
        self._fetch_forgotten(sources=sources)
        self._point()
        self._remember()

    def complete(self, name: str | None = None) -> None:
        """Fetch the data of the snapshot whose version begins with this; of the live one by
        default, if there is one. Raises SnapshotError for an unknown name."""
        if name is None and self._pointer is None:
            return
        folder = find(self.folder, name)
        unit = f"snapshots/{folder.name}"
        for path in self._stored:
            if path.startswith(f"{unit}/"):
                self._download(path)
        (folder / ELSEWHERE).unlink(missing_ok=True)
        self._remember()

    @property
    def empty(self) -> bool:
        """Whether there is no snapshot."""
        return not folders_of(self.folder)

    def write_back(self) -> int:
        """Write the changes of the copy to the storage; returns the number of bytes copied.

        Raises NotWritten if the storage cannot be used, or if its live snapshot is not the one that
        was fetched: the live one is as it was then, and a new snapshot is kept in this folder.
        Raises SnapshotError if only the deletions failed.
        """
        files = dict(self._files())
        changed = [path for path, file in files.items() if self._copies.get(path) != file]
        gone = sorted(self._gone(files), key=lambda path: not _completes(path))
        live = current_version(self.folder)
        forgotten = self._forgotten_content()
        forgets = forgotten is not None and forgotten != self._forgotten_there()
        if not (changed or gone or live != self.live or forgets):
            return 0
        try:
            self._copy(files, changed)
            if forgotten is not None and forgets:
                self.objects.swap(_FORGOTTEN, forgotten, self._forgotten)
                # They may hold a user who was deleted now.
                shutil.rmtree(self.folder / _UNRELEASED, ignore_errors=True)
            self._release(live)
        except Changed as error:
            self._withdraw()
            what = "list of forgotten users" if error.args[0] == _FORGOTTEN else "live snapshot"
            raise self._not_written(
                f"the {what} in {self.objects.name} was changed by another command meanwhile"
            ) from error
        except SnapshotError as error:
            raise self._not_written(str(error).rstrip(".")) from error
        self._remember()
        try:
            self.objects.delete(gone)
            if forgets:
                self._delete_unfinished()
        except SnapshotError as error:
            raise SnapshotError(
                f"The changes are live in {self.objects.name}, but not all older files were "
                f"deleted there: {error} Run the same command again."
            ) from error
        return sum(files[path].bytes for path in changed)

    def _not_written(self, reason: str) -> NotWritten:
        return NotWritten(
            f"Not released: {reason}. The live snapshot there stays as it is."
            f"{self._keep_unreleased()} Run the same command again."
        )

    def _copy(self, files: Mapping[str, _Copy], changed: Iterable[str]) -> None:
        """Copy files to the storage, those that complete a snapshot or source last."""
        self._require_same_pointer()  # before much is copied in vain
        for path in sorted(changed, key=_completes):
            entry = self.objects.upload(self.folder / path, path)
            self._copies[path] = files[path]._replace(tag=entry.tag)

    def _delete_unfinished(self) -> None:
        """Delete unfinished copies. Commands that are still copying are refused at their end."""
        listed = self.objects.listed()
        finished = {_unit(path) for path in listed if _completes(path)}
        self.objects.delete(path for path in listed if _unit(path) not in {"", *finished})

    def _release(self, version: str | None) -> None:
        """Make a version the live one there, if it is another one."""
        if version is None or version == self.live:
            self._require_same_pointer()
            return
        try:
            self.objects.swap(POINTER, f"{version}\n".encode("ascii"), self._pointer)
        except Changed:
            # Somebody else may have built the same from the same files.
            if pointed(self.objects, self.objects.read(POINTER)) != version:
                raise

    def _withdraw(self) -> None:
        """Delete new snapshots that were copied before the conflict was found, and new sources if a
        `forget` was faster, which has not seen them. Otherwise the faster command may have copied
        the same sources."""
        before = {_unit(path) for path in self._stored}
        new = [path for path in self._copies if _unit(path) not in before]
        with suppress(SnapshotError):
            if self.objects.unchanged(_FORGOTTEN, self._forgotten):
                new = [path for path in new if not path.startswith("sources/")]
            self.objects.delete(sorted(new, key=lambda path: not _completes(path)))

    def _require_same_pointer(self) -> None:
        if not self.objects.unchanged(POINTER, self._pointer):
            raise Changed(POINTER)

    def _gone(self, files: dict[str, _Copy]) -> Iterator[str]:
        """Objects of snapshots and sources that the command has removed. Data that was never
        fetched belongs to those whose documents are still there."""
        units = {_unit(path) for path in files}
        for path in self._stored:
            if path.startswith(self._kinds) and (
                _unit(path) not in units or (path in self._copies and path not in files)
            ):
                yield path

    def _keep_unreleased(self) -> str:
        """Keep a new snapshot out of the way of the next fetch; returns a sentence about it."""
        version = current_version(self.folder)
        if version is None or version == self.live:
            return ""
        kept = self.folder / _UNRELEASED
        shutil.rmtree(kept, ignore_errors=True)
        target = snapshot_path(kept, version)
        target.parent.mkdir(parents=True)
        snapshot_path(self.folder, version).rename(target)
        point(kept, version)
        self._point()
        return f" The new snapshot {version} was kept in {kept}."

    def _download(self, path: str) -> None:
        entry, target = self._stored[path], self.folder / path
        copy = self._copies.get(path)
        if copy is not None and copy == _copy(target, copy.tag) and copy.tag == entry.tag:
            return
        fresh = self.folder / f"{UNFINISHED}download"
        self.objects.download(path, fresh)
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh.replace(target)
        found = _copy(target, entry.tag)
        if found is None or found.bytes != entry.bytes:
            raise SnapshotError(
                f"{path} was changed in {self.objects.name} while it was fetched. Run the same "
                "command again."
            )
        self._copies[path] = found

    def _fetch_forgotten(self, *, sources: bool) -> None:
        file = self.folder / _FORGOTTEN
        self._forgotten = self.objects.read(_FORGOTTEN)
        before = self._forgotten_content()
        if self._forgotten is not None and self._forgotten.content == before:
            return
        # What is not as in the storage may hold a user who was deleted there.
        shutil.rmtree(self.folder / _UNRELEASED, ignore_errors=True)
        if not sources:
            shutil.rmtree(self.folder / "sources", ignore_errors=True)
        file.unlink(missing_ok=True)
        if self._forgotten is not None:
            file.touch(0o600)
            file.write_bytes(self._forgotten.content)

    def _forgotten_content(self) -> bytes | None:
        try:
            return (self.folder / _FORGOTTEN).read_bytes()
        except FileNotFoundError:
            return None

    def _forgotten_there(self) -> bytes | None:
        return None if self._forgotten is None else self._forgotten.content

    def _named(self) -> str | None:
        """The version that the pointer names. An invalid one is copied, so that a command reports
        it as in any folder."""
        try:
            return pointed(self.objects, self._pointer)
        except SnapshotError:
            return None

    def _point(self) -> None:
        if self.live is not None:
            point(self.folder, self.live)
        elif self._pointer is not None:
            (self.folder / POINTER).write_bytes(self._pointer.content)
        else:
            (self.folder / POINTER).unlink(missing_ok=True)

    def _mark(self, unit: str) -> None:
        """Note the size of a snapshot's files that are not here."""
        missing = [
            entry.bytes
            for path, entry in self._stored.items()
            if path.startswith(f"{unit}/") and not (self.folder / path).exists()
        ]
        marker = self.folder / unit / ELSEWHERE
        if missing:
            marker.write_text(str(sum(missing)), encoding="ascii")
        else:
            marker.unlink(missing_ok=True)

    def _files(self) -> Iterator[tuple[str, _Copy]]:
        """The files of the copy that belong to the storage, by path."""
        for kind in self._kinds:
            for file in sorted((self.folder / kind).rglob("*")):
                path = file.relative_to(self.folder).as_posix()
                known = self._copies.get(path)
                copy = _copy(file, known.tag if known else "")
                if copy is not None and _unit(path) and file.name != QUARANTINE:
                    yield path, copy

    def _remembered(self) -> dict[str, _Copy]:
        try:
            content = (self.folder / _STATE).read_bytes()
            return msgspec.json.decode(content, type=dict[str, _Copy])
        except (OSError, msgspec.DecodeError):
            return {}

    def _remember(self) -> None:
        copies = {p: copy for p, copy in self._copies.items() if (self.folder / p).exists()}
        self._copies = copies
        with suppress(OSError):  # then it is fetched again
            (self.folder / _STATE).write_bytes(msgspec.json.encode(copies))


def _copy(file: Path, tag: str) -> _Copy | None:
    """A file as it is now; None if there is none."""
    if not file.is_file():
        return None
    stat = file.stat()
    return _Copy(tag, stat.st_size, stat.st_mtime_ns)


def _unit(path: str) -> str:
    """The folder of a snapshot or source that a path belongs to; "" for other paths."""
    found = _PATHS.fullmatch(path)
    return found[1] if found and ".." not in path else ""


def _completes(path: str) -> bool:
    """Whether a file is the last one of a snapshot or source to be written."""
    return path.count("/") == 2 and path.endswith(("/manifest.json", "/source.json"))


def _is_manifest(path: str) -> bool:
    return path.startswith("snapshots/") and path.endswith("/manifest.json")


def _is_document(path: str) -> bool:
    return path.startswith("snapshots/") and path.count("/") == 2 and path.endswith(".json")
