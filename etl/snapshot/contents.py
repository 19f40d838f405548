"""etl.snapshot: what stands in a snapshot's folder, read array by array and column by column."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from datastore.base import plays
from datastore.base.errors import SnapshotError
from datastore.base.evaluation import Evaluation, read_evaluation
from datastore.base.snapshot import Manifest, array_path, read_manifest, table_path

__all__ = ["Contents", "array", "column", "minutes", "read_report", "table"]

#: Smaller files are read, larger ones mapped: NumPy cannot map an array without elements.
_SMALL = 4_096


@dataclass(frozen=True, slots=True)
class Contents:
    """A snapshot, released or about to be."""

    folder: Path
    manifest: Manifest
    report: dict[str, Any]
    evaluation: Evaluation | None

    @classmethod
    def read(cls, folder: Path) -> Self:
        """A released one. Raises SnapshotError when it is missing, damaged or too new."""
        manifest = read_manifest(folder)
        return cls(folder, manifest, read_report(folder), read_evaluation(folder))

    def table(self, name: str, *columns: str) -> pa.Table:
        """Some columns of a table. Raises SnapshotError when it is damaged."""
        return table(self.folder, name, *columns)

    def known(self, table: str, column: str) -> npt.NDArray[Any]:
        """The values of a column that are there."""
        chunks = self.table(table, column).column(0).combine_chunks()
        values: npt.NDArray[Any] = chunks.drop_null().to_numpy(zero_copy_only=False)
        return values

    def array(self, name: str) -> npt.NDArray[Any]:
        """An array. Raises SnapshotError when it is damaged."""
        return array(self.folder, name)

    def minutes(self) -> npt.NDArray[np.int32]:
        """Minutes of all library rows. Raises SnapshotError when an array is damaged."""
        return minutes(self.folder)


def array(snapshot: Path, name: str) -> npt.NDArray[Any]:
    """An array of a snapshot, mapped where it is large. Raises SnapshotError when it is damaged."""
    path = array_path(snapshot, name)
    try:
        mapped = path.stat().st_size > _SMALL
        found: npt.NDArray[Any] = np.load(
            path, mmap_mode="r" if mapped else None, allow_pickle=False
        )
    except (OSError, ValueError, EOFError) as error:
        raise SnapshotError(f"{path} is damaged ({error}): build again.") from error
    return found


def column(snapshot: Path, of: str, name: str) -> list[Any]:
    """A column of a table as a list. Raises SnapshotError when it is damaged."""
    found: list[Any] = table(snapshot, of, name).column(0).to_pylist()
    return found


def minutes(snapshot: Path) -> npt.NDArray[np.int32]:
    """Minutes of all library rows. Raises SnapshotError when an array is damaged."""
    names = ("library_offsets", "library_games", "played_offsets", "played_minutes")
    arrays = {name: array(snapshot, name) for name in (*names, "long_rows", "long_minutes")}
    try:
        return plays.minutes(arrays)
    except (ValueError, IndexError) as error:
        raise SnapshotError(f"The playtimes of {snapshot} are damaged ({error}).") from error


def table(snapshot: Path, name: str, *columns: str) -> pa.Table:
    """Some columns of a table, mapped. Raises SnapshotError when it is damaged."""
    path = table_path(snapshot, name)
    try:
        return pa.ipc.open_file(pa.memory_map(str(path))).read_all().select(columns)
    except (OSError, KeyError, pa.ArrowException) as error:
        raise SnapshotError(f"{path} is damaged ({error}): build again.") from error


def read_report(snapshot: Path) -> dict[str, Any]:
    """What the build found. Raises SnapshotError when it is missing or damaged."""
    path = snapshot / "report.json"
    try:
        found: dict[str, Any] = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise SnapshotError(f"{path} is damaged ({error}): build again.") from error
    return found
