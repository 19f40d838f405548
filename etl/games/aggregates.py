"""etl.games: the questions' aggregates as tables, from arrays over numbered entities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from datastore.base.codes import DEVELOPER, GAME, NEGATIVE, POSITIVE, RELEASE, REVIEW
from datastore.base.library import Library
from etl.columns.arrow import nullable, slices, spans

__all__ = [
    "game_counts",
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
#: Marks an unknown year in arrays: below every year, so that it sorts last, descending.
_NO_YEAR = -1
#: Subtracted from, it orders years descending, the unknown one last.
_LAST_YEAR = 9999


def release_years(developer: Ints, year: Ints, price: npt.NDArray[np.float64]) -> Columns:
    """Items, free items and items of unknown price of each developer and release year.

    Arrays have one entry a catalogue game; developer and year are -1, price NaN where unknown.
    """
    has = developer >= 0
    developer, year, price = developer[has], year[has], price[has]
    groups, group = _groups(developer, _LAST_YEAR - year)
    count = len(groups[0])
    return {
        "developer": groups[0],
        "year": nullable(_LAST_YEAR - groups[1]),
        "items": np.bincount(group, minlength=count),
        "free_items": np.bincount(group, price == 0, count).astype(np.int32),
        "unknown_price_items": np.bincount(group, np.isnan(price), count).astype(np.int32),
    }


def _groups(first: Ints, second: Ints) -> tuple[tuple[Ints, Ints], npt.NDArray[np.intp]]:
    """The distinct pairs of two columns of numbers, 0 or more, ascending; and which of them each
    row is."""
    packed = first.astype(np.int64) << 32 | second
    pairs, group = np.unique(packed, return_inverse=True)
    return ((pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.int32)), group


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

    Arrays have one entry per review: its game, and the developer and years, -1 where unknown.
    """
    best = recommend & (sentiment == POSITIVE)
    worst = ~recommend & (sentiment == NEGATIVE)
    parts = []
    for noun, owner in ((GAME, game), (DEVELOPER, developer)):
        for basis, year in ((REVIEW, posted_year), (RELEASE, release_year)):
            known = (owner >= 0) & (year != _NO_YEAR)
            groups, group = _groups(year[known], owner[known])
            size = len(groups[0])
            counts = [np.bincount(group, flags[known], size) for flags in (best, worst)]
            total = np.bincount(group, minlength=size)
            parts.append([np.full(size, noun), np.full(size, basis), *groups, *counts, total])
    names = ("noun", "basis", "year", "row", "best", "worst", "reviews")
    columns = [np.concatenate(column).astype(np.int32) for column in zip(*parts, strict=True)]
    return dict(zip(names, columns, strict=True))


def game_counts(library: Library, size: int) -> Columns:
    """Owners, players and minutes of each game."""
    owners, players, minutes = np.zeros((3, size), np.int64)
    for first, last in slices(library.offsets):
        rows = slice(library.offsets[first], library.offsets[last])
        game, played = library.game[rows], library.minutes[rows]
        owners += np.bincount(game, minlength=size)
        players += np.bincount(game[played > 0], minlength=size)
        minutes += np.bincount(game, played, size).astype(np.int64)
    return {"owners": owners, "players": players, "minutes": minutes}


def money_spent(
    library: Library, price: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Items with a known price, and their sum in USD, of each user.

    `price` has one entry per game, NaN where unknown. Summed in millionths of a dollar, exactly:
    floats would make the answer depend on the order of the items.
    """
    micro, known = np.nan_to_num(np.round(price * 1e6)).astype(np.int64), ~np.isnan(price)
    priced, spent = (np.zeros(len(library.offsets) - 1, np.int64) for _ in range(2))
    for first, last in slices(library.offsets):
        offsets = library.offsets[first : last + 1]
        game = library.game[offsets[0] : offsets[-1]]
        priced[first:last] = _sums(offsets - offsets[0], known[game])
        spent[first:last] = _sums(offsets - offsets[0], micro[game])
    return priced, spent / 1e6


def _sums(offsets: npt.NDArray[np.int64], rows: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    running = np.concatenate([[0], np.cumsum(rows, dtype=np.int64)])
    sums: npt.NDArray[np.int64] = running[offsets[1:]] - running[offsets[:-1]]
    return sums


def genre_players(
    library: Library, genre_games: Sequence[Ints], year: Ints
) -> tuple[Columns, Columns]:
    """The players with most minutes in each genre, and their minutes by release year.

    `year` has one entry per game, -1 where unknown. Years of 0 minutes are left out.
    """
    best = _top_players(library, genre_games, len(year))
    genre = np.repeat(np.arange(len(best)), [len(players) for players, _ in best])
    years: list[list[npt.NDArray[Any]]] = []
    for games, (players, _) in zip(genre_games, best, strict=True):
        of, when, minutes = _years(library, players, games, year)
        years.append([of + sum(len(of) for of, _ in best[: len(years)]), when, minutes])
    users, totals = zip(*best, strict=True) if best else ((), ())
    of, when, minutes = map(_joined, zip(*years, strict=True)) if years else (_joined(()),) * 3
    return (
        {"genre": genre, "user": _joined(users), "minutes": _joined(totals)},
        {"genre_player": of, "year": nullable(when), "minutes": minutes},
    )


def _top_players(
    library: Library, genre_games: Sequence[Ints], games: int
) -> list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """Players and their minutes in each genre, most minutes first, then the first player."""
    genres = len(genre_games)
    own_genres = [np.full(len(own), genre) for genre, own in enumerate(genre_games)]
    game, genre = _joined(genre_games), _joined(own_genres)
    order = np.argsort(game, kind="stable")
    size = np.bincount(game, minlength=games)
    place = np.arange(len(game)) - np.repeat(np.cumsum(size) - size, size)
    # The first genre of each game, the second ..., -1 behind the last.
    of_game = np.full((size.max(initial=0), games), -1, np.int32)
    of_game[place, game[order]] = genre[order]
    none = np.zeros(0, np.int64)
    best = [(none, none)] * genres
    for first, last in slices(library.offsets):
        offsets = library.offsets[first : last + 1]
        rows = slice(offsets[0], offsets[-1])
        played = np.flatnonzero(library.minutes[rows])
        own, minutes = library.game[rows][played], library.minutes[rows][played].astype(np.float64)
        cell = np.repeat(np.arange(last - first) * genres, np.diff(offsets))[played]
        table = np.zeros((last - first) * genres)
        for genre in of_game:
            number = genre[own]
            has = np.flatnonzero(number >= 0)
            own, minutes, cell = own[has], minutes[has], cell[has]
            # Whole numbers far below 2 ** 53: their sums are exact.
            table += np.bincount(cell + number[has], minutes, len(table))
        for number, totals in enumerate(table.reshape(-1, max(genres, 1)).T[:genres]):
            players, most = best[number]
            least = most[-1] if len(most) == _TOP_PLAYERS else 0
            new = np.flatnonzero(totals > least)
            if len(new):
                players = np.append(players, new + first)
                most = np.append(most, totals[new].astype(np.int64))
                order = np.lexsort((players, -most))[:_TOP_PLAYERS]
                best[number] = players[order], most[order]
    return best


def _years(
    library: Library, players: npt.NDArray[np.int64], games: Ints, year: Ints
) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[np.int64]]:
    """Minutes of each of these players in these games by release year: which player, year
    (descending, the unknown one last) and minutes."""
    counts = np.zeros(len(year), np.bool_)
    counts[games] = True
    start = library.offsets[players]
    player, at = spans(start, library.offsets[players + 1] - start)
    chosen = counts[library.game[at]] & (library.minutes[at] > 0)
    player, at = player[chosen], at[chosen]
    (of, when), group = _groups(player, _LAST_YEAR - year[library.game[at]])
    minutes = np.bincount(group, library.minutes[at], len(of)).astype(np.int64)
    return of, _LAST_YEAR - when, minutes


def _joined(parts: Sequence[npt.NDArray[Any]]) -> npt.NDArray[np.int64]:
    return np.concatenate([np.zeros(0, np.int64), *parts])
