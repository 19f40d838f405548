"""datastore.base: the reader of a snapshot's folder, for the build and for the server.

Everything is read on first use. Tables and arrays are memory-mapped, or read row by row, and
checked against the manifest: a different schema, shape or number of rows belongs to another
snapshot.
"""

from __future__ import annotations

import errno
import os
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import numpy.typing as npt
import pyarrow as pa
from msgspec import UNSET, UnsetType

from datastore.base.checksum import verified
from datastore.base.errors import SnapshotError
from datastore.base.evaluation import Evaluation, read_evaluation
from datastore.base.mappings import Mappings
from datastore.base.playtimes import ARRAYS, Playtimes
from datastore.base.price_card import PRICES, PriceCard
from datastore.base.row_file import RowFile
from datastore.base.shortage import shortage
from datastore.base.snapshot import ArrayEntry, Manifest, array_path, read_manifest, table_path
from datastore.base.tables import TABLES

__all__ = ["SnapshotReader"]

_REPORT = "report.json"


class SnapshotReader:
    """The tables, arrays and documents of one snapshot.

    Every method and property raises SnapshotError if the file it reads is missing or damaged.
    """

    def __init__(
        self,
        folder: Path,
        *,
        manifest: Manifest | None = None,
        report: dict[str, Any] | None = None,
        evaluation: Evaluation | UnsetType | None = UNSET,
    ) -> None:
        """Documents given here are not read from disk: those of an unreleased build."""
        self.folder = folder
        #: The maps of all tables and arrays read so far.
        self.mappings = Mappings()
        self._manifest = manifest
        self._report = report
        self._evaluation = evaluation

    @cached_property
    def manifest(self) -> Manifest:
        """The manifest: everything about the snapshot except its rows."""
        return read_manifest(self.folder) if self._manifest is None else self._manifest

    @cached_property
    def report(self) -> dict[str, Any]:
        """The build report: `report.json`."""
        if self._report is not None:
            return self._report
        path = self.folder / _REPORT
        try:
            return msgspec.json.decode(verified(path.read_bytes()), type=dict[str, Any])
        except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
            raise _damaged(path, error) from error

    @cached_property
    def evaluation(self) -> Evaluation | None:
        """The recommender's quality figures; None if they were not measured."""
        return read_evaluation(self.folder) if self._evaluation is UNSET else self._evaluation

    @cached_property
    def price_card(self) -> PriceCard:
        """The figures of the price models: `prices.json`."""
        path = self.folder / PRICES
        try:
            return msgspec.json.decode(verified(path.read_bytes()), type=PriceCard)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
            raise _damaged(path, error) from error

    def table(self, name: str, *columns: str) -> pa.Table:
        """A table, or some of its columns."""
        path = table_path(self.folder, name)
        try:
            entry = self.manifest.tables[name]
            table = pa.ipc.open_file(self.mappings.open(path)).read_all()
        except (OSError, KeyError, ValueError, pa.ArrowException) as error:
            raise _damaged(path, error) from error
        if table.schema != TABLES[name] or table.num_rows != entry.rows:
            raise _foreign(path)
        return table.select(columns) if columns else table

    def column(self, table: str, name: str) -> list[Any]:
        """A column as a list, with None for missing values."""
        values: list[Any] = self.table(table, name).column(0).to_pylist()
        return values

    def known(self, table: str, name: str) -> npt.NDArray[Any]:
        """The values of a column, without missing ones."""
        column = self.table(table, name).column(0).combine_chunks()
        values: npt.NDArray[Any] = column.drop_null().to_numpy(zero_copy_only=False)
        return values

    def array(self, name: str) -> npt.NDArray[Any]:
        """A memory-mapped array, or an empty one. It cannot be written."""
        path = array_path(self.folder, name)
        try:
            entry = self.manifest.arrays[name]
            array = self.mappings.array(path)
        except (OSError, KeyError, ValueError, EOFError, MemoryError) as error:
            raise _damaged(path, error) from error
        _check(path, entry, array)
        return array

    def rows(self, name: str) -> RowFile | npt.NDArray[Any]:
        """An array that is read row by row, unless it is empty."""
        path = array_path(self.folder, name)
        try:
            entry = self.manifest.arrays[name]
            if 0 in entry.shape:
                return self.array(name)
            rows = RowFile(path)
        except (OSError, KeyError, ValueError, EOFError) as error:
            raise _damaged(path, error) from error
        _check(path, entry, rows)
        return rows

    def playtimes(self) -> Playtimes:
        """Minutes of library rows."""
        try:
            return Playtimes({name: self.array(name) for name in ARRAYS})
        except (ValueError, IndexError) as error:
            raise SnapshotError(
                f"The playtimes of snapshot {self.folder} are inconsistent ({error}): build again."
            ) from error


def _damaged(path: Path, error: Exception) -> SnapshotError:
    if isinstance(error, MemoryError):
        return SnapshotError(f"{path} cannot be read: not enough memory. {shortage(error)}")
    if isinstance(error, OSError) and error.errno not in (None, errno.EIO, errno.ENOENT):
        reason = os.strerror(error.errno)
        return SnapshotError(f"{path} cannot be read: {reason}. {shortage(error)}".rstrip())
    problem = f"the manifest does not list {error}" if isinstance(error, KeyError) else error
    return SnapshotError(f"{path} is damaged ({problem}): build again.")


def _check(path: Path, entry: ArrayEntry, array: RowFile | npt.NDArray[Any]) -> None:
    if array.shape != entry.shape or str(array.dtype) != entry.dtype:
        raise _foreign(path)


def _foreign(path: Path) -> SnapshotError:
    return SnapshotError(f"{path} does not match its manifest: build again.")
