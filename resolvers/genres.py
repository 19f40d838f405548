"""resolvers: answers about genres."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from datastore.base.errors import NotFound
from datastore.store import Store
from resolvers.arguments import check_first, shown
from resolvers.search import suggestions

__all__ = [
    "MOST_PLAYERS",
    "PlayerYearHours",
    "TopPlayer",
    "YearHours",
    "find",
    "play_time",
    "played_in_year",
    "top_players",
]


#: Number of top players that a snapshot keeps per genre.
MOST_PLAYERS = 100


class YearHours(NamedTuple):
    """Hours in games of one release year; the year is None if unknown."""

    year: int | None
    hours: float


class PlayerYearHours(NamedTuple):
    """A user's hours in games of one genre and release year; the year is None if unknown."""

    year: int | None
    hours: float
    genre: int
    user: int


class TopPlayer(NamedTuple):
    """One of the players with the most hours in a genre; `user` is a row."""

    user: int
    hours: float
    hours_by_release_year: list[PlayerYearHours]


def find(store: Store, name: str) -> int:
    """Row of a genre. Raises NotFound with similar names."""
    frame = store.genres
    row = frame.find(name)
    if row is None:
        raise NotFound(
            f"No genre is called {shown(name)}.",
            lambda: suggestions(frame.index, frame.name, name, lambda: frame.game_counts),
        )
    return row


def top_players(store: Store, genre: int, first: int) -> list[TopPlayer]:
    """The players with the most hours, then by user id; empty when nobody has played.

    Raises InvalidArgument for a `first` outside 0 to 100, and Forbidden if users are hidden.
    """
    frame, players = store.genres, []
    for player in _player_rows(store, genre)[: check_first(first, MOST_PLAYERS)]:
        store.people.require()
        user = int(frame.player_user[player])
        years = [
            PlayerYearHours(frame.year[row], int(frame.year_minutes[row]) / 60, genre, user)
            for row in frame.year_rows(player)
        ]
        players.append(TopPlayer(user, int(frame.player_minutes[player]) / 60, years))
    return players


def _player_rows(store: Store, genre: int) -> Sequence[int]:
    """Rows of a genre's top players, most minutes first, then by user id."""
    frame, order = store.genres, store.users.order
    players = frame.player_rows(genre)
    if order.is_of_rows:
        return players
    rows = np.array(players, np.int64)
    places = order.places(frame.player_user[rows])
    ordered: list[int] = rows[np.lexsort((places, -frame.player_minutes[rows]))].tolist()
    return ordered


def played_in_year(store: Store, genre: int, user: int, year: int | None) -> npt.NDArray[np.int64]:
    """Games of the genre and release year that a user has played, most minutes first."""
    games, minutes = store.users.library(user)
    played = np.isin(games, store.genres.games.row(genre)) & (minutes > 0)
    years = store.games.years[games]
    of_year = np.isnan(years) if year is None else years == year
    return games[played & of_year].astype(np.int64)


def play_time(store: Store, genre: int) -> list[YearHours]:
    """Hours of all players in the genre by release year of the games; newest first, unknown year
    last, years without hours left out."""
    rows = store.genres.games.row(genre)
    years, minutes = store.games.years[rows], store.games.minutes[rows]
    known = ~np.isnan(years)
    descending, group = np.unique(-years[known].astype(int), return_inverse=True)
    sums = np.bincount(group, minutes[known], len(descending))
    hours = [
        YearHours(-negated_year, year_minutes / 60)
        for negated_year, year_minutes in zip(descending.tolist(), sums.tolist(), strict=True)
        if year_minutes
    ]
    undated_minutes = int(minutes[~known].sum())
    return [*hours, YearHours(None, undated_minutes / 60)] if undated_minutes else hours
