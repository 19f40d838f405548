"""etl.spark: the raw files of a build as addresses: folders, patterns, object storage, tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datastore.base.errors import InputError
from etl.parts.folder import WorkFolder
from etl.raw.formats import Form
from etl.raw.kinds import RawKind
from etl.sources.inputs import origin_and_address, origin_of
from etl.sources.parts import RawInput
from etl.spark import objects
from etl.spark.errors import java_errors

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["raw_inputs"]

#: The folder by which a Delta table is known.
_DELTA = "_delta_log"
#: Spark would write quotes with a backslash, and texts without the blanks around them.
_CSV: dict[str, Any] = {
    "header": True,
    "escape": '"',
    "ignoreLeadingWhiteSpace": False,
    "ignoreTrailingWhiteSpace": False,
}


def raw_inputs(
    session: SparkSession,
    given: Mapping[str, Sequence[str]],
    kinds: Mapping[str, RawKind],
    folder: WorkFolder,
) -> list[RawInput]:
    """The files of all addresses, by kind: a folder or a pattern means its files, by name.

    A table of records, Parquet or Delta, is written to the work folder as JSON lines by Spark, and
    read from there. Raises InputError if there is nothing at an address, or Spark cannot read it.
    """
    inputs = []
    for kind in kinds.values():
        for number, written in enumerate(given.get(kind.name, ())):
            origin, address = origin_and_address(written, kind)
            copies = folder.room(f"input {kind.name} {number}")
            with java_errors(f"{address} cannot be read by Spark", InputError):
                files = _files(session, address, kind, copies)
            inputs += [
                RawInput(kind.name, origin or origin_of(Path(file), kind), file) for file in files
            ]
    return inputs


def _files(session: SparkSession, address: str, kind: RawKind, copies: WorkFolder) -> list[str]:
    if objects.in_bucket(address):
        listed = _shown(objects.listed(address), len(objects.start(address)))
    else:
        listed = _listed(session, address)
    if not listed:
        raise InputError(f"{address} cannot be read: there is no such file.", path=Path(address))
    delta = any(f"/{_DELTA}/" in file for file in listed)
    parquet = all(file.endswith(".parquet") for file in listed)
    if not delta and not (parquet and Form.PARQUET not in kind.forms):
        return listed
    if address.startswith("s3://"):
        raise InputError(f"{address} is a table, which Spark reads: give it as s3a://.")
    rows = session.read.format("delta" if delta else "parquet").load(address)
    if Form.RECORDS in kind.forms:
        rows.write.mode("overwrite").json(f"file://{copies.path}")
    else:
        rows.write.mode("overwrite").options(**_CSV).csv(f"file://{copies.path}")
    return _listed(session, str(copies.path))


def _listed(session: SparkSession, address: str) -> list[str]:
    """The files at an address, those of folders by name; nothing hidden, such as `_SUCCESS`, but
    the log of a Delta table."""
    if "://" not in address:
        path = Path(address)
        if path.exists():
            return list(_walked([path]))
        pattern = Path(address).absolute().relative_to("/")
        return list(_walked(sorted(Path("/").glob(str(pattern)))))
    jvm: Any = session.sparkContext._jvm
    configuration = session.sparkContext._jsc.hadoopConfiguration()
    place = jvm.org.apache.hadoop.fs.Path(address)
    files = place.getFileSystem(configuration)
    found: list[str] = []
    for status in files.globStatus(place) or ():
        if status.isDirectory():
            entries = files.listFiles(status.getPath(), True)
            below = []
            while entries.hasNext():
                below.append(str(entries.next().getPath().toString()))
            found += _shown(sorted(below), len(str(status.getPath().toString())))
        else:
            found.append(str(status.getPath().toString()))
    return found


def _walked(paths: Iterable[Path]) -> Iterable[str]:
    for path in paths:
        if path.is_dir():
            below = sorted(str(file) for file in path.rglob("*") if file.is_file())
            yield from _shown(below, len(str(path)))
        else:
            yield str(path)


def _shown(files: Iterable[str], start: int = 0) -> list[str]:
    return [
        file
        for file in files
        if f"/{_DELTA}/" in file
        or not any(part.startswith(("_", ".")) for part in file[start:].split("/"))
    ]
