"""datastore.base: damage of a snapshot: files that are not as its manifest describes them."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeAlias, TypeVar

import msgspec

from datastore.base.checksum import verified
from datastore.base.snapshot import (
    ArrayEntry,
    Manifest,
    TableEntry,
    array_path,
    digest,
    table_path,
)

__all__ = [
    "Entry",
    "Problem",
    "content_problem",
    "damage",
    "files_of",
    "sha256_of",
    "size_problem",
    "sizes",
    "unreadable",
]

#: Bytes that are read at a time: memory stays small, and pauses between the reads are short.
_CHUNK = 1 << 20

Entry: TypeAlias = TableEntry | ArrayEntry
_T = TypeVar("_T")


class Problem(NamedTuple):
    """What is wrong with one file. `lasting`: it is damaged, not just unreadable for now."""

    text: str
    lasting: bool = True


def files_of(manifest: Manifest) -> dict[str, Entry]:
    """Tables and arrays, by path in the snapshot's folder. They never change."""
    root = Path()
    files: dict[str, Entry] = {
        table_path(root, name).as_posix(): entry for name, entry in manifest.tables.items()
    }
    return files | {
        array_path(root, name).as_posix(): entry for name, entry in manifest.arrays.items()
    }


def sizes(snapshot: Path, manifest: Manifest) -> list[Problem]:
    """What names and sizes of files and the checksums of documents show, in a few milliseconds."""

    def check(name: str, entry: Entry) -> Problem | None:
        return size_problem(name, entry, (snapshot / name).stat().st_size)

    return [*_documents(snapshot, manifest), *_problems(files_of(manifest).items(), check)]


def damage(snapshot: Path, manifest: Manifest) -> list[Problem]:
    """All that is wrong with a snapshot; empty if it is intact. Reads every byte."""

    def check(name: str, entry: Entry) -> Problem | None:
        path = snapshot / name
        size = size_problem(name, entry, path.stat().st_size)
        return size or content_problem(name, entry, digest(path))

    return [*_documents(snapshot, manifest), *_problems(files_of(manifest).items(), check)]


def size_problem(name: str, entry: Entry, size: int) -> Problem | None:
    """The problem with a file of this size; None if it is right."""
    if size == entry.bytes:
        return None
    return Problem(f"{name} has {size:,} bytes instead of {entry.bytes:,}")


def content_problem(name: str, entry: Entry, sha256: str) -> Problem | None:
    """The problem with a file of this SHA-256; None if it is right."""
    if sha256 == entry.sha256:
        return None
    found, expected = sha256[:16], entry.sha256[:16]
    return Problem(
        f"{name} has changed since it was written (SHA-256 {found}… instead of {expected}…)"
    )


def unreadable(name: str, error: OSError) -> Problem:
    """The problem with a file that cannot be read. A disk that cannot read it will not later."""
    return Problem(f"{name} cannot be read: {error.strerror}", error.errno == errno.EIO)


def sha256_of(file: int, between: Callable[[], object]) -> str:
    """SHA-256 of a file that has just been opened. Calls a function after each megabyte, which may
    raise to stop."""
    sha256 = hashlib.sha256()
    buffer = memoryview(bytearray(_CHUNK))
    with os.fdopen(file, "rb", buffering=0, closefd=False) as content:
        while count := content.readinto(buffer):
            sha256.update(buffer[:count])
            between()
    return sha256.hexdigest()


def _documents(snapshot: Path, manifest: Manifest) -> list[Problem]:
    problems = []
    if manifest.version != snapshot.name:
        problems.append(Problem(f"manifest.json belongs to version {manifest.version}"))

    def check(name: str, _: None) -> Problem | None:
        try:
            verified((snapshot / name).read_bytes())
        except msgspec.DecodeError as error:
            return Problem(f"{name} has changed since it was written ({error})")
        return None

    return [*problems, *_problems([(name, None) for name in manifest.documents], check)]


def _problems(
    files: Iterable[tuple[str, _T]], check: Callable[[str, _T], Problem | None]
) -> Iterator[Problem]:
    for name, entry in files:
        try:
            problem = check(name, entry)
        except FileNotFoundError:
            problem = Problem(f"{name} is missing")
        except OSError as error:
            problem = unreadable(name, error)
        if problem is not None:
            yield problem
