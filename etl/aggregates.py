"""etl: the questions' aggregates as tables of the snapshot, from arrays over numbered entities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from datastore.base.codes import DEVELOPER, GAME, NEGATIVE, POSITIVE, RELEASE, REVIEW
from etl.frames import Library

__all__ = [
    "genre_players",
    "money_spent",
    "release_years",
    "review_years",
    "sentiment_counts",
]

Columns = dict[str, Any]
Ints = npt.NDArray[np.int32]

#: Players kept for each genre.
_TOP_PLAYERS = 100
#: Stands for an unknown year in arrays: below every year, so that it sorts last, descending.
_NO_YEAR = -1


def release_years(developer: Ints, year: Ints, price: npt.NDArray[np.float64]) -> Columns:
    """Items, free items and items of unknown price of each developer and release year.

    Arrays have one entry a catalogue game; developer and year are -1, price NaN where unknown.
    """
    has = developer >= 0
    developer, year, price = developer[has], year[has], price[has]
    groups, group = np.unique(np.stack([developer, -year]), axis=1, return_inverse=True)
    count = groups.shape[1]
    group = group.ravel()
    return {
        "developer": groups[0],
        "year": nullable(-groups[1]),
        "items": np.bincount(group, minlength=count),
        "free_items": np.bincount(group, price == 0, count).astype(np.int32),
        "unknown_price_items": np.bincount(group, np.isnan(price), count).astype(np.int32),
    }


def nullable(years: npt.NDArray[Any]) -> list[int | None]:
    """Years with None for the unknown ones."""
    return [None if year < 0 else year for year in years.tolist()]


def sentiment_counts(
    owner: Ints, sentiment: npt.NDArray[np.int8], size: int
) -> dict[str, npt.NDArray[np.int64]]:
    """Reviews by sentiment class for each owner (game or developer); owner -1 is left out."""
    has = owner >= 0
    counts = np.bincount(owner[has].astype(np.int64) * 3 + sentiment[has], minlength=3 * size)
    table = counts.reshape(size, 3)
    return {"negative": table[:, 0], "neutral": table[:, 1], "positive": table[:, 2]}


def review_years(
    developer: Ints,
    game: Ints,
    posted_year: Ints,
    release_year: Ints,
    recommend: npt.NDArray[np.bool_],
    sentiment: npt.NDArray[np.int8],
) -> Columns:
    """Reviews of each game and developer by year of the review and by release year of the game.

    Arrays have one entry a review: its game, and the developer and years, -1 where unknown.
    """
    best = recommend & (sentiment == POSITIVE)
    worst = ~recommend & (sentiment == NEGATIVE)
    parts = []
    for noun, owner in ((GAME, game), (DEVELOPER, developer)):
        for basis, year in ((REVIEW, posted_year), (RELEASE, release_year)):
            known = (owner >= 0) & (year != _NO_YEAR)
            pairs = np.stack([year[known], owner[known]])
            groups, group = np.unique(pairs, axis=1, return_inverse=True)
            size, group = groups.shape[1], group.ravel()
            counts = [np.bincount(group, flags[known], size) for flags in (best, worst)]
            total = np.bincount(group, minlength=size)
            parts.append([np.full(size, noun), np.full(size, basis), *groups, *counts, total])
    names = ("noun", "basis", "year", "row", "best", "worst", "reviews")
    columns = [np.concatenate(column).astype(np.int32) for column in zip(*parts, strict=True)]
    return dict(zip(names, columns, strict=True))


def money_spent(
    library: Library, price: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Items with a known price, and their sum in USD, of each user.

    `price` has one entry a game, NaN where unknown. Summed in millionths of a dollar, exactly:
    floats would make the answer depend on the order of the items.
    """
    micro = np.nan_to_num(np.round(price * 1e6)).astype(np.int64)
    priced = _sums(library.offsets, ~np.isnan(price)[library.game])
    return priced, _sums(library.offsets, micro[library.game]) / 1e6


def _sums(offsets: npt.NDArray[np.int64], rows: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    running = np.concatenate([[0], np.cumsum(rows, dtype=np.int64)])
    sums: npt.NDArray[np.int64] = running[offsets[1:]] - running[offsets[:-1]]
    return sums


def genre_players(
    library: Library, genre_games: Sequence[Ints], year: Ints
) -> tuple[Columns, Columns]:
    """The players with most minutes in each genre, and their minutes by release year.

    `year` has one entry a game, -1 where unknown. Years of 0 minutes are left out.
    """
    member = np.zeros((len(year), len(genre_games)), dtype=np.int64)
    for genre, games in enumerate(genre_games):
        member[games, genre] = 1
    minutes = library.minutes.astype(np.int64)
    shape = len(library.offsets) - 1, len(year)
    total = csr_array((minutes, library.game, library.offsets), shape) @ member
    del minutes
    players: list[tuple[int, int, int]] = []
    years: list[tuple[int, int, int]] = []
    for genre in range(len(genre_games)):
        totals = total[:, genre]
        best = np.flatnonzero(totals)
        best = best[np.lexsort((best, -totals[best]))][:_TOP_PLAYERS]
        for player in best.tolist():
            own = slice(library.offsets[player], library.offsets[player + 1])
            game, played = library.game[own], library.minutes[own]
            mask = (member[game, genre] > 0) & (played > 0)
            values, group = np.unique(-year[game[mask]], return_inverse=True)
            sums = np.bincount(group, played[mask]).astype(np.int64)
            number = len(players)
            years += [
                (number, y, m) for y, m in zip((-values).tolist(), sums.tolist(), strict=True)
            ]
            players.append((genre, player, int(totals[player])))
    return (
        _columns(("genre", "user", "minutes"), players),
        _columns(("genre_player", "year", "minutes"), years)
        | {"year": [None if y == _NO_YEAR else y for _, y, _ in years]},
    )


def _columns(names: tuple[str, ...], rows: list[tuple[int, int, int]]) -> Columns:
    return {name: [row[at] for row in rows] for at, name in enumerate(names)}
