"""etl.snapshot: snapshots in object storage, in the layout of a data folder.

A push writes the files of a snapshot, then its manifest, then the pointer `current`. A pull fetches
what the pointer names into a local folder, verifies every byte, then moves the pointer there.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import pyarrow as pa
from pyarrow import fs

from datastore.base.damage import damage, files_of
from datastore.base.errors import SnapshotError
from datastore.base.quarantine import quarantined
from datastore.base.snapshot import Manifest, current_version, read_manifest, snapshot_path
from etl.snapshot.lock import build_lock
from etl.snapshot.pointer import UNFINISHED, point, remove_unfinished

__all__ = ["Storage"]

_CHUNK = 1 << 20
_MANIFEST, _POINTER, _EVALUATION = "manifest.json", "current", "evaluation.json"


class Storage:
    """A folder in object storage. Every method raises SnapshotError if it cannot be reached."""

    def __init__(self, address: str) -> None:
        """`address` is `s3://BUCKET/PREFIX`, `gs://...` or `file:///...`. Raises SnapshotError for
        an invalid one."""
        #: The address without options, which may hold keys.
        self.name = address.partition("?")[0]
        with self._reached():
            self._files, path = fs.FileSystem.from_uri(address)
        self._base = path.rstrip("/")

    def push(self, data_dir: Path, version: str) -> int:
        """Copy a snapshot here and make it the live one; returns the number of bytes copied.

        A version that is here already is not copied again. Raises SnapshotError if it is damaged.
        """
        folder = snapshot_path(data_dir, version)
        manifest = read_manifest(folder)
        problem = quarantined(folder) or next(
            (problem.text for problem in damage(folder, manifest)), None
        )
        if problem is not None:
            raise SnapshotError(f"Snapshot {version} is damaged: {problem}. It was not copied.")
        copied = 0
        content = (folder / _MANIFEST).read_bytes()
        with self._reached():
            if self._read(self._path(version, _MANIFEST)) != content:
                for name in _names(manifest):
                    copied += self._upload(folder / name, self._path(version, name))
                copied += self._upload(folder / _MANIFEST, self._path(version, _MANIFEST))
            if (folder / _EVALUATION).exists():
                self._upload(folder / _EVALUATION, self._path(version, _EVALUATION))
            with self._files.open_output_stream(f"{self._base}/{_POINTER}") as pointer:
                pointer.write(f"{version}\n".encode("ascii"))
        return copied

    def pull(self, data_dir: Path) -> str | None:
        """Fetch the live snapshot into a folder and make it the live one there, in place of all
        others; returns its version, or None if it is live there already.

        Raises SnapshotError if there is none, or if a byte of it is not as it was written; the
        folder is then left as it was.
        """
        version = self._version()
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
        return version

    def _version(self) -> str:
        with self._reached():
            content = self._read(f"{self._base}/{_POINTER}")
        if content is None:
            raise SnapshotError(
                f"{self.name} has no live snapshot. Copy one there with playgraph snapshots push."
            )
        version = content.decode("ascii", "replace").strip()
        if not version.isalnum():
            raise SnapshotError(
                f"{self.name}/{_POINTER} holds {version!r}, which is not a version."
            )
        return version

    def _fetch(self, version: str, folder: Path) -> None:
        with self._reached():
            self._download(version, _MANIFEST, folder)
            manifest = read_manifest(folder)
            for name in _names(manifest):
                self._download(version, name, folder)
            if self._exists(self._path(version, _EVALUATION)):
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
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with (
            self._files.open_input_stream(self._path(version, name)) as source,
            target.open("wb") as file,
        ):
            while chunk := source.read(_CHUNK):
                file.write(chunk)

    def _upload(self, source: Path, path: str) -> int:
        if isinstance(self._files, fs.LocalFileSystem):
            self._files.create_dir(path.rpartition("/")[0], recursive=True)
        size = 0
        with source.open("rb") as file, self._files.open_output_stream(path) as target:
            while chunk := file.read(_CHUNK):
                size += target.write(chunk)
        return size

    def _exists(self, path: str) -> bool:
        return bool(self._files.get_file_info(path).type == fs.FileType.File)

    def _read(self, path: str) -> bytes | None:
        if not self._exists(path):
            return None
        with self._files.open_input_stream(path) as stream:
            content: bytes = stream.read()
        return content

    def _path(self, version: str, name: str) -> str:
        return f"{self._base}/snapshots/{version}/{name}"

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except (OSError, pa.ArrowException) as error:
            reason = " ".join(str(error).split()).rstrip(".")
            raise SnapshotError(
                f"{self.name} cannot be used: {reason}. Check the address, its credentials and "
                "region, and the network."
            ) from error


def _names(manifest: Manifest) -> list[str]:
    """Files of a snapshot besides its manifest and evaluation."""
    return [*files_of(manifest), *(name for name in manifest.documents if name != _EVALUATION)]


def _live(data_dir: Path) -> str | None:
    try:
        return current_version(data_dir)
    except SnapshotError:
        return None
