"""etl.sources: the cache of rows read from raw files, as Parquet, so no file is read twice.

DATA/sources/KIND[-ORIGIN]-SHA256/
  source.json        the file, the settings it was read with, its row counts
  rejects.jsonl      its rejected lines and rows
  *.parquet          the rows, before files are merged; never those of a forgotten user
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from datastore.base.errors import InputError, SnapshotError
from datastore.base.snapshot import REJECTS, InputFile
from etl.process.progress import Stage
from etl.raw import limits
from etl.raw.counts import FORGOTTEN, RowCounts
from etl.raw.kinds import RawKind
from etl.raw.records import RecordReader, read_file
from etl.snapshot.forgotten_users import ForgottenUsers
from etl.sources.inputs import GivenFile

__all__ = ["Source", "Sources", "remove_forgotten", "without_forgotten"]

#: Raised whenever a file would be read otherwise than before: what was kept is read again then.
_READER = 10
_UNFINISHED = ".unfinished-"


@dataclass(frozen=True, slots=True)
class Source:
    """One raw file that was read: its name and hash, its path, and its row counts."""

    file: InputFile
    path: str
    counts: RowCounts
    folder: Path
    forgotten: str  # names the list of users who are left out

    def readable(self, max_rejects: float) -> bool:
        """Whether at most this share of lines was unreadable and of rows was rejected."""
        return limits.within(self.counts, max_rejects)

    @property
    def rejects(self) -> Path:
        """The file of rejected lines and rows."""
        return self.folder / REJECTS


class Sources:
    """The sources of a data folder, for the holder of its lock. Removes unfinished leftovers."""

    def __init__(self, data_dir: Path, max_line_bytes: int, kinds: Mapping[str, RawKind]) -> None:
        self.kinds = kinds
        self._data_dir = data_dir
        self._folder = data_dir / "sources"
        self._settings = {"reader": _READER, "max_line_bytes": max_line_bytes}
        self.forgotten = ForgottenUsers(data_dir)
        self._folder.mkdir(parents=True, exist_ok=True)
        for leftover in self._folder.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(leftover, ignore_errors=True)

    def find(self, file: InputFile) -> Source | None:
        """The cached source of a file; None if the file must be read (again)."""
        source = self._source(self._path(file))
        return source and replace(source, file=file)

    def _source(self, folder: Path) -> Source | None:
        """The source in a folder, if it was read with the current settings."""
        try:
            kept = json.loads((folder / "source.json").read_bytes())
            if kept["settings"] != self._settings or not (folder / REJECTS).is_file():
                return None
            file = InputFile(kept["kind"], kept["sha256"], kept["name"], kept.get("origin", ""))
            report = kept["report"]
            counts = RowCounts.from_json(report)
            return Source(file, report["file"], counts, folder, kept["forgotten"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def read(self, given: GivenFile, max_rejects: float, stage: Stage) -> tuple[Source, Any]:
        """Read a raw file and keep its rows, without those of forgotten users; returns both.

        Raises InputError when it cannot be read, or when it fails `limits.check`.
        """
        kind, file, raw = given.kind, given.file, given.raw

        def check(reader: RecordReader) -> None:
            limits.check(reader, kind.needs, rejects, max_rejects)

        with self._fresh() as fresh:
            rejects = fresh / REJECTS
            try:
                read = read_file(raw, kind.read, rejects, stage, check, file.origin)
            except InputError as error:
                raise self._with_kept_rejects(error) from None
            given.check_unchanged()
            rows, counts = without_forgotten(kind, read.rows, read.counts, self.forgotten)
            digest = self.forgotten.digest
            source = Source(file, str(raw.path), counts, self._path(file), digest)
            self._keep(fresh, source, rows)
        return source, rows

    def _with_kept_rejects(self, error: InputError) -> InputError:
        """The error with its rejects copied to the data folder, without forgotten users."""
        if error.rejects is None:
            return error
        remove_forgotten(error.rejects, self.forgotten)
        kept = self._data_dir / REJECTS
        shutil.copyfile(error.rejects, kept)
        return InputError(error.args[0], path=error.path, rejects=kept)

    def copy_rejects(
        self,
        files: Iterable[InputFile],
        path: Path,
        elsewhere: Mapping[tuple[str, ...], Path] | None = None,
    ) -> None:
        """Write the rejects of files to one file, as far as they are kept: here or, by the keys of
        the files, elsewhere."""
        elsewhere = elsewhere or {}
        with path.open("wb") as rejects:
            for file in files:
                kept = elsewhere.get(file.key)
                if kept is None and (source := self.find(file)) is not None:
                    kept = source.rejects
                if kept is not None:
                    with kept.open("rb") as content:
                        shutil.copyfileobj(content, rejects)

    def load(self, source: Source) -> Any:
        """The cached rows of a file. Raises SnapshotError when they are damaged."""
        try:
            tables = {  # of absolute paths, because Arrow treats a:b as an address
                path.stem: pq.ParquetFile(path.absolute()).read(use_threads=False)
                for path in source.folder.glob("*.parquet")
            }
            return self.kinds[source.file.kind].from_tables(tables)
        except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
            raise SnapshotError(
                f"{source.folder} is damaged ({error}): build again from the raw files."
            ) from error

    @property
    def unsettled(self) -> bool:
        """Whether some source was cached before the last change to the forgotten users."""
        return any(self._unsettled())

    def settle(self) -> None:
        """Rewrite every source that may contain a forgotten user. Sources that are unreadable or of
        an older reader are removed, because no build will use them."""
        (self._data_dir / REJECTS).unlink(missing_ok=True)
        for folder in list(self._unsettled()):
            source = self._source(folder)
            try:
                rows = self.load(source) if source else None
            except SnapshotError:
                rows = None
            if source is None or rows is None:
                shutil.rmtree(folder)
                continue
            with self._fresh() as fresh:
                shutil.copyfile(source.rejects, fresh / REJECTS)
                kind = self.kinds[source.file.kind]
                others, counts = without_forgotten(kind, rows, source.counts, self.forgotten)
                source = replace(source, counts=counts, forgotten=self.forgotten.digest)
                self._keep(fresh, source, others)

    def _unsettled(self) -> Iterator[Path]:
        digest = self.forgotten.digest
        for folder in self._folder.glob("[!.]*/") if digest else ():
            source = self._source(folder)
            if source is None or source.forgotten != digest:
                yield folder

    def prune(self, files: Iterable[InputFile]) -> None:
        """Remove the sources of all other files."""
        kept = {self._path(file) for file in files}
        for folder in self._folder.iterdir():
            if folder.is_dir() and folder not in kept:
                shutil.rmtree(folder)

    def _path(self, file: InputFile) -> Path:
        origin = f"-{file.origin}" if file.origin else ""
        return self._folder / f"{file.kind}{origin}-{file.sha256[:32]}"

    @contextmanager
    def _fresh(self) -> Iterator[Path]:
        """A temporary folder, removed at the end unless it was renamed."""
        fresh = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=self._folder))
        try:
            yield fresh
        finally:
            shutil.rmtree(fresh, ignore_errors=True)

    def _keep(self, fresh: Path, source: Source, rows: Any) -> None:
        """Write a source to a temporary folder, then move the folder into place."""
        kind = self.kinds[source.file.kind]
        if kind.users is not None:
            remove_forgotten(fresh / REJECTS, self.forgotten)
        for name, table in kind.to_tables(rows).items():
            path = fresh / f"{name}.parquet"
            pq.write_table(table, path.absolute(), compression="zstd")
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


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def without_forgotten(
    kind: RawKind, rows: Any, counts: RowCounts, forgotten: ForgottenUsers
) -> tuple[Any, RowCounts]:
    """The rows of all other users, and the counts with a note on how many were left out."""
    if kind.users is None or not forgotten:
        return rows, counts
    others = kind.users.without(rows, forgotten.covers)
    left_out = kind.user_rows(rows) - kind.user_rows(others)
    return others, counts + RowCounts(notes=Counter({FORGOTTEN: left_out} if left_out else {}))


def remove_forgotten(rejects: Path, forgotten: ForgottenUsers) -> None:
    """Remove entries that name a forgotten user, and contents that may belong to anyone."""
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
