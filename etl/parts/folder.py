"""etl.parts: the work folder, which all hosts see at the same path: one file for a part.

Files are whole: they are written under another name, then moved, because the work of a part may
be done twice, even at once.
"""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from datastore.base.errors import SnapshotError

__all__ = ["WorkFolder"]

#: Rows of a batch: what is copied at once.
_BATCH = 1 << 16
#: Columns of the tables that hold an array, and the names of other tables.
_VALUES, _NAMES = "values", "names"


@dataclass(frozen=True, slots=True)
class WorkFolder:
    """Tables and arrays by name and number of the part. `top` is the folder that the build has
    made: a host without it does not share it, or the build has ended."""

    path: Path
    top: Path | None = None

    def create(self) -> None:
        """Make the folder. Raises SnapshotError if it cannot be written."""
        try:
            self.path.mkdir(parents=True)
        except OSError as error:
            message = f"The work folder {self.path} cannot be written: {error.strerror}."
            raise SnapshotError(message) from error

    def remove(self) -> None:
        """Remove the folder and all that is in it, if it is there."""
        shutil.rmtree(self.path, ignore_errors=True)

    def room(self, name: str) -> WorkFolder:
        """A folder within this one."""
        return WorkFolder(self.path / name, self.top or self.path)

    def check(self) -> None:
        """Raise SnapshotError if this host does not have the folder."""
        top = self.top or self.path
        if not top.is_dir():
            raise SnapshotError(
                f"Host {socket.gethostname()} does not have the work folder {top}: all hosts must "
                "share it at the same path. Choose another with --work or PLAYGRAPH_WORK_DIR."
            )

    def write(self, name: str, part: int, table: pa.Table) -> None:
        """Write the table of a part. Raises SnapshotError on a host that lacks the folder."""
        self.check()
        final = self.file(name, part)
        fresh = final.with_name(f".{final.name}.{os.getpid()}-{os.urandom(4).hex()}")
        final.parent.mkdir(parents=True, exist_ok=True)
        with pa.OSFile(str(fresh), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table, max_chunksize=_BATCH)
        fresh.replace(final)

    def read(self, name: str, part: int) -> pa.Table:
        """The table of a part."""
        with pa.OSFile(str(self.file(name, part))) as source, pa.ipc.open_file(source) as reader:
            return reader.read_all().combine_chunks()

    def batches(self, name: str, parts: Sequence[int]) -> Iterator[pa.RecordBatch]:
        """The tables of parts, in order, some rows at a time."""
        for part in parts:
            with pa.OSFile(str(self.file(name, part))) as file, pa.ipc.open_file(file) as reader:
                for number in range(reader.num_record_batches):
                    yield reader.get_batch(number)

    def write_all(self, name: str, part: int, tables: Mapping[str, pa.Table]) -> None:
        """Write several tables of a part, by names of their own."""
        for own, table in tables.items():
            self.write(f"{name} {own}", part, table)
        self.write(name, part, pa.table([pa.array(tables, pa.string())], [_NAMES]))

    def read_all(self, name: str, part: int) -> dict[str, pa.Table]:
        """The tables that `write_all` has written; no folder is listed, as a host may see an old
        list of a folder that others write to."""
        self.check()
        names = self.read(name, part)[_NAMES].to_pylist()
        return {own: self.read(f"{name} {own}", part) for own in names}

    def write_array(self, name: str, part: int, values: npt.NDArray[Any]) -> None:
        """Write the array of a part, of one dimension."""
        self.write(name, part, pa.table([pa.array(np.ascontiguousarray(values))], [_VALUES]))

    def read_array(self, name: str, part: int) -> npt.NDArray[Any]:
        """The array of a part."""
        values: npt.NDArray[Any] = self.read(name, part)[_VALUES].to_numpy()
        return values

    def arrays(self, name: str, parts: Sequence[int]) -> Iterator[npt.NDArray[Any]]:
        """The arrays of parts, in order, some rows at a time."""
        for batch in self.batches(name, parts):
            yield batch.column(0).to_numpy()

    def file(self, name: str, part: int) -> Path:
        """The file of a part."""
        return self.path / name / f"{part:06}.arrow"
