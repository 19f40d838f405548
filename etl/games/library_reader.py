"""etl.games: the dump of the users' libraries. Rows go into integer arrays as they are read."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from etl.games import values
from etl.games.library_lines import LibraryLine, LineParser, int32, playtime
from etl.games.library_rows import LibraryRowBuilder
from etl.games.user_lines import user_and_rows
from etl.raw.literals import decode
from etl.raw.records import RecordReader

__all__ = ["MISSING_PLAYTIME", "LibraryColumns", "read"]

#: Why a row without a playtime is rescued.
MISSING_PLAYTIME = "missing playtime (counted as 0)"
#: Lines between progress reports.
_SHOWN = 1_000

_Ints = npt.NDArray[np.int32]


class _Item(msgspec.Struct, frozen=True, gc=False):
    item_id: Annotated[str, msgspec.Meta(pattern=r"\S")]
    item_name: str
    playtime_forever: Annotated[int, msgspec.Meta(ge=0, le=values.MOST_MINUTES)]
    playtime_2weeks: Any = None


class _Line(msgspec.Struct, frozen=True):
    user_id: Annotated[str, msgspec.Meta(pattern=r"\S")]
    items: list[_Item]
    items_count: int | None = None


class LibraryColumns(NamedTuple):
    """The libraries of one file: distinct (user, game) rows, user behind user, games ascending."""

    users: list[str]
    games: list[str]  # ids of the games, by their numbers
    names: list[str | None]  # the first name of each game that is not blank
    size: _Ints  # users: how many rows each has
    game: _Ints  # rows: number of the game
    minutes: _Ints  # rows: played in all
    recent_starts: _Ints  # rows played in the last two weeks only, ascending


_decoder = msgspec.json.Decoder(_Line)


def read(reader: RecordReader) -> LibraryColumns:
    """Read the libraries. Repeated lines of a user are merged; the longer of two playtimes is kept,
    because playtime only grows.
    Where it is all of the last two weeks by each line that has it, the game was started then."""
    users: dict[str, int] = {}
    games = _Games()
    rows = LibraryRowBuilder()
    spellings = LineParser(games.number)
    counts = reader.counts

    def decoded(line: bytes) -> LibraryLine:
        library = spellings.read(line)
        return library or _library(decode(line, _decoder), games, reader)

    for library in reader.records(decoded):
        counts.rows += library.listed
        if library.items_count is not None and library.items_count != library.listed:
            counts.notes["items_count differs from the number of items"] += 1
        rows.add(users.setdefault(library.user_id, len(users)), library)
        if counts.lines % _SHOWN == 0:
            reader.stage.rows(counts.rows)
    reader.stage.rows(counts.rows)
    if rows.repeated_lines:
        counts.notes["repeated user (lines merged)"] = rows.repeated_lines
    columns = rows.columns()
    if rows.added > len(columns[1]):
        counts.deduplicated["duplicate item within a library"] = rows.added - len(columns[1])
    return LibraryColumns(list(users), list(games.numbers), games.names, *columns)


class _Games:
    """Games, numbered in the order in which they are first seen, and their names."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.names: list[str | None] = []

    def number(self, item_id: str, item_name: str) -> int:
        number = self.numbers.setdefault(item_id, len(self.numbers))
        if number == len(self.names):
            self.names.append(values.text(item_name))
        elif self.names[number] is None:
            self.names[number] = values.text(item_name)
        return number


def _library(record: Any, games: _Games, reader: RecordReader) -> LibraryLine:
    if isinstance(record, _Line):
        line, listed = record, len(record.items)
    else:
        line, listed = _coerced(record, reader)
    return LibraryLine(
        line.user_id.strip(),
        line.items_count,
        listed,
        b"".join(int32(games.number(i.item_id.strip(), i.item_name)) for i in line.items),
        b"".join(
            playtime(item.playtime_forever, values.minutes(item.playtime_2weeks))
            for item in line.items
        ),
    )


def _coerced(record: Any, reader: RecordReader) -> tuple[_Line, int]:
    """A line that does not fit the types: the rows that can be saved, and the number of rows."""
    user, rows = user_and_rows(record, "items", reader)
    items = []
    for row in rows:
        fields = row if isinstance(row, dict) else {}
        app_id = values.identifier(fields.get("item_id"))
        if app_id is None:
            reader.lacks("item_id", fields)
            reader.reject("no item_id", row, user)
            continue
        playtime = fields.get("playtime_forever")
        minutes = values.minutes(playtime)
        if minutes is None and values.missing_number(playtime):
            reader.lacks("playtime_forever", fields)
            reader.counts.rescued[MISSING_PLAYTIME] += 1
        elif minutes is None:
            reader.rescue("invalid playtime (counted as 0)", row, user)
        name = fields.get("item_name")
        name = name if isinstance(name, str) else ""
        items.append(_Item(app_id, name, minutes or 0, fields.get("playtime_2weeks")))
    return _Line(user, items, values.whole_number(record.get("items_count"))), len(rows)
