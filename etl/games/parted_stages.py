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

from etl.games import reviews
from etl.games.axes import axes
from etl.games.kinds import CATALOGUE, EVENTS, LIBRARIES, REVIEWS
from etl.games.parted_sentiment import score
from etl.games.parts import (
    CountedRanges,
    FactsOf,
    FileFacts,
    GameRows,
    Merge,
    MergedRanges,
    RangeSize,
    SearchKeys,
    SplitPlays,
    Tables,
    UserRange,
)
from etl.games.reviews import RawReviews
from etl.games.tables import subject_data, write_games, write_genres
from etl.games.world import number_games
from etl.parts.folder import WorkFolder
from etl.parts.joined import join_table
from etl.parts.search import NamedPart, index_parts
from etl.process.engine import Engine, total
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
    files, read = sources.of(*_USERS), FactsOf(sources.kinds, sources.folder)
    facts = engine.reduce(read, files, FileFacts.merged, "games and dates of files")
    newest_years = _newest_years(files, facts)
    with engine.share(newest_years) as shared:
        merge, stage = Merge(folder, shared), "merge libraries and reviews"
        merged = sources.by_users(_USERS, merge, MergedRanges.merged, stage)
    ranges = merged.sizes
    sentiment = score(engine, folder, len(ranges))
    catalogue = CATALOGUE.merge([sources.load(file) for file in sources.of(CATALOGUE)])
    nobody = pa.array([], pa.string())
    entities = axes(catalogue.rows, facts.games, nobody, merged.reviewed)
    games = number_games(catalogue.rows, entities)
    users = _numbered(ranges)
    with engine.share(games) as shared_games:
        tables = Tables(folder, shared_games)
        counted = engine.reduce(tables, users, CountedRanges.merged, "tables of users")
    totals = counted.totals
    with workspace.reporter.stage("tables"):
        write_games(writer, games, totals)
        write_genres(writer, games, counted.genre_players)
        owned = np.flatnonzero(totals.games["owners"]).max(initial=0)
        _write_users(writer, folder, ranges, counted, int(owned))
    _write_game_rows(engine, writer, folder, users, totals.games["players"])
    _write_index(engine, writer, folder, users)
    data = subject_data(games, totals, _crawl_year(newest_years))
    reports = [
        sources.report(CATALOGUE, catalogue.counts),
        *(sources.report(kind, merged.counts[kind.name]) for kind in _USERS),
    ]
    return Trainable(
        sources=[report for report in reports if report.file],
        data=msgspec.structs.replace(data, facts=data.facts | sentiment),
        training=games.training_data(Users(counted.users, engine)),
        feedback=None,  # of what is added to a live snapshot
    )


def _newest_years(files: Sequence[PartedFile], facts: FileFacts) -> dict[int, int]:
    """The newest year of a review in the files up to each file, by its number."""
    newest = accumulate(facts.newest_years, max)
    return {file.number: year for file, year in zip(files, newest, strict=True)}


def _crawl_year(newest_years: dict[int, int]) -> int | None:
    newest = max(newest_years.values(), default=0)
    nobody = RawReviews(reviews.RAW.empty_table(), pa.array([], pa.string()), newest)
    return reviews.merge([nobody]).rows.crawl_year


def _numbered(ranges: Sequence[RangeSize]) -> list[UserRange]:
    """The ranges, with the numbers of their first users and rows."""
    first_users = accumulate((part.users for part in ranges), initial=0)
    first_rows = accumulate((part.rows for part in ranges), initial=0)
    first_played = accumulate((part.played for part in ranges), initial=0)
    firsts = zip(first_users, first_rows, first_played, strict=True)
    return [
        UserRange(part, *first) for part, first in zip(range(len(ranges)), firsts, strict=False)
    ]


def _write_users(
    writer: SnapshotWriter,
    folder: WorkFolder,
    ranges: Sequence[RangeSize],
    counted: CountedRanges,
    last_owned: int,
) -> None:
    """Copy the parts of users, reviews and libraries; `last_owned` is the last game of these."""
    parts = range(len(ranges))
    users, rows, played = (
        sum(getattr(part, name) for part in ranges) for name in ("users", "rows", "played")
    )
    long_rows = counted.long_rows
    for name in ("users", "reviews"):
        writer.table_of_parts(name, partial(join_table, folder, name, parts))
    sizes = {
        "library_games": (rows, last_owned),
        "played_minutes": (played, 0),
        "long_rows": (long_rows, 0),
        "long_minutes": (long_rows, 0),
        "recent_starts": (counted.recent_starts, 0),
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
    targets = len(ends) + 1
    rows = engine.exchange(split, users, targets, GameRows(folder), total, "plays by game")
    writer.array("game_offsets", offsets)
    writer.array_of_parts("game_rows", (rows,), folder.arrays("game_rows", range(targets)))


def _write_index(
    engine: Engine, writer: SnapshotWriter, folder: WorkFolder, users: Sequence[UserRange]
) -> None:
    named = [NamedPart(part.number, part.first_user) for part in users]
    index = index_parts(engine, folder.room("search"), named, SearchKeys(folder), "users")
    for name, rows, content in index.arrays():
        writer.array_of_parts(f"search_users_{name}", (rows,), content)
