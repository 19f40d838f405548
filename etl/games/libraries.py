"""etl.games: libraries as columns, of one file and of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from etl.columns.arrow import distinct, numbers, spans
from etl.games import library_reader
from etl.games.events import MINUTES, Events
from etl.games.values import MOST_MINUTES
from etl.raw.counts import Counted, RowCounts
from etl.raw.records import RecordReader

__all__ = ["Libraries", "merge", "read"]

_Ints = npt.NDArray[np.int32]
_Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Libraries:
    """Distinct (user, game) rows, those of a user together.

    `games[i]` is the product id of the row number i in `game`; `minutes` is played in all.
    `names` holds the first name of each game that is not blank, null where all are.
    """

    users: pa.Array
    games: pa.Array
    names: pa.Array
    begin: _Places  # users: where the rows of each begin; between two users may be others' old rows
    size: _Ints  # users: how many rows each has
    game: _Ints  # rows
    minutes: _Ints  # rows

    @classmethod
    def of(
        cls, users: pa.Array, games: pa.Array, names: pa.Array, size: _Ints, *rows: _Ints
    ) -> Self:
        """From rows that lie user behind user: games and minutes."""
        return cls(users, games, names, np.cumsum(size, dtype=np.int64) - size, size, *rows)


def read(reader: RecordReader) -> Libraries:
    """Read one file. The work is done in `etl.games.library_reader`, which loads no Arrow."""
    raw = library_reader.read(reader)
    keys = (pa.array(column, pa.string()) for column in raw[:3])
    return Libraries.of(*keys, *raw[3:])


def merge(parts: Sequence[Libraries | Events]) -> Counted[Libraries]:
    """The libraries of all files, the oldest file first: every game that any of them has, with
    the greatest playtime. The minutes of events are added to what stood before.

    Rows of users whom one file alone knows are taken as they are: an update adds little to much.
    """
    found = [part if isinstance(part, Libraries) else _sessions(part) for part in parts]
    in_files = sum(len(part.game) for part in parts if isinstance(part, Libraries))
    if len(found) == 1 and isinstance(parts[0], Libraries):
        return Counted(found[0], RowCounts(kept=in_files))
    nothing = pa.array([], pa.string())
    games = distinct(nothing, *(part.games for part in found))
    owners = distinct(nothing, *(part.users for part in found))
    user = [numbers(part.users, owners) for part in found]
    files = np.bincount(np.concatenate([np.zeros(0, np.int32), *user]), minlength=len(owners))
    begin, size = np.zeros(len(owners), np.int64), np.zeros(len(owners), np.int32)
    game, minutes = [np.zeros(0, np.int32)], [np.zeros(0, np.int32)]
    shared = _Rows(np.zeros(0, np.int64), np.zeros(0, np.int32))
    rows = events = 0
    for given, part, own in zip(parts, found, user, strict=True):
        begin[own], size[own] = part.begin + rows, part.size
        game.append(numbers(part.games, games)[part.game])
        minutes.append(part.minutes)
        several = files[own] > 1
        owner, at = spans(part.begin[several], part.size[several])
        pair = own[several][owner].astype(np.int64) << 32 | game[-1][at]
        before = len(shared.pair)
        how = np.maximum if isinstance(given, Libraries) else np.add
        shared = _combined(shared, pair, part.minutes[at], how)
        if not isinstance(given, Libraries):
            events += len(part.game) - len(at) + len(shared.pair) - before
        rows += len(part.game)
    several = files > 1
    owner = shared.pair >> 32
    size[several] = np.bincount(owner, minlength=len(owners))[several]
    begin[several] = rows + np.searchsorted(owner, np.flatnonzero(several))
    game.append((shared.pair & 0xFFFFFFFF).astype(np.int32))
    minutes.append(shared.minutes)
    counts = RowCounts(kept=int(size.sum()) - events)
    if in_files > counts.kept:
        counts.deduplicated["item in several files (longest playtime kept)"] = (
            in_files - counts.kept
        )
    names = _names(found, games)
    rows_of_all = np.concatenate(game), np.concatenate(minutes)
    return Counted(Libraries(owners, games, names, begin, size, *rows_of_all), counts)


def _sessions(part: Events) -> Libraries:
    """What was played in one file of events, as libraries without names."""
    played = list(part.of(MINUTES))
    players = _Numbers({user: at for at, user in enumerate(sorted({e.user_id for e in played}))})
    games = _Numbers()
    pair = np.array([players[e.user_id] << 32 | games[e.app_id] for e in played], np.int64)
    minutes = np.array([event.value for event in played], np.int32)
    none = _Rows(np.zeros(0, np.int64), np.zeros(0, np.int32))
    rows = _combined(none, pair, minutes, np.add)
    return Libraries.of(
        pa.array(players, pa.string()),
        pa.array(games, pa.string()),
        pa.nulls(len(games), pa.string()),
        np.bincount(rows.pair >> 32, minlength=len(players)).astype(np.int32),
        (rows.pair & 0xFFFFFFFF).astype(np.int32),
        rows.minutes,
    )


def _names(parts: Sequence[Libraries], games: pa.Array) -> pa.Array:
    """The first name of each game that is one."""
    every = pa.concat_arrays([pa.nulls(1, pa.string()), *(part.names for part in parts)])
    first, end = np.zeros(len(games), np.int64), len(every)  # 0 is the null before all of them
    for part in reversed(parts):
        end -= len(part.names)
        named = np.flatnonzero(part.names.is_valid())
        first[numbers(part.games, games)[named]] = end + named
    return every.take(pa.array(first))


class _Numbers(dict[str, int]):
    """Numbers keys in the order in which they are first asked for."""

    def __missing__(self, key: str) -> int:
        number = self[key] = len(self)
        return number


class _Rows(NamedTuple):
    """Distinct (user << 32 | game), ascending, and their minutes, MOST_MINUTES at most."""

    pair: npt.NDArray[np.int64]
    minutes: _Ints


def _combined(rows: _Rows, pair: npt.NDArray[np.int64], minutes: _Ints, how: np.ufunc) -> _Rows:
    """Put further pairs in, in any order and repeated; their minutes are combined so. The work on
    what stands already is one copy: an update adds little to much."""
    if not (np.diff(pair, prepend=-1) > 0).all():
        order = np.argsort(pair, kind="stable")
        pair, minutes = pair[order], minutes[order]
        first = np.flatnonzero(np.diff(pair, prepend=-1))
        pair, minutes = pair[first], _short(how.reduceat(minutes.astype(np.int64), first))
    if not len(rows.pair):
        return _Rows(pair, minutes.copy())  # what was given may be for reading only
    place = np.searchsorted(rows.pair, pair)
    known = np.zeros(len(pair), np.bool_)
    inside = place < len(rows.pair)
    known[inside] = rows.pair[place[inside]] == pair[inside]
    there = place[known]
    rows.minutes[there] = _short(how(rows.minutes[there].astype(np.int64), minutes[known]))
    at, new = place[~known], ~known
    return _Rows(np.insert(rows.pair, at, pair[new]), np.insert(rows.minutes, at, minutes[new]))


def _short(minutes: npt.NDArray[np.int64]) -> _Ints:
    return np.minimum(minutes, MOST_MINUTES).astype(np.int32)
