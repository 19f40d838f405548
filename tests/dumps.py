"""What was read from dumps, as plain rows: what tests say is about rows, the build has columns."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from etl.games.catalogue import CatalogueGame
from etl.games.libraries import Libraries
from etl.games.reviews import RAW, RawReviews, Reviews

__all__ = [
    "Review",
    "games_in",
    "libraries_of",
    "raw_reviews",
    "reviews_in",
    "rows_in",
    "starts_in",
]


class Review(NamedTuple):
    """A clean review, in the order of the columns."""

    user_id: str
    app_id: str
    recommend: bool
    text: str | None
    posted: date | None
    posted_year: int | None
    posted_year_inferred: bool
    helpful: int
    helpful_total: int
    funny: int


def reviews_in(reviews: Reviews) -> list[Review]:
    return [Review(**row) for row in reviews.rows.to_pylist()]


def game(app_id: str, **known: Any) -> CatalogueGame:
    """A game of which only this is known."""
    nothing: dict[str, Any] = dict.fromkeys(CatalogueGame._fields)
    lists: dict[str, Any] = {"genres": [], "tags": [], "specs": []}
    return CatalogueGame(**(nothing | lists | known | {"app_id": app_id}))


def games_in(catalogue: pa.Table) -> list[CatalogueGame]:
    return [CatalogueGame(**row) for row in catalogue.to_pylist()]


def raw_reviews(*rows: tuple[str, str, bool, str, str]) -> RawReviews:
    """A dump of (user, game, recommend, text, posted)."""
    names = [*RAW.names[:5]]
    table = pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows], RAW)
    return RawReviews(table, table["user_id"].combine_chunks().unique())


def libraries_of(
    *rows: tuple[str, str, int], started: Collection[tuple[str, str]] = ()
) -> Libraries:
    """A dump of (user, game, minutes), those of a user together; `started` in the last two
    weeks."""
    users = list(dict.fromkeys(user for user, _, _ in rows))
    games = list(dict.fromkeys(game for _, game, _ in rows))
    return Libraries.of(
        pa.array(users, pa.string()),
        pa.array(games, pa.string()),
        pa.array([f"Game {game}" for game in games], pa.string()),
        np.array([[user for user, _, _ in rows].count(user) for user in users], np.int32),
        np.array([games.index(game) for _, game, _ in rows], np.int32),
        np.array([minutes for *_, minutes in rows], np.int32),
        np.array([at for at, (*pair, _) in enumerate(rows) if tuple(pair) in started], np.int32),
    )


def rows_in(libraries: Libraries) -> dict[tuple[str, str], int]:
    """Minutes by user and game."""
    rows: dict[tuple[str, str], int] = {}
    for at, *pair in _places(libraries):
        user, game = pair
        assert (user, game) not in rows
        rows[user, game] = int(libraries.minutes[at])
    return rows


def starts_in(libraries: Libraries) -> set[tuple[str, str]]:
    """User and game of the recent starts."""
    recent = libraries.recent_starts.tolist()
    assert recent == sorted(set(recent))
    started = {at: (user, game) for at, user, game in _places(libraries) if at in set(recent)}
    assert len(started) == len(recent)
    return set(started.values())


def _places(libraries: Libraries) -> Iterator[tuple[int, str, str]]:
    """Row, user and game of each row."""
    columns = libraries.size, libraries.game, libraries.minutes, libraries.recent_starts
    assert {column.dtype for column in columns} == {np.dtype(np.int32)}
    games = libraries.games.to_pylist()
    spans = zip(libraries.begin.tolist(), libraries.size.tolist(), strict=True)
    for user, (begin, size) in zip(libraries.users.to_pylist(), spans, strict=True):
        for at in range(begin, begin + size):
            yield at, user, games[libraries.game[at]]
