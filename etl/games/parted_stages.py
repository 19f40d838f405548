"""etl.games: the stages of the games subject up to training, over ranges of users.

An engine runs what `etl.games.parts` does with a range of users. This host numbers the games, adds
up counts, and copies the parts of tables and arrays into the snapshot; it never holds all users.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import accumulate

import msgspec
import numpy as np
import pyarrow as pa

from etl.games import libraries, reviews
from etl.games.axes import axes
from etl.games.kinds import CATALOGUE, EVENTS, LIBRARIES, REVIEWS
from etl.games.libraries import Libraries
from etl.games.parts import (
    CountedRange,
    FactsOf,
    FileFacts,
    GameRows,
    Learn,
    Merge,
    MergedRange,
    Score,
    SearchKeys,
    SplitPlays,
    Tables,
    UserRange,
)
from etl.games.reviews import RawReviews
from etl.games.tables import subject_data, write_games, write_genres
from etl.games.totals import GenrePlayers, Totals
from etl.games.world import Games, number_games
from etl.parts.folder import WorkFolder
from etl.parts.joined import join_table
from etl.parts.search import NamedPart, index_parts
from etl.process.engine import Engine
from etl.raw.counts import RowCounts
from etl.raw.kinds import RawKind
from etl.recommender.users import Users
from etl.snapshot.writer import SnapshotWriter
from etl.sources.parts import PartedFile, PartedSources
from etl.subject import Trainable, Workspace

__all__ = ["prepare"]

#: The kinds with rows of users, in the order in which they are reported.
_USERS = (REVIEWS, LIBRARIES, EVENTS)


def prepare(workspace: Workspace, sources: PartedSources) -> Trainable:
    """Merge, clean and score the rows, and write the tables."""
    engine, folder, writer = sources.engine, sources.folder.room("games"), workspace.writer
    facts = _facts(sources)
    newest_years = _newest_years(facts)
    merge = Merge(folder, engine.share(newest_years))
    ranges = sources.by_users(_USERS, merge, "merge libraries and reviews")
    for _ in engine.map(Score(folder), range(len(ranges)), "sentiment"):
        pass
    [(sentiment, _)] = engine.map(Learn(folder, len(ranges)), [0], "learned sentiment")
    catalogue = CATALOGUE.merge([sources.load(file) for file in sources.of(CATALOGUE)])
    played = libraries.merge([each.games for _, each in facts]).rows
    games = _games(catalogue.rows, played, ranges)
    users = _numbered(ranges)
    counted = list(engine.map(Tables(folder, engine.share(games)), users, "tables of users"))
    totals = Totals.merged([part.totals for part in counted])
    with workspace.reporter.stage("tables"):
        write_games(writer, games, totals)
        write_genres(writer, games, GenrePlayers.merged([part.genre_players for part in counted]))
        owned = np.flatnonzero(totals.games["owners"]).max(initial=0)
        _write_users(writer, folder, ranges, counted, int(owned))
    _write_game_rows(engine, writer, folder, users, totals.games["players"])
    _write_index(engine, writer, folder, users)
    data = subject_data(games, totals, _crawl_year(newest_years))
    reports = [
        sources.report(CATALOGUE, catalogue.counts),
        *(sources.report(kind, _merge_counts(kind, ranges)) for kind in _USERS),
    ]
    return Trainable(
        sources=[report for report in reports if report.file],
        data=msgspec.structs.replace(data, facts=data.facts | sentiment),
        training=games.training_data(Users([part.users for part in counted], engine)),
        feedback=None,  # of what is added to a live snapshot
    )


def _facts(sources: PartedSources) -> list[tuple[PartedFile, FileFacts]]:
    """What is known about each file with rows of users."""
    files = sources.of(*_USERS)
    work = FactsOf(sources.kinds, sources.folder)
    found = sources.engine.map(work, files, "games and dates of files")
    return list(zip(files, found, strict=True))


def _newest_years(facts: Sequence[tuple[PartedFile, FileFacts]]) -> dict[int, int]:
    """The newest year of a review in the files up to each file, by its number."""
    newest = accumulate((each.newest_year for _, each in facts), max)
    return {file.number: year for (file, _), year in zip(facts, newest, strict=True)}


def _crawl_year(newest_years: dict[int, int]) -> int | None:
    newest = max(newest_years.values(), default=0)
    nobody = RawReviews(reviews.RAW.empty_table(), pa.array([], pa.string()), newest)
    return reviews.merge([nobody]).rows.crawl_year


def _games(catalogue: pa.Table, played: Libraries, ranges: Sequence[MergedRange]) -> Games:
    reviewed = pa.chunked_array([part.reviewed for part in ranges], pa.string()).unique()
    nobody = pa.array([], pa.string())
    return number_games(catalogue, axes(catalogue, played, nobody, reviewed))


def _numbered(ranges: Sequence[MergedRange]) -> list[UserRange]:
    """The ranges, with the numbers of their first users and rows."""
    first_users = accumulate((part.users for part in ranges), initial=0)
    first_rows = accumulate((part.rows for part in ranges), initial=0)
    first_played = accumulate((part.played for part in ranges), initial=0)
    firsts = zip(first_users, first_rows, first_played, strict=True)
    return [
        UserRange(part, *first) for part, first in zip(range(len(ranges)), firsts, strict=False)
    ]


def _merge_counts(kind: RawKind, ranges: Sequence[MergedRange]) -> RowCounts:
    return sum((part.counts[kind.name] for part in ranges), RowCounts())


def _write_users(
    writer: SnapshotWriter,
    folder: WorkFolder,
    ranges: Sequence[MergedRange],
    counted: Sequence[CountedRange],
    last_owned: int,
) -> None:
    """Copy the parts of users, reviews and libraries; `last_owned` is the last game of these."""
    parts = range(len(ranges))
    users, rows, played = (
        sum(getattr(part, name) for part in ranges) for name in ("users", "rows", "played")
    )
    long_rows = sum(part.long_rows for part in counted)
    for name in ("users", "reviews"):
        writer.table_of_parts(name, partial(join_table, folder, name, parts))
    sizes = {
        "library_games": (rows, last_owned),
        "played_minutes": (played, 0),
        "long_rows": (long_rows, 0),
        "long_minutes": (long_rows, 0),
        "recent_starts": (sum(part.recent_starts for part in counted), 0),
    }
    for name, (size, most) in sizes.items():
        writer.array_of_parts(name, (size,), folder.arrays(name, parts), most)
    for name in ("library_offsets", "played_offsets"):
        offsets = _behind_zero(folder.arrays(name, parts))
        writer.array_of_parts(name, (users + 1,), offsets)


def _behind_zero(parts: Iterable[np.ndarray]) -> Iterable[np.ndarray]:
    yield np.zeros(1, np.int64)
    yield from parts


def _write_game_rows(
    engine: Engine,
    writer: SnapshotWriter,
    folder: WorkFolder,
    users: Sequence[UserRange],
    players: np.ndarray,
) -> None:
    """Sort the played rows by game, in ranges of games with about as many each."""
    offsets = np.append(0, np.cumsum(players))
    aims = np.arange(1, len(users)) * (offsets[-1] / len(users))
    ends = np.searchsorted(offsets, aims).clip(max=len(players)).tolist()
    split = SplitPlays(folder, ends, len(players))
    sorted_rows = engine.exchange(split, users, len(ends) + 1, GameRows(folder), "plays by game")
    rows = sum(sorted_rows)
    writer.array("game_offsets", offsets)
    writer.array_of_parts("game_rows", (rows,), folder.arrays("game_rows", range(len(ends) + 1)))


def _write_index(
    engine: Engine, writer: SnapshotWriter, folder: WorkFolder, users: Sequence[UserRange]
) -> None:
    named = [NamedPart(part.number, part.first_user) for part in users]
    index = index_parts(engine, folder.room("search"), named, SearchKeys(folder), "users")
    for name, rows, content in index.arrays():
        writer.array_of_parts(f"search_users_{name}", (rows,), content)
