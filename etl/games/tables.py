"""etl.games: the tables of a snapshot, one function a noun, from the clean rows."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from datastore.base import playtimes
from datastore.base.names import fold
from datastore.base.snapshot import Dataset
from etl.columns import search_index
from etl.columns.arrow import (
    Column,
    coded,
    in_natural_order,
    lists,
    mapped,
    nullable,
    numbers,
    whole,
)
from etl.games import aggregates, values
from etl.games.axes import Axes, Library, Names, players_of_games, spellings
from etl.games.libraries import Libraries
from etl.games.reviews import Reviews
from etl.sentiment import scoring
from etl.snapshot.writer import SnapshotWriter

__all__ = ["Clean", "words", "write_tables"]

Ints = npt.NDArray[np.int32]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Clean:
    """The three dumps, clean, and both sentiments of each review, NaN where there is none."""

    catalogue: pa.Table
    reviews: Reviews
    libraries: Libraries
    compound: npt.NDArray[np.float64]
    learned: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Labels:
    """Genres, tags or the like: their names, and numbers of these for each game, each once."""

    names: Names
    offsets: Places  # games + 1
    numbers: Ints

    @classmethod
    def of(cls, column: Column, size: int) -> Self:
        """From lists of names of the first games; the others, up to so many, have none."""
        column = whole(column)
        spelled, place = coded(column.flatten())
        uses = np.bincount(place, minlength=len(spelled)).tolist()
        names = spellings({s: n for s, n in zip(spelled, uses, strict=True) if s}, fold)
        number = np.array([names.number.get(name, -1) for name in spelled], np.int32)[place]
        counts = np.zeros(size, np.int64)
        counts[: len(column)] = column.value_lengths().to_numpy()
        # Spellings of one name are one: the first stands.
        pair = np.repeat(np.arange(size), counts) << 32 | number
        first = np.sort(np.unique(pair, return_index=True)[1])
        counts = np.bincount(pair[first] >> 32, minlength=size)
        return cls(names, np.concatenate([[0], np.cumsum(counts)]), number[first])

    @property
    def column(self) -> pa.Array:
        """The numbers as lists."""
        return lists(self.offsets, self.numbers)

    def spelled(self, prefix: str) -> list[list[str]]:
        """The folded names of each game, with so much before each name."""
        names = pa.array([prefix + name for name in self.names.folded], pa.string())
        named: list[list[str]] = lists(self.offsets, names.take(pa.array(self.numbers))).to_pylist()
        return named

    def members(self) -> pa.Array:
        """The games of each name as lists."""
        owner = np.repeat(np.arange(len(self.offsets) - 1, dtype=np.int32), np.diff(self.offsets))
        return _members(self.numbers, owner, len(self.names.shown))


@dataclass(frozen=True, slots=True)
class _World:
    """What several tables are made of. Arrays have an entry a game, -1 or NaN where unknown."""

    entities: Axes
    rows: Library
    clean: Clean
    developers: Names
    genres: _Labels
    developer: Ints
    year: Ints
    price: npt.NDArray[np.float64]
    review: dict[str, Any]

    @property
    def size(self) -> int:
        """All games, listed or not."""
        return len(self.entities.app_ids)

    @property
    def listed(self) -> int:
        """Games of the catalogue."""
        return self.entities.listed

    def padded(self, column: Column) -> pa.Array:
        """A column of the catalogue's games, with null for all others."""
        return pa.concat_arrays([whole(column), pa.nulls(self.size - self.listed, column.type)])


def write_tables(
    writer: SnapshotWriter, entities: Axes, rows: Library, clean: Clean, *, demo: bool
) -> Dataset:
    """Write every table, the search indices and the play rows."""
    world = _world(entities, rows, clean)
    with ThreadPoolExecutor(1) as beside:  # NumPy's work, while Python does its own
        plays_written = beside.submit(_plays, writer, world)
        _games(writer, world)
        _developers(writer, world)
        _users(writer, world)
        writer.table("reviews", world.review)
        plays_written.result()
    return Dataset(
        demo=demo,
        crawl_year=clean.reviews.crawl_year,
        games=world.listed,
        users=len(entities.user_ids),
        reviews=len(clean.reviews.rows),
        play_rows=len(rows.game),
        coverage=_coverage(world),
    )


def words(catalogue: pa.Table, size: int) -> list[list[str]]:
    """The words of so many games, those of the catalogue first: `t:` before a folded tag, `g:`
    before a folded genre, each once; none for games that the catalogue lacks."""
    tags, genres = (
        _Labels.of(catalogue[kind], size).spelled(f"{kind[0]}:") for kind in ("tags", "genres")
    )
    return [own_tags + own_genres for own_tags, own_genres in zip(tags, genres, strict=True)]


def _searchable(
    writer: SnapshotWriter, noun: str, names: Sequence[str | None], *, abbreviated: bool = True
) -> list[str]:
    """The searchable form of each name; writes their index."""
    keys = search_index.keys(names)
    for part, array in search_index.index(keys, abbreviated=abbreviated).items():
        writer.array(f"search_{noun}_{part}", array)
    return keys


def _world(entities: Axes, rows: Library, clean: Clean) -> _World:
    catalogue, size = clean.catalogue, len(entities.app_ids)
    known, place = coded(catalogue["developer"])
    uses = np.bincount(place, minlength=len(known)).tolist()
    developers = spellings({d: n for d, n in zip(known, uses, strict=True) if d}, fold)
    developer, year, price = (
        np.full(size, -1, np.int32),
        np.full(size, -1, np.int32),
        np.full(size, np.nan),
    )
    listed = slice(entities.listed)
    developer[listed] = np.array([developers.number.get(d or "", -1) for d in known])[place]
    year[listed] = catalogue["release_year"].fill_null(-1).to_numpy()
    price[listed] = catalogue["price"].to_numpy()
    return _World(
        entities=entities,
        rows=rows,
        clean=clean,
        developers=developers,
        genres=_Labels.of(catalogue["genres"], size),
        developer=developer,
        year=year,
        price=price,
        review=_review_columns(entities, clean),
    )


def _plays(writer: SnapshotWriter, world: _World) -> None:
    """What is counted and sorted by rows of the libraries."""
    rows = world.rows
    _genres(writer, world)
    game_offsets, game_rows = players_of_games(rows, world.size)
    writer.array("game_offsets", game_offsets)
    writer.array("game_rows", game_rows)
    writer.array("library_offsets", rows.offsets)
    writer.array("library_games", rows.game)
    for name, array in playtimes.packed(rows.offsets, rows.minutes).items():
        writer.array(name, array)


def _games(writer: SnapshotWriter, world: _World) -> None:
    catalogue, size = world.clean.catalogue, world.size
    app_ids, titles = world.entities.app_ids, world.entities.titles.to_pylist()
    tags, specs = (_Labels.of(catalogue[kind], size) for kind in ("tags", "specs"))
    titles_folded = [fold(title) if title else "" for title in titles]
    id_rank = np.empty(size, np.int32)
    id_rank[in_natural_order(app_ids)] = np.arange(size)
    writer.table("tags", {"name": tags.names.shown})
    writer.table("specs", {"name": specs.names.shown})
    made = {
        "app_id": app_ids,
        "title": world.entities.titles,
        "title_folded": titles_folded,
        "title_rank": _ranks(titles_folded),
        "id_rank": id_rank,
        "search_key": _searchable(writer, "games", titles),
        "publisher_folded": mapped(world.padded(catalogue["publisher"]), _folded, object),
        "in_catalogue": np.arange(size) < world.listed,
        "developer": nullable(world.developer),
        "genres": world.genres.column,
        "tags": tags.column,
        "specs": specs.column,
        "release_year": nullable(world.year),
        "price": world.price,
        **aggregates.game_counts(world.rows, size),
        **aggregates.sentiment_counts(world.review["game"], world.review["sentiment"], size),
    }
    as_read = {
        name: world.padded(catalogue[name]) for name in catalogue.column_names if name not in made
    }
    writer.table("games", made | as_read)


def _developers(writer: SnapshotWriter, world: _World) -> None:
    names, game = world.developers.shown, world.review["game"]
    developer, year = world.developer[: world.listed], world.year[: world.listed]
    classes = world.review["sentiment"]
    has = np.flatnonzero(developer >= 0).astype(np.int32)
    writer.table(
        "developers",
        {
            "name": names,
            "folded": world.developers.folded,
            "search_key": _searchable(writer, "developers", names),
            "companies": [values.companies(name) for name in names],
            "games": _members(developer[has], has, len(names)),
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


def _genres(writer: SnapshotWriter, world: _World) -> None:
    names, games = world.genres.names, world.genres.members()
    writer.table(
        "genres",
        {
            "name": names.shown,
            "folded": names.folded,
            "search_key": _searchable(writer, "genres", names.shown),
            "games": games,
        },
    )
    members = [games[at].values.to_numpy() for at in range(len(games))]
    players, player_years = aggregates.genre_players(world.rows, members, world.year)
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
            "search_key": _searchable(writer, "users", user_ids.to_pylist(), abbreviated=False),
            "library_known": pc.is_in(user_ids, world.clean.libraries.users),
            "items": np.diff(world.rows.offsets),
            "priced_items": priced,
            "money": money,
            "reviews": np.bincount(review["user"], minlength=len(user_ids)),
            "recommended": recommended.astype(np.int32),
        },
    )


def _coverage(world: _World) -> dict[str, int]:
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
        "users_without_library": len(world.entities.user_ids) - len(world.clean.libraries.users),
        "undated_reviews": review["posted_year"].null_count,
        "reviews_with_inferred_year": review["posted_year_inferred"].true_count,
        "reviews_without_text": review["text"].null_count,
    }
    return {name: int(count) for name, count in counts.items()}


def _review_columns(entities: Axes, clean: Clean) -> dict[str, Any]:
    """Columns of the snapshot's reviews: by user, then game."""
    rows = clean.reviews.rows
    user = numbers(rows["user_id"], entities.user_ids)
    game = numbers(rows["app_id"], entities.app_ids)
    order = np.lexsort((game, user))
    said = rows.drop_columns(["user_id", "app_id"]).take(order)
    return {name: whole(said[name]) for name in said.column_names} | {
        "user": user[order],
        "game": game[order],
        "recommend": whole(said["recommend"]).to_numpy(zero_copy_only=False),
        "sentiment": scoring.classes(clean.compound[order]),
        "compound": clean.compound[order],
        "learned": clean.learned[order],
    }


def _folded(name: str | None) -> str:
    return fold(name) if name else ""


def _ranks(texts: list[str]) -> pa.Array:
    """Place of each text among all, by code point; equal texts share one; null for ""."""
    place = {text: at for at, text in enumerate(sorted(set(texts)))}
    return nullable(np.array([place[text] if text else -1 for text in texts], np.int32))


def _members(owner: Ints, member: Ints, size: int) -> pa.Array:
    """What belongs to each of so many owners, in order, as lists."""
    order = np.argsort(owner, kind="stable")
    return lists(np.searchsorted(owner[order], np.arange(size + 1)), member[order])
