"""etl: the dump of the users' libraries. Rows go into integer arrays as they are read."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from etl import values
from etl.events import MINUTES, Events
from etl.lines import RawFile
from etl.literals import Unreadable, decode
from etl.progress import Stage
from etl.records import records
from etl.report import Rejects, SourceReport

__all__ = ["Libraries", "merge", "read"]

#: Longest playtime that is kept, in minutes: what an int32 holds, four thousand years.
_MOST_MINUTES = 2**31 - 1
#: Number of the blank product id, which is no game.
_BLANK = 0


class _Item(msgspec.Struct, frozen=True, gc=False):
    item_id: str
    item_name: str
    playtime_forever: Annotated[int, msgspec.Meta(ge=0, le=_MOST_MINUTES)]


class _Line(msgspec.Struct, frozen=True):
    user_id: Annotated[str, msgspec.Meta(pattern=r"\S")]
    items: list[_Item]
    items_count: int | None = None


@dataclass(frozen=True, slots=True)
class Libraries:
    """Distinct (user, game) rows, by user and game as first seen.

    `users[i]` and `games[i]` are the keys of row numbers in `user`, `game`; `minutes` is played
    in all. `names` holds the name under which each game was first seen, None where it is blank.
    """

    users: list[str]
    games: list[str]
    names: list[str | None]
    user: npt.NDArray[np.int32]
    game: npt.NDArray[np.int32]
    minutes: npt.NDArray[np.int32]


_decoder = msgspec.json.Decoder(_Line)


class _Numbers(dict[str, int]):
    """Numbers keys in the order in which they are first asked for."""

    def __missing__(self, key: str) -> int:
        number = self[key] = len(self)
        return number


def read(raw: RawFile, report: SourceReport, rejects: Rejects, stage: Stage) -> Libraries:
    """Read the libraries. Repeated lines of one user are one user; of two playtimes the greater
    one counts, because playtime only grows."""
    users, games = _Numbers(), _Numbers({"": _BLANK})
    names: list[str | None] = []
    sizes, owners = array("i"), array("i")
    game_rows, minute_rows = array("i"), array("i")
    lines_of_users = 0

    def decoded(line: bytes, number: int) -> _Line:
        record = decode(line, _decoder)
        fits = isinstance(record, _Line)
        return record if fits else _coerced(record, number, report, rejects)

    for number, _, record in records(raw, report, rejects, stage, decoded):
        items = record.items
        if record.items_count is not None and record.items_count != len(items):
            report.notes["items_count differs from the items listed"] += 1
        report.rows += len(items)
        numbers = [games[item.item_id.strip()] for item in items]
        if _BLANK in numbers:
            items = _named(items, number, report, rejects)
            numbers = [games[item.item_id.strip()] for item in items]
        owners.append(users[record.user_id.strip()])
        sizes.append(len(items))
        lines_of_users += 1
        game_rows.extend(numbers)
        minute_rows.extend([item.playtime_forever for item in items])
        if len(games) > len(names):
            _name(names, games, items)
        stage.rows(report.rows)
    if lines_of_users > len(users):
        report.notes["repeated line of a user, merged"] = lines_of_users - len(users)
    del games[""], names[:1]
    user = np.repeat(_int32(owners), _int32(sizes))
    game, minutes = _int32(game_rows) - 1, _int32(minute_rows)  # without the blank one
    rows = _distinct(user, game, minutes, len(games))
    if len(user) > len(rows[0]):
        report.deduplicated["repeated item of a user"] = len(user) - len(rows[0])
    return Libraries(list(users), list(games), names, *rows)


def merge(parts: Sequence[Libraries | Events], report: SourceReport) -> Libraries:
    """The libraries of all files, the oldest file first: every game that any of them has, with
    the greatest playtime. The minutes of events are added to what stood before."""
    if len(parts) == 1 and isinstance(parts[0], Libraries):
        report.kept = len(parts[0].user)
        return parts[0]
    users, games, names = _Numbers(), _Numbers(), dict[int, str | None]()
    rows = _Rows(np.zeros(0, np.int64), np.zeros(0, np.int64))
    events = 0
    for part in parts:
        if isinstance(part, Events):
            played = list(part.of(MINUTES))
            own_users = np.array([users[event.user_id] for event in played], np.int64)
            own_games = np.array([games[event.app_id] for event in played], np.int64)
            minutes = np.array([event.value for event in played], np.int64)
            before = len(rows.pair)
            rows = _combined(rows, own_users << 32 | own_games, minutes, np.add)
            events += len(rows.pair) - before
        else:
            own_users = np.array([users[user] for user in part.users], np.int64)
            own_games = np.array([games[game] for game in part.games], np.int64)
            for game, name in zip(own_games.tolist(), part.names, strict=True):
                names[game] = names.get(game) or name
            pair = own_users[part.user] << 32 | own_games[part.game]
            rows = _combined(rows, pair, part.minutes, np.maximum)
    report.kept = len(rows.pair) - events
    in_files = sum(len(part.user) for part in parts if isinstance(part, Libraries))
    if in_files > report.kept:
        report.deduplicated["item in several files, the greatest playtime counts"] = (
            in_files - report.kept
        )
    return Libraries(
        list(users),
        list(games),
        [names.get(number) for number in range(len(games))],
        (rows.pair >> 32).astype(np.int32),
        (rows.pair & 0xFFFFFFFF).astype(np.int32),
        np.minimum(rows.minutes, _MOST_MINUTES).astype(np.int32),
    )


class _Rows(NamedTuple):
    """Distinct (user << 32 | game), ascending, and their minutes."""

    pair: npt.NDArray[np.int64]
    minutes: npt.NDArray[np.int64]


def _combined(
    rows: _Rows, pair: npt.NDArray[np.int64], minutes: npt.NDArray[Any], how: np.ufunc
) -> _Rows:
    pairs = np.concatenate([rows.pair, pair])
    order = np.argsort(pairs, kind="stable")  # of two ascending runs: one pass
    pairs = pairs[order]
    first = np.flatnonzero(np.diff(pairs, prepend=-1))
    if not len(first):
        return rows
    both = np.concatenate([rows.minutes, minutes.astype(np.int64)])[order]
    return _Rows(pairs[first], how.reduceat(both, first))


def _named(items: list[_Item], line: int, report: SourceReport, rejects: Rejects) -> list[_Item]:
    """The items that say which game they are of."""
    kept = [item for item in items if item.item_id.strip()]
    for item in items:
        if not item.item_id.strip():
            report.rejected["no item_id"] += 1
            rejects.add(report, line, "no item_id", msgspec.structs.asdict(item))
    return kept


def _int32(values_: array[int]) -> npt.NDArray[np.int32]:
    return np.frombuffer(values_, dtype=np.int32) if values_ else np.zeros(0, np.int32)


def _name(names: list[str | None], games: _Numbers, items: list[_Item]) -> None:
    names.extend([None] * (len(games) - len(names)))
    for item in items:
        number = games[item.item_id.strip()]
        if names[number] is None:
            names[number] = values.text(item.item_name)


def _distinct(
    user: npt.NDArray[np.int32],
    game: npt.NDArray[np.int32],
    minutes: npt.NDArray[np.int32],
    games: int,
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    pair = user.astype(np.int64) * max(games, 1) + game
    order = np.argsort(pair, kind="stable")
    pair = pair[order]
    first = np.flatnonzero(np.diff(pair, prepend=-1))
    most = np.maximum.reduceat(minutes[order], first) if len(first) else minutes
    kept = order[first]
    return user[kept], game[kept], most


def _coerced(record: Any, line: int, report: SourceReport, rejects: Rejects) -> _Line:
    """A line that does not fit the types: save what can be saved, row by row."""
    if not isinstance(record, dict):
        raise Unreadable("the record is no dictionary")
    user = values.identifier(record.get("user_id"))
    if user is None:
        raise Unreadable("there is no user_id")
    rows = record.get("items")
    if not isinstance(rows, list):
        raise Unreadable("there is no list of items")
    kept = []
    for row in rows:
        fields = row if isinstance(row, dict) else {}
        app_id = values.identifier(fields.get("item_id"))
        if app_id is None:
            report.rows += 1
            report.rejected["no item_id"] += 1
            rejects.add(report, line, "no item_id", row)
            continue
        minutes = values.whole_number(fields.get("playtime_forever"))
        if minutes is None or not 0 <= minutes <= _MOST_MINUTES:
            report.rescued["impossible playtime, taken as 0"] += 1
            rejects.add(report, line, "impossible playtime, taken as 0", row)
            minutes = 0
        name = fields.get("item_name")
        kept.append(_Item(app_id, name if isinstance(name, str) else "", minutes))
    return _Line(user, kept, values.whole_number(record.get("items_count")))
