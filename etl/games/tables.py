"""etl.games: the tables of a snapshot, one function a noun, from the clean rows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from datastore.base import playtimes
from datastore.base.names import fold
from datastore.base.snapshot import SubjectData
from etl.columns.arrow import in_natural_order, mapped, members_of, nullable
from etl.columns.sorting import ranks
from etl.games import aggregates, values
from etl.games.play_rows import players_of_games
from etl.games.totals import GenrePlayers, Totals
from etl.games.world import Games, World
from etl.snapshot.searchable import searchable
from etl.snapshot.writer import SnapshotWriter

__all__ = ["subject_data", "user_columns", "write_games", "write_genres", "write_tables"]


def write_tables(writer: SnapshotWriter, world: World, crawl_year: int | None) -> SubjectData:
    """Write every table, the search indices and the play rows; returns the manifest's counts."""
    with ThreadPoolExecutor(1) as beside:  # NumPy's work, while Python does its own
        plays_written = beside.submit(_plays, writer, world)
        totals = Totals.of(world)
        write_games(writer, world.games, totals)
        _users(writer, world)
        plays_written.result()
    return subject_data(world.games, totals, crawl_year)


def _users(writer: SnapshotWriter, world: World) -> None:
    user_ids = world.user_ids.to_pylist()
    keys = searchable(writer, "users", user_ids, abbreviated=False)
    writer.table("users", user_columns(world, keys))
    writer.table("reviews", world.review)


def _plays(writer: SnapshotWriter, world: World) -> None:
    """Write what is counted and sorted by rows of the libraries."""
    rows = world.rows
    write_genres(writer, world.games, GenrePlayers.of(world))
    game_offsets, game_rows = players_of_games(rows, len(world.games))
    writer.array("game_offsets", game_offsets)
    writer.array("game_rows", game_rows)
    writer.array("library_offsets", rows.offsets)
    writer.array("library_games", rows.game)
    writer.array("recent_starts", world.recent_starts)
    for name, array in playtimes.packed(rows.offsets, rows.minutes).items():
        writer.array(name, array)


def user_columns(world: World, keys: list[str]) -> dict[str, Any]:
    """The columns of the users, with their search keys."""
    size, review = len(world.user_ids), world.review
    priced, money = aggregates.money_spent(world.rows, world.games.price)
    recommended = np.bincount(review["user"], review["recommend"], size)
    return {
        "user_id": world.user_ids,
        "search_key": keys,
        "library_known": world.library_known,
        "items": np.diff(world.rows.offsets),
        "priced_items": priced,
        "money": money,
        "reviews": np.bincount(review["user"], minlength=size),
        "recommended": recommended.astype(np.int32),
    }


def write_games(writer: SnapshotWriter, games: Games, totals: Totals) -> None:
    """Write the tables of games and developers, and their search indices."""
    _games(writer, games, totals)
    _developers(writer, games, totals)


def _games(writer: SnapshotWriter, games: Games, totals: Totals) -> None:
    catalogue, size = games.catalogue, len(games)
    app_ids, titles = games.app_ids, games.shown_titles.to_pylist()
    titles_folded = [fold(title) if title else "" for title in titles]
    id_rank = np.empty(size, np.int32)
    id_rank[in_natural_order(app_ids)] = np.arange(size)
    writer.table("tags", {"name": games.tags.names.shown})
    writer.table("specs", {"name": games.specs.names.shown})
    made = {
        "app_id": app_ids,
        "title": games.shown_titles,
        "title_folded": titles_folded,
        "title_rank": ranks(titles_folded),
        "id_rank": id_rank,
        "search_key": searchable(writer, "games", titles),
        "publisher_folded": games.publishers,
        "store_sentiment_folded": mapped(
            games.padded(catalogue["store_sentiment"]), _folded, object
        ),
        "in_catalogue": np.arange(size) < games.listed,
        "unlisted_reason": nullable(games.unlisted),
        "developer": nullable(games.developer),
        "genres": games.genres.column,
        "tags": games.tags.column,
        "specs": games.specs.column,
        "release_year": nullable(games.year),
        "price": games.price,
        **totals.games,
    }
    as_read = {
        name: games.padded(catalogue[name]) for name in catalogue.column_names if name not in made
    }
    writer.table("games", made | as_read)


def _developers(writer: SnapshotWriter, games: Games, totals: Totals) -> None:
    names = games.developers.shown
    developer, year = games.developer[: games.listed], games.year[: games.listed]
    has = np.flatnonzero(developer >= 0).astype(np.int32)
    writer.table(
        "developers",
        {
            "name": names,
            "folded": games.developers.folded,
            "search_key": searchable(writer, "developers", names),
            "companies": [values.companies(name) for name in names],
            "games": members_of(developer[has], has, len(names)),
            **totals.developers,
        },
    )
    writer.table(
        "developer_years",
        aggregates.release_years(developer, year, games.price[: games.listed]),
    )
    writer.table("review_years", totals.review_years)


def write_genres(writer: SnapshotWriter, games: Games, top: GenrePlayers) -> None:
    """Write the tables of genres and their players, and the search index of genres."""
    names, members = games.genres.names, games.genres.members()
    writer.table(
        "genres",
        {
            "name": names.shown,
            "folded": names.folded,
            "search_key": searchable(writer, "genres", names.shown),
            "games": members,
        },
    )
    writer.table("genre_players", top.players)
    writer.table("genre_player_years", top.years)


def subject_data(games: Games, totals: Totals, crawl_year: int | None) -> SubjectData:
    """The counts and facts for the manifest."""
    listed = games.listed
    coverage = {
        "undated_games": (games.year[:listed] < 0).sum(),
        "unpriced_games": np.isnan(games.price[:listed]).sum(),
        "games_without_developer": (games.developer[:listed] < 0).sum(),
        "games_without_genre": (np.diff(games.genres.offsets)[:listed] == 0).sum(),
        "games_missing_from_catalogue": len(games) - listed,
    }
    return SubjectData(
        {"games": listed, **totals.counts},
        {name: int(count) for name, count in coverage.items()} | totals.coverage,
        {"crawl_year": crawl_year},
    )


def _folded(name: str | None) -> str:
    return fold(name) if name else ""
