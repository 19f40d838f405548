"""etl.games: the clean rows, numbered: what the tables and the training data are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

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
from etl.sentiment import scoring
from etl.sentiment.reviews import Sentiment

__all__ = ["MergedRows", "World", "number_rows"]

Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class MergedRows:
    """The merged rows of the dumps, and the sentiment of each review."""

    catalogue: pa.Table
    reviews: Reviews
    libraries: Libraries
    sentiment: Sentiment


@dataclass(frozen=True, slots=True)
class World:
    """Data shared by several tables. Arrays have one entry per game, -1 or NaN where unknown;
    `titles` are plain and `publishers` folded, "" there. `unlisted` holds codes of
    `UNLISTED_REASONS`, -1 for a game. `recent_starts` are rows of the libraries."""

    entities: Axes
    rows: Library
    recent_starts: Ints
    merged: MergedRows
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
        return padded(column, self.size)


def padded(column: Column, size: int) -> pa.Array:
    """A column with nulls at its end, in this length."""
    return pa.concat_arrays([whole(column), pa.nulls(size - len(column), column.type)])


def number_rows(merged: MergedRows) -> World:
    """Number all entities, and the rows of reviews and libraries over them."""
    catalogue = merged.catalogue
    entities = axes(
        catalogue, merged.libraries, merged.reviews.users, merged.reviews.rows["app_id"]
    )
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
    rows = number_library(entities, merged.libraries)
    developer[listed] = np.array([developers.number.get(d or "", -1) for d in names])[code]
    year[listed] = catalogue["release_year"].fill_null(-1).to_numpy()
    price[listed] = catalogue["price"].to_numpy()
    titles = [plain(title) if title else "" for title in entities.titles.to_pylist()]
    genres, specs = (Labels.of(catalogue[name], size) for name in ("genres", "specs"))
    return World(
        entities=entities,
        rows=rows,
        recent_starts=number_recent_starts(entities, merged.libraries, rows),
        merged=merged,
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
        review=_review_columns(entities, merged),
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
