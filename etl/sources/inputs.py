"""etl.sources: the raw files given to a command, and the order of files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from datastore.base.errors import InputError
from datastore.base.snapshot import InputFile
from etl.raw import recognition
from etl.raw.kinds import RawKind
from etl.raw.lines import RawFile

__all__ = [
    "GivenFile",
    "HashedFile",
    "Inputs",
    "digest",
    "given_files",
    "in_order",
    "origin_and_address",
    "origin_of",
]

Files = Path | Sequence[Path]


class HashedFile(msgspec.Struct, frozen=True):
    """A file that was hashed already. The hash holds as long as the file has this size and this
    time of change (in ns), taken before it was hashed."""

    path: str
    size: int
    changed: int
    sha256: str


class Inputs:
    """Raw files by kind, each one or several, the oldest first. Those `hashed` already and
    unchanged since are not hashed again."""

    def __init__(self, hashed: Sequence[HashedFile] = (), /, **files: Files) -> None:
        self.hashed = tuple(hashed)
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
    """Recognise and hash the raw files, each once; in the order of the kinds.

    Raises InputError when a file cannot be read or is not of its kind.
    """
    named = [
        (kind, *_origin_and_file(path, kind))
        for kind in kinds.values()
        for path in inputs.paths(kind.name)
    ]
    raw_files = [
        (kind, RawFile(path, max_line_bytes, max_unpacked_bytes, kind.forms), origin)
        for kind, origin, path in named
    ]
    for kind, raw, _ in raw_files:
        recognition.check(raw, kind, kinds.values())
    hashes = {(Path(file.path), (file.size, file.changed)): file.sha256 for file in inputs.hashed}
    return [_identified(*given, hashes) for given in raw_files]


def origin_of(path: Path, kind: RawKind) -> str:
    """Where a file of this kind comes from, by its name; "" for kinds without origins.

    Raises InputError when its name holds none of them, or several.
    """
    if kind.origins is None:
        return ""
    noun, names = kind.origins.noun, kind.origins.names
    found = [name for name in names if name in path.name.lower()]
    if len(found) == 1:
        return found[0]
    problem = f"names {' and '.join(found)}" if found else f"names no {noun}"
    raise InputError(
        f"The name of {path} {problem}: put the {noun} in front, as in "
        f"--{kind.name} {names[0]}={path.name}, or into the file's name. "
        f"One of {', '.join(names)}.",
        path=path,
    )


def origin_and_address(written: str, kind: RawKind) -> tuple[str, str]:
    """Where a file comes from, if that is written in front of its address (`netflix=FILE`), else
    "", and its address.

    Raises InputError for another origin.
    """
    if kind.origins is None:
        return "", written
    noun, names = kind.origins.noun, kind.origins.names
    prefix, equals, rest = written.partition("=")
    if not equals or "/" in prefix:
        return "", written
    origin = prefix.strip().lower()
    if not rest and origin in names:
        problem = f"{written} names no file: put its path behind it, or ./ in front of it."
        raise InputError(problem, path=Path(written))
    if origin not in names:
        raise InputError(
            f"{prefix or 'Nothing'} in {written} is not a {noun}: use one of {', '.join(names)}, "
            f"or ./{written} for a file with this name.",
            path=Path(written),
        )
    return origin, rest


def _origin_and_file(path: Path, kind: RawKind) -> tuple[str, Path]:
    """Where a file comes from, as written in front of its path or by its name, and its path."""
    origin, address = origin_and_address(str(path), kind)
    return origin or origin_of(path, kind), Path(address)


def _identified(
    kind: RawKind,
    raw: RawFile,
    origin: str,
    hashes: Mapping[tuple[Path, tuple[int, int]], str],
) -> GivenFile:
    try:
        state = _state(raw.path)
        sha256 = hashes.get((raw.path, state)) or digest(raw.path)
    except OSError as error:
        message = f"{raw.path} cannot be read: {error.strerror}."
        raise InputError(message, path=raw.path) from error
    return GivenFile(kind, InputFile(kind.name, sha256, raw.path.name, origin), raw, state)


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
    distinct: dict[tuple[str, ...], InputFile] = {}
    for file in files:
        distinct.setdefault(file.key, file)
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
