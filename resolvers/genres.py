"""resolvers: questions about genres."""

from __future__ import annotations

from typing import NamedTuple

from datastore.base.errors import NotFound
from datastore.store import Store
from resolvers.arguments import shown, suggestions

__all__ = ["TopPlayer", "YearHours", "find", "top_player"]


class YearHours(NamedTuple):
    """Hours in games of one release year; the year is None where it is unknown."""

    year: int | None
    hours: float


class TopPlayer(NamedTuple):
    """The player of a genre with most hours; `user` is a row."""

    user: int
    hours: float
    hours_by_release_year: list[YearHours]


def find(store: Store, name: str) -> int:
    """Row of a genre. Raises NotFound, with names that come close."""
    row = store.genres.find(name)
    if row is None:
        close = suggestions(name, store.genres.name, store.genres.folded)
        raise NotFound(f"No genre is called {shown(name)}.", close)
    return row


def top_player(store: Store, genre: int) -> TopPlayer | None:
    """The player with most hours, ties by smallest user id; None when nobody played."""
    frame = store.genres
    for player in frame.player_rows(genre)[:1]:
        years = [
            YearHours(frame.year[row], int(frame.year_minutes[row]) / 60)
            for row in frame.year_rows(player)
        ]
        hours = int(frame.player_minutes[player]) / 60
        return TopPlayer(int(frame.player_user[player]), hours, years)
    return None
