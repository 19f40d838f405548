"""etl: the tables of a snapshot, one function a noun, from the clean rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from datastore.base import plays
from datastore.base.names import fold, natural_order
from datastore.base.snapshot import Dataset
from etl import aggregates, search, sentiment, values
from etl.frames import Axes, Library, Names, places, players_of_games, ranks, spellings
from etl.games import CatalogueGame
from etl.reviews import Reviews
from etl.snapshot import SnapshotWriter
from etl.users import Libraries

__all__ = ["Clean", "write_tables"]

Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Clean:
    """The three dumps, clean, and both sentiments of each review, NaN where there is none."""

    catalogue: list[CatalogueGame]
    reviews: Reviews
    libraries: Libraries
    compound: npt.NDArray[np.float64]
    learned: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _World:
    """What several tables are made of. Arrays have an entry a game, -1 or NaN where unknown."""

    entities: Axes
    rows: Library
    clean: Clean
    developers: Names
    genres: Names
    developer: Ints
    year: Ints
    price: npt.NDArray[np.float64]
    game_genres: list[list[int]]
    review: dict[str, Any]

    @property
    def size(self) -> int:
        """All games, listed or not."""
        return len(self.entities.app_ids)

    @property
    def listed(self) -> int:
        """Games of the catalogue."""
        return len(self.entities.catalogue)

    def padded(self, column: list[Any], empty: Any) -> list[Any]:
        """A column of the catalogue's games, with `empty` for all others."""
        return column + [empty] * (self.size - self.listed)


def write_tables(
    writer: SnapshotWriter, entities: Axes, rows: Library, clean: Clean, *, demo: bool
) -> Dataset:
    """Write every table, the search indices and the play rows."""
    world = _world(entities, rows, clean)
    _games(writer, world)
    _developers(writer, world)
    _genres(writer, world)
    _users(writer, world)
    writer.table("reviews", {**world.review, "compound": clean.compound, "learned": clean.learned})
    game_offsets, game_rows = players_of_games(rows, world.size)
    writer.array("game_offsets", game_offsets)
    writer.array("game_rows", game_rows)
    writer.array("library_offsets", rows.offsets)
    writer.array("library_games", rows.game)
    for name, array in plays.packed(rows.offsets, rows.minutes).items():
        writer.array(name, array)
    return Dataset(
        demo=demo,
        crawl_year=clean.reviews.crawl_year,
        games=world.listed,
        users=len(entities.user_ids),
        reviews=len(clean.reviews.rows),
        play_rows=len(rows.game),
        coverage=_coverage(world),
    )


def _searchable(writer: SnapshotWriter, noun: str, names: Sequence[str | None]) -> list[str]:
    """The searchable form of each name; writes their index."""
    keys = search.keys(names)
    for part, array in search.index(keys).items():
        writer.array(f"search_{noun}_{part}", array)
    return keys


def _world(entities: Axes, rows: Library, clean: Clean) -> _World:
    catalogue, size = entities.catalogue, len(entities.app_ids)
    developers = spellings(_uses([game.developer] for game in catalogue), fold)
    genres = spellings(_uses(game.genres for game in catalogue), fold)
    price = np.full(size, np.nan)
    price[: len(catalogue)] = [np.nan if g.price is None else g.price for g in catalogue]
    return _World(
        entities=entities,
        rows=rows,
        clean=clean,
        developers=developers,
        genres=genres,
        developer=_padded([developers.number.get(g.developer or "", -1) for g in catalogue], size),
        year=_padded([g.release_year or -1 for g in catalogue], size),
        price=price,
        game_genres=[_numbers(genres, g.genres) for g in catalogue],
        review=_review_columns(entities, clean),
    )


def _games(writer: SnapshotWriter, world: _World) -> None:
    catalogue, size = world.entities.catalogue, world.size
    titles, app_ids, rows = world.entities.titles, world.entities.app_ids, world.rows
    tags, specs = (
        spellings(_uses(getattr(game, kind) for game in catalogue), fold)
        for kind in ("tags", "specs")
    )
    titles_folded = [fold(title) if title else "" for title in titles]
    writer.table("tags", {"name": tags.shown})
    writer.table("specs", {"name": specs.shown})
    writer.table(
        "games",
        {
            "app_id": app_ids,
            "title": titles,
            "title_folded": titles_folded,
            "title_rank": ranks(titles_folded),
            "id_rank": places(app_ids, natural_order),
            "search_key": _searchable(writer, "games", titles),
            "publisher_folded": world.padded(
                [fold(g.publisher) if g.publisher else "" for g in catalogue], ""
            ),
            "in_catalogue": np.arange(size) < world.listed,
            "developer": [None if row < 0 else row for row in world.developer.tolist()],
            "genres": world.padded(world.game_genres, []),
            "tags": world.padded([_numbers(tags, g.tags) for g in catalogue], []),
            "specs": world.padded([_numbers(specs, g.specs) for g in catalogue], []),
            "release_year": aggregates.nullable(world.year),
            "price": world.price,
            **{
                name: world.padded([getattr(g, name) for g in catalogue], None)
                for name in (
                    "publisher",
                    "release_date",
                    "release_date_text",
                    "price_text",
                    "early_access",
                    "metascore",
                )
            },
            "owners": np.bincount(rows.game, minlength=size),
            "players": np.bincount(rows.game[rows.minutes > 0], minlength=size),
            "minutes": np.bincount(rows.game, rows.minutes, size).astype(np.int64),
            **aggregates.sentiment_counts(world.review["game"], world.review["sentiment"], size),
        },
    )


def _developers(writer: SnapshotWriter, world: _World) -> None:
    names, game = world.developers.shown, world.review["game"]
    developer, year = world.developer[: world.listed], world.year[: world.listed]
    reviewed = world.clean.reviews.rows
    classes = world.review["sentiment"]
    writer.table(
        "developers",
        {
            "name": names,
            "folded": world.developers.folded,
            "search_key": _searchable(writer, "developers", names),
            "companies": [values.companies(name) for name in names],
            "games": _members(developer, len(names)),
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
            np.array([r.posted_year or -1 for r in reviewed], np.int32),
            world.year[game],
            np.array([r.recommend for r in reviewed], bool),
            classes,
        ),
    )


def _genres(writer: SnapshotWriter, world: _World) -> None:
    flat = np.array([g for own in world.game_genres for g in own], np.int32)
    owner = np.repeat(
        np.arange(world.listed, dtype=np.int32), [len(own) for own in world.game_genres]
    )
    games = [owner[flat == number] for number in range(len(world.genres.shown))]
    writer.table(
        "genres",
        {
            "name": world.genres.shown,
            "folded": world.genres.folded,
            "search_key": _searchable(writer, "genres", world.genres.shown),
            "games": games,
        },
    )
    players, player_years = aggregates.genre_players(world.rows, games, world.year)
    writer.table("genre_players", players)
    writer.table("genre_player_years", player_years)


def _users(writer: SnapshotWriter, world: _World) -> None:
    user_ids, review = world.entities.user_ids, world.review
    priced, money = aggregates.money_spent(world.rows, world.price)
    recommended = np.bincount(review["user"], review["recommend"], len(user_ids))
    writer.table(
        "users",
        {
            "user_id": user_ids,
            "search_key": _searchable(writer, "users", user_ids),
            "items": np.diff(world.rows.offsets),
            "priced_items": priced,
            "money": money,
            "reviews": np.bincount(review["user"], minlength=len(user_ids)),
            "recommended": recommended.astype(np.int32),
        },
    )


def _coverage(world: _World) -> dict[str, int]:
    listed, rows = world.listed, world.rows
    reviewed = world.clean.reviews.rows
    counts = {
        "undated_games": (world.year[:listed] < 0).sum(),
        "unpriced_games": np.isnan(world.price[:listed]).sum(),
        "games_without_developer": (world.developer[:listed] < 0).sum(),
        "games_without_genre": sum(not game.genres for game in world.entities.catalogue),
        "games_missing_from_catalogue": world.size - listed,
        "play_rows_missing_from_catalogue": (rows.game >= listed).sum(),
        "reviews_missing_from_catalogue": (world.review["game"] >= listed).sum(),
        "unplayed_rows": (rows.minutes == 0).sum(),
        "users_without_items": (np.diff(rows.offsets) == 0).sum(),
        "undated_reviews": sum(row.posted_year is None for row in reviewed),
        "reviews_with_inferred_year": sum(row.posted_year_inferred for row in reviewed),
        "reviews_without_text": sum(row.text is None for row in reviewed),
    }
    return {name: int(count) for name, count in counts.items()}


def _review_columns(entities: Axes, clean: Clean) -> dict[str, Any]:
    """Columns of the reviews by user, then game; puts the rows of `clean` in that order, too."""
    rows = clean.reviews.rows
    user = np.array([entities.user_number[row.user_id] for row in rows], np.int32)
    game = np.array([entities.game_number[row.app_id] for row in rows], np.int32)
    order = np.lexsort((game, user))
    rows[:] = [rows[at] for at in order.tolist()]
    for scores in (clean.compound, clean.learned):
        scores[:] = scores[order]
    columns: dict[str, Any] = {
        name: [getattr(row, name) for row in rows]
        for name in (
            "posted",
            "posted_year",
            "posted_year_inferred",
            "helpful",
            "helpful_total",
            "funny",
            "text",
        )
    }
    return columns | {
        "user": user[order],
        "game": game[order],
        "recommend": np.array([row.recommend for row in rows], bool),
        "sentiment": sentiment.classes(clean.compound),
    }


def _uses(lists: Iterable[Iterable[str | None]]) -> dict[str, int]:
    uses: dict[str, int] = {}
    for names in lists:
        for name in names:
            if name:
                uses[name] = uses.get(name, 0) + 1
    return uses


def _numbers(names: Names, used: list[str]) -> list[int]:
    return list(dict.fromkeys(names.number[name] for name in used))


def _padded(column: list[int], size: int) -> Ints:
    padded = np.full(size, -1, np.int32)
    padded[: len(column)] = column
    return padded


def _members(owner: Ints, size: int) -> list[npt.NDArray[np.intp]]:
    order = np.argsort(owner, kind="stable")
    starts = np.searchsorted(owner[order], np.arange(size + 1))
    return [order[starts[at] : starts[at + 1]] for at in range(size)]
