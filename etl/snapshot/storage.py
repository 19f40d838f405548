"""etl.snapshot: snapshots in object storage, in the layout of a data folder.

A push writes the files of a snapshot, then its manifest, then the pointer `current`. A pull fetches
what the pointer names into a local folder, verifies every byte, then moves the pointer there.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path, PurePosixPath

from datastore.base.damage import damage, files_of
from datastore.base.errors import SnapshotError
from datastore.base.quarantine import quarantined
from datastore.base.snapshot import (
    Manifest,
    current_version,
    named_version,
    read_manifest,
    snapshot_path,
)
from etl.snapshot.lock import build_lock
from etl.snapshot.objects import POINTER, Changed, Content, Objects
from etl.snapshot.pointer import UNFINISHED, point, remove_unfinished
from etl.snapshot.reports import remove_orphaned_reports

__all__ = ["Storage", "pointed"]

_MANIFEST, _EVALUATION = "manifest.json", "evaluation.json"


class Storage:
    """A data folder in object storage, from which servers fetch the live snapshot. Every method
    raises SnapshotError if it cannot be reached."""

    def __init__(self, address: str) -> None:
        """`address` is `s3://BUCKET/PREFIX`, `gs://...` or `file:///...`. Raises SnapshotError for
        an invalid one."""
        self.objects = Objects(address)
        #: The address without options.
        self.name = self.objects.name

    def push(self, data_dir: Path, version: str) -> int:
        """Copy a snapshot here and make it the live one; returns the number of bytes copied.

        A version that is here already is not copied again. Raises SnapshotError if it is damaged,
        or if another one was released meanwhile; that one stays live then.
        """
        folder = snapshot_path(data_dir, version)
        manifest = read_manifest(folder)
        problem = quarantined(folder) or next(
            (problem.text for problem in damage(folder, manifest)), None
        )
        if problem is not None:
            raise SnapshotError(f"Snapshot {version} is damaged: {problem}. It was not copied.")
        copied = 0
        live = self.objects.read(POINTER)
        pointed(self.objects, live)  # raises for what is not a pointer of ours
        stored = self.objects.read(_path(version, _MANIFEST))
        if stored is None or stored.content != (folder / _MANIFEST).read_bytes():
            for name in [*_names(manifest), _MANIFEST]:
                copied += self.objects.upload(folder / name, _path(version, name)).bytes
        if (folder / _EVALUATION).exists():
            self.objects.upload(folder / _EVALUATION, _path(version, _EVALUATION))
        try:
            self.objects.swap(POINTER, f"{version}\n".encode("ascii"), live)
        except Changed:
            raise SnapshotError(
                f"Another snapshot was released in {self.name} meanwhile, and stays live. Push "
                f"{version} again if it shall replace that one."
            ) from None
        return copied

    def pull(self, data_dir: Path) -> str | None:
        """Fetch the live snapshot into a folder and make it the live one there, in place of all
        others; returns its version, or None if it is live there already.

        Raises SnapshotError if there is none, or if a byte of it is not as it was written; the
        folder is then left as it was.
        """
        version = self.version()
        folder = snapshot_path(data_dir, version)
        whole = folder.exists() and quarantined(folder) is None
        if whole and _live(data_dir) == version:
            return None
        (data_dir / "snapshots").mkdir(parents=True, exist_ok=True)
        with build_lock(data_dir, "Another pull"):
            remove_unfinished(data_dir)
            if not whole:
                hidden = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=folder.parent))
                self._fetch(version, hidden / version)
                if folder.exists():
                    folder.rename(hidden / "replaced")
                (hidden / version).rename(folder)
            point(data_dir, version)
            # An older one may hold a user who was deleted since. Open files outlive their names.
            for other in folder.parent.glob("*"):
                if other != folder:
                    shutil.rmtree(other, ignore_errors=True)
            remove_orphaned_reports(data_dir)
        return version

    def version(self) -> str:
        """The live snapshot. Raises SnapshotError if there is none."""
        version = pointed(self.objects, self.objects.read(POINTER))
        if version is None:
            raise SnapshotError(
                f"{self.name} has no live snapshot. Build one there with playgraph build --data "
                f"{self.name}, or copy one there with playgraph snapshots push."
            )
        return version

    def holds(self, version: str) -> bool:
        """Whether a snapshot is here, as far as its manifest tells."""
        return self.objects.read(_path(version, _MANIFEST)) is not None

    def _fetch(self, version: str, folder: Path) -> None:
        self._download(version, _MANIFEST, folder)
        manifest = read_manifest(folder)
        for name in _names(manifest):
            self._download(version, name, folder)
        if self.objects.read(_path(version, _EVALUATION)) is not None:
            self._download(version, _EVALUATION, folder)
        problems = damage(folder, manifest)
        if problems:
            raise SnapshotError(
                f"Snapshot {version} in {self.name} is damaged: {problems[0].text}. Copy it there "
                "again with playgraph snapshots push."
            )

    def _download(self, version: str, name: str, folder: Path) -> None:
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            raise SnapshotError(f"Snapshot {version} in {self.name} names the file {name!r}.")
        self.objects.download(_path(version, name), folder / name)


def pointed(objects: Objects, pointer: Content | None) -> str | None:
    """The version that a pointer names; None without one. Raises SnapshotError for any other
    content."""
    if pointer is None:
        return None
    return named_version(pointer.content, f"{objects.name}/{POINTER}")


def _path(version: str, name: str) -> str:
    return f"snapshots/{version}/{name}"


def _names(manifest: Manifest) -> list[str]:
    """Files of a snapshot besides its manifest and evaluation."""
    return [*files_of(manifest), *(name for name in manifest.documents if name != _EVALUATION)]


def _live(data_dir: Path) -> str | None:
    try:
        return current_version(data_dir)
    except SnapshotError:
        return None
