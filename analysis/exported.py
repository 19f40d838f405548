"""analysis: the tables that an export has, derived from the declarations of a snapshot's tables.

A column of row numbers becomes one of keys or names, one of number codes becomes one of names.
Columns that only serve searches and comparisons are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from datastore.base.columns import Column
from datastore.base.tables import CONTRACT, SUBJECTS

__all__ = ["EXPORTED", "KEYS", "PEOPLE", "ExportedColumn", "ExportedTable"]


@dataclass(frozen=True, slots=True)
class ExportedColumn:
    """One column of an exported table."""

    name: str
    type: pa.DataType
    meaning: str
    unit: str = ""
    null: str = ""
    #: The stored column that its values come from; "" if they come from elsewhere.
    source: str = ""
    #: The table whose keys replace stored row numbers; "" for other columns.
    target: str = ""
    #: Names that replace number codes: the position is the code.
    names: tuple[str, ...] = ()

    @property
    def description(self) -> str:
        """The meaning of the value, and when it is null."""
        return f"{self.meaning[:-1]}; null {self.null}." if self.null else self.meaning


@dataclass(frozen=True, slots=True)
class ExportedTable:
    """An exported table: what a row is, its subject, and its columns."""

    name: str
    subject: str
    meaning: str
    columns: tuple[ExportedColumn, ...]

    @property
    def schema(self) -> pa.Schema:
        """Names, types and descriptions of the columns."""
        return pa.schema(
            pa.field(column.name, column.type, metadata={"description": column.description})
            for column in self.columns
        )

    def without(self, *names: str) -> ExportedTable:
        """The table without some of its columns."""
        kept = tuple(column for column in self.columns if column.name not in names)
        return ExportedTable(self.name, self.subject, self.meaning, kept)


#: The column that identifies a row of these tables; in others, it is `name`. References to these
#: tables get its name, others keep theirs: `developer`, `genres`.
KEYS: Mapping[str, str] = {
    "games": "app_id",
    "users": "user_id",
    "titles": "title_id",
    "viewers": "viewer_id",
}
#: Exported tables with one row or more per user or viewer. Reviews can do without their authors.
PEOPLE = frozenset(
    {"users", "library", "genre_players", "genre_player_years", "viewers", "ratings"}
)
_text = pa.string()


def _is_technical(name: str) -> bool:
    return name in ("folded", "search_key") or name.endswith(("_folded", "_rank"))


def _exported(name: str, column: Column) -> ExportedColumn:
    """The exported form of a stored column."""
    about = (column.meaning.replace("`durationType`", "`duration_type`"),)
    one, _, target = column.unit.partition(" of ")
    if one == "row" and target in CONTRACT:
        key = KEYS.get(target, name)
        return ExportedColumn(key, _text, *about, null=column.null, source=name, target=target)
    if one == "rows" and target in CONTRACT:
        unit = f"list of {KEYS[target]}" if target in KEYS else "list of names"
        keys = pa.list_(_text)
        return ExportedColumn(name, keys, *about, unit, column.null, name, target)
    if column.unit.startswith("code: "):
        codes = [entry.split(" ", 1) for entry in column.unit.removeprefix("code: ").split(", ")]
        assert [int(code) for code, _ in codes] == list(range(len(codes))), name
        names = tuple(coded.upper() for _, coded in codes)
        unit = ", ".join(names)
        return ExportedColumn(name, _text, *about, unit, column.null, name, names=names)
    assert column.type is not None
    return ExportedColumn(name, column.type, *about, column.unit, column.null, name)


def _columns(table: str) -> list[ExportedColumn]:
    return [
        _exported(name, column)
        for name, column in CONTRACT[table].columns.items()
        if column.type is not None and not _is_technical(name)
    ]


def _table(name: str, subject: str) -> ExportedTable:
    columns = _columns(name)
    meaning = CONTRACT[name].meaning
    if name == "genre_player_years":  # a reference to a row that has no key of its own
        meaning = "One row per genre, player and release year of the games, year descending."
        referred = [c for c in _columns("genre_players") if c.target]
        columns = [*referred, *(c for c in columns if c.source != "genre_player")]
    if name == "review_years":  # a row number of either of two tables
        meaning = "One row per game or developer, basis and year with reviews."
        either = [
            ExportedColumn("app_id", _text, "The game.", null="for developers", target="games"),
            ExportedColumn(
                "developer", _text, "The developer.", null="for games", target="developers"
            ),
        ]
        place = next(number for number, column in enumerate(columns) if column.source == "row")
        columns[place : place + 1] = either
        columns[0] = ExportedColumn(
            "noun", _text, "Whether the row is about a game or a developer.",
            columns[0].unit, source="noun", names=columns[0].names,
        )  # fmt: skip
    return ExportedTable(name, subject, meaning, tuple(columns))


_LIBRARY = ExportedTable(
    "library",
    "games",
    "One row per user and game owned, by user, then minutes descending.",
    (
        ExportedColumn("user_id", _text, "The user.", target="users"),
        ExportedColumn("app_id", _text, "The game.", target="games"),
        ExportedColumn("minutes", pa.int32(), "Playtime; 0 if never played.", "minutes"),
    ),
)
_RATINGS = ExportedTable(
    "ratings",
    "titles",
    "One row per viewer and rated title, by viewer, then title; the last of a viewer's ratings "
    "of a title.",
    (
        ExportedColumn("viewer_id", _text, "The viewer.", target="viewers"),
        ExportedColumn("title_id", _text, "The title.", target="titles"),
        ExportedColumn("stars", pa.float32(), "The rating, 0.5 to 5.", "stars"),
        ExportedColumn("time", pa.timestamp("s"), "When it was given.", "UTC"),
    ),
)

#: All tables that can be exported, by name.
EXPORTED: Mapping[str, ExportedTable] = {
    table.name: table
    for subject, contract in SUBJECTS.items()
    for table in (
        *(_table(name, subject) for name in contract.tables),
        _LIBRARY if subject == "games" else _RATINGS,
    )
}
