"""datastore.base: the types by which `datastore.base.tables` declares tables and columns.

Table schemas, filters, sort keys, GraphQL inputs and the data dictionary derive from these
declarations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

import pyarrow as pa

__all__ = [
    "OPERATORS",
    "Array",
    "Column",
    "Field",
    "Kind",
    "Operator",
    "Table",
    "coded",
    "derived",
    "search_arrays",
    "table",
]


class Operator(Enum):
    """Operator of a condition on a field."""

    EQ = "eq"
    IN = "in"
    CONTAINS = "contains"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    IS_NULL = "is_null"


class Kind(Enum):
    """Kind of a field, which decides how its values are compared."""

    ID = "id"  # exactly
    NAME = "name"  # folded; one name, or any of several
    INT = "int"
    FLOAT = "float"
    FLAG = "flag"
    SENTIMENT = "sentiment"
    PLATFORM = "platform"
    TITLE_KIND = "title kind"
    DURATION_TYPE = "duration type"


_OF_NUMBERS = (
    Operator.EQ, Operator.IN, Operator.GT, Operator.GTE, Operator.LT, Operator.LTE,
    Operator.IS_NULL,
)  # fmt: skip
#: Operators of filters on each kind of field.
OPERATORS: Mapping[Kind, tuple[Operator, ...]] = {
    Kind.ID: (Operator.EQ, Operator.IN, Operator.CONTAINS),
    Kind.NAME: (Operator.EQ, Operator.IN, Operator.CONTAINS, Operator.IS_NULL),
    Kind.INT: _OF_NUMBERS,
    Kind.FLOAT: _OF_NUMBERS,
    Kind.FLAG: (Operator.EQ, Operator.IS_NULL),
    Kind.SENTIMENT: (Operator.EQ, Operator.IN),
    Kind.PLATFORM: (Operator.EQ, Operator.IN),
    Kind.TITLE_KIND: (Operator.EQ, Operator.IN),
    Kind.DURATION_TYPE: (Operator.EQ, Operator.IN, Operator.IS_NULL),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table, or a value derived from several columns, which has no type."""

    type: pa.DataType | None
    #: One sentence; also the GraphQL description of the filter and the field.
    meaning: str
    unit: str = ""
    #: When the value is null, such as "when unknown"; "" if it never is.
    null: str = ""
    #: Kind of the filter by it; None if clients cannot filter by it.
    filter: Kind | None = None
    #: Whether clients can sort by it, and a note on that order for its description.
    order: bool = False
    order_note: str = ""
    #: Whether it is a GraphQL field of the noun; such a column is loaded when a snapshot opens.
    shown: bool = False
    #: Its name for clients; "" for the column's own name.
    public_name: str = ""
    #: Name of the column with the folded form, by which names are compared.
    folded: str = ""

    @property
    def description(self) -> str:
        """The meaning of the value, and when it is null."""
        return f"{self.meaning[:-1]}; null {self.null}." if self.null else self.meaning


@dataclass(frozen=True, slots=True)
class Field:
    """A column and its name for clients."""

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
        """The fields that clients can filter by, and their kinds."""
        return [(field, kind) for field in self._fields() if (kind := field.column.filter)]

    @cached_property
    def orders(self) -> list[Field]:
        """The fields that clients can sort by."""
        return [field for field in self._fields() if field.column.order]

    def _fields(self) -> Iterator[Field]:
        for name, column in self.columns.items():
            yield Field(column.public_name or name, name, column)


def table(meaning: str, **columns: Column) -> Table:
    """Declare a table."""
    return Table(meaning, columns)


def coded(names: Sequence[str]) -> str:
    """The unit of a column of codes: the codes and their names."""
    return "code: " + ", ".join(f"{code} {name}" for code, name in enumerate(names))


def derived(
    meaning: str,
    unit: str = "",
    null: str = "",
    filter: Kind | None = None,
    order: bool = False,
) -> Column:
    """Declare a value that is computed on demand from stored columns."""
    return Column(None, meaning, unit, null, filter, order)


@dataclass(frozen=True, slots=True)
class Array:
    """One `.npy` file: its element type (`a|b`: the first that holds all values), what its axes
    are, and whether the server reads single rows of it instead of mapping it."""

    dtype: str
    axes: str
    by_row: bool = False


def search_arrays(*nouns: str) -> dict[str, Array]:
    """The arrays of the search index over the names of each noun."""
    return {
        f"search_{noun}_{part}": Array(dtype, axes)
        for noun in nouns
        for part, dtype, axes in (
            ("codes", "uint32", "trigrams: codes of three letters of a searchable name, ascending"),
            ("offsets", "int64", "trigrams + 1: where the rows of a trigram start"),
            ("rows", "int32", "rows of the noun whose name contains the trigram"),
            *(
                (f"{kind}_{part}", dtype, axes)
                for kind in ("words", "initials")
                for part, dtype, axes in (
                    (
                        "text",
                        "uint8",
                        f"bytes: names as {kind} run together, one line per spelling",
                    ),
                    (
                        "marks",
                        "uint8",
                        f"bytes: 2 at the ends of lines, 1 where other {kind} begin",
                    ),
                    ("starts", "int32", "search positions in the text, sorted by what follows"),
                    ("rows", "int32", "search positions: row of the noun"),
                )
            ),
        )
    }
