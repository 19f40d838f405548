"""etl.games: what is done with a range of users: merge their rows, score, and write their tables.

The functions are those of a build on one host, applied to some users. Each is called by a worker
with the work folder, leaves its results there, and returns counts and what is as small as the
catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Self

import numpy as np
import pyarrow as pa

from datastore.base import playtimes
from datastore.base.library import Library
from etl.columns import search_index
from etl.columns.arrow import distinct, numbers, order_of, whole
from etl.games import events, libraries, reviews
from etl.games.axes import Axes
from etl.games.events import MINUTES, Events
from etl.games.kinds import LIBRARIES
from etl.games.libraries import Libraries
from etl.games.play_rows import players_of_games
from etl.games.reviews import RawReviews, Reviews
from etl.games.tables import user_columns
from etl.games.totals import GenrePlayers, Totals
from etl.games.world import Games, MergedRows, World
from etl.parts.folder import WorkFolder
from etl.parts.ranges import cuts
from etl.process.engine import Arrays, Shared
from etl.raw.counts import RowCounts
from etl.raw.kinds import RawKind
from etl.recommender.users import FolderShelf, Part
from etl.sentiment.reviews import Sentiment
from etl.snapshot.writer import contract_table
from etl.sources.parts import PartedFile, load_rows

__all__ = [
    "CountedRanges",
    "FactsOf",
    "FileFacts",
    "GameRows",
    "Merge",
    "MergedRanges",
    "RangeSize",
    "SearchKeys",
    "SplitPlays",
    "Tables",
    "UserRange",
]

_TEXT = pa.string()


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the merge of one range of users must know of whole files: the games of their libraries
    or sessions, with their names, and the newest year of the reviews of each file, 0 without."""

    games: Libraries
    newest_years: tuple[int, ...]

    @classmethod
    def merged(cls, parts: Sequence[Self]) -> Self:
        """Those of all these files."""
        games = libraries.merge([part.games for part in parts]).rows
        return cls(games, tuple(year for part in parts for year in part.newest_years))


@dataclass(frozen=True, slots=True)
class FactsOf:
    """Reads the facts of one file of reviews, libraries or events."""

    kinds: Callable[[], Mapping[str, RawKind]]
    folder: WorkFolder

    def __call__(self, file: PartedFile) -> FileFacts:
        rows = load_rows(self.folder, self.kinds()[file.file.kind], file.number)
        if isinstance(rows, RawReviews):
            return FileFacts(_games([]), (reviews.newest_year(rows),))
        if isinstance(rows, Events):
            played = dict.fromkeys(event.app_id for event in rows.of(MINUTES))
            return FileFacts(_games(list(played)), (0,))
        return FileFacts(rows.of_nobody(), (0,))


def _games(app_ids: list[str]) -> Libraries:
    games, none = pa.array(app_ids, _TEXT), np.zeros(0, np.int32)
    return Libraries.of(
        pa.array([], _TEXT), games, pa.nulls(len(games), _TEXT), none, none, none, none
    )


# ---------------------------------------------------------------- merge


class RangeSize(NamedTuple):
    """Numbers of users, of rows of their libraries, and of played ones."""

    users: int
    rows: int
    played: int


@dataclass(frozen=True, slots=True)
class MergedRanges:
    """The sizes of some ranges of users, the row counts of their merge by kind, and the product ids
    that they have reviewed."""

    sizes: tuple[RangeSize, ...]
    counts: Mapping[str, RowCounts]
    reviewed: pa.Array

    @classmethod
    def merged(cls, parts: Sequence[Self]) -> Self:
        """Those of all these ranges; there must be one."""
        return cls(
            tuple(size for part in parts for size in part.sizes),
            {
                kind: sum((part.counts[kind] for part in parts), RowCounts())
                for kind in parts[0].counts
            },
            pa.chunked_array([part.reviewed for part in parts], pa.string()).unique(),
        )


@dataclass(frozen=True, slots=True)
class Merge:
    """Merges the rows of all files of a range of users. `newest_years` are the newest years in the
    files up to each file of reviews, by its number."""

    folder: WorkFolder
    newest_years: Shared[dict[int, int]]

    def __call__(self, target: int, pieces: list[tuple[PartedFile, Any]]) -> MergedRanges:
        merged_events = events.merge([rows for _, rows in pieces if isinstance(rows, Events)])
        in_order = iter(merged_events.rows)
        of_reviews: list[RawReviews | Events] = []
        of_libraries: list[Libraries | Events] = []
        for file, rows in pieces:
            if isinstance(rows, Events):
                rows = next(in_order)
                of_reviews.append(rows)
                of_libraries.append(rows)
            elif isinstance(rows, RawReviews):
                newest = self.newest_years.value[file.number]
                of_reviews.append(replace(rows, newest_year=newest))
            else:
                of_libraries.append(rows)
        merged_reviews = reviews.merge(of_reviews)
        merged = libraries.merge(of_libraries)
        users = distinct(merged.rows.users, merged_reviews.rows.users)
        users = users.take(order_of(users))
        places = numbers(users, merged.rows.users)
        owners = merged.rows.of_users(places[places >= 0])
        rows = merged_reviews.rows.rows
        self.folder.write("user ids", target, pa.table([users], ["user_id"]))
        self.folder.write("reviews merged", target, rows)
        self.folder.write_all(LIBRARIES.name, target, LIBRARIES.to_tables(owners))
        return MergedRanges(
            sizes=(RangeSize(len(users), len(owners.game), int(np.count_nonzero(owners.minutes))),),
            counts={
                "reviews": merged_reviews.counts,
                "items": merged.counts,
                "events": merged_events.counts,
            },
            reviewed=whole(rows["app_id"]).unique(),
        )


# ---------------------------------------------------------------- tables


@dataclass(frozen=True, slots=True)
class UserRange:
    """A range of users: its number, and the numbers of its first user, row and played row."""

    number: int
    first_user: int
    first_row: int
    first_played: int


@dataclass(frozen=True, slots=True)
class CountedRanges:
    """Sums over some ranges of users, numbers of rows of two arrays, and the users for the
    model."""

    totals: Totals
    genre_players: GenrePlayers
    long_rows: int
    recent_starts: int
    users: tuple[Part, ...]

    @classmethod
    def merged(cls, parts: Sequence[Self]) -> Self:
        """Those of all these ranges; there must be one."""
        return cls(
            Totals.merged([part.totals for part in parts]),
            GenrePlayers.merged([part.genre_players for part in parts]),
            sum(part.long_rows for part in parts),
            sum(part.recent_starts for part in parts),
            tuple(users for part in parts for users in part.users),
        )


@dataclass(frozen=True, slots=True)
class Tables:
    """Numbers the rows of a range of users, writes its parts of tables and arrays, and counts."""

    folder: WorkFolder
    games: Shared[Games]

    def __call__(self, part: UserRange) -> CountedRanges:
        folder, number = self.folder, part.number
        world = self._world(part)
        ids = world.user_ids.to_pylist()
        columns = user_columns(world, search_index.keys(ids))
        folder.write("users", number, contract_table("users", columns))
        review = world.review | {"user": world.review["user"] + np.int32(part.first_user)}
        folder.write("reviews", number, contract_table("reviews", review))
        rows = world.rows
        packed = playtimes.packed(rows.offsets, rows.minutes)
        arrays: Arrays = {
            "library_offsets": rows.offsets[1:] + part.first_row,
            "library_games": rows.game,
            "library_minutes": rows.minutes,
            "played_offsets": packed["played_offsets"][1:] + part.first_played,
            "played_minutes": packed["played_minutes"].astype(np.uint16),
            "long_rows": packed["long_rows"] + part.first_played,
            "long_minutes": packed["long_minutes"],
            "recent_starts": world.recent_starts + np.int32(part.first_row),
        }
        for name, array in arrays.items():
            folder.write_array(name, number, array)
        users = self.users(part, len(ids))
        users.describe(rows, ids, world.recent_starts)
        return CountedRanges(
            Totals.of(world),
            GenrePlayers.of(world),
            len(packed["long_rows"]),
            len(world.recent_starts),
            (users,),
        )

    def users(self, part: UserRange, size: int) -> Part:
        """The users for the model, whose shelf is in the work folder."""
        shelf = FolderShelf(self.folder.path / "model" / f"{part.number:06}")
        return Part(part.first_user, size, shelf)

    def _world(self, part: UserRange) -> World:
        folder, number, games = self.folder, part.number, self.games.value
        user_ids = whole(folder.read("user ids", number)["user_id"])
        owned = load_rows(folder, LIBRARIES, number)
        rows = folder.read("reviews merged", number)
        compound, learned = (folder.read_array(name, number) for name in ("compound", "learned"))
        merged = MergedRows(
            games.catalogue,
            Reviews(rows, user_ids, None),
            owned,
            Sentiment(compound, learned, ""),
        )
        entities = Axes(games.listed, games.app_ids, games.shown_titles, user_ids)
        return World.of(games, entities, merged, part.first_user)


@dataclass(frozen=True, slots=True)
class SearchKeys:
    """Reads the search keys of a range of users."""

    folder: WorkFolder

    def __call__(self, part: int) -> list[str]:
        keys: list[str] = self.folder.read("users", part)["search_key"].to_pylist()
        return keys


@dataclass(frozen=True, slots=True)
class SplitPlays:
    """Splits the played rows of a range of users by ranges of games, by their ends."""

    folder: WorkFolder
    ends: Sequence[int]
    games: int

    def __call__(self, part: UserRange) -> Iterator[tuple[int, Any]]:
        names = ("library_offsets", "library_games", "library_minutes")
        ends, game, minutes = (self.folder.read_array(name, part.number) for name in names)
        library = Library(np.append(part.first_row, ends) - part.first_row, game, minutes)
        offsets, rows = players_of_games(library, self.games)
        for target, (first, last) in enumerate(cuts(self.ends, self.games)):
            own = rows[offsets[first] : offsets[last]]
            if len(own):
                numbered = own + np.int32(part.first_row)
                yield target, (game[own], minutes[own], numbered)


@dataclass(frozen=True, slots=True)
class GameRows:
    """Sorts the played rows of a range of games: by game, then minutes descending, then user."""

    folder: WorkFolder

    def __call__(self, target: int, pieces: list[Any]) -> int:
        none = np.zeros(0, np.int32)
        game, minutes, rows = (
            np.concatenate(column) for column in zip((none, none, none), *pieces, strict=True)
        )
        most = int(minutes.max(initial=0))
        order = np.argsort(game.astype(np.int64) << 32 | (most - minutes), kind="stable")
        self.folder.write_array("game_rows", target, rows[order])
        return len(rows)
