"""etl.games: libraries as columns: those of one file, and those of all files merged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

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
    """Distinct (user, game) rows; the rows of one user are contiguous.

    `game` holds indices into `games`, the product ids; `minutes` is the total playtime. `names`
    holds the first name of each game that is not blank, else null. `recent_starts` are the rows,
    ascending, whose game was started in the two weeks before the newest file with the user, or by
    an event in it.
    """

    users: pa.Array
    games: pa.Array
    names: pa.Array
    begin: _Places  # users: first row of each; rows between two users may be outdated
    size: _Ints  # users: number of rows
    game: _Ints  # rows
    minutes: _Ints  # rows
    recent_starts: _Ints

    @classmethod
    def of(
        cls, users: pa.Array, games: pa.Array, names: pa.Array, size: _Ints, *rows: _Ints
    ) -> Self:
        """From `rows` (game, minutes) in the order of the users, without gaps, and the recent
        starts."""
        return cls(users, games, names, np.cumsum(size, dtype=np.int64) - size, size, *rows)

    def of_nobody(self) -> Self:
        """The games alone, all of them."""
        none = np.zeros(0, np.int32)
        return self.of(self.users.slice(0, 0), self.games, self.names, none, none, none, none)

    def of_users(self, users: npt.NDArray[Any]) -> Self:
        """The libraries of some users, by their places, in this order, and only their games."""
        _, position = spans(self.begin[users], self.size[users])
        games, game = np.unique(self.game[position], return_inverse=True)
        return self.of(
            self.users.take(pa.array(users)),
            self.games.take(pa.array(games)),
            self.names.take(pa.array(games)),
            self.size[users],
            game.astype(np.int32),
            self.minutes[position],
            np.flatnonzero(np.isin(position, self.recent_starts)).astype(np.int32),
        )


def read(reader: RecordReader) -> Libraries:
    """Read one file, by `etl.games.library_reader`, which does not load Arrow."""
    columns = library_reader.read(reader)
    keys = (pa.array(column, pa.string()) for column in columns[:3])
    return Libraries.of(*keys, *columns[3:])


def merge(parts: Sequence[Libraries | Events]) -> Counted[Libraries]:
    """Merge the libraries of all files, the oldest file first.

    A user's library has every game of any file, with the longest playtime; minutes of events are
    added to the earlier playtime. The newest file with a user says which games were started
    recently; an event starts a game that was not played before.

    Rows of users in a single file are not moved, because an update adds little to much. Rows of
    users in several files are merged in `shared`, behind all others.
    """
    libraries = [part if isinstance(part, Libraries) else _sessions(part) for part in parts]
    rows_in_files = sum(len(part.game) for part in parts if isinstance(part, Libraries))
    if len(libraries) == 1 and isinstance(parts[0], Libraries):
        return Counted(libraries[0], RowCounts(kept=rows_in_files))
    no_keys = pa.array([], pa.string())
    games = distinct(no_keys, *(part.games for part in libraries))
    users = distinct(no_keys, *(part.users for part in libraries))
    user_numbers = [numbers(part.users, users) for part in libraries]  # of each file's users
    all_numbers = np.concatenate([np.zeros(0, np.int32), *user_numbers])
    in_several_files = np.bincount(all_numbers, minlength=len(users)) > 1
    begin, size = np.zeros(len(users), np.int64), np.zeros(len(users), np.int32)
    game, minutes, recent_starts = ([np.zeros(0, np.int32)] for _ in range(3))
    shared = _PlayPairs(np.zeros(0, np.int64), np.zeros(0, np.int64))
    rows = rows_from_events = 0
    for part, library, numbered in zip(parts, libraries, user_numbers, strict=True):
        begin[numbered], size[numbered] = library.begin + rows, library.size
        game.append(numbers(library.games, games)[library.game])
        minutes.append(library.minutes)
        to_merge = in_several_files[numbered]
        user, position = spans(library.begin[to_merge], library.size[to_merge])
        pair = numbered[to_merge][user].astype(np.int64) << 32 | game[-1][position]
        pairs_before = len(shared.pair)
        combine = _longer if isinstance(part, Libraries) else _played_on
        shared.forget_starts(numbered[to_merge])
        shared = _combined(shared, pair, _playtimes(library, position), combine)
        owner = np.searchsorted(library.begin + library.size, library.recent_starts, "right")
        recent_starts.append(library.recent_starts[~to_merge[owner]] + np.int32(rows))
        if not isinstance(part, Libraries):
            new_pairs = len(shared.pair) - pairs_before
            rows_from_events += len(library.game) - len(position) + new_pairs
        rows += len(library.game)
    shared_user = shared.pair >> 32
    size[in_several_files] = np.bincount(shared_user, minlength=len(users))[in_several_files]
    first_shared = np.searchsorted(shared_user, np.flatnonzero(in_several_files))
    begin[in_several_files] = rows + first_shared
    game.append((shared.pair & 0xFFFFFFFF).astype(np.int32))
    minutes.append((shared.playtime >> 1).astype(np.int32))
    recent_starts.append((rows + np.flatnonzero(~shared.playtime & 1)).astype(np.int32))
    counts = RowCounts(kept=int(size.sum()) - rows_from_events)
    repeated = rows_in_files - counts.kept
    if repeated > 0:
        counts.deduplicated["item in several files (longest playtime kept)"] = repeated
    columns = (np.concatenate(column) for column in (game, minutes, recent_starts))
    merged = Libraries(users, games, _names(libraries, games), begin, size, *columns)
    return Counted(merged, counts)


def _sessions(part: Events) -> Libraries:
    """The playtimes in one file of events, as libraries without names."""
    sessions = list(part.of(MINUTES))
    user_ids = sorted({session.user_id for session in sessions})
    players = _Numbering({user_id: number for number, user_id in enumerate(user_ids)})
    games = _Numbering()
    keys = np.array([players[e.user_id] << 32 | games[e.app_id] for e in sessions], np.int64)
    pair, row = np.unique(keys, return_inverse=True)
    total = np.zeros(len(pair), np.int64)
    np.add.at(total, row, [session.value for session in sessions])
    minutes = np.minimum(total, MOST_MINUTES).astype(np.int32)
    return Libraries.of(
        pa.array(players, pa.string()),
        pa.array(games, pa.string()),
        pa.nulls(len(games), pa.string()),
        np.bincount(pair >> 32, minlength=len(players)).astype(np.int32),
        (pair & 0xFFFFFFFF).astype(np.int32),
        minutes,
        np.flatnonzero(minutes).astype(np.int32),
    )


def _names(parts: Sequence[Libraries], games: pa.Array) -> pa.Array:
    """The first name of each of these games that is not null, else null."""
    all_names = pa.concat_arrays([pa.nulls(1, pa.string()), *(part.names for part in parts)])
    first = np.zeros(len(games), np.int64)  # 0 is the null in front of all names
    part_start = len(all_names)
    for part in reversed(parts):
        part_start -= len(part.names)
        named = np.flatnonzero(part.names.is_valid())
        first[numbers(part.games, games)[named]] = part_start + named
    return all_names.take(pa.array(first))


class _Numbering(dict[str, int]):
    """Numbers keys in the order of their first look-up."""

    def __missing__(self, key: str) -> int:
        number = self[key] = len(self)
        return number


class _PlayPairs(NamedTuple):
    """Distinct pairs (user << 32 | game), ascending, and their playtimes: see
    `library_lines.playtime`."""

    pair: _Places
    playtime: _Places

    def forget_starts(self, users: _Ints) -> None:
        """Games of these users were started long ago."""
        self.playtime[np.isin(self.pair >> 32, users)] |= 1


def _playtimes(library: Libraries, rows: _Places) -> _Places:
    """The playtimes of some rows."""
    return 2 * library.minutes[rows].astype(np.int64) + ~np.isin(rows, library.recent_starts)


def _longer(before: _Places, after: _Places) -> _Places:
    """The longer playtimes; the later ones say how recent they are."""
    longer: _Places = 2 * np.maximum(before >> 1, after >> 1) + (after & 1)
    return longer


def _played_on(before: _Places, more: _Places) -> _Places:
    """Playtimes and later ones together."""
    minutes = np.minimum((before >> 1) + (more >> 1), MOST_MINUTES)
    return 2 * minutes + np.where(before > 1, before & 1, more & 1)


def _combined(
    rows: _PlayPairs,
    pair: _Places,
    playtime: _Places,
    combine: Callable[[_Places, _Places], _Places],
) -> _PlayPairs:
    """Add further distinct pairs, in any order; `combine` merges their playtimes.

    The existing rows are copied once, because an update adds little to much.
    """
    if not (np.diff(pair, prepend=-1) > 0).all():
        order = np.argsort(pair, kind="stable")
        pair, playtime = pair[order], playtime[order]
    if not len(rows.pair):
        return _PlayPairs(pair, playtime)
    position = np.searchsorted(rows.pair, pair)
    known = np.zeros(len(pair), np.bool_)
    inside = position < len(rows.pair)
    known[inside] = rows.pair[position[inside]] == pair[inside]
    existing = position[known]
    rows.playtime[existing] = combine(rows.playtime[existing], playtime[known])
    insertion, new = position[~known], ~known
    return _PlayPairs(
        np.insert(rows.pair, insertion, pair[new]),
        np.insert(rows.playtime, insertion, playtime[new]),
    )
