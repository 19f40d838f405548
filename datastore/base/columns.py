"""datastore.base: what is declared of a column, once.

Table schemas, filters, orders, GraphQL inputs and the data dictionary derive from these
declarations, which are in `datastore.base.tables`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

import pyarrow as pa

__all__ = ["OPERATORS", "Column", "Field", "Kind", "Operator", "Table", "derived", "table"]


class Operator(Enum):
    """What a condition does with the values of a field."""

    EQ = "eq"
    IN = "in"
    CONTAINS = "contains"
    GTE = "gte"
    LTE = "lte"
    IS_NULL = "is_null"


class Kind(Enum):
    """How the values of a field are compared."""

    ID = "id"  # exactly
    NAME = "name"  # folded; one name, or any of several
    INT = "int"
    FLOAT = "float"
    FLAG = "flag"
    SENTIMENT = "sentiment"


#: The operators of a filter on each kind of field.
OPERATORS: Mapping[Kind, tuple[Operator, ...]] = {
    Kind.ID: (Operator.EQ, Operator.IN, Operator.CONTAINS),
    Kind.NAME: (Operator.EQ, Operator.IN, Operator.CONTAINS, Operator.IS_NULL),
    Kind.INT: (Operator.EQ, Operator.IN, Operator.GTE, Operator.LTE, Operator.IS_NULL),
    Kind.FLOAT: (Operator.EQ, Operator.IN, Operator.GTE, Operator.LTE, Operator.IS_NULL),
    Kind.FLAG: (Operator.EQ, Operator.IS_NULL),
    Kind.SENTIMENT: (Operator.EQ, Operator.IN),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table, or a value derived from several, which has no type."""

    type: pa.DataType | None
    #: One sentence; it is the GraphQL description of filters and fields, too.
    meaning: str
    unit: str = ""
    #: When it is null; "" where it never is.
    null: str = ""
    #: How clients filter by it; None where they cannot.
    filter: Kind | None = None
    #: Whether clients can order by it, and what is to be said of that order.
    order: bool = False
    order_note: str = ""
    #: Whether each row's value is a field of the noun: such a column is in memory from the start.
    shown: bool = False
    #: What clients know it by; "" for the column's own name.
    asked_as: str = ""
    #: The column that holds this name in the form in which names are compared.
    folded: str = ""

    @property
    def description(self) -> str:
        """The meaning of a value, and of null."""
        return f"{self.meaning[:-1]}; null {self.null}." if self.null else self.meaning


@dataclass(frozen=True, slots=True)
class Field:
    """A column under the name by which clients ask for it."""

    name: str
    column_name: str
    column: Column


@dataclass(frozen=True)
class Table:
    """A table of a snapshot: what a row is, and its columns."""

    meaning: str
    columns: Mapping[str, Column]

    @property
    def schema(self) -> pa.Schema:
        """Names and types of the stored columns."""
        stored = ((name, column.type) for name, column in self.columns.items())
        return pa.schema([pa.field(name, type_) for name, type_ in stored if type_ is not None])

    @cached_property
    def filters(self) -> list[tuple[Field, Kind]]:
        """What clients can filter by, and how it is compared."""
        return [(field, kind) for field in self._fields() if (kind := field.column.filter)]

    @cached_property
    def orders(self) -> list[Field]:
        """What clients can order by."""
        return [field for field in self._fields() if field.column.order]

    def _fields(self) -> Iterator[Field]:
        for name, column in self.columns.items():
            yield Field(column.asked_as or name, name, column)


def table(meaning: str, **columns: Column) -> Table:
    """Declare a table."""
    return Table(meaning, columns)


def derived(
    meaning: str,
    unit: str = "",
    null: str = "",
    filter: Kind | None = None,
    order: bool = False,
) -> Column:
    """Declare a value that is computed from stored columns when a client asks for it."""
    return Column(None, meaning, unit, null, filter, order)
