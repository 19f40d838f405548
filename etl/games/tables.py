"""etl.games: the tables of a snapshot, one function a noun, from the clean rows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from datastore.base import playtimes
from datastore.base.names import fold
from datastore.base.snapshot import SubjectData
from etl.columns.arrow import in_natural_order, mapped, members_of, nullable
from etl.columns.sorting import ranks
from etl.games import aggregates, values
from etl.games.play_rows import players_of_games
from etl.games.world import World
from etl.snapshot.searchable import searchable
from etl.snapshot.writer import SnapshotWriter

__all__ = ["write_tables"]

Ints = npt.NDArray[np.int32]


def write_tables(writer: SnapshotWriter, world: World) -> SubjectData:
    """Write every table, the search indices and the play rows; returns the manifest's counts."""
    with ThreadPoolExecutor(1) as beside:  # NumPy's work, while Python does its own
        plays_written = beside.submit(_plays, writer, world)
        _games(writer, world)
        _developers(writer, world)
        _users(writer, world)
        writer.table("reviews", world.review)
        plays_written.result()
    counts = {
        "games": world.listed,
        "users": len(world.entities.user_ids),
        "reviews": len(world.merged.reviews.rows),
        "play_rows": len(world.rows.game),
    }
    return SubjectData(counts, _coverage(world), {"crawl_year": world.merged.reviews.crawl_year})


def _plays(writer: SnapshotWriter, world: World) -> None:
    """What is counted and sorted by rows of the libraries."""
    rows = world.rows
    _genres(writer, world)
    game_offsets, game_rows = players_of_games(rows, world.size)
    writer.array("game_offsets", game_offsets)
    writer.array("game_rows", game_rows)
    writer.array("library_offsets", rows.offsets)
    writer.array("library_games", rows.game)
    writer.array("recent_starts", world.recent_starts)
    for name, array in playtimes.packed(rows.offsets, rows.minutes).items():
        writer.array(name, array)


def _games(writer: SnapshotWriter, world: World) -> None:
    catalogue, size = world.merged.catalogue, world.size
    app_ids, titles = world.entities.app_ids, world.entities.titles.to_pylist()
    titles_folded = [fold(title) if title else "" for title in titles]
    id_rank = np.empty(size, np.int32)
    id_rank[in_natural_order(app_ids)] = np.arange(size)
    writer.table("tags", {"name": world.tags.names.shown})
    writer.table("specs", {"name": world.specs.names.shown})
    made = {
        "app_id": app_ids,
        "title": world.entities.titles,
        "title_folded": titles_folded,
        "title_rank": ranks(titles_folded),
        "id_rank": id_rank,
        "search_key": searchable(writer, "games", titles),
        "publisher_folded": world.publishers,
        "store_sentiment_folded": mapped(
            world.padded(catalogue["store_sentiment"]), _folded, object
        ),
        "in_catalogue": np.arange(size) < world.listed,
        "unlisted_reason": nullable(world.unlisted),
        "developer": nullable(world.developer),
        "genres": world.genres.column,
        "tags": world.tags.column,
        "specs": world.specs.column,
        "release_year": nullable(world.year),
        "price": world.price,
        **aggregates.game_counts(world.rows, size),
        **aggregates.sentiment_counts(world.review["game"], world.review["sentiment"], size),
    }
    as_read = {
        name: world.padded(catalogue[name]) for name in catalogue.column_names if name not in made
    }
    writer.table("games", made | as_read)


def _developers(writer: SnapshotWriter, world: World) -> None:
    names, game = world.developers.shown, world.review["game"]
    developer, year = world.developer[: world.listed], world.year[: world.listed]
    classes = world.review["sentiment"]
    has = np.flatnonzero(developer >= 0).astype(np.int32)
    writer.table(
        "developers",
        {
            "name": names,
            "folded": world.developers.folded,
            "search_key": searchable(writer, "developers", names),
            "companies": [values.companies(name) for name in names],
            "games": members_of(developer[has], has, len(names)),
            **aggregates.sentiment_counts(world.developer[game], classes, len(names)),
        },
    )
    writer.table(
        "developer_years",
        aggregates.release_years(developer, year, world.price[: world.listed]),
    )
    writer.table(
        "review_years",
        aggregates.review_years(
            world.developer[game],
            game,
            world.review["posted_year"].fill_null(-1).to_numpy(),
            world.year[game],
            world.review["recommend"],
            classes,
        ),
    )


def _genres(writer: SnapshotWriter, world: World) -> None:
    names, games = world.genres.names, world.genres.members()
    writer.table(
        "genres",
        {
            "name": names.shown,
            "folded": names.folded,
            "search_key": searchable(writer, "genres", names.shown),
            "games": games,
        },
    )
    members = [games[number].values.to_numpy() for number in range(len(games))]
    players, player_years = aggregates.genre_players(world.rows, members, world.year)
    writer.table("genre_players", players)
    writer.table("genre_player_years", player_years)


def _users(writer: SnapshotWriter, world: World) -> None:
    user_ids, review = world.entities.user_ids, world.review
    priced, money = aggregates.money_spent(world.rows, world.price)
    recommended = np.bincount(review["user"], review["recommend"], len(user_ids))
    writer.table(
        "users",
        {
            "user_id": user_ids,
            "search_key": searchable(writer, "users", user_ids.to_pylist(), abbreviated=False),
            "library_known": pc.is_in(user_ids, world.merged.libraries.users),
            "items": np.diff(world.rows.offsets),
            "priced_items": priced,
            "money": money,
            "reviews": np.bincount(review["user"], minlength=len(user_ids)),
            "recommended": recommended.astype(np.int32),
        },
    )


def _coverage(world: World) -> dict[str, int]:
    listed, rows, review = world.listed, world.rows, world.review
    counts = {
        "undated_games": (world.year[:listed] < 0).sum(),
        "unpriced_games": np.isnan(world.price[:listed]).sum(),
        "games_without_developer": (world.developer[:listed] < 0).sum(),
        "games_without_genre": (np.diff(world.genres.offsets)[:listed] == 0).sum(),
        "games_missing_from_catalogue": world.size - listed,
        "play_rows_missing_from_catalogue": (rows.game >= listed).sum(),
        "reviews_missing_from_catalogue": (review["game"] >= listed).sum(),
        "unplayed_rows": (rows.minutes == 0).sum(),
        "users_without_items": (np.diff(rows.offsets) == 0).sum(),
        "users_without_library": len(world.entities.user_ids) - len(world.merged.libraries.users),
        "undated_reviews": review["posted_year"].null_count,
        "reviews_with_inferred_year": review["posted_year_inferred"].true_count,
        "reviews_without_text": review["text"].null_count,
    }
    return {name: int(count) for name, count in counts.items()}


def _folded(name: str | None) -> str:
    return fold(name) if name else ""
