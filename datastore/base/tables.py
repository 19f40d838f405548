"""datastore.base: the tables and arrays of a snapshot, column by column.

The reader owns this contract and the build conforms to it. Rows are identified by their position:
a column called `game`, `user`, `developer` or `genre` holds row numbers of that table. Games of
the catalogue come first, by product id; then games known only from libraries and reviews.
Users are sorted by user id, developers and genres by folded name, all by code point. Number codes
are those of `datastore.base.codes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from datastore.base import game_arrays, game_tables, title_tables
from datastore.base.columns import Array, Table

__all__ = ["ARRAYS", "CONTRACT", "SUBJECTS", "TABLES", "Contract"]


@dataclass(frozen=True, slots=True)
class Contract:
    """The tables and arrays of one subject."""

    tables: Mapping[str, Table]
    arrays: Mapping[str, Array]


#: A snapshot holds all tables and arrays of each of its subjects.
SUBJECTS: dict[str, Contract] = {
    "games": Contract(game_tables.TABLES, game_arrays.ARRAYS),
    "titles": Contract(title_tables.TABLES, title_tables.ARRAYS),
}

#: The tables of all subjects.
CONTRACT: dict[str, Table] = {
    name: table for subject in SUBJECTS.values() for name, table in subject.tables.items()
}

#: Names and types of the stored columns of each table.
TABLES: dict[str, pa.Schema] = {name: declared.schema for name, declared in CONTRACT.items()}

#: The arrays of all subjects.
ARRAYS: dict[str, Array] = {
    name: array for subject in SUBJECTS.values() for name, array in subject.arrays.items()
}
