"""etl.sources: the rows that `playgraph forget` would remove from a data folder."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from datastore.base.errors import SnapshotError
from etl.raw.kinds import RawKind

__all__ = ["SourceRows", "rows_of_users"]


@dataclass(frozen=True, slots=True)
class SourceRows:
    """Number of rows of some users in the stored rows of one raw file; `noun` names a row, and
    `users` are those that have any."""

    file: str
    rows: int
    noun: str
    users: frozenset[str]


def rows_of_users(
    data_dir: Path, user_ids: Collection[str], kinds: Mapping[str, RawKind]
) -> Iterator[SourceRows]:
    """The sources of a data folder that hold rows of these users. Raises SnapshotError for a source
    that cannot be read."""
    users = pa.array([user_id.strip() for user_id in user_ids], pa.string())
    for folder in sorted((data_dir / "sources").glob("[!.]*/")):
        try:
            source = json.loads((folder / "source.json").read_bytes())
            of_users = kinds[source["kind"]].users
            if of_users is None:
                continue
            columns = [name for name in (of_users.column, of_users.count) if name]
            path = folder / f"{of_users.table}.parquet"
            table = pq.read_table(path.absolute(), columns=columns, use_threads=False)
            table = table.filter(pc.is_in(table[of_users.column], users))
            if len(table):
                found = frozenset(table[of_users.column].unique().to_pylist())
                yield SourceRows(source["name"], of_users.total(table), of_users.noun, found)
        except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
            raise SnapshotError(f"{folder} cannot be read ({error}).") from error
