"""schema: the data dictionary, generated from the declarations of tables, columns and arrays.

python -m schema.dictionary > docs/data-dictionary.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from strawberry.utils.str_converters import to_camel_case

from datastore.base.columns import OPERATORS, Column, Kind, Table
from datastore.base.tables import ARRAYS, CONTRACT

__all__ = ["dictionary"]

_HEAD = """# Data dictionary

This page describes all tables, columns and arrays of a snapshot with all subjects. It is generated
from `game_tables.py`, `game_arrays.py`, `price_tables.py` and `title_tables.py` of
`datastore/base/` by `python -m schema.dictionary > docs/data-dictionary.md`; a test
fails when it is out of date.

Tables are `tables/NAME.arrow` (`pandas.read_feather` opens them), arrays are `arrays/NAME.npy`.
Rows are identified by their position: a column with the unit "row of games" holds row numbers of
the table `games`. A derived column is not stored but computed on demand. The last two columns give
the names that clients filter and sort by.
"""

_ADDING = """## Adding a column

A column is declared once, in `datastore/base/game_tables.py` or `title_tables.py`: its type,
meaning, unit, what null means, and whether clients can filter (`filter=Kind.INT`) and sort
(`order=True`) by it. Then:

1. Fill it. A field of `CatalogueGame` in `etl/games/catalogue.py` with the column's name is written
   as read; other columns are made in `etl/games/tables.py`, those of titles in
   `etl/titles/tables.py`. A build fails if a declared column is missing.
2. Increase `FORMAT` in `datastore/base/format.py` by one, because old snapshots lack the column.
3. Regenerate this page and [export.md](export.md). If the column has a field, a filter or a sort
   key, regenerate `schema.graphql` and `docs/reference/`, too, and name what is new in
   [schema-changes.md](schema-changes.md). [CONTRIBUTING.md](../CONTRIBUTING.md#where-a-change-goes)
   has the commands.

Its filter, its sort key, their descriptions and its line on this page derive from the declaration.
For a field of `Game` or `Title`, declare `shown=True` and add one line to the noun's file in
`schema/`: `metascore = column("games", "metascore")`. A text column with a filter names the column
that holds its folded form (`folded=`). Sort keys of text columns, and all derived values, are
defined in `resolvers/spaces.py`.

An operator is a member of `Operator` in `datastore/base/columns.py`; `OPERATORS` lists the kinds
that support it. `resolvers/filters.py` must implement it and `schema/inputs/filters.py` must offer
it: otherwise importing them fails.
"""


def dictionary() -> str:
    """The page, as Markdown."""
    parts = [_HEAD, *(_table(name, table) for name, table in CONTRACT.items())]
    return "\n".join([*parts, _arrays(), _kinds(), _ADDING])


def _table(name: str, table: Table) -> str:
    rows = (
        (
            f"`{column_name}`",
            "derived" if column.type is None else f"`{column.type}`",
            column.unit,
            column.meaning,
            column.null,
            *_public_names(column_name, column),
        )
        for column_name, column in table.columns.items()
    )
    head = ("column", "type", "unit", "meaning", "null", "filter", "order")
    return f"## {name}\n\n{table.meaning}\n\n{_markdown(head, rows)}"


def _public_names(name: str, column: Column) -> tuple[str, str]:
    """The names that clients filter and sort by, "" where they cannot."""
    field = column.public_name or name
    return (
        f"`{to_camel_case(field)}` ({column.filter.value})" if column.filter else "",
        f"`{field.upper()}`" if column.order else "",
    )


def _arrays() -> str:
    rows = ((f"`{name}`", f"`{array.dtype}`", array.axes) for name, array in ARRAYS.items())
    return "## Arrays\n\n" + _markdown(("array", "type", "axes"), rows)


def _kinds() -> str:
    rows = (
        (kind.value, ", ".join(f"`{to_camel_case(o.value)}`" for o in OPERATORS[kind]))
        for kind in Kind
    )
    return "## Filters\n\n" + _markdown(("kind", "operators"), rows)


def _markdown(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(
        f"| {' | '.join(cell.replace('|', ' or ') for cell in line)} |\n" for line in lines
    )


if __name__ == "__main__":
    sys.stdout.write(dictionary())
