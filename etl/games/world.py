"""etl.games: the clean rows, numbered: what the tables and the training data are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from datastore.base.library import Library
from datastore.base.names import fold
from datastore.base.series import plain
from etl.columns.arrow import Column, coded, mapped, numbers, whole
from etl.columns.spellings import Names, spellings
from etl.games.axes import Axes, axes
from etl.games.labels import Labels
from etl.games.libraries import Libraries
from etl.games.play_rows import number_library, number_recent_starts
from etl.games.reviews import Reviews
from etl.games.unlisted import unlisted_reasons
from etl.recommender.content import GameWords
from etl.recommender.kin import Kin
from etl.recommender.training_data import TrainingData
from etl.recommender.users import Users
from etl.sentiment import scoring
from etl.sentiment.reviews import Sentiment

__all__ = ["Games", "MergedRows", "World", "number_games", "number_rows"]

Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class MergedRows:
    """The merged rows of the dumps, and the sentiment of each review."""

    catalogue: pa.Table
    reviews: Reviews
    libraries: Libraries
    sentiment: Sentiment


@dataclass(frozen=True, slots=True)
class Games:
    """All games, listed or not. Arrays have one entry per game, -1 or NaN where unknown; `titles`
    are plain and `publishers` folded, "" there. `unlisted` holds codes of `UNLISTED_REASONS`, -1
    for a game."""

    catalogue: pa.Table
    listed: int  # games of the catalogue
    app_ids: pa.Array
    shown_titles: pa.Array
    developers: Names
    genres: Labels
    tags: Labels
    specs: Labels
    titles: list[str]
    unlisted: npt.NDArray[np.int8]
    developer: Ints
    publishers: list[str]
    year: Ints
    price: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.app_ids)

    def padded(self, column: Column) -> pa.Array:
        """A column of the catalogue's games, with null for all others."""
        return padded(column, len(self))

    def training_data(self, users: Users) -> TrainingData:
        """What a model of these users is trained on."""
        return TrainingData(
            users,
            self.app_ids.to_pylist(),
            GameWords.of(self.tags.words, self.genres.words, self.year),
            Kin.of(self.titles, self.developer, self.publishers),
            self.unlisted >= 0,
        )


@dataclass(frozen=True, slots=True)
class World:
    """All games, and the rows of users, all of them or a range: `first_user` is the number of the
    first one. `library_known` has one flag per user."""

    games: Games
    user_ids: pa.Array
    library_known: pa.Array
    rows: Library
    recent_starts: Ints  # rows of the libraries
    review: dict[str, Any]
    first_user: int = 0

    @classmethod
    def of(cls, games: Games, entities: Axes, merged: MergedRows, first_user: int = 0) -> Self:
        """Number the rows of reviews and libraries over games and users."""
        rows = number_library(entities, merged.libraries)
        return cls(
            games,
            entities.user_ids,
            pc.is_in(entities.user_ids, merged.libraries.users),
            rows,
            number_recent_starts(entities, merged.libraries, rows),
            _review_columns(entities, merged),
            first_user,
        )


def padded(column: Column, size: int) -> pa.Array:
    """A column with nulls at its end, in this length."""
    return pa.concat_arrays([whole(column), pa.nulls(size - len(column), column.type)])


def number_rows(merged: MergedRows) -> World:
    """Number all entities, and the rows of reviews and libraries over them."""
    entities = axes(
        merged.catalogue, merged.libraries, merged.reviews.users, merged.reviews.rows["app_id"]
    )
    return World.of(number_games(merged.catalogue, entities), entities, merged)


def number_games(catalogue: pa.Table, entities: Axes) -> Games:
    """Describe all games by the catalogue."""
    size = len(entities.app_ids)
    names, code = coded(catalogue["developer"])
    uses = np.bincount(code, minlength=len(names)).tolist()
    developers = spellings({d: n for d, n in zip(names, uses, strict=True) if d}, fold)
    developer, year, price = (
        np.full(size, -1, np.int32),
        np.full(size, -1, np.int32),
        np.full(size, np.nan),
    )
    listed = slice(entities.listed)
    developer[listed] = np.array([developers.number.get(d or "", -1) for d in names])[code]
    year[listed] = catalogue["release_year"].fill_null(-1).to_numpy()
    price[listed] = catalogue["price"].to_numpy()
    titles = [plain(title) if title else "" for title in entities.titles.to_pylist()]
    genres, specs = (Labels.of(catalogue[name], size) for name in ("genres", "specs"))
    return Games(
        catalogue=catalogue,
        listed=entities.listed,
        app_ids=entities.app_ids,
        shown_titles=entities.titles,
        developers=developers,
        genres=genres,
        tags=Labels.of(catalogue["tags"], size),
        specs=specs,
        titles=titles,
        unlisted=unlisted_reasons(titles, entities.listed, genres, specs),
        developer=developer,
        publishers=mapped(padded(catalogue["publisher"], size), _folded, object).tolist(),
        year=year,
        price=price,
    )


def _review_columns(entities: Axes, merged: MergedRows) -> dict[str, Any]:
    """Columns of the snapshot's reviews: by user, then game."""
    rows = merged.reviews.rows
    user = numbers(rows["user_id"], entities.user_ids)
    game = numbers(rows["app_id"], entities.app_ids)
    order = np.lexsort((game, user))
    columns = rows.drop_columns(["user_id", "app_id"]).take(order)
    return {name: whole(columns[name]) for name in columns.column_names} | {
        "user": user[order],
        "game": game[order],
        "recommend": whole(columns["recommend"]).to_numpy(zero_copy_only=False),
        "sentiment": scoring.classes(merged.sentiment.compound[order]),
        "compound": merged.sentiment.compound[order],
        "learned": merged.sentiment.learned[order],
    }


def _folded(name: str | None) -> str:
    return fold(name) if name else ""
