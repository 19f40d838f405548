"""datastore.base: where snapshots lie on disk, and the manifest that describes one.

DATA/
  current              name of the version that serves; moved last
  sources/KIND-SHA256/ what was read from each raw file, for later updates
  forgotten.json       keyed hashes of the users who were removed
  snapshots/VERSION/
    manifest.json      what is in here, from which inputs
    report.json        what the build found
    evaluation.json    how good the recommender is, once it was measured
    rejects.jsonl      the lines it could not use
    tables/NAME.arrow  Arrow IPC files, opened by memory map
    arrays/NAME.npy    NumPy arrays, opened by memory map
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import msgspec

from datastore.base.errors import SnapshotError
from datastore.base.tables import FORMAT

__all__ = [
    "ArrayEntry",
    "Dataset",
    "InputFile",
    "Manifest",
    "TableEntry",
    "array_path",
    "current_version",
    "damage",
    "digest",
    "read_manifest",
    "snapshot_path",
    "table_path",
]


class TableEntry(msgspec.Struct, frozen=True):
    """A table file: rows and the SHA-256 of its bytes."""

    rows: int
    bytes: int
    sha256: str


class ArrayEntry(msgspec.Struct, frozen=True):
    """An array file: shape, element type and the SHA-256 of its bytes."""

    shape: tuple[int, ...]
    dtype: str
    bytes: int
    sha256: str


class Dataset(msgspec.Struct, frozen=True):
    """What the answers stand on. Counts of rows; coverage counts what is unknown."""

    demo: bool
    crawl_year: int | None
    games: int
    users: int
    reviews: int
    play_rows: int
    coverage: dict[str, int]


class InputFile(msgspec.Struct, frozen=True):
    """A raw file that a snapshot was built from."""

    kind: str  # games, reviews, items or events
    sha256: str  # of the file as it was, packed or not
    name: str


class _Format(msgspec.Struct, frozen=True):
    format: int


class Manifest(msgspec.Struct, frozen=True):
    """Everything about a snapshot but its rows."""

    format: int
    version: str
    built_at: str  # ISO 8601, UTC
    playgraph: str
    inputs: list[InputFile]  # the oldest first
    forgotten: str  # names the list of forgotten users; "" while it is empty
    libraries: dict[str, str]  # releases of the packages that decide what a build computes
    parameters: dict[str, Any]
    model: dict[str, Any]
    dataset: Dataset
    tables: dict[str, TableEntry]
    arrays: dict[str, ArrayEntry]


def snapshot_path(data_dir: Path, version: str) -> Path:
    """Folder of one version."""
    return data_dir / "snapshots" / version


def table_path(snapshot: Path, name: str) -> Path:
    """File of one table."""
    return snapshot / "tables" / f"{name}.arrow"


def array_path(snapshot: Path, name: str) -> Path:
    """File of one array."""
    return snapshot / "arrays" / f"{name}.npy"


def current_version(data_dir: Path) -> str | None:
    """Name of the live version, or None when nothing was built here.

    Raises SnapshotError when the folder or its pointer cannot be read, and when the pointer is lost
    beside snapshots.
    """
    pointer = data_dir / "current"
    try:
        version = pointer.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        versions = sorted(path.name for path in (data_dir / "snapshots").glob("[!.]*"))
        if versions:
            raise SnapshotError(
                f"{pointer} is missing, so none of the snapshots is live ({', '.join(versions)}). "
                "Choose one with playgraph snapshots use VERSION."
            ) from None
        return None
    except NotADirectoryError:
        raise SnapshotError(f"{data_dir} is not a folder.") from None
    except OSError as error:
        raise SnapshotError(f"{pointer} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError:
        version = ""  # no file that a build has written
    if not version.isprintable() or not version or os.sep in version or version.startswith("."):
        raise SnapshotError(
            f"{pointer} holds {version!r}, which is no version. Choose one with playgraph "
            "snapshots use VERSION, or build again."
        )
    return version


def read_manifest(snapshot: Path) -> Manifest:
    """Read and check the manifest. Raises SnapshotError when it is missing, damaged or too new."""
    path = snapshot / "manifest.json"
    try:
        raw = path.read_bytes()
        found = msgspec.json.decode(raw, type=_Format).format
        if found != FORMAT:  # asked first: another format may have other fields
            raise SnapshotError(
                f"Snapshot {snapshot} has format {found}, this playgraph reads {FORMAT}: "
                "build again."
            )
        return msgspec.json.decode(raw, type=Manifest)
    except OSError as error:
        reason = f"{path.name}: {error.strerror}"
        raise SnapshotError(
            f"Snapshot {snapshot} cannot be opened: {reason}. Choose another with playgraph "
            "snapshots use VERSION, or build again."
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SnapshotError(f"{path} is damaged ({error}): build again.") from error


def damage(snapshot: Path, manifest: Manifest) -> list[str]:
    """What is wrong with a snapshot: files that are missing, or that are not byte for byte those
    that the manifest names; a manifest of another version. Reads all tables and arrays."""
    files = {table_path(snapshot, name): entry.sha256 for name, entry in manifest.tables.items()}
    files |= {array_path(snapshot, name): entry.sha256 for name, entry in manifest.arrays.items()}
    problems = []
    if manifest.version != snapshot.name:
        problems.append(f"manifest.json is that of version {manifest.version}")
    for path, sha256 in files.items():
        name = path.relative_to(snapshot)
        try:
            if digest(path) != sha256:
                problems.append(f"{name} has other bytes than were written")
        except FileNotFoundError:
            problems.append(f"{name} is missing")
        except OSError as error:
            problems.append(f"{name} cannot be read: {error.strerror}")
    return problems


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
