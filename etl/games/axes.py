"""etl.games: clean sources joined into numbered entities: the axes that every table shares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from etl.columns.arrow import (
    SOME,
    Column,
    distinct,
    in_natural_order,
    numbers,
    order_of,
    slices,
    spans,
    whole,
)
from etl.games.libraries import Libraries

__all__ = [
    "Axes",
    "Library",
    "Names",
    "axes",
    "in_order",
    "library",
    "players_of_games",
    "spellings",
]

Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Names:
    """Distinct names: the spelling shown, its folded form (ascending), and each user's number."""

    shown: list[str]
    folded: list[str]
    number: dict[str, int]  # by spelling


@dataclass(frozen=True, slots=True)
class Library:
    """Who owns what, users ascending; a user's rows by minutes descending, then game."""

    offsets: npt.NDArray[np.int64]  # users + 1
    game: Ints  # rows
    minutes: Ints  # rows

    @property
    def user(self) -> Ints:
        """Whose each row is; made anew whenever it is asked for."""
        users = np.arange(len(self.offsets) - 1, dtype=np.int32)
        return np.repeat(users, np.diff(self.offsets))


@dataclass(frozen=True, slots=True)
class Axes:
    """The entities in the order of their row numbers.

    `app_ids[:listed]` are the games of the catalogue; the others are known from libraries and
    reviews only, with the name that libraries give them (null if none does).
    """

    listed: int
    app_ids: pa.Array
    titles: pa.Array
    user_ids: pa.Array


def axes(catalogue: pa.Table, libraries: Libraries, users: Column, reviewed: Column) -> Axes:
    """Number all games and users: those of the libraries, and those who stand in the reviews'
    dumps with the product ids that are reviewed."""
    listed = whole(catalogue["app_id"])
    known = distinct(libraries.games, reviewed)
    unlisted = known.filter(pc.invert(pc.is_in(known, listed)))
    unlisted = unlisted.take(in_natural_order(unlisted))
    names = libraries.names.take(pc.index_in(unlisted, libraries.games))
    user_ids = distinct(libraries.users, users)
    return Axes(
        listed=len(listed),
        app_ids=pa.concat_arrays([listed, unlisted]),
        titles=pa.concat_arrays([whole(catalogue["title"]), names]),
        user_ids=user_ids.take(order_of(user_ids)),
    )


def library(axes: Axes, libraries: Libraries) -> Library:
    """Renumber the rows of the libraries and sort them."""
    game_number = numbers(libraries.games, axes.app_ids)
    place = numbers(axes.user_ids, libraries.users)  # -1 for who has no library: see the append
    size, begin = np.append(libraries.size, 0)[place], np.append(libraries.begin, 0)[place]
    offsets = _offsets(size)
    most = int(libraries.minutes.max(initial=0))
    game, minutes = (np.empty(offsets[-1], np.int32) for _ in range(2))
    for first, last in slices(offsets):
        rows = slice(offsets[first], offsets[last])
        own, at = spans(begin[first:last], size[first:last])
        part = own, most - libraries.minutes[at], game_number[libraries.game[at]]
        limits = last - first, most, len(axes.app_ids)
        fewer, game[rows] = in_order(len(at), limits, [part], last=2)
        minutes[rows] = most - fewer
    return Library(offsets, game, minutes)


def _offsets(size: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(size)]).astype(np.int64)


def players_of_games(rows: Library, games: int) -> tuple[npt.NDArray[np.int64], Ints]:
    """Row numbers of the played pairs by game, minutes descending, then user; and where each
    game's start (games + 1)."""
    most = int(rows.minutes.max(initial=0))
    size = np.zeros(games, np.int64)

    def played() -> Iterator[tuple[Ints, ...]]:
        for first, last in slices(rows.offsets):
            part = slice(rows.offsets[first], rows.offsets[last])
            at = np.flatnonzero(rows.minutes[part]) + part.start
            game = rows.game[at]
            size[:] += np.bincount(game, minlength=games)
            yield game, most - rows.minutes[at], at.astype(np.int32)  # rows are by user already

    count = int(np.count_nonzero(rows.minutes))
    (order,) = in_order(count, (games, most, len(rows.game)), played(), last=1)
    return _offsets(size), order


def in_order(
    size: int, most: Sequence[int], parts: Iterable[tuple[Ints, ...]], last: int
) -> tuple[Ints, ...]:
    """So many rows of whole numbers, 0 to the `most` of each column, some at a time: by the first
    column, then the second, and so on; of the columns so many of the last.

    Packed into one number a row where 63 bits hold it, which sorts twenty times faster.
    """
    bits = [number.bit_length() for number in most]
    if sum(bits) > 63:
        columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
        order = np.lexsort(columns[::-1])
        return tuple(column[order] for column in columns[-last:])
    packed = np.empty(size, np.int64)
    end = 0
    for first, *others in parts:
        part = first.astype(np.int64)
        for column, width in zip(others, bits[1:], strict=True):
            part <<= width
            part |= column
        packed[end : end + len(part)] = part
        end += len(part)
    packed.sort()
    unpacked = [np.empty(size, np.int32) for _ in range(last)]
    for start in range(0, size, SOME):
        part = packed[start : start + SOME].copy()
        for width, column in zip(bits[: -last - 1 : -1], unpacked, strict=True):
            column[start : start + SOME] = part & ((1 << width) - 1)
            part >>= width
    return tuple(reversed(unpacked))


def spellings(uses: dict[str, int], fold: Any) -> Names:
    """Merge spellings that fold alike. Shown is the one with most uses, then the first by code
    point. Entities are numbered by their folded names, by code point."""
    groups: dict[str, list[str]] = {}
    for spelling in uses:
        groups.setdefault(fold(spelling), []).append(spelling)
    folded = sorted(groups)
    shown = [min(groups[key], key=lambda name: (-uses[name], name)) for key in folded]
    number = {name: at for at, key in enumerate(folded) for name in groups[key]}
    return Names(shown, folded, number)
