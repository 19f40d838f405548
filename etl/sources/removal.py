"""etl.sources: what `playgraph forget` would remove from a data folder; changes nothing."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from datastore.base.errors import SnapshotError

__all__ = ["SourceRows", "rows_of_users"]

#: For each kind of raw file that names users: the table to look into, and what its rows are.
_TABLES = {
    "reviews": ("reviews", "review"),
    "items": ("users", "library row"),
    "events": ("events", "event"),
}


@dataclass(frozen=True, slots=True)
class SourceRows:
    """So many rows of some users, in what was kept of one raw file; `noun` is what one row is."""

    file: str
    rows: int
    noun: str


def rows_of_users(data_dir: Path, user_ids: Collection[str]) -> Iterator[SourceRows]:
    """The sources of a data folder that hold rows of these users. Raises SnapshotError for a source
    that cannot be read."""
    users = pa.array([user_id.strip() for user_id in user_ids], pa.string())
    for folder in sorted((data_dir / "sources").glob("[!.]*")):
        try:
            source = json.loads((folder / "source.json").read_bytes())
            if source["kind"] not in _TABLES:
                continue
            name, noun = _TABLES[source["kind"]]
            table = pq.read_table(folder / f"{name}.parquet", use_threads=False)
            table = table.filter(pc.is_in(table["user_id"], users))
            rows = pc.sum(table["items"]).as_py() or 0 if noun == "library row" else len(table)
            if len(table):
                yield SourceRows(source["name"], rows, noun)
        except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
            raise SnapshotError(f"{folder} cannot be read ({error}).") from error
