"""etl.snapshot: writes a snapshot, all or nothing: temporary folder, sync, rename, pointer."""

from __future__ import annotations

import fcntl
import hashlib
import io
import json
import os
import shutil
import tempfile
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from datastore.base.errors import SnapshotError
from datastore.base.snapshot import (
    ArrayEntry,
    InputFile,
    Manifest,
    TableEntry,
    array_path,
    damage,
    digest,
    read_manifest,
    snapshot_path,
    table_path,
)
from datastore.base.tables import ARRAYS, TABLES

__all__ = ["TUNING", "UNFINISHED", "SnapshotWriter", "clean", "lock", "point", "unwritable"]

#: Folders and files with this prefix are not there for readers.
UNFINISHED = ".unfinished-"
#: In a snapshot whose parameters were searched for: all that were tried.
TUNING = "tuning.json"
#: Files that are about the content: they may change where it does not.
_ABOUT = ("evaluation.json", TUNING, "report.json")


class SnapshotWriter:
    """A snapshot in the making. Leaving the context without `release` removes every trace.

    Raises SnapshotError when the folder cannot be written or another build is at work in it;
    `halfway` is what the error says of the state that this leaves.
    """

    def __init__(self, data_dir: Path, halfway: str = "Nothing was changed. ") -> None:
        self._data_dir = data_dir
        self._halfway = halfway
        self._snapshots = data_dir / "snapshots"
        self._lock: IO[str] | None = None
        self.tables: dict[str, TableEntry] = {}
        self.arrays: dict[str, ArrayEntry] = {}

    def __enter__(self) -> Self:
        try:
            self._snapshots.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(self._data_dir, error, self._halfway) from error
        self._lock = lock(self._data_dir)
        clean(self._data_dir)  # after a build that was killed
        try:
            self.folder = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=self._snapshots))
            self.folder.chmod(0o755)
            (self.folder / "tables").mkdir()
            (self.folder / "arrays").mkdir()
        except BaseException as error:  # Ctrl-C, too: `__exit__` is not called yet
            clean(self._data_dir)
            self._lock.close()
            if isinstance(error, OSError):
                raise unwritable(self._data_dir, error, self._halfway) from error
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        clean(self._data_dir)
        if self._lock is not None:
            self._lock.close()
        if isinstance(error, OSError):
            raise unwritable(self._data_dir, error, self._halfway) from error

    def table(self, name: str, columns: Mapping[str, Any]) -> None:
        """Write one table; `columns` are lists or arrays, and exactly the contract's."""
        schema = TABLES[name]
        if set(columns) != set(schema.names):
            raise ValueError(f"{name}: {set(columns) ^ set(schema.names)}")
        table = pa.table(
            [_column(columns[field.name], field.type) for field in schema], schema=schema
        )
        path = table_path(self.folder, name)
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
            writer.write_table(table.combine_chunks())
        size, digest = _seal(path)
        self.tables[name] = TableEntry(table.num_rows, size, digest)

    def array(self, name: str, values: npt.NDArray[Any]) -> None:
        """Write one array in the contract's element type."""
        path = array_path(self.folder, name)
        values = np.ascontiguousarray(values, dtype=_element(ARRAYS[name].dtype, values))
        head = io.BytesIO()
        np.lib.format.write_array_header_1_0(head, np.lib.format.header_data_from_array_1_0(values))
        named = hashlib.sha256()  # of what is written: to read it again takes as long as to write
        with path.open("wb") as file:
            for part in (head.getbuffer(), values.data):
                file.write(part)  # `tofile` would not say why it failed
                named.update(part)
            file.flush()
            os.fsync(file.fileno())
        entry = ArrayEntry(values.shape, str(values.dtype), path.stat().st_size, named.hexdigest())
        self.arrays[name] = entry

    def adopt(self, source: Path, manifest: Manifest, without: Collection[str]) -> None:
        """Take all tables and arrays of another snapshot, but for those arrays."""
        for name, table in manifest.tables.items():
            _link(table_path(source, name), table_path(self.folder, name))
            self.tables[name] = table
        for name, array in manifest.arrays.items():
            if name not in without:
                _link(array_path(source, name), array_path(self.folder, name))
                self.arrays[name] = array
        _link(source / "rejects.jsonl", self.folder / "rejects.jsonl")

    def take(self, file: Path) -> None:
        """Take a file of another snapshot as it is."""
        if file.is_file():
            _link(file, self.folder / file.name)

    def release(self, manifest: Manifest, report: Mapping[str, Any]) -> Path:
        """Make this snapshot the one that serves; returns its folder."""
        _write(self.folder / "report.json", json.dumps(report, indent=2).encode())
        encoded = msgspec.json.format(msgspec.json.encode(manifest, order="sorted"), indent=2)
        _write(self.folder / "manifest.json", encoded)
        for folder in (self.folder / "tables", self.folder / "arrays", self.folder):
            _sync_folder(folder)
        target = snapshot_path(self._data_dir, manifest.version)
        self._move(target)
        point(self._data_dir, manifest.version)
        return target

    def prune(self, forgotten: str) -> None:
        """Remove all snapshots that were made before the list of forgotten users was this one."""
        if not forgotten:
            return
        for folder in self._snapshots.glob("[!.]*"):
            with suppress(SnapshotError):
                if read_manifest(folder).forgotten == forgotten:
                    continue
            # Out of the way first: nobody may open half of it.
            folder = folder.rename(self._snapshots / f"{UNFINISHED}{folder.name}")
            shutil.rmtree(folder, ignore_errors=True)

    def inputs_in_use(self) -> set[InputFile]:
        """The raw files that any snapshot of the folder was built from."""
        files: set[InputFile] = set()
        for folder in self._snapshots.iterdir():
            with suppress(SnapshotError):
                files.update(read_manifest(folder).inputs)
        return files

    def _move(self, target: Path) -> None:
        if target.exists():
            # The version names the content. A folder with the same content may be in use by a
            # server, so it stays as it is; one that is damaged is replaced.
            if _same_content(target, self.tables, self.arrays):
                for name in _ABOUT:  # what is said about the content may be new
                    if (self.folder / name).is_file():
                        (self.folder / name).replace(target / name)
                return
            retired = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=self._snapshots))
            target.rename(retired / "damaged")
            self.folder.rename(target)
            shutil.rmtree(retired, ignore_errors=True)
        else:
            self.folder.rename(target)
        _sync_folder(self._snapshots)


def lock(data_dir: Path, other: str = "Another build") -> IO[str]:
    """Take the lock of a data folder; closing the file gives it back. `other` is whoever else may
    have it.

    Raises SnapshotError when somebody else has it, or when the folder cannot be written.
    """
    try:
        file = (data_dir / "lock").open("w")
    except OSError as error:
        raise unwritable(data_dir, error) from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise SnapshotError(f"{other} is at work in {data_dir}.") from None
    except OSError as error:  # some network file systems have no locks
        file.close()
        raise unwritable(data_dir, error) from error
    return file


def clean(data_dir: Path) -> None:
    """Remove what is unfinished; who holds the lock owns all of it."""
    for leftover in (data_dir / "snapshots").glob(f"{UNFINISHED}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    for name in ("current", "forgotten.json"):
        with suppress(OSError):
            (data_dir / f"{UNFINISHED}{name}").unlink()


def point(data_dir: Path, version: str) -> None:
    """Let this version serve: `current` names it from now on, or the one before, never half."""
    pointer = data_dir / f"{UNFINISHED}current"
    _write(pointer, f"{version}\n".encode("ascii"))
    pointer.replace(data_dir / "current")
    _sync_folder(data_dir)


def unwritable(
    data_dir: Path, error: OSError, halfway: str = "Nothing was changed. "
) -> SnapshotError:
    """What to say of a folder that takes no files, and of the state it is in."""
    # Arrow puts a whole sentence there; the system's own words for the number say enough.
    reason = os.strerror(error.errno) if error.errno else str(error)
    return SnapshotError(
        f"{data_dir} cannot be written: {reason}. {halfway}Make room there, "
        "or choose another folder with --data or PLAYGRAPH_DATA_DIR."
    )


def _element(dtypes: str, values: npt.NDArray[Any]) -> str:
    """The first of the element types that holds all values; the last one must."""
    *narrow, widest = dtypes.split("|")
    most = values.max(initial=0) if narrow else 0
    return next((dtype for dtype in narrow if most <= np.iinfo(dtype).max), widest)


def _column(values: Any, kind: pa.DataType) -> pa.Array:
    """Values as a column of this type, NaN as null; the same bytes whatever they come from."""
    if isinstance(values, pa.Array):
        column = values.cast(kind)
        if column.null_count and pa.types.is_primitive(kind):  # what lies under null is undefined
            mask = column.is_null().to_numpy(zero_copy_only=False)
            filled = column.fill_null(pa.scalar(0, pa.int32()).cast(kind))
            column = pa.array(filled.to_numpy(zero_copy_only=False), kind, mask=mask)
        return column
    if isinstance(values, np.ndarray):
        return pa.array(values, from_pandas=True).cast(kind)
    return pa.array(values, kind)


def _link(source: Path, target: Path) -> None:
    """The same file in two folders; a snapshot is never written to, so it may be shared."""
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links
        shutil.copyfile(source, target)
        _seal(target)


def _same_content(
    folder: Path, tables: dict[str, TableEntry], arrays: dict[str, ArrayEntry]
) -> bool:
    try:
        manifest = read_manifest(folder)
    except SnapshotError:
        return False
    same = manifest.tables == tables and manifest.arrays == arrays
    return same and not damage(folder, manifest)


def _seal(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return path.stat().st_size, digest(path)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
