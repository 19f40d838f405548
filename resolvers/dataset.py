"""resolvers: example keys of a snapshot, for queries that have an answer."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from datastore.base.codes import DEVELOPER, REVIEW
from datastore.store import Store

__all__ = ["Example", "examples"]


class Example(NamedTuple):
    """A key with a rich answer for each question; None if the snapshot has none."""

    developer: str | None
    user_id: str | None
    genre: str | None
    year: int | None
    app_id: str | None


def examples(store: Store) -> Example:
    """Choose keys: most reviews, most games owned and reviewed, most players."""
    developers, users, games = store.developers, store.users, store.games
    reviews = np.sum(developers.sentiment, axis=0)
    developer = int(reviews.argmax()) if len(developers) else None
    # The user with the most reviews and items among those who have both.
    activity = (users.reviews > 0) * (users.items > 0) * (users.reviews * 10 + users.items)
    user = int(activity.argmax()) if len(users) else None
    genre = max(
        range(len(store.genres)),
        key=lambda row: sum(store.genres.player_minutes[r] for r in store.genres.player_rows(row)),
        default=None,
    )
    years = store.rankings.years(DEVELOPER, REVIEW)
    players = games.players[: games.listed]
    return Example(
        None if developer is None else developers.name[developer],
        None if user is None else users.user_id[user],
        None if genre is None else store.genres.name[genre],
        max(years, key=lambda year: years[year]) if years else None,
        games.app_id[int(players.argmax())] if len(players) else None,
    )
