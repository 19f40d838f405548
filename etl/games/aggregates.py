"""etl.games: the aggregates that answer the questions, from arrays over numbered entities."""

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
    "merged_genre_players",
    "merged_review_years",
    "money_spent",
    "release_years",
    "review_years",
    "sentiment_counts",
]

Columns = dict[str, Any]
Ints = npt.NDArray[np.int32]

#: Top players kept per genre.
_TOP_PLAYERS = 100
#: An unknown year in arrays; below every year, so that it sorts last in descending order.
_NO_YEAR = -1
#: Years are subtracted from it to sort them in descending order, the unknown year last.
_LAST_YEAR = 9999


def release_years(developer: Ints, year: Ints, price: npt.NDArray[np.float64]) -> Columns:
    """Items, free items and items of unknown price by developer and release year.

    Arrays have one entry per catalogue game; unknown developers and years are -1, prices NaN.
    """
    known = developer >= 0
    developer, year, price = developer[known], year[known], price[known]
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
    """The distinct pairs of two columns of non-negative numbers, ascending, and the index of each
    row's pair."""
    packed = first.astype(np.int64) << 32 | second
    pairs, group = np.unique(packed, return_inverse=True)
    return ((pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.int32)), group


def sentiment_counts(
    owner: Ints, sentiment: npt.NDArray[np.int8], size: int
) -> dict[str, npt.NDArray[np.int64]]:
    """Number of reviews by sentiment class of each owner (game or developer; -1 where unknown)."""
    known = owner >= 0
    cell = owner[known].astype(np.int64) * 3 + sentiment[known]
    table = np.bincount(cell, minlength=3 * size).reshape(size, 3)
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

    Arrays have one entry per review: its game, developer and years, -1 where unknown.
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


def merged_review_years(parts: Sequence[Columns]) -> Columns:
    """The sums of what `review_years` returned for parts of the reviews."""
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    keys = np.stack([columns[name] for name in ("noun", "basis", "year", "row")], axis=1)
    groups, group = np.unique(keys, axis=0, return_inverse=True)
    group = group.reshape(-1)
    sums = {
        name: np.bincount(group, columns[name], len(groups))
        for name in ("best", "worst", "reviews")
    }
    merged = [*groups.T, *sums.values()]
    names = ("noun", "basis", "year", "row", *sums)
    return {name: column.astype(np.int32) for name, column in zip(names, merged, strict=True)}


def game_counts(library: Library, size: int) -> Columns:
    """Number of owners and players of each game, and the minutes played."""
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
    """Number of items with a known price of each user, and the sum of these prices in USD.

    `price` has one entry per game, NaN where unknown. Sums are exact, in millionths of a dollar:
    sums of floats would depend on the order of the items.
    """
    micro, known = np.nan_to_num(np.round(price * 1e6)).astype(np.int64), ~np.isnan(price)
    priced, spent = (np.zeros(len(library.offsets) - 1, np.int64) for _ in range(2))
    for first, last in slices(library.offsets):
        offsets = library.offsets[first : last + 1]
        game = library.game[offsets[0] : offsets[-1]]
        priced[first:last] = _sums(offsets - offsets[0], known[game])
        spent[first:last] = _sums(offsets - offsets[0], micro[game])
    return priced, spent / 1e6


def _sums(offsets: npt.NDArray[np.int64], values: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Sums of the values between consecutive offsets."""
    running = np.concatenate([[0], np.cumsum(values, dtype=np.int64)])
    sums: npt.NDArray[np.int64] = running[offsets[1:]] - running[offsets[:-1]]
    return sums


def genre_players(
    library: Library, genre_games: Sequence[Ints], year: Ints
) -> tuple[Columns, Columns]:
    """The players with most minutes in each genre, and their minutes by release year.

    `year` has one entry per game, -1 where unknown. Years of 0 minutes are omitted.
    """
    top = _top_players(library, genre_games, len(year))
    genre = np.repeat(np.arange(len(top)), [len(players) for players, _ in top])
    parts: list[tuple[npt.NDArray[Any], ...]] = []  # per genre: row of the player, year, minutes
    first_row = 0  # of the genre's players in the first table
    for games, (players, _) in zip(genre_games, top, strict=True):
        player, release_year, minutes = _years(library, players, games, year)
        parts.append((player + first_row, release_year, minutes))
        first_row += len(players)
    users, totals = zip(*top, strict=True) if top else ((), ())
    columns = map(_joined, zip(*parts, strict=True)) if parts else (_joined(()),) * 3
    player_row, release_year, minutes = columns
    return (
        {"genre": genre, "user": _joined(users), "minutes": _joined(totals)},
        {"genre_player": player_row, "year": nullable(release_year), "minutes": minutes},
    )


def merged_genre_players(parts: Sequence[tuple[Columns, Columns]]) -> tuple[Columns, Columns]:
    """What `genre_players` would return for all users, from what it returned for parts of them. The
    numbers of users are those among all."""
    genre, user, minutes = (
        _joined([players[name] for players, _ in parts]) for name in ("genre", "user", "minutes")
    )
    first_rows = np.cumsum([0, *(len(players["user"]) for players, _ in parts)])
    player, year, year_minutes = (
        _joined([_numbers(years[name]) for _, years in parts])
        for name in ("genre_player", "year", "minutes")
    )
    sizes = [len(years["minutes"]) for _, years in parts]
    player += np.repeat(first_rows[:-1], sizes)
    order = np.lexsort((user, -minutes, genre))
    first_of_genre = np.searchsorted(genre[order], genre[order])
    kept = order[np.arange(len(order)) - first_of_genre < _TOP_PLAYERS]
    place = np.full(len(order), -1, np.int64)
    place[kept] = np.arange(len(kept))
    player = place[player]
    by_player = np.argsort(player, kind="stable")  # years stay in their order
    by_player = by_player[np.searchsorted(player[by_player], 0) :]
    return (
        {"genre": genre[kept], "user": user[kept], "minutes": minutes[kept]},
        {
            "genre_player": player[by_player],
            "year": nullable(year[by_player]),
            "minutes": year_minutes[by_player],
        },
    )


def _numbers(column: Any) -> npt.NDArray[np.int64]:
    """A column as numbers, -1 for null."""
    if isinstance(column, np.ndarray):
        return column
    numbers: npt.NDArray[np.int64] = column.fill_null(-1).to_numpy(zero_copy_only=False)
    return numbers


def _top_players(
    library: Library, genre_games: Sequence[Ints], games: int
) -> list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """Top players of each genre and their minutes, most minutes first, ties by player.

    Users are taken some at a time: a table of users x genres is summed, and each genre's top list
    is updated from its column.
    """
    genres = len(genre_games)
    genres_by_rank = _genres_by_rank(genre_games, games)
    empty = np.zeros(0, np.int64)
    top = [(empty, empty)] * genres
    for first, last in slices(library.offsets):
        offsets = library.offsets[first : last + 1]
        rows = slice(offsets[0], offsets[-1])
        played = np.flatnonzero(library.minutes[rows])
        game = library.game[rows][played]
        minutes = library.minutes[rows][played].astype(np.float64)
        first_cell = np.repeat(np.arange(last - first) * genres, np.diff(offsets))[played]
        table = np.zeros((last - first) * genres)  # users x genres, flat
        for genre_of_game in genres_by_rank:
            genre = genre_of_game[game]
            known = np.flatnonzero(genre >= 0)
            game, minutes, first_cell = game[known], minutes[known], first_cell[known]
            # Whole numbers far below 2 ** 53: their sums are exact.
            table += np.bincount(first_cell + genre[known], minutes, len(table))
        for number, totals in enumerate(table.reshape(-1, max(genres, 1)).T[:genres]):
            players, player_minutes = top[number]
            least = player_minutes[-1] if len(players) == _TOP_PLAYERS else 0
            better = np.flatnonzero(totals > least)
            if len(better):
                players = np.append(players, better + first)
                player_minutes = np.append(player_minutes, totals[better].astype(np.int64))
                order = np.lexsort((players, -player_minutes))[:_TOP_PLAYERS]
                top[number] = players[order], player_minutes[order]
    return top


def _genres_by_rank(genre_games: Sequence[Ints], games: int) -> Ints:
    """Ranks x games: the first genre of each game, the second and so on; -1 after the last."""
    genre_numbers = [np.full(len(members), genre) for genre, members in enumerate(genre_games)]
    game, genre = _joined(genre_games), _joined(genre_numbers)
    order = np.argsort(game, kind="stable")
    counts = np.bincount(game, minlength=games)
    rank = np.arange(len(game)) - np.repeat(np.cumsum(counts) - counts, counts)
    genres_by_rank = np.full((counts.max(initial=0), games), -1, np.int32)
    genres_by_rank[rank, game[order]] = genre[order]
    return genres_by_rank


def _years(
    library: Library, players: npt.NDArray[np.int64], games: Ints, year: Ints
) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[np.int64]]:
    """Minutes of these players in these games by release year.

    Returns columns: index of the player, year (descending, the unknown year last) and minutes.
    """
    is_counted = np.zeros(len(year), np.bool_)
    is_counted[games] = True
    start = library.offsets[players]
    player, row = spans(start, library.offsets[players + 1] - start)
    counted = is_counted[library.game[row]] & (library.minutes[row] > 0)
    player, row = player[counted], row[counted]
    groups, group = _groups(player, _LAST_YEAR - year[library.game[row]])
    minutes = np.bincount(group, library.minutes[row], len(groups[0])).astype(np.int64)
    return groups[0], _LAST_YEAR - groups[1], minutes


def _joined(parts: Sequence[npt.NDArray[Any]]) -> npt.NDArray[np.int64]:
    return np.concatenate([np.zeros(0, np.int64), *parts])
