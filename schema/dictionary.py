"""schema: writes the data dictionary from the declarations of tables, columns and arrays.

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

What a snapshot holds, column by column. Generated from `datastore/base/tables.py` by
`python -m schema.dictionary > docs/data-dictionary.md`; a test fails when it is out of date.

Tables are `tables/NAME.arrow` (`pandas.read_feather` opens them), arrays are `arrays/NAME.npy`.
Rows are known by their position: a column whose unit is "row of games" holds row numbers of that
table. A derived column is not stored but computed when it is asked for. The last two columns give
the names by which clients filter and order.
"""

_ADDING = """## Adding a column

A column is declared once, in `datastore/base/tables.py`: its type, meaning, unit, what null means,
and whether clients can filter (`filter=Kind.INT`) and order (`order=True`) by it. Then

1. the cleaning code fills it: a field of `CatalogueGame` in `etl/games/catalogue.py` that has the
   column's name is written as it was read; other columns are made in `etl/games/tables.py` (a
   build fails when a declared column is missing);
2. `FORMAT` in `datastore/base/tables.py` goes up by one, because old snapshots lack the column;
3. `schema.graphql` and this page are generated again (`playgraph sdl > schema.graphql`).

Its filter, its order, their descriptions and the line in this page derive from the declaration. For
a field of `Game`, declare `shown=True` and say where in one line of `schema/games.py`:
`metascore = column("games", "metascore")`. A text that can be filtered names the column with its
folded form (`folded=`); one that can be ordered, and any derived value, is given in
`resolvers/spaces.py`.

An operator is a member of `Operator` in `datastore/base/columns.py`, with the kinds that have it in
`OPERATORS`. Until the columns of `resolvers/filters.py` can test it and the inputs of
`schema/inputs/filters.py` offer it, neither module can be imported.
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
            *_asked(column_name, column),
        )
        for column_name, column in table.columns.items()
    )
    head = ("column", "type", "unit", "meaning", "null", "filter", "order")
    return f"## {name}\n\n{table.meaning}\n\n{_markdown(head, rows)}"


def _asked(name: str, column: Column) -> tuple[str, str]:
    field = column.asked_as or name
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
