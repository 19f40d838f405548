"""etl.sources: what was read from each raw file, kept as Parquet, so that no file is read twice.

DATA/sources/KIND-SHA256/
  source.json        which file, how it was read, what was found
  rejects.jsonl      the lines that could not be used
  *.parquet          the rows, before files are merged; never those of a forgotten user
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from datastore.base.errors import InputError, SnapshotError
from datastore.base.snapshot import InputFile
from etl.games import catalogue, events, libraries, reviews
from etl.games.extracts import Extract, extract_of, tables_of, without
from etl.process.progress import Stage
from etl.raw.counts import RowCounts
from etl.raw.lines import RawFile
from etl.raw.records import RecordReader, read_file
from etl.snapshot.forgotten import Forgotten

__all__ = ["KINDS", "Source", "Sources", "digest"]

#: Raised whenever a file would be read otherwise than before: what was kept is read again then.
_READER = 5
_UNFINISHED = ".unfinished-"

_READERS: dict[str, Callable[[RecordReader], Extract]] = {
    "games": catalogue.read,
    "reviews": reviews.read,
    "items": libraries.read,
    "events": events.read,
}
KINDS = tuple(_READERS)


@dataclass(frozen=True, slots=True)
class Source:
    """One raw file that was read: its name and hash, where it was, and its row counts."""

    file: InputFile
    path: str
    counts: RowCounts
    folder: Path
    forgotten: str  # names the list of users who are left out

    def readable(self, max_rejects: float) -> bool:
        """Whether no more than this share of its lines was unreadable."""
        return self.counts.unreadable <= max_rejects * self.counts.lines

    @property
    def rejects(self) -> Path:
        """The lines that could not be used."""
        return self.folder / "rejects.jsonl"


class Sources:
    """The sources of a data folder, for who holds its lock. Clears what an earlier one left."""

    def __init__(self, data_dir: Path, max_line_bytes: int) -> None:
        self._data_dir = data_dir
        self._folder = data_dir / "sources"
        self._settings = {"reader": _READER, "max_line_bytes": max_line_bytes}
        self._in_hand: dict[InputFile, Extract] = {}
        self.forgotten = Forgotten(data_dir)
        self._folder.mkdir(parents=True, exist_ok=True)
        for leftover in self._folder.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(leftover, ignore_errors=True)

    def find(self, file: InputFile) -> Source | None:
        """What was kept of a file; None when it must be read (again)."""
        source = self._source(self._path(file))
        return source and replace(source, file=file)

    def _source(self, folder: Path) -> Source | None:
        """The source of a folder, if it was read as it would be now."""
        try:
            kept = json.loads((folder / "source.json").read_bytes())
            if kept["settings"] != self._settings:
                return None
            file = InputFile(kept["kind"], kept["sha256"], kept["name"])
            report = kept["report"]
            counts = RowCounts.from_json(report)
            return Source(file, report["file"], counts, folder, kept["forgotten"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def read(self, kind: str, raw: RawFile, max_rejects: float, stage: Stage) -> Source:
        """Read a raw file and keep what is in it, forgotten users aside.

        Raises InputError when it cannot be read, or when too many of its lines cannot.
        """
        with self._fresh() as fresh:
            try:
                read = read_file(raw, _READERS[kind], fresh / "rejects.jsonl", stage, max_rejects)
            except InputError as error:
                raise self._with_kept_rejects(error) from None
            extract = without(read.rows, self.forgotten)
            file = InputFile(kind, raw.sha256, raw.path.name)
            digest = self.forgotten.digest
            source = Source(file, str(raw.path), read.counts, self._path(file), digest)
            self._keep(fresh, source, extract)
        self._in_hand[file] = extract
        return source

    def _with_kept_rejects(self, error: InputError) -> InputError:
        """The error with its rejects copied to where they stay, without forgotten users."""
        if error.rejects is None:
            return error
        _clean(error.rejects, self.forgotten)
        kept = self._data_dir / "rejects.jsonl"
        shutil.copyfile(error.rejects, kept)
        return InputError(error.args[0], path=error.path, rejects=kept)

    def load(self, source: Source) -> Extract:
        """What was read from a file. Raises SnapshotError when the kept rows are damaged."""
        if source.file in self._in_hand:
            return self._in_hand.pop(source.file)  # held once: it may be large
        try:
            tables = {
                path.stem: pq.ParquetFile(path).read(use_threads=False)
                for path in source.folder.glob("*.parquet")
            }
            return extract_of(source.file.kind, tables)
        except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
            raise SnapshotError(
                f"{source.folder} is damaged ({error}): build again from the raw files."
            ) from error

    @property
    def unsettled(self) -> bool:
        """Whether some source was kept before the list of the forgotten was what it is."""
        return any(self._unsettled())

    def settle(self) -> None:
        """Write every source again that may hold a forgotten user; one that cannot be read, or is
        of an older reader, is removed: no build will ever use it."""
        (self._data_dir / "rejects.jsonl").unlink(missing_ok=True)
        for folder in list(self._unsettled()):
            source = self._source(folder)
            try:
                extract = self.load(source) if source else None
            except SnapshotError:
                extract = None
            if source is None or extract is None:
                shutil.rmtree(folder)
                continue
            with self._fresh() as fresh:
                shutil.copyfile(source.rejects, fresh / "rejects.jsonl")
                source = replace(source, forgotten=self.forgotten.digest)
                self._keep(fresh, source, without(extract, self.forgotten))

    def _unsettled(self) -> Iterator[Path]:
        digest = self.forgotten.digest
        for folder in self._folder.glob("[!.]*") if digest else ():
            source = self._source(folder)
            if source is None or source.forgotten != digest:
                yield folder

    def prune(self, files: Iterable[InputFile]) -> None:
        """Remove the sources of all other files."""
        kept = {self._path(file) for file in files}
        for folder in self._folder.iterdir():
            if folder not in kept:
                shutil.rmtree(folder)

    def _path(self, file: InputFile) -> Path:
        return self._folder / f"{file.kind}-{file.sha256[:32]}"

    @contextmanager
    def _fresh(self) -> Iterator[Path]:
        """A folder to fill, which is removed unless it was put elsewhere."""
        fresh = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=self._folder))
        try:
            yield fresh
        finally:
            shutil.rmtree(fresh, ignore_errors=True)

    def _keep(self, fresh: Path, source: Source, extract: Extract) -> None:
        """Fill a fresh folder, and put it in its place."""
        if source.file.kind != "games":  # names no users
            _clean(fresh / "rejects.jsonl", self.forgotten)
        for name, table in tables_of(source.file.kind, extract).items():
            pq.write_table(table, fresh / f"{name}.parquet", compression="zstd")
        kept = msgspec.structs.asdict(source.file) | {
            "settings": self._settings,
            "forgotten": source.forgotten,
            "report": {
                "source": source.file.kind,
                "file": source.path,
                **source.counts.as_json(),
            },
        }
        (fresh / "source.json").write_text(json.dumps(kept, indent=1), encoding="utf-8")
        for path in (*fresh.iterdir(), fresh):
            _sync(path)
        with self._fresh() as replaced:
            if source.folder.exists():
                source.folder.rename(replaced / "source")
            fresh.rename(source.folder)
        _sync(self._folder)


def digest(path: Path) -> str:
    """SHA-256 of a file. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _clean(rejects: Path, forgotten: Forgotten) -> None:
    """Remove the entries that name a forgotten user, and the contents that may be anybody's."""
    if not forgotten:
        return
    kept = []
    for line in rejects.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if any(map(forgotten.covers, entry["users"])) or forgotten.named_in(entry["content"]):
            continue
        if not entry["users"]:
            entry["content"] = ""
        kept.append(json.dumps(entry) + "\n")
    rejects.write_text("".join(kept), encoding="utf-8")
