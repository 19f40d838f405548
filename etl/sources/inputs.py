"""etl.sources: the raw files given to a command, and the order of files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from datastore.base.errors import InputError
from datastore.base.snapshot import InputFile
from etl.raw import recognition
from etl.raw.kinds import RawKind
from etl.raw.lines import RawFile

__all__ = ["GivenFile", "Inputs", "digest", "given_files", "in_order"]

Files = Path | Sequence[Path]


class Inputs:
    """Raw files by kind, each one or several, the oldest first."""

    def __init__(self, **files: Files) -> None:
        self._files = {
            kind: (paths,) if isinstance(paths, Path) else tuple(paths)
            for kind, paths in files.items()
        }

    def paths(self, kind: str) -> tuple[Path, ...]:
        """The files of a kind."""
        return self._files.get(kind, ())

    def files(self) -> Iterator[tuple[str, Path]]:
        """(kind, path) of each."""
        return ((kind, path) for kind, paths in self._files.items() for path in paths)


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A raw file given to a command: its kind, its hash, and the file itself.

    `state` is its size and time of change before it was hashed.
    """

    kind: RawKind
    file: InputFile
    raw: RawFile
    state: tuple[int, int]

    def check_unchanged(self) -> None:
        """Raise InputError when the file is no longer the one that was hashed."""
        if _state(self.raw.path) != self.state:
            raise InputError(
                f"{self.raw.path} changed while it was being read: pass it again when it is "
                "complete.",
                path=self.raw.path,
            )


def given_files(
    inputs: Inputs,
    kinds: Mapping[str, RawKind],
    max_line_bytes: int,
    max_unpacked_bytes: int,
) -> list[GivenFile]:
    """Recognise and hash the raw files, once for a command; in the order of the kinds.

    Raises InputError when a file cannot be read or is not of its kind.
    """
    raw_files = [
        (kind, RawFile(path, max_line_bytes, max_unpacked_bytes))
        for kind in kinds.values()
        for path in inputs.paths(kind.name)
    ]
    for kind, raw in raw_files:
        recognition.check(raw, kind, kinds.values())
    return [_identified(kind, raw) for kind, raw in raw_files]


def _identified(kind: RawKind, raw: RawFile) -> GivenFile:
    try:
        state = _state(raw.path)
        sha256 = digest(raw.path)
    except OSError as error:
        message = f"{raw.path} cannot be read: {error.strerror}."
        raise InputError(message, path=raw.path) from error
    return GivenFile(kind, InputFile(kind.name, sha256, raw.path.name), raw, state)


def _state(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def digest(path: Path) -> str:
    """SHA-256 of a file. Raises OSError when it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def in_order(files: Iterable[InputFile], kinds: Mapping[str, RawKind]) -> list[InputFile]:
    """The distinct files in a canonical order: the same for all orders with the same result.

    Kinds are independent, except for rows that change others: these change what came before
    them. Kinds that are not changed come first.
    """
    rank = {name: at for at, name in enumerate(kinds)}
    distinct: dict[tuple[str, str], InputFile] = {}
    for file in files:
        distinct.setdefault((file.kind, file.sha256), file)
    unchanged: list[InputFile] = []
    epochs: list[list[InputFile]] = [[]]
    for file in distinct.values():
        kind = kinds[file.kind]
        if kind.changes_others:
            epochs[-1].append(file)
            epochs.append([])
        elif kind.is_changed:
            epochs[-1].append(file)
        else:
            unchanged.append(file)
    ordered = [unchanged, *epochs]
    return [file for part in ordered for file in sorted(part, key=lambda f: rank[f.kind])]
