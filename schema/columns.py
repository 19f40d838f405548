"""schema: fields that return the value of one column declared in `datastore.base.tables`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from datastore.base.tables import CONTRACT
from schema.batches import values

__all__ = ["column"]

_TYPES: dict[pa.DataType, type] = {
    pa.bool_(): bool,
    pa.date32(): date,
    pa.float64(): float,
    pa.int8(): int,
    pa.int16(): int,
    pa.int32(): int,
    pa.string(): str,
}


def column(table: str, name: str) -> Any:
    """A Strawberry field with the type and description of a table's column.

    It is nullable if the column is. Raises TypeError for a column declared without `shown`.
    """
    declared = CONTRACT[table].columns[name]
    if not declared.shown:
        raise TypeError(f"{table}.{name} must be declared with shown=True")
    type_ = _TYPES[declared.type]

    def stored(self: Any) -> Sequence[Any]:
        found: Sequence[Any] = getattr(self.store, table).frame.values(name)
        return found

    shown_type = type_ | None if declared.null else type_
    return values(shown_type, declared.description)(stored)
