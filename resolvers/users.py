"""resolvers: answers about users."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from datastore.base.errors import NotFound
from datastore.store import Store
from resolvers.arguments import shown
from resolvers.ids import Keys

__all__ = ["find", "hours", "player_keys", "players", "recommend_percent"]


def find(store: Store, user_id: str) -> int:
    """Row of a user. Raises NotFound without suggestions, so as not to reveal user ids, and
    Forbidden if users are hidden."""
    store.people.require()
    row = store.users.find(user_id)
    if row is None:
        named = f"the id {shown(user_id)}" if store.people.are_named else "this id"
        raise NotFound(f"No user has {named}.")
    return row


def hours(store: Store) -> Callable[[int], float]:
    """A function that returns the hours that a user has played, in all games owned."""
    library = store.users.library
    return lambda user: int(library(user)[1].sum(dtype=np.int64)) / 60


def recommend_percent(store: Store) -> Callable[[int], float | None]:
    """A function that returns the share of a user's reviews that recommend, 0 to 100; None without
    reviews."""
    reviews, recommended = store.users.reviews.data, store.users.recommended.data
    return lambda user: 100 * recommended[user] / reviews[user] if reviews[user] else None


def players(store: Store, game: int) -> npt.NDArray[np.int32]:
    """Library rows of a game's players, most minutes first, then by user id."""
    rows, order = store.games.play_rows(game), store.users.order
    if order.is_of_rows:
        return rows
    users, minutes = store.users.owners(rows.astype(np.int64))
    return rows[np.lexsort((order.places(users), -minutes))]


def player_keys(store: Store, game: int) -> Keys:
    """Keys of a game's players: user ids, with library rows as rows."""

    def user_ids(library_rows: Sequence[int]) -> list[str]:
        users = store.users.owner(np.array(library_rows, np.int64)).tolist()
        return [store.users.user_id[user] for user in users]

    def library_row(user_id: str) -> int | None:
        user = store.users.find(user_id)
        return None if user is None else store.users.library_row(user, game)

    return Keys("User", user_ids, library_row)
