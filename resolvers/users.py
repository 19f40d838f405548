"""resolvers: questions about users."""

from __future__ import annotations

from datastore.base.codes import POPULAR, SOURCES
from datastore.base.errors import NotFound
from datastore.recommender import Neighbour
from datastore.store import Store
from resolvers.arguments import check_first, shown

__all__ = ["find", "recommend_percent", "recommendations"]


def find(store: Store, user_id: str) -> int:
    """Row of a user. Raises NotFound without suggestions: ids of people are not offered."""
    row = store.users.find(user_id)
    if row is None:
        raise NotFound(f"No user has the id {shown(user_id)}.")
    return row


def recommend_percent(store: Store, user: int) -> float | None:
    """Share of the user's reviews that recommend, 0 to 100; None without reviews."""
    reviews = int(store.users.reviews[user])
    return 100 * int(store.users.recommended[user]) / reviews if reviews else None


def recommendations(store: Store, user: int, first: int) -> list[Neighbour]:
    """Games for a user, best first, owned and reviewed ones left out.

    Where the model's list ends, or there is none, the games with most players follow.
    Raises InvalidArgument for an impossible `first`.
    """
    first = check_first(first, store.recommender.most)
    own = set(store.users.library(user)[0].tolist())
    own.update(store.reviews.game[row] for row in store.reviews.of_user(user))
    every = store.recommender.for_user(user, store.recommender.most)
    listed = [entry for entry in every if entry.game not in own][:first]
    if len(listed) < first:
        listed += _popular(store, own.union(entry.game for entry in listed), first - len(listed))
    return listed


def _popular(store: Store, known: set[int], count: int) -> list[Neighbour]:
    games, players = store.recommender.popular, store.games.players
    most = int(players[games[0]]) if len(games) else 1
    found: list[Neighbour] = []
    for start in range(0, len(games), 256):
        for game in games[start : start + 256].tolist():
            if len(found) == count:
                return found
            if game not in known:
                found.append(Neighbour(game, int(players[game]) / most, SOURCES[POPULAR], None))
    return found
