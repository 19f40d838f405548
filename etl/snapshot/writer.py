"""etl.snapshot: writes a snapshot, all or nothing: temporary folder, sync, rename, pointer."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from datastore.base.checksum import verified, with_checksum
from datastore.base.damage import Problem, content_problem, damage
from datastore.base.errors import SnapshotError
from datastore.base.evaluation import EVALUATION
from datastore.base.format import FORMAT
from datastore.base.quarantine import end_quarantine
from datastore.base.reader import SnapshotReader
from datastore.base.snapshot import (
    ArrayEntry,
    BuildParameters,
    InputFile,
    Manifest,
    TableEntry,
    array_path,
    digest,
    read_manifest,
    snapshot_path,
    table_path,
)
from datastore.base.tables import ARRAYS, TABLES
from etl.snapshot.durable_files import link, seal, sync_folder, write
from etl.snapshot.live_snapshot import damaged
from etl.snapshot.lock import UNCHANGED, build_lock, unwritable
from etl.snapshot.pointer import UNFINISHED, point, remove_unfinished
from etl.snapshot.reports import remove_orphaned_reports

__all__ = ["TUNING", "SnapshotWriter", "contract_table"]

#: In a snapshot whose parameters were searched for: all that were tried.
TUNING = "tuning.json"


class SnapshotWriter:
    """An unfinished snapshot. Leaving the context without `release` removes every trace.

    Raises SnapshotError when the folder cannot be written or another build is running in it;
    `state` is what the error says of the state that this leaves.
    """

    def __init__(self, data_dir: Path, state: str = UNCHANGED) -> None:
        self._data_dir = data_dir
        self._state = state
        self._snapshots = data_dir / "snapshots"
        self._resources = ExitStack()
        self.tables: dict[str, TableEntry] = {}
        self.arrays: dict[str, ArrayEntry] = {}

    def __enter__(self) -> Self:
        try:
            self._begin()
        except BaseException:  # also an interrupt when all was done
            self._resources.close()
            raise
        return self

    def _begin(self) -> None:
        with ExitStack() as resources:
            try:
                self._snapshots.mkdir(parents=True, exist_ok=True)
                resources.enter_context(build_lock(self._data_dir))
                resources.callback(remove_unfinished, self._data_dir)
                remove_unfinished(self._data_dir)  # after a build that was killed
                self.folder = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=self._snapshots))
                self.folder.chmod(0o755)
                (self.folder / "tables").mkdir()
                (self.folder / "arrays").mkdir()
            except OSError as error:
                raise unwritable(self._data_dir, error, self._state) from error
            self._resources = resources.pop_all()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._resources.close()
        if isinstance(error, OSError):
            raise unwritable(self._data_dir, error, self._state) from error

    def table(self, name: str, columns: Mapping[str, Any]) -> None:
        """Write one table; `columns` are lists or arrays, and exactly the contract's."""
        table = contract_table(name, columns)

        def write(path: Path, schema: pa.Schema) -> int:
            with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
                writer.write_table(table)
            return len(table)

        self.table_of_parts(name, write)

    def array(self, name: str, values: npt.NDArray[Any]) -> None:
        """Write one array in the contract's element type."""
        values = np.ascontiguousarray(values, dtype=_element(ARRAYS[name].dtype, values))
        self._write_array(name, values.shape, values.dtype, [values])

    def array_of_parts(
        self, name: str, shape: tuple[int, ...], parts: Iterable[npt.NDArray[Any]], most: int = 0
    ) -> None:
        """Write one array in the contract's element type from parts of its rows, in their order;
        `most` is its greatest value, for arrays of several element types. Raises ValueError if the
        parts have another number of rows."""
        dtype = np.dtype(_narrowest(ARRAYS[name].dtype, most))
        written = 0

        def converted() -> Iterable[npt.NDArray[Any]]:
            nonlocal written
            for part in parts:
                written += len(part)
                yield np.ascontiguousarray(part, dtype=dtype)

        self._write_array(name, shape, dtype, converted())
        if written != shape[0]:
            raise ValueError(f"{name}: {written} rows, not {shape[0]}")

    def table_of_parts(self, name: str, write: Callable[[Path, pa.Schema], int]) -> None:
        """Let a function write one table with the contract's columns; it returns the rows."""
        path = table_path(self.folder, name)
        path.unlink(missing_ok=True)  # it may be shared with another snapshot
        rows = write(path, TABLES[name])
        size, sha256 = seal(path)
        self.tables[name] = TableEntry(rows, size, sha256)

    def _write_array(
        self,
        name: str,
        shape: tuple[int, ...],
        dtype: np.dtype[Any],
        parts: Iterable[npt.NDArray[Any]],
    ) -> None:
        path = array_path(self.folder, name)
        header = io.BytesIO()
        np.lib.format.write_array_header_1_0(
            header,
            {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": shape},
        )
        sha256 = hashlib.sha256(header.getbuffer())
        path.unlink(missing_ok=True)  # it may be shared with another snapshot
        with path.open("wb") as file:
            file.write(header.getbuffer())
            for part in parts:
                file.write(part.data)  # `tofile` would hide the reason of a failure
                sha256.update(part.data)  # what is written: to read it again takes as long
            file.flush()
            os.fsync(file.fileno())
        entry = ArrayEntry(shape, str(dtype), path.stat().st_size, sha256.hexdigest())
        self.arrays[name] = entry

    def adopt(
        self,
        source: Path,
        manifest: Manifest,
        *,
        tables: Iterable[str] = (),
        arrays: Iterable[str] = (),
        files: Iterable[str] = (),
    ) -> None:
        """Take tables, arrays and files of another snapshot unchanged; files as far as they
        exist. Raises DamagedSnapshot if one is damaged, which a new snapshot must not inherit."""
        for name in tables:
            _adopt(table_path(source, name), table_path(self.folder, name), manifest.tables[name])
            self.tables[name] = manifest.tables[name]
        for name in arrays:
            _adopt(array_path(source, name), array_path(self.folder, name), manifest.arrays[name])
            self.arrays[name] = manifest.arrays[name]
        for name in files:
            self.take(source / name)

    def take(self, file: Path) -> None:
        """Link a file of another snapshot unchanged. Raises DamagedSnapshot if it is damaged."""
        if file.is_file():
            if file.suffix == ".json":
                _check_document(file)
            link(file, self.folder / file.name)

    def reader(self) -> SnapshotReader:
        """Reads what has been written so far."""
        unknown = BuildParameters(seed=0, model={}, tuned=False, max_line_bytes=0)
        manifest = Manifest(
            format=FORMAT,
            version=self.folder.name,
            built_at="",
            playgraph="",
            inputs=[],
            forgotten="",
            libraries={},
            parameters=unknown,
            demo=False,
            subjects={},
            models={},
            tables=self.tables,
            arrays=self.arrays,
        )
        return SnapshotReader(self.folder, manifest=manifest)

    def release(self, manifest: Manifest, report: Mapping[str, Any]) -> Path:
        """Make this snapshot live; returns its folder."""
        content = with_checksum(json.dumps(report, indent=2).encode())
        write(self.folder / "report.json", content)
        documents = sorted(path.name for path in self.folder.glob("*.json"))
        manifest = msgspec.structs.replace(
            manifest, documents=[name for name in documents if name != EVALUATION]
        )
        encoded = msgspec.json.format(msgspec.json.encode(manifest, order="sorted"), indent=2)
        write(self.folder / "manifest.json", with_checksum(encoded))
        for folder in (self.folder / "tables", self.folder / "arrays", self.folder):
            sync_folder(folder)
        target = snapshot_path(self._data_dir, manifest.version)
        self._move(target)
        point(self._data_dir, manifest.version)
        return target

    def prune(self, forgotten: str) -> None:
        """Remove all snapshots that were made before the list of forgotten users was this one, and
        their reports."""
        if not forgotten:
            return
        for folder in self._snapshots.glob("[!.]*/"):
            with suppress(SnapshotError):
                if read_manifest(folder).forgotten == forgotten:
                    continue
            # Out of the way first: nobody may open half of it.
            folder = folder.rename(self._snapshots / f"{UNFINISHED}{folder.name}")
            shutil.rmtree(folder, ignore_errors=True)
        remove_orphaned_reports(self._data_dir)

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
                for file in self.folder.glob("*.json"):  # what is said about it may be new
                    if file.name != "manifest.json":
                        file.replace(target / file.name)
                end_quarantine(target)
                return
            retired = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=self._snapshots))
            target.rename(retired / "damaged")
            self.folder.rename(target)
            shutil.rmtree(retired, ignore_errors=True)
        else:
            self.folder.rename(target)
        sync_folder(self._snapshots)


def contract_table(name: str, columns: Mapping[str, Any]) -> pa.Table:
    """The columns, lists or arrays, as a table of the contract; they are exactly its columns."""
    schema = TABLES[name]
    if set(columns) != set(schema.names):
        raise ValueError(f"{name}: {set(columns) ^ set(schema.names)}")
    made = [_column(columns[field.name], field.type) for field in schema]
    return pa.table(made, schema=schema).combine_chunks()


def _adopt(source: Path, target: Path, entry: TableEntry | ArrayEntry) -> None:
    try:
        link(source, target)
        problem = content_problem(source.name, entry, digest(target))
    except FileNotFoundError:
        problem = Problem(f"{source.name} is missing")
    if problem is not None:
        raise damaged(source.parents[1], problem.text)


def _check_document(file: Path) -> None:
    try:
        verified(file.read_bytes())
    except msgspec.DecodeError as error:
        raise damaged(file.parent, f"{file.name}: {error}") from error


def _element(dtypes: str, values: npt.NDArray[Any]) -> str:
    """The first of the element types that holds all values."""
    return _narrowest(dtypes, int(values.max(initial=0)) if "|" in dtypes else 0)


def _narrowest(dtypes: str, most: int) -> str:
    """The first of the element types that holds this value; the last one must."""
    *narrow, widest = dtypes.split("|")
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


def _same_content(
    folder: Path, tables: dict[str, TableEntry], arrays: dict[str, ArrayEntry]
) -> bool:
    try:
        manifest = read_manifest(folder)
    except SnapshotError:
        return False
    same = manifest.tables == tables and manifest.arrays == arrays
    return same and not damage(folder, manifest)
