"""analysis: an export writes tables as Parquet, CSV or into a DuckDB file, a batch at a time.

An export is either whole or not there: it is written under another name and renamed at the end.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from analysis.exported import ExportedTable
from analysis.formats import Format
from analysis.rows import Rows
from datastore.base.data_folder import require_outside_of_data
from datastore.base.errors import PlaygraphError
from datastore.store import Store

__all__ = ["export"]

Progress = Callable[[str, int], None]
Batches = Callable[[ExportedTable], Iterator[pa.RecordBatch]]

_SEPARATOR = "; "
#: DuckDB would use most of the machine's memory.
_DUCKDB: Mapping[str, str] = {"memory_limit": "400MB", "threads": "1"}


def export(
    store: Store,
    destination: Path,
    form: Format = "parquet",
    names: Sequence[str] = (),
    progress: Progress = lambda name, rows: None,
) -> dict[str, int]:
    """Write these tables, or all that the store may show. Returns the rows of each table.

    `progress` is called with each table's name and number of rows once it is written. Raises
    PlaygraphError if the destination exists or is in a data folder, and if a package is missing;
    Unavailable for a table of an absent subject, and Forbidden for a table of people whom the store
    does not show.
    """
    rows = Rows(store)
    tables = [rows.table(name) for name in dict.fromkeys(names)] if names else rows.tables()
    counts: dict[str, int] = {}

    def counted(table: ExportedTable) -> Iterator[pa.RecordBatch]:
        counts[table.name] = 0
        for batch in rows.batches(table):
            counts[table.name] += batch.num_rows
            yield batch
        progress(table.name, counts[table.name])

    with _renamed_at_the_end(destination) as unfinished:
        _WRITERS[form](unfinished, tables, counted)
    return counts


def _parquet(folder: Path, tables: Sequence[ExportedTable], batches: Batches) -> None:
    folder.mkdir()
    for table in tables:
        path = folder / f"{table.name}.parquet"
        with pq.ParquetWriter(path, table.schema, compression="zstd") as writer:
            for batch in batches(table):
                writer.write_batch(batch)


def _csv(folder: Path, tables: Sequence[ExportedTable], batches: Batches) -> None:
    folder.mkdir()
    for table in tables:
        schema = pa.schema(
            pa.field(field.name, pa.string() if pa.types.is_list(field.type) else field.type)
            for field in table.schema
        )
        with pyarrow.csv.CSVWriter(folder / f"{table.name}.csv", schema) as writer:
            for batch in batches(table):
                columns = [
                    pc.binary_join(column, _SEPARATOR) if pa.types.is_list(column.type) else column
                    for column in batch.columns
                ]
                writer.write_batch(pa.record_batch(columns, schema=schema))


def _duckdb(path: Path, tables: Sequence[ExportedTable], batches: Batches) -> None:
    try:
        import duckdb  # noqa: PLC0415  an extra
    except ModuleNotFoundError:
        raise PlaygraphError(
            "DuckDB is not installed. Install it with pip install 'playgraph[duckdb]', or choose "
            "--format parquet, which DuckDB reads as well."
        ) from None
    failures: list[BaseException] = []

    def kept(table: ExportedTable) -> Iterator[pa.RecordBatch]:
        """The batches of a table. DuckDB reports an exception among them as text only."""
        try:
            yield from batches(table)
        except BaseException as error:
            failures.append(error)
            raise

    # What does not fit the memory is spilled into a folder of this name.
    spill = path.with_name(f"{path.name}.tmp")
    try:
        with duckdb.connect(path, config={**_DUCKDB, "temp_directory": str(spill)}) as database:
            for table in tables:
                reader = pa.RecordBatchReader.from_batches(table.schema, kept(table))
                database.register("batches", reader)
                database.execute(f'CREATE TABLE "{table.name}" AS FROM batches')
                database.unregister("batches")
                _describe(database, table)
    except duckdb.Error as error:
        if failures:
            raise failures[0] from None
        raise PlaygraphError(f"DuckDB could not write the file: {error}") from error
    finally:
        shutil.rmtree(spill, ignore_errors=True)
        path.with_name(f"{path.name}.wal").unlink(missing_ok=True)


def _describe(database: Any, table: ExportedTable) -> None:
    """Comments on a table and its columns, which tools show."""
    described = {f'TABLE "{table.name}"': table.meaning} | {
        f'COLUMN "{table.name}"."{column.name}"': column.description for column in table.columns
    }
    for what, text in described.items():
        quoted = text.replace("'", "''")
        database.execute(f"COMMENT ON {what} IS '{quoted}'")


_WRITERS: Mapping[Format, Callable[[Path, Sequence[ExportedTable], Batches], None]] = {
    "parquet": _parquet,
    "csv": _csv,
    "duckdb": _duckdb,
}


@contextmanager
def _renamed_at_the_end(destination: Path) -> Iterator[Path]:
    """Another path beside the destination, which is renamed at the end, or removed on failure."""
    _require_absence(destination)
    require_outside_of_data(destination)
    if not destination.absolute().parent.is_dir():
        raise PlaygraphError(f"{destination.absolute().parent} is not a folder: create it first.")
    name = f".unfinished-{secrets.token_hex(8)}-{destination.absolute().name}"
    unfinished = destination.absolute().with_name(name)
    try:
        yield unfinished
        _require_absence(destination)
        unfinished.rename(destination)
    except BaseException:
        if unfinished.is_dir():
            shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.unlink(missing_ok=True)
        raise


def _require_absence(destination: Path) -> None:
    if destination.exists() or destination.is_symlink():
        raise PlaygraphError(
            f"{destination} exists and is not overwritten: choose another name, or remove it first."
        )
