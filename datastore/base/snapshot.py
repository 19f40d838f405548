"""datastore.base: the layout of a data folder, and the manifest of a snapshot.

DATA/
  current              version of the live snapshot; written last
  sources/KIND-SHA256/ rows read from each raw file, for later updates
  forgotten.json       keyed hashes of the users who were removed
  keys.json            names and hashes of API keys
  pseudonyms.key       secret of the pseudonyms, once a server needs it
  reports/VERSION.html report about a snapshot for people, once `playgraph report` was run
  snapshots/VERSION/
    manifest.json      content and inputs of the snapshot
    report.json        build report
    evaluation.json    quality of the recommender, once measured
    STAGE.json         quality of another model
    quarantine.json    what is wrong with it, if it is damaged
    rejects.jsonl      rejected lines and rows
    tables/NAME.arrow  Arrow IPC files, memory-mapped
    arrays/NAME.npy    NumPy arrays, memory-mapped

All documents but the marker of a quarantine hold their own checksum.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from datastore.base.checksum import verified
from datastore.base.errors import DamagedSnapshot, OtherFormat, SnapshotError
from datastore.base.format import FORMAT

__all__ = [
    "REJECTS",
    "ArrayEntry",
    "BuildParameters",
    "InputFile",
    "Manifest",
    "ModelEntry",
    "SubjectData",
    "TableEntry",
    "array_path",
    "current_version",
    "dangling",
    "digest",
    "forgotten_digest",
    "is_outdated_demo",
    "named_version",
    "read_manifest",
    "report_page",
    "snapshot_path",
    "table_path",
]


#: The file of rejected lines, in a snapshot and wherever one raw file was read.
REJECTS = "rejects.jsonl"


class TableEntry(msgspec.Struct, frozen=True):
    """A table file: number of rows, size and SHA-256."""

    rows: int
    bytes: int
    sha256: str


class ArrayEntry(msgspec.Struct, frozen=True):
    """An array file: shape, element type, size and SHA-256."""

    shape: tuple[int, ...]
    dtype: str
    bytes: int
    sha256: str


class SubjectData(msgspec.Struct, frozen=True):
    """What a snapshot holds of one subject: numbers of rows by noun, numbers of unknown values, and
    other facts, such as those about its models."""

    counts: dict[str, int]
    coverage: dict[str, int]
    facts: dict[str, Any] = {}


class InputFile(msgspec.Struct, frozen=True, omit_defaults=True):
    """A raw file that a snapshot was built from."""

    kind: str  # name of a raw kind: games, reviews, ...
    sha256: str  # of the file as given, compressed or not
    name: str
    origin: str = ""  # where it comes from, for kinds where that matters: the platform

    @property
    def key(self) -> tuple[str, ...]:
        """What makes it another file than others, whatever it is called."""
        return (self.kind, self.sha256, *([self.origin] if self.origin else []))


class _Format(msgspec.Struct, frozen=True):
    format: int
    demo: bool = False


class BuildParameters(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Parameters that determine a snapshot, besides its inputs and the forgotten users."""

    seed: int
    model: dict[str, Any]  # of the recommender, by name
    tuned: bool  # whether they differ from the defaults
    start: str | None = None  # version of the snapshot whose factors training started from
    max_line_bytes: int


class ModelEntry(msgspec.Struct, frozen=True):
    """A model: a digest of all that decides its arrays, and facts about it."""

    inputs: str
    facts: dict[str, Any]


class Manifest(msgspec.Struct, frozen=True):
    """Everything about a snapshot except its rows."""

    format: int
    version: str
    built_at: str  # ISO 8601, UTC
    playgraph: str
    inputs: list[InputFile]  # oldest first
    forgotten: str  # digest of the list of forgotten users; "" if it is empty
    libraries: dict[str, str]  # versions of the packages that affect the result of a build
    parameters: BuildParameters
    demo: bool  # whether it is the invented demo dataset
    subjects: dict[str, SubjectData]
    models: dict[str, ModelEntry]  # by stage; without the recommender
    tables: dict[str, TableEntry]
    arrays: dict[str, ArrayEntry]
    #: JSON files that belong to it; `evaluation.json`, which may be measured again, is not listed.
    documents: list[str] = []


#: Versions, shortened or not; bytes read of a pointer, and characters shown of an invalid one.
_VERSION = re.compile(r"[0-9A-Za-z][\w.-]{0,79}", re.ASCII)
_LONGEST_POINTER, _SHOWN = 400, 60


def snapshot_path(data_dir: Path, version: str) -> Path:
    """Folder of one version."""
    return data_dir / "snapshots" / version


def report_page(data_dir: Path, version: str) -> Path:
    """The page that `playgraph report` writes about one version."""
    return data_dir / "reports" / f"{version}.html"


def table_path(snapshot: Path, name: str) -> Path:
    """File of one table."""
    return snapshot / "tables" / f"{name}.arrow"


def array_path(snapshot: Path, name: str) -> Path:
    """File of one array."""
    return snapshot / "arrays" / f"{name}.npy"


def current_version(data_dir: Path) -> str | None:
    """Version of the live snapshot; None if nothing has been built yet.

    Raises SnapshotError if the folder or its pointer cannot be read, and if there are snapshots but
    no pointer.
    """
    pointer = data_dir / "current"
    try:
        if pointer.is_fifo():  # reading would never end
            raise SnapshotError(f"{pointer} is not a file.")
        with pointer.open("rb") as file:
            content = file.read(_LONGEST_POINTER)
    except FileNotFoundError:
        versions = sorted(path.name for path in (data_dir / "snapshots").glob("[!.]*/"))
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
    return named_version(content, str(pointer))


def named_version(content: bytes, pointer: str) -> str:
    """The version that the content of a pointer names. Raises SnapshotError, which calls it
    `pointer`, for anything that cannot be a version."""
    version = content.decode("ascii", "backslashreplace").strip()
    if not _VERSION.fullmatch(version):
        shown = version if len(version) <= _SHOWN else f"{version[:_SHOWN]}…"
        raise SnapshotError(
            f"{pointer} holds {shown!r}, which is not a valid version. Choose one with playgraph "
            "snapshots use VERSION, or build again."
        )
    return version


def dangling(pointer: str, version: str) -> SnapshotError:
    """The error about a pointer to a snapshot that is not there."""
    return SnapshotError(
        f"{pointer} names {version} as live, which is not there. Choose another with playgraph "
        "snapshots use VERSION, or build again."
    )


def read_manifest(snapshot: Path) -> Manifest:
    """Read and check a manifest.

    Raises SnapshotError if it is missing, OtherFormat if another version of playgraph has written
    it, and DamagedSnapshot if it is damaged.
    """
    path = snapshot / "manifest.json"
    try:
        raw = path.read_bytes()
        found = msgspec.json.decode(raw, type=_Format)
        if found.format != FORMAT:  # checked first: other formats may have other fields
            command = "playgraph demo" if found.demo else "playgraph build"
            raise OtherFormat(
                f"Snapshot {snapshot} has format {found.format}, but this version of playgraph "
                f"reads format {FORMAT}: build again with {command}.",
                found.format,
                demo=found.demo,
            )
        return msgspec.json.decode(verified(raw), type=Manifest)
    except OSError as error:
        reason = f"{path.name}: {error.strerror}"
        raise SnapshotError(
            f"Snapshot {snapshot} cannot be opened: {reason}. Choose another with playgraph "
            "snapshots use VERSION, or build again."
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DamagedSnapshot(
            f"{path} is damaged ({error}): build again.", f"{path.name} is damaged ({error})"
        ) from error


def is_outdated_demo(data_dir: Path) -> bool:
    """Whether the live snapshot is the demo dataset in the format of another version."""
    try:
        version = current_version(data_dir)
        raw = (snapshot_path(data_dir, version or "") / "manifest.json").read_bytes()
        found = msgspec.json.decode(raw, type=_Format)
    except (OSError, SnapshotError, msgspec.DecodeError, UnicodeDecodeError):
        return False
    return found.demo and found.format != FORMAT


def forgotten_digest(hashes: Iterable[str]) -> str:
    """A hash that identifies a list of forgotten users, by their hashes; "" for an empty list."""
    joined = "".join(sorted(hashes))
    return hashlib.sha256(joined.encode()).hexdigest()[:16] if joined else ""


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
